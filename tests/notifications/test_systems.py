"""Software written for Kavenegar sends through Paygir without a change: once each, and only its own."""

import asyncio
from datetime import timedelta
from typing import Any

import orjson
import pytest

from services.notifications.domain.status import Status
from services.notifications.usecases.use import Use
from shared.keys.person import Why
from tests.notifications.cases import Gateway, only, phone, send
from tests.notifications.inbound import WATERS
from tests.notifications.systems import (
    CITIZEN,
    CITIZEN_E164,
    OTHER,
    TEXT,
    call,
    carry,
    key_of,
    persons_come,
    rows,
    sent,
)
from tests.province import SATURDAY_NINE
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]
WITHIN = timedelta(minutes=10)


async def stands(running: Serving, key: str, *rows_: dict[str, Any]) -> list[int]:
    ids = ",".join(str(one["messageid"]) for one in rows_)
    return [one["status"] for one in await rows(running, key, "status", messageid=ids)]


async def spent(running: Serving) -> list[int]:
    of_systems = {"_id": {"$regex": "^system "}}
    return [one["used"] for one in await running.database["allowances"].find(of_systems).to_list()]


def many(count: int) -> list[str]:
    return [f"0912{number:07}" for number in range(count)]


async def test_what_a_system_sends_is_queued_before_the_answer_and_reaches_the_phone(
    running: Serving,
) -> None:
    key = await key_of(running)
    row = await sent(running, key)

    message = await only(running)
    assert row == {
        "messageid": int(message.id.removeprefix("sms-")),
        "message": TEXT,
        "status": 1,
        "statustext": "در صف ارسال",
        "sender": WATERS,
        "receptor": CITIZEN,
        "date": int(SATURDAY_NINE.timestamp()),
        "cost": 1,
    }
    assert 2**52 <= row["messageid"] < 2**53
    assert (message.agency_id, message.lane, message.line) == ("water", "status", WATERS)
    await carry(running)
    assert await phone(running) == [TEXT]
    [told] = await rows(running, key, "status", messageid=row["messageid"])
    assert told == {"messageid": row["messageid"], "status": 10, "statustext": "رسیده به گیرنده"}
    [whole] = await rows(running, key, "select", messageid=row["messageid"])
    assert whole == {**row, "status": 10, "statustext": "رسیده به گیرنده"}


async def test_all_may_stand_in_the_address_and_numbers_are_read_as_people_write_them(
    running: Serving,
) -> None:
    key = await key_of(running)
    params = {"receptor": "+98 912 123 4567", "message": TEXT, "sender": f"98{WATERS}", "type": 1, "hide": 1}
    answer = await running.http.get(f"/v1/{key}/sms/send.json", params={**params, "date": 0})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert [one["receptor"] for one in answer.json()["entries"]] == [CITIZEN]


async def test_twenty_retries_at_once_with_the_same_id_are_one_message(running: Serving) -> None:
    key = await key_of(running, codes=True)
    await sent(running, key, message="12345")  # so that nobody waits for who makes the person
    said = await asyncio.gather(*[sent(running, key, localid="77") for _ in range(20)])
    await carry(running)

    assert len({one["messageid"] for one in said}) == 1
    assert sorted(await phone(running)) == sorted(["12345", TEXT])
    running.clock.forward(days=2)
    again = await sent(running, key, localid="77", message="متن دیگر")
    assert (again["messageid"], again["message"]) == (said[0]["messageid"], TEXT)
    await carry(running)
    assert len(await phone(running)) == 2
    assert sum(await spent(running)) == 2


async def test_one_id_for_several_receptors_is_a_message_to_each(running: Serving) -> None:
    key = await key_of(running)
    said = await rows(
        running, key, "send", receptor=f"{CITIZEN},{OTHER}", message=TEXT, localid="5,5", date="0"
    )
    told = await rows(running, key, "statuslocalmessageid", localid="5,6")
    await carry(running)

    assert await phone(running) == [TEXT, TEXT]
    assert sorted(one["messageid"] for one in told) == sorted([0, *(one["messageid"] for one in said)])
    assert told[-1] == {"messageid": 0, "localid": 6, "status": 100, "statustext": "شناسهٔ نامعتبر"}
    assert {one["localid"] for one in told} == {5, 6}


async def test_another_systems_id_is_another_message(running: Serving) -> None:
    first, second = await key_of(running, codes=True), await key_of(running, codes=True)
    one, other = await sent(running, first, localid="1"), await sent(running, second, localid="1")

    assert one["messageid"] != other["messageid"]
    [told] = await rows(running, second, "statuslocalmessageid", localid="1")
    assert told["messageid"] == other["messageid"]


async def test_the_same_text_to_the_same_number_is_one_message_whichever_system_sends_it(
    running: Serving,
) -> None:
    first, second = await key_of(running), await key_of(running)
    [one, other, _] = await asyncio.gather(
        sent(running, first, localid="1"), sent(running, second, localid="2"), sent(running, second)
    )
    await carry(running)
    running.clock.set(SATURDAY_NINE + WITHIN - timedelta(milliseconds=1))
    late = await sent(running, first, localid="3")
    await carry(running)

    assert one["messageid"] == other["messageid"] == late["messageid"]
    assert await phone(running) == [TEXT]
    assert sum(await spent(running)) == 1
    assert await stands(running, second, one) == [10]
    for key, localid in ((first, "3"), (second, "2")):
        [told] = await rows(running, key, "statuslocalmessageid", localid=localid)
        assert (told["messageid"], told["status"]) == (one["messageid"], 10)


async def test_after_ten_minutes_and_to_another_number_and_at_another_time_the_same_text_goes(
    running: Serving,
) -> None:
    key = await key_of(running)
    first = await sent(running, key)
    ids = {
        first["messageid"],
        (await sent(running, key, receptor=OTHER))["messageid"],
        (await sent(running, key, message=TEXT + "."))["messageid"],
        (await sent(running, key, date=int(SATURDAY_NINE.timestamp()) + 60))["messageid"],
    }
    running.clock.set(SATURDAY_NINE + WITHIN)
    ids.add((await sent(running, key))["messageid"])

    assert len(ids) == 5


async def test_the_same_code_twice_is_two_messages_and_goes_before_all_others(running: Serving) -> None:
    key = await key_of(running, codes=True)
    said = [await sent(running, key, message="12345") for _ in range(2)]
    await carry(running)

    assert said[0]["messageid"] != said[1]["messageid"]
    assert await phone(running) == ["12345", "12345"]
    assert {one["state"]["lane"] for one in await running.database["messages"].find().to_list()} == {"code"}


async def test_what_failed_may_be_sent_again_at_once(running: Serving) -> None:
    key = await key_of(running)
    row = await sent(running, key, receptor="09900012345")
    await carry(running)
    again = await sent(running, key, receptor="09900012345")

    assert await stands(running, key, row, again) == [6, 1]


async def test_two_hundred_receptors_are_two_hundred_messages_and_one_more_is_none(running: Serving) -> None:
    key = await key_of(running)
    numbers = many(200)
    said = await rows(running, key, "send", receptor=",".join(numbers), message=TEXT)
    again = await rows(running, key, "send", receptor=",".join(numbers), message=TEXT)
    await carry(running)

    assert [one["receptor"] for one in said] == numbers
    assert [one["messageid"] for one in again] == [one["messageid"] for one in said]
    assert len(await phone(running)) == len({one["messageid"] for one in said}) == 200
    assert await spent(running) == [200]
    refused = await call(running, key, "send", receptor=",".join(many(201)), message=TEXT)
    assert refused.status_code == 414


async def test_arrays_are_a_text_for_each(running: Serving) -> None:
    key = await key_of(running)
    longest = "ی" * 900
    arrays = {
        "receptor": orjson.dumps([CITIZEN, 9350000000]).decode(),
        "sender": f'["{WATERS}", ""]',
        "message": orjson.dumps([TEXT, longest]).decode(),
        "type": "[1, 1]",
        "localmessageids": "8,9",
    }
    said = await rows(running, key, "sendarray", **arrays)
    told = await rows(running, key, "statuslocalmessageid", localid="8,9")
    await carry(running)

    assert [(one["receptor"], one["message"], one["cost"]) for one in said] == [
        (CITIZEN, TEXT, 1),
        (OTHER, longest, 14),
    ]
    assert [one["messageid"] for one in told] == [one["messageid"] for one in said]
    assert sorted(await phone(running), key=len) == [TEXT, longest]


async def test_two_hundred_of_the_longest_texts_fit_into_one_call(running: Serving) -> None:
    key = await key_of(running)
    texts = [f"{number:03}" + "ی" * 897 for number in range(200)]
    arrays = {
        "receptor": orjson.dumps(many(200)).decode(),
        "sender": orjson.dumps([""] * 200).decode(),
        "message": orjson.dumps(texts).decode(),
    }
    said = await rows(running, key, "sendarray", **arrays)

    assert [one["message"] for one in said] == texts


async def test_what_is_to_go_later_waits_for_its_time(running: Serving) -> None:
    key, at = await key_of(running), SATURDAY_NINE + timedelta(hours=1)
    row = await sent(running, key, date=int(at.timestamp()))
    assert (row["status"], row["date"]) == (2, int(at.timestamp()))
    await carry(running)
    running.clock.set(at - timedelta(milliseconds=1))
    await send(running)
    assert await phone(running) == []
    running.clock.set(at)
    await send(running)
    assert await phone(running) == [TEXT]


async def test_what_is_taken_back_is_not_sent_and_its_parts_are_given_back_once(running: Serving) -> None:
    key = await key_of(running)
    row, other = await sent(running, key), await sent(running, key, receptor=OTHER)
    said = await asyncio.gather(*[rows(running, key, "cancel", messageid=row["messageid"]) for _ in range(5)])
    await carry(running)
    late = await rows(running, key, "cancel", messageid=f"{other['messageid']},{2**52}")

    assert [[one["status"] for one in rows_] for rows_ in said] == [[13]] * 5
    assert len(await phone(running)) == 1
    assert await stands(running, key, row, other) == [13, 10]
    assert [one["status"] for one in late] == [10, 100]
    assert await spent(running) == [1]
    anew = await sent(running, key)
    await carry(running)
    assert anew["messageid"] != row["messageid"]
    assert len(await phone(running)) == 2


async def test_what_another_system_wants_too_is_not_taken_back(running: Serving) -> None:
    first, second = await key_of(running), await key_of(running)
    row = await sent(running, first)
    await sent(running, second)
    [told] = await rows(running, first, "cancel", messageid=row["messageid"])
    await carry(running)

    assert (told["status"], await phone(running)) == (1, [TEXT])


async def test_what_is_taken_back_while_another_system_asks_for_it_is_sent_all_the_same(
    running: Serving,
) -> None:
    first, second = await key_of(running), await key_of(running)
    row = await sent(running, first)
    asked: Any = running.parts.use.systems.asked
    with_ids = asked.with_ids

    async def looking(ids: Any) -> Any:
        found = await with_ids(ids)
        asked.with_ids = with_ids
        await rows(running, first, "cancel", messageid=row["messageid"])
        return found

    asked.with_ids = looking
    other = await sent(running, second)
    await carry(running)

    assert await phone(running) == [TEXT]
    assert (await stands(running, first, row), await stands(running, second, other)) == ([13], [10])


async def test_another_agency_sends_the_same_text_to_the_same_number_by_itself(running: Serving) -> None:
    water, roads = await key_of(running), await key_of(running, "roads.head")
    one, other = await sent(running, water), await sent(running, roads)
    await carry(running)

    assert one["messageid"] != other["messageid"]
    assert await phone(running) == [TEXT, TEXT]


@pytest.mark.parametrize("method", ["status", "select", "cancel"])
async def test_another_agencys_and_another_systems_message_is_not_known(
    running: Serving, method: str
) -> None:
    own = await key_of(running)
    row = await sent(running, own, localid="1")
    for key in (await key_of(running), await key_of(running, "roads.head")):
        [told] = await rows(running, key, method, messageid=row["messageid"])
        assert told == {"messageid": row["messageid"], "status": 100, "statustext": "شناسهٔ نامعتبر"}
        [told] = await rows(running, key, "statuslocalmessageid", localid="1")
        assert (told["messageid"], told["status"]) == (0, 100)
    await carry(running)
    assert await phone(running) == [TEXT]


async def test_a_message_of_paygirs_own_is_no_systems(running: Serving) -> None:
    key = await key_of(running)
    row = await sent(running, key)
    use: Use = running.parts.use
    message = await only(running)
    await running.database["messages"].update_one({"_id": message.id}, {"$set": {"state.asked": None}})

    assert await stands(running, key, row) == [100]
    assert await use.systems.asked.needs(message.contact_id or "") is None


async def test_the_quota_is_of_a_day_and_of_all_or_nothing(running: Serving) -> None:
    key = await key_of(running, daily_parts=3)
    two = f"{CITIZEN},{OTHER}"
    await rows(running, key, "send", receptor=two, message=TEXT)
    refused = await call(running, key, "send", receptor=two, message="متن دوم")
    assert (refused.status_code, refused.json()["return"]["status"], refused.json()["entries"]) == (
        418,
        418,
        None,
    )
    assert len(await rows(running, key, "send", receptor=two, message=TEXT)) == 2
    await sent(running, key, message="متن دوم")
    assert (await call(running, key, "send", receptor=CITIZEN, message="سوم")).status_code == 418
    await carry(running)
    assert len(await phone(running)) == 3
    running.clock.set(SATURDAY_NINE + timedelta(hours=15))  # midnight
    await sent(running, key, message="سوم")


async def test_many_at_once_never_spend_more_than_the_quota(running: Serving) -> None:
    key = await key_of(running, daily_parts=10)

    async def status(number: str) -> int:
        """As its software would: asked again where the outcome isn't known."""
        while (answer := await call(running, key, "send", receptor=number, message=TEXT)).status_code == 409:
            continue
        return answer.status_code

    said = await asyncio.gather(*map(status, many(30)))

    assert sorted(said) == [200] * 10 + [418] * 20
    assert await spent(running) == [10]
    assert len(await running.database["messages"].find().to_list()) == 10


async def test_who_is_erased_gets_nothing_and_their_number_and_text_are_gone(running: Serving) -> None:
    key = await key_of(running)
    row = await sent(running, key)
    use: Use = running.parts.use
    message = await only(running)
    await carry(running)
    later = await sent(running, key, message="دومی", date=int(SATURDAY_NINE.timestamp()) + 3600)
    await use.senders.erase("water", message.contact_id or "", Why.ASKED, "test", running.clock.now())
    await carry(running)
    running.clock.forward(hours=2)
    await send(running)

    assert await phone(running) == [TEXT]
    told = await rows(running, key, "select", messageid=f"{row['messageid']},{later['messageid']}")
    assert [(one["receptor"], one["message"], one["status"]) for one in told] == [("", "", 10), ("", "", 14)]
    assert await use.numbers.known([message.contact_id or ""]) == {}


async def test_a_number_is_kept_until_its_last_message_is_over_and_thirty_days_more(running: Serving) -> None:
    key, at = await key_of(running), SATURDAY_NINE + timedelta(days=20)
    await sent(running, key, date=int(at.timestamp()))

    async def is_known() -> bool:
        await running.sweep()
        [one] = await running.parts.use.senders.keys.collection.find().to_list()
        return one["state"]["wrapped_key"] is not None

    await carry(running)
    running.clock.set(at)
    assert await is_known()
    await send(running)
    assert await phone(running) == [TEXT]
    running.clock.set(at + timedelta(days=30, milliseconds=-1))
    assert await is_known()
    running.clock.set(at + timedelta(days=30))
    await running.sweep()
    assert not await is_known()


async def test_neither_number_nor_text_nor_own_id_nor_key_is_kept_open(running: Serving) -> None:
    key = await key_of(running)
    await sent(running, key, localid="9121234567")
    kept = [
        await running.database[name].find().to_list()
        for name in await running.database.list_collection_names()
    ]
    use: Use = running.parts.use
    kept.append(await use.senders.keys.collection.find({}, {"pending": 0}).to_list())

    said = repr(kept)
    assert [mark for mark in (key, "9121234567", CITIZEN_E164, "نوبت شما") if mark in said] == []


async def test_a_message_in_doubt_is_said_to_be_sent_and_one_with_the_operator_so(running: Serving) -> None:
    key = await key_of(running)
    row = await sent(running, key)
    await persons_come(running)
    gateway = Gateway(running.parts.use.sandbox)
    gateway.before = TimeoutError()
    await send(running, gateway=gateway)

    assert await stands(running, key, row) == [4]
    assert (await only(running)).status is Status.UNKNOWN
