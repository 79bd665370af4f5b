"""Which changes become messages, and how often."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.notifications.domain.lane import Lane
from services.notifications.domain.message import Status
from services.notifications.usecases import sending
from services.notifications.usecases.use import Use
from shared.bus.effects import Projection
from shared.directory.replica import COLLECTION, fold
from shared.events.complaints import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintFiled,
    ComplaintReopened,
    ComplaintTaken,
)
from shared.events.directory import FigureSet
from shared.keys.storage import KEYS, keys_database
from shared.sealing import seal
from tests.notifications.cases import (
    MOBILE_E164,
    Case,
    comes,
    event,
    names,
    only,
    phone,
    send,
    states,
    use_of,
)
from tests.province import SATURDAY_NINE, agency_events, told
from tests.serving import Serving

pytestmark = pytest.mark.real


@pytest.mark.clause("RIGHTS-P5-6")
async def test_each_change_reaches_the_citizen_once_in_its_order_however_often_the_event_comes(
    running: Serving, case: Case
) -> None:
    for kind in (
        ComplaintFiled,
        ComplaintTaken,
        ComplaintEscalated,
        ComplaintAnswered,
        ComplaintReopened,
        ComplaintClosed,
    ):
        envelope = await case.tells(kind)
        await comes(running, envelope)
        running.clock.forward(minutes=1)
        await send(running)
        await comes(running, envelope)
        await send(running)

    assert [text.split("\n")[0].removesuffix(" کد پیگیری:") for text in await phone(running)] == [
        "شکایت شما از دستگاه water ثبت شد.",
        "رسیدگی به شکایت شما در دستگاه water آغاز شد.",
        "شکایت شما از دستگاه water در مهلت مقرر پاسخ نگرفت و برای رسیدگی به مقام بالاتر (سطح ۱) ارجاع شد.",
        "دستگاه water به شکایت شما پاسخ داد.",
        "نارضایتی شما ثبت شد و شکایت شما از دستگاه water برای رسیدگی دوباره به مقام بالاتر (سطح ۲) ارجاع شد.",
        "از اعلام رضایت شما سپاسگزاریم. شکایت شما از دستگاه water بسته شد.",
    ]


async def test_a_later_message_waits_while_an_earlier_one_of_its_case_is_open(
    running: Serving, case: Case
) -> None:
    await case.tells(ComplaintEscalated)
    running.clock.forward(seconds=1)
    await case.tells(ComplaintTaken)
    assert await send(running) == 0
    running.clock.forward(seconds=1, milliseconds=-1)
    assert await send(running) == 0
    running.clock.forward(milliseconds=1)
    assert await send(running) == 1
    running.clock.forward(seconds=1)
    assert await send(running) == 1
    assert await send(running) == 0
    assert names(await states(running)) == ["complaint-escalated", "complaint-taken"]


async def test_an_act_of_three_events_is_told_by_its_last(running: Serving, case: Case) -> None:
    await case.tells(ComplaintFiled)
    await send(running)
    running.clock.forward(hours=5)
    late = [
        case.envelope(ComplaintEscalated),
        case.envelope(ComplaintEscalated, level=2),
        case.envelope(ComplaintAnswered, in_time=False, late_by_s=7200),
    ]
    await comes(running, *late[:2])
    await send(running)
    await comes(running, *late)
    running.clock.forward(minutes=1)
    await send(running)

    overtaken = "told-with-a-later-event-of-the-same-act"
    assert await states(running) == [
        ("complaint-filed", "delivered", None),
        ("complaint-escalated", "suppressed", overtaken),
        ("complaint-escalated", "suppressed", overtaken),
        ("complaint-answered", "delivered", None),
    ]
    assert len(await phone(running)) == 2


async def test_what_must_be_known_is_told_even_when_the_next_change_comes_before_it_was_sent(
    running: Serving, case: Case
) -> None:
    await case.tells(ComplaintFiled)
    running.clock.forward(milliseconds=1)
    await case.tells(ComplaintEscalated)
    running.clock.forward(minutes=1)
    await send(running)

    assert [status for _, status, _ in await states(running)] == ["delivered", "delivered"]


async def test_that_another_officer_takes_over_is_not_told(running: Serving, case: Case) -> None:
    await case.tells(ComplaintTaken)
    running.clock.forward(minutes=1)
    again = await case.tells(ComplaintTaken, post_id="water.desk.officer-2")
    await comes(running, again)

    assert await states(running) == [
        ("complaint-taken", "queued", None),
        ("complaint-taken", "suppressed", "told-before"),
    ]


async def test_who_left_no_number_is_not_told_and_the_list_says_why(running: Serving) -> None:
    case = Case(running)
    data = event(ComplaintFiled, contact_id=None).model_dump_json().encode()
    await comes(running, replace(case.envelope(ComplaintFiled), data=data))

    assert await states(running) == [("complaint-filed", "suppressed", "no-contact")]
    assert await send(running) == 0


@pytest.mark.clause("RIGHTS-P5-6")
async def test_an_agency_may_push_fewer_changes_from_a_day_on(running: Serving, case: Case) -> None:
    figure = FigureSet(
        agency_id="water",
        figure="RIGHTS-P5-6/pushed",
        value=["complaint-filed", "complaint-answered"],
        from_day=date(2026, 11, 22),
    )
    copy = Projection(running.database[COLLECTION], fold)
    await copy.work(told("water", [figure], after=len(agency_events("water"))))
    midnight_in_tehran = SATURDAY_NINE.replace(hour=20, minute=30)
    for at in (midnight_in_tehran - timedelta(milliseconds=1), midnight_in_tehran):
        running.clock.set(at)
        await case.tells(ComplaintReopened)

    assert await states(running) == [
        ("complaint-reopened", "queued", None),
        ("complaint-reopened", "suppressed", "change-is-not-pushed"),
    ]


async def test_a_message_waits_for_its_contact_and_goes_when_it_comes(running: Serving) -> None:
    case = Case(running)
    await case.tells(ComplaintFiled)
    assert await send(running) == 0
    running.clock.forward(seconds=3)
    assert await send(running) == 0
    assert await states(running) == [("complaint-filed", "held", "no-contact-yet")]

    await case.contact_comes()
    assert names(await states(running)) == ["complaint-filed"]
    assert (await states(running))[0][1] == "queued"
    assert await send(running) == 1
    await case.contact_comes()
    assert await send(running) == 0
    assert len(await phone(running)) == 1


async def test_a_contact_that_comes_a_moment_later_costs_no_note(running: Serving) -> None:
    case = Case(running)
    await case.tells(ComplaintFiled)
    assert await send(running) == 0
    await case.contact_comes()
    assert running.parts.use.wake.of(Lane.STATUS).is_set()
    assert await send(running) == 1

    history = await use_of(running).messages.history("water", (await only(running)).id)
    assert [entry["act"] for entry in history] == ["queue", "claim", "settle"]


async def test_a_contact_that_came_unnoticed_is_found_at_the_next_look(running: Serving) -> None:
    case = Case(running)
    await case.tells(ComplaintFiled)
    running.clock.forward(seconds=3)
    await send(running)
    await case.contact_comes()
    await _hold_again(running)
    running.clock.forward(seconds=5, milliseconds=-1)
    assert await send(running) == 0
    running.clock.forward(milliseconds=1)

    assert await send(running) == 1


async def _hold_again(running: Serving) -> None:
    """As if the contact had come between the sender's look and its note: nobody is told of it."""
    await running.database["messages"].update_one(
        {},
        {
            "$set": {
                "state.status": Status.HELD.value,
                "state.send_at": running.clock.now() + timedelta(seconds=5),
            }
        },
    )


async def test_a_contact_forgotten_before_the_sending_gets_nothing(running: Serving, case: Case) -> None:
    await case.tells(ComplaintFiled)
    await case.contact_comes(offset=1, forgotten=True)
    await case.contact_comes(offset=0)
    assert await send(running) == 0

    assert await states(running) == [("complaint-filed", "suppressed", "contact-forgotten")]
    assert await phone(running) == []


async def test_a_contact_sealed_for_another_is_not_opened(running: Serving, case: Case) -> None:
    await case.tells(ComplaintFiled)
    others = seal(case.key, MOBILE_E164, purpose="c-other")
    await running.database["contacts"].update_one({}, {"$set": {"value.sealed": others}})
    assert await send(running) == 0

    assert await states(running) == [("complaint-filed", "held", "contact-cannot-be-opened")]


async def test_a_number_that_came_without_its_key_waits_for_it(running: Serving, case: Case) -> None:
    await keys_database(running.database)[KEYS].delete_many({})
    await case.tells(ComplaintFiled)
    running.clock.forward(seconds=3)
    assert await send(running) == 0
    assert await states(running) == [("complaint-filed", "held", "no-contact-yet")]

    await case.key_comes(offset=1)
    assert await send(running) == 1


async def test_a_message_waits_until_the_agencys_name_is_known(running: Serving, case: Case) -> None:
    await case.tells(ComplaintFiled)
    await running.database[COLLECTION].delete_many({"state.agency_id": "water"})
    use: Use = running.parts.use
    use.directory._remembered.clear()  # pyright: ignore[reportPrivateUsage]
    assert await sending.send_ready(use) == 0

    assert await states(running) == [("complaint-filed", "held", "agency-not-known-yet")]


async def test_no_number_lies_anywhere_in_the_clear(running: Serving, case: Case) -> None:
    await case.tells(ComplaintFiled)
    await send(running)
    kept: list[str] = []
    for name in await running.database.list_collection_names():
        kept += [repr(one) async for one in running.database[name].find({})]

    assert any("0912***4567" in one for one in kept)
    assert [one for one in kept if "9121234567" in one] == []
