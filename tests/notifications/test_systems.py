"""Software written for Kavenegar sends through Paygir without a change: once each, and only its own."""

import asyncio
from typing import Any

import pytest

from services.notifications.usecases.use import Use
from tests.notifications.cases import only, phone
from tests.notifications.inbound import WATERS
from tests.notifications.systems import CITIZEN, OTHER, TEXT, call, goes, key_of, rows, sent
from tests.province import SATURDAY_NINE
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]


async def documents(running: Serving) -> list[dict[str, Any]]:
    found = await running.database["messages"].find({}, {"state": 1}).sort("_id", 1).to_list()
    return [one["state"] for one in found]


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
    await goes(running)
    assert await phone(running) == [TEXT]
    [told] = await rows(running, key, "status", messageid=row["messageid"])
    assert told == {"messageid": row["messageid"], "status": 10, "statustext": "رسیده به گیرنده"}


async def test_twenty_retries_at_once_with_the_same_id_are_one_message(running: Serving) -> None:
    key = await key_of(running, codes=True)
    said = await asyncio.gather(*[sent(running, key, localid="77") for _ in range(20)])
    await goes(running)

    assert len({one["messageid"] for one in said}) == 1
    assert await phone(running) == [TEXT]
    again = await sent(running, key, localid="77", message="متن دیگر")
    assert (again["messageid"], again["message"]) == (said[0]["messageid"], TEXT)
    await goes(running)
    assert await phone(running) == [TEXT]
    use: Use = running.parts.use
    [spent] = await running.database["sms_clients_spent"].find().to_list()
    assert spent["parts"] == 1
    assert use.systems is not None
