"""What citizens send to a system's own line is that system's: given once, and taken for nobody's request."""

import asyncio
from datetime import timedelta

import pytest

from services.notifications.usecases.use import Use
from shared.events.complaints import ComplaintFiled
from shared.keys.person import Why
from tests.notifications.cases import CODE, Case, phone, send
from tests.notifications.inbound import WATERS, brought, known
from tests.notifications.systems import CITIZEN, call, carry, key_of, persons_come, rows
from tests.province import SATURDAY_NINE
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]
NOW = int(SATURDAY_NINE.timestamp())
UNREAD, READ = {"linenumber": WATERS, "isread": 0}, {"linenumber": WATERS, "isread": 1}


async def test_a_systems_own_line_is_read_by_it_once_and_answered_by_nobody(
    running: Serving, case: Case
) -> None:
    key = await key_of(running, inbound_lines=[WATERS])
    await known(running, case.envelope(ComplaintFiled))
    for _ in range(2):
        await brought(running, CODE, id_="m-1")
    await brought(running, "شکایت دارم از قطع آب", id_="m-2")
    await carry(running)

    use: Use = running.parts.use
    assert (await phone(running), await running.published(use.inbound)) == ([], [])
    span = {"linenumber": WATERS, "startdate": NOW, "enddate": NOW + 60}
    [counted] = await rows(running, key, "countinbox", **span)
    assert counted == {"startdate": NOW, "enddate": NOW + 60, "sumcount": 2}
    said = await asyncio.gather(*[rows(running, key, "receive", **UNREAD) for _ in range(5)])
    got = [one for rows_ in said for one in rows_]
    assert sorted((one["message"], one["sender"], one["receptor"], one["date"]) for one in got) == [
        (CODE, CITIZEN, WATERS, NOW),
        ("شکایت دارم از قطع آب", CITIZEN, WATERS, NOW),
    ]
    assert await rows(running, key, "receive", **UNREAD) == []
    again = await rows(running, key, "receive", **READ)
    assert {one["messageid"] for one in again} == {one["messageid"] for one in got}
    counts = [
        (await rows(running, key, "countinbox", **span, isread=isread))[0]["sumcount"] for isread in (0, 1)
    ]
    assert counts == [0, 2]


async def test_a_hundred_are_given_at_once_the_oldest_first(running: Serving) -> None:
    key = await key_of(running, inbound_lines=[WATERS])
    for number in range(101):
        running.clock.set(SATURDAY_NINE + timedelta(seconds=number))
        await brought(running, f"پیام {number}", id_=f"m-{number}")

    first, second, last = [await rows(running, key, "receive", **UNREAD) for _ in range(3)]
    assert [one["message"] for one in first] == [f"پیام {number}" for number in range(100)]
    assert ([one["message"] for one in second], last) == (["پیام 100"], [])


async def test_another_system_reads_nothing_of_it_and_a_free_line_is_the_agencys_again(
    running: Serving,
) -> None:
    key = await key_of(running, inbound_lines=[WATERS])
    for other in (await key_of(running), await key_of(running, "roads.head")):
        assert (await call(running, other, "receive", **UNREAD)).status_code == 412
    await brought(running, "سلام", id_="m-1")
    use: Use = running.parts.use
    client = (await use.systems.listed.of_line(WATERS)) or pytest.fail("no system has the line")
    await running.database["sms_clients"].update_one(
        {"_id": client.id}, {"$set": {"state.terms.inbound_lines": []}}
    )
    await brought(running, "سلام", id_="m-2")

    assert (await call(running, key, "receive", **UNREAD)).status_code == 412
    assert await running.database["inbound"].count_documents({}) == 1
    assert await running.database["sms_received"].count_documents({}) == 1


async def test_neither_words_nor_sender_are_kept_open_and_both_go_with_the_person(running: Serving) -> None:
    key = await key_of(running, inbound_lines=[WATERS])
    await brought(running, "من زهرا هستم", id_="09121234567")
    await persons_come(running)
    kept = repr(await running.database["sms_received"].find().to_list())
    assert [mark for mark in ("زهرا", "9121234567") if mark in kept] == []

    use: Use = running.parts.use
    [person] = await use.senders.keys.collection.find().to_list()
    await use.senders.erase("water", person["_id"], Why.ASKED, "test", running.clock.now())
    assert await rows(running, key, "receive", **UNREAD) == []
    assert await rows(running, key, "receive", **READ) == []


async def test_words_and_sender_are_kept_for_thirty_days(running: Serving) -> None:
    key = await key_of(running, inbound_lines=[WATERS])
    await brought(running, "سلام")
    running.clock.set(SATURDAY_NINE + timedelta(days=30, milliseconds=-1))
    await running.sweep()
    assert [one["message"] for one in await rows(running, key, "receive", **UNREAD)] == ["سلام"]
    running.clock.set(SATURDAY_NINE + timedelta(days=30))
    await running.sweep()
    await running.sweep()
    await send(running)

    [one] = await running.database["sms_received"].find().to_list()
    assert (one["state"]["words"], one["state"]["sender"], one["state"]["has_words"]) == (None, None, False)
    assert await rows(running, key, "receive", **READ) == []
    [person] = await running.parts.use.senders.keys.collection.find().to_list()
    assert person["state"]["wrapped_key"] is None
