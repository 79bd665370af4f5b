"""One message to many: told once, paused, stopped, and reported."""

import pytest

from tests.notifications.cases import phone
from tests.notifications.many import PR, a_list, ask, goes_on, progress, seen, started
from tests.serving import Serving

pytestmark = pytest.mark.real
TEXT = "روز مهندس خجسته باد. دستگاه water"


async def test_a_broadcast_to_a_list_reaches_each_once_and_says_who_got_it(running: Serving) -> None:
    guests = await a_list(running, 1, 2, 3)
    id_ = await started(running, guests, who=PR)

    await goes_on(running)
    assert await phone(running) == [TEXT] * 3
    await goes_on(running, 3)

    assert await phone(running) == [TEXT] * 3
    assert (await seen(running, id_))["status"] == "done"
    assert (await progress(running, id_))["by_status"] == {"delivered": 3}
    report = await ask(running, "GET", f"/broadcasts/{id_}/report")
    assert sorted((one["number"], one["state"]) for one in report["items"]) == [
        ("0912***0001", "delivered"),
        ("0912***0002", "delivered"),
        ("0912***0003", "delivered"),
    ]
