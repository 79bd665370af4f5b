"""A broadcast to people known by an address alone: by mail to them, by SMS to the others, to nobody twice."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.notifications.gateways.email import Email, EmailPlan
from tests.notifications.cases import phone, with_gateways
from tests.notifications.many import (
    HEAD,
    a_list,
    ask,
    drafted,
    goes_on,
    numbers_come,
    person,
    progress,
    seen,
    started,
    wish,
)
from tests.notifications.vendors.local import Mailbox, mail_server
from tests.serving import Serving

pytestmark = pytest.mark.real
TEXT = "روز مهندس خجسته باد. دستگاه water"
ADDRESS, OTHER = "z.mohammadi@news.example.ir", "desk@radio.example.ir"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server on loopback."""
    with mail_server() as one:
        yield one


@pytest.fixture
def mailing(running: Serving, box: Mailbox) -> Serving:
    """The service with its development phone and a way to that server."""
    plan = EmailPlan(
        type="email", host="127.0.0.1", port=box.port, address="no-reply@province.ir", tls="none"
    )
    return with_gateways(running, {"mail": plan}, sandbox=running.parts.use.sandbox, mail=Email(plan))


async def known_by(running: Serving, *addresses: str, numbers: tuple[int, ...] = ()) -> str:
    """A list of people with these addresses, and of others with these numbers."""
    list_id = await a_list(running, *numbers, kind="media")
    for number, address in enumerate(addresses):
        body = person(number, mobile=None, email=address)
        await ask(running, "POST", f"/contact-lists/{list_id}/members", status=201, json=body)
    await numbers_come(running)
    return list_id


async def previewed(running: Serving, *lists: str, **changes: Any) -> tuple[int, int, int, int]:
    """How many it is for, how many of them are reached and aren't, and the parts that it costs."""
    made = await drafted(running, HEAD, wish(*lists, text="ن" * 71, **changes))
    found = await ask(running, "GET", f"/broadcasts/{made['id']}/preview")
    return found["people"], found["reachable"], found["unreachable"], found["cost_parts"]


async def test_who_has_a_number_is_told_by_sms_who_has_an_address_alone_by_mail_and_nobody_twice(
    mailing: Serving, box: Mailbox
) -> None:
    media = await known_by(mailing, ADDRESS, OTHER, numbers=(1, 2))
    again = await known_by(mailing, ADDRESS.replace("z.m", "Z.M"), numbers=(2,))
    id_ = await started(mailing, media, again, channel="sms-or-email")

    await goes_on(mailing, 4)

    assert sorted((to.lower(), text) for to, text in box.taken) == [(OTHER, TEXT), (ADDRESS, TEXT)]
    assert await phone(mailing) == [TEXT] * 2
    assert (await seen(mailing, id_))["people"] == 4
    now = await progress(mailing, id_)
    assert (now["by_status"], now["status"]) == ({"accepted": 2, "delivered": 2}, "done")
    report = await ask(mailing, "GET", f"/broadcasts/{id_}/report")
    assert {one["number"].lower() for one in report["items"]} == {
        "d***@radio.example.ir",
        "z***@news.example.ir",
        "0912***0001",
        "0912***0002",
    }


@pytest.mark.parametrize(("channel", "mails", "messages"), [("email", 1, 0), ("sms", 0, 1)])
async def test_by_one_way_alone_only_those_are_told_who_are_known_by_it(
    mailing: Serving, box: Mailbox, channel: str, mails: int, messages: int
) -> None:
    media = await known_by(mailing, ADDRESS, numbers=(1,))
    id_ = await started(mailing, media, channel=channel, text="{name}! {agency}")

    await goes_on(mailing, 2)

    assert (len(box.taken), len(await phone(mailing))) == (mails, messages)
    found = await seen(mailing, id_)
    assert (found["people"], found["unreachable"], found["status"]) == (2, 1, "done")
    for to, text in box.taken:
        assert (to, text) == (ADDRESS, "مهمان 0! دستگاه water")


async def test_only_sms_costs_parts_and_its_sender_sees_who_is_reached(mailing: Serving) -> None:
    media = await known_by(mailing, ADDRESS, numbers=(1, 2))

    assert await previewed(mailing, media, channel="sms-or-email") == (3, 3, 0, 4)
    assert await previewed(mailing, media, channel="email") == (3, 1, 2, 0)
    assert await previewed(mailing, media, channel="sms") == (3, 2, 1, 4)


async def test_where_nothing_goes_by_mail_who_has_an_address_alone_is_not_reached_and_holds_up_nobody(
    running: Serving,
) -> None:
    media = await known_by(running, ADDRESS, numbers=(1,))
    assert await previewed(running, media, channel="sms-or-email") == (2, 1, 1, 2)
    id_ = await started(running, media, channel="sms-or-email")

    await goes_on(running, 2)

    assert await phone(running) == [TEXT]
    assert (await seen(running, id_))["status"] == "done"
