"""Kavenegar's published Python client, unchanged and at its own address, sends through Paygir."""

from pathlib import Path

import orjson
import pytest

from tests.notifications.cases import phone
from tests.notifications.inbound import WATERS, brought
from tests.notifications.published import published
from tests.notifications.systems import CITIZEN, OTHER, TEXT, carry, key_of
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]


async def test_the_published_client_sends_asks_takes_back_and_receives(
    running: Serving, tmp_path: Path
) -> None:
    key = await key_of(running, inbound_lines=[WATERS])
    arrays = {
        "sender": orjson.dumps([WATERS, WATERS]).decode(),
        "receptor": orjson.dumps([CITIZEN, OTHER]).decode(),
        "message": orjson.dumps(["یکم", "دوم"]).decode(),
    }
    await brought(running, "پاسخ شهروند", sender=OTHER)
    async with published(running.app, key, tmp_path) as client:
        [first], [again], pair, [other] = await client.calls(
            ("sms_send", {"sender": WATERS, "receptor": CITIZEN, "message": TEXT, "localid": 7}),
            ("sms_send", {"sender": WATERS, "receptor": CITIZEN, "message": TEXT, "localid": 7}),
            ("sms_sendarray", arrays),
            ("sms_send", {"receptor": OTHER, "message": "سوم"}),
        )
        cancelled = await client.calls(("sms_cancel", {"messageid": other["messageid"]}))
        await carry(running)
        ids = ",".join(str(one["messageid"]) for one in (first, *pair, other))
        status, own, selected, [letter], refused, unknown = await client.calls(
            ("sms_status", {"messageid": ids}),
            ("sms_statuslocalmessageid", {"localid": 7}),
            ("sms_select", {"messageid": first["messageid"]}),
            ("sms_receive", {"linenumber": WATERS, "isread": 0}),
            ("sms_send", {"receptor": "1", "message": TEXT}),
            ("account_config", {}),
        )

    assert first == again
    assert sorted(await phone(running)) == sorted([TEXT, "یکم", "دوم"])
    assert [one["status"] for [one] in cancelled] == [13]
    assert [one["status"] for one in status] == [10, 10, 10, 13]
    assert [(one["messageid"], one["localid"], one["status"]) for one in own] == [(first["messageid"], 7, 10)]
    assert [(one["message"], one["receptor"]) for one in selected] == [(TEXT, CITIZEN)]
    assert (letter["message"], letter["sender"]) == ("پاسخ شهروند", OTHER)
    assert refused.startswith("APIException[411] ")
    assert unknown.startswith("APIException[404] ")


async def test_the_published_client_is_told_of_a_wrong_key(running: Serving, tmp_path: Path) -> None:
    async with published(running.app, "wrong", tmp_path) as client:
        [said] = await client.calls(("sms_send", {"receptor": CITIZEN, "message": TEXT}))

    assert said.startswith("APIException[403] ")
