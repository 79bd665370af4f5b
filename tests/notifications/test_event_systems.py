"""A system that its agency named looks after its own subscriptions, and sees nobody else's."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.events.complaints import ComplaintFiled
from tests.http.routes import routes_of
from tests.notifications.receiver import (
    FILED,
    ROUTE,
    System,
    asked,
    beside_others,
    comes,
    happened,
    log,
    registered,
    send,
)
from tests.serving import Serving, bearer, token

pytestmark = pytest.mark.real
SYSTEMS = "/v1/event-systems"
FEED, OTHER = "system-water", "system-water-2"


@pytest.fixture
async def running(database: AsyncDatabase[dict[str, Any]]) -> AsyncIterator[Serving]:
    """Other systems may live on the same machine."""
    async with beside_others(database) as one:
        yield one


def shows(subject: str = FEED, agency: str = "water") -> dict[str, str]:
    """By client credentials."""
    return {"authorization": f"Bearer {token(subject, agency)}"}


async def named(running: Serving, subject: str = FEED, as_: str = "water.head") -> str:
    body = {"subject": subject, "name": "سامانهٔ داشبورد"}
    answer = await running.http.post(SYSTEMS, json=body, headers=bearer(as_))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def registers(running: Serving, url: str, subject: str = FEED, **wish: Any) -> Any:
    body = {"name": "داشبورد", "types": [FILED], "url": url, **wish}
    return await running.http.post(ROUTE, json=body, headers=shows(subject))


async def test_a_named_system_registers_is_sent_events_and_looks_after_what_is_its_own(
    running: Serving, other: System
) -> None:
    id_ = await named(running)
    answer = await registers(running, other.url)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["agency"], told["system"]) == ("water", id_)
    await comes(running, happened(running, ComplaintFiled))
    await send(running)
    [got] = other.got
    assert got.verified(told["secret"])["type"] == FILED
    own, http = f"{ROUTE}/{told['id']}", running.http
    page = (await http.get(f"{own}/deliveries", headers=shows())).json()
    assert [one["status"] for one in page["items"]] == ["delivered"]
    assert (await http.post(f"{own}/ping", headers=shows())).json()["code"] == "204"
    rotated = (await http.post(f"{own}/rotate-secret", headers=shows())).json()
    assert rotated["secret"] != told["secret"]
    since = {"since": "1405/08/30 08:15"}
    replayed = await http.post(f"{own}/replay", json=since, headers=shows())
    assert replayed.status_code == 200, replayed.text
    for verb, status in (("pause", "paused"), ("resume", "active")):
        assert (await http.post(f"{own}/{verb}", headers=shows())).json()["status"] == status
    changed = await http.put(own, json={"name": "x", "types": [FILED], "url": other.url}, headers=shows())
    assert (changed.status_code, changed.json()["name"]) == (200, "x")
    assert (await http.delete(own, headers=shows())).json()["status"] == "deleted"
    assert (await http.get(ROUTE, headers=shows())).json()["items"] == []


async def test_what_another_system_the_staff_or_another_agency_registered_is_not_found_by_it(
    running: Serving, other: System
) -> None:
    for subject, head in ((FEED, "water.head"), (OTHER, "water.head"), (FEED, "roads.head")):
        await named(running, subject, head)
    own = (await registers(running, other.url)).json()["id"]
    anothers = (await registers(running, other.url, OTHER)).json()["id"]
    staffs, _ = await registered(running, other.url)
    theirs, _ = await registered(running, other.url, as_="roads.head")
    listed = (await running.http.get(ROUTE, headers=shows())).json()["items"]
    assert [one["id"] for one in listed] == [own]
    whole = (await running.http.get(ROUTE, headers=bearer("water.head"))).json()["items"]
    assert {one["id"] for one in whole} == {own, anothers, staffs["id"]}
    assert (await running.http.get(f"{ROUTE}/{own}", headers=shows(FEED, "roads"))).status_code == 404

    wish, since = {"name": "x", "types": [FILED], "url": other.url}, {"since": "1405/08/30 08:15"}
    asks: list[tuple[str, str, dict[str, Any] | None]] = [
        ("GET", "", None),
        ("PUT", "", wish),
        ("DELETE", "", None),
        ("GET", "/deliveries", None),
        *[("POST", f"/{verb}", None) for verb in ("pause", "resume", "rotate-secret", "ping")],
        ("POST", "/replay", since),
    ]
    before = await running.database["subscriptions"].find().sort("_id").to_list()
    for id_ in (anothers, staffs["id"], theirs["id"]):
        for method, what, body in asks:
            address = f"{ROUTE}/{id_}{what}"
            answer = await running.http.request(method, address, json=body, headers=shows())
            assert answer.status_code == 404, (method, what)
    assert await running.database["subscriptions"].find().sort("_id").to_list() == before
    assert other.got == []


async def test_it_is_told_of_its_own_agencys_events_alone(running: Serving, other: System) -> None:
    await named(running)
    assert (await registers(running, other.url, agency="roads")).status_code == 404
    told = (await registers(running, other.url)).json()
    await comes(running, happened(running, ComplaintFiled, "case-1", agency_id="roads"))
    await send(running)

    assert (told["agency"], other.got) == ("water", [])


async def test_who_is_not_named_or_no_more_is_refused_and_what_it_registered_stays_the_agencys(
    running: Serving, other: System
) -> None:
    assert (await registers(running, other.url)).status_code == 403
    id_ = await named(running)
    assert (await registers(running, other.url, OTHER)).status_code == 403
    told = (await registers(running, other.url)).json()
    assert (await running.http.delete(f"{SYSTEMS}/{id_}", headers=bearer("roads.head"))).status_code == 404
    for _ in range(2):
        assert (await running.http.delete(f"{SYSTEMS}/{id_}", headers=bearer("water.head"))).is_success
    assert (await running.http.get(SYSTEMS, headers=bearer("water.head"))).json()["items"] == []
    assert (await running.http.get(f"{ROUTE}/{told['id']}", headers=shows())).status_code == 403
    await comes(running, happened(running, ComplaintFiled))
    await send(running)
    assert len(await log(running, told["id"])) == len(other.got) == 1
    assert (await asked(running, told["id"], "pause"))["status"] == "paused"
    assert await named(running) == id_
    assert (await running.http.get(f"{ROUTE}/{told['id']}", headers=shows())).status_code == 200


async def test_the_post_that_named_it_is_told_when_it_is_sent_nothing_more(
    running: Serving, other: System
) -> None:
    await named(running)
    told = (await registers(running, other.url)).json()
    other.says = lambda _: "410 Gone"
    await comes(running, happened(running, ComplaintFiled))
    await send(running)
    records = await running.published(running.parts.use.webhooks.subscriptions)
    assert (await running.http.get(f"{ROUTE}/{told['id']}", headers=shows())).json()["reason"] == "gone"
    assert [b'"water.head"' in one["value"] for one in records] == [True]


async def test_a_system_has_ten_and_leaves_its_agency_the_others(running: Serving, other: System) -> None:
    await named(running)
    for _ in range(10):
        assert (await registers(running, other.url)).status_code == 201
    answer = await registers(running, other.url)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:paygir:problem:too-many-subscriptions")

    await registered(running, other.url)


async def test_a_named_system_comes_in_nowhere_else(running: Serving) -> None:
    await named(running)
    guarded = [one for one in routes_of(running.app) if one.guarded and not one.path.startswith(ROUTE)]
    assert len(guarded) > 20
    for route in guarded:
        address = route.path.replace("{", "").replace("}", "")
        answer = await running.http.request(route.method, address, headers=shows())
        assert answer.status_code == 403, route.name
