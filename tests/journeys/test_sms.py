"""A citizen who has nothing but a telephone for SMS: complains, asks, rates, over Kafka and MongoDB."""
# pyright: basic

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from deploy.embedded.secret_files import inbound_file
from tests.journeys.stack import MARKS, Stack, stack_for

pytestmark = [*MARKS, pytest.mark.clause("RIGHTS-P5-6"), pytest.mark.clause("FOAD-10")]
MOBILE, LINE = "09121234567", "30001001"


@pytest.fixture
async def stack() -> AsyncIterator[Stack]:
    async with stack_for("complaints", "notifications") as one:
        await one.start("kafka", "mongodb", "issuer")
        await one.settle("complaints", "notifications")
        await one.start("complaints", "notifications")
        yield one


async def sends(stack: Stack, id_: str, text: str) -> None:
    """Kannel brings what the citizen wrote, twice."""
    secret = json.loads(inbound_file(stack.folder).read_text())["gateways"]["kannel"]["secret"]
    said = {"secret": secret, "id": id_, "from": MOBILE, "to": LINE, "text": text}
    for _ in range(2):
        answer = await stack.http.get(stack.url("notifications", "/v1/inbound/kannel"), params=said)
        assert (answer.status_code, answer.text) == (200, "")


async def gets(stack: Stack, count: int) -> list[str]:
    """What the citizen's telephone shows once so many messages are there, oldest first."""

    async def shown() -> list[str]:
        answer = await stack.http.get(stack.url("notifications", "/v1/sandbox/messages"))
        return [one["text"] for one in reversed(answer.json())]

    return await stack.eventually(f"{count} messages", shown, lambda texts: len(texts) >= count)


async def act(stack: Stack, id_: str, verb: str, **body: Any) -> None:
    officer = await stack.bearer("water.desk.officer")
    url = stack.url("complaints", f"/v1/complaints/{id_}/{verb}")
    answer = await stack.http.post(url, json=body or None, headers=officer)
    assert answer.is_success, answer.text


async def test_a_citizen_complains_asks_and_rates_by_sms_alone(stack: Stack) -> None:
    await sends(stack, "m-1", "شکایت: سه بار آمدم و هر بار گفتند فردا بیا. " + "لطفاً رسیدگی کنید. " * 10)
    [receipt] = await gets(stack, 1)
    assert receipt.startswith("شکایت شما از دستگاه water ثبت شد.")
    code = receipt.split("\n")[1]
    [case] = await stack.mongodb["paygir_complaints"]["complaints"].find().to_list()

    await stack.kill("complaints")
    await sends(stack, "m-2", f"کد من {code} است، چه شد؟")
    state = (await gets(stack, 2))[1]
    assert state.startswith("شکایت شما در دستگاه water ثبت شده و در نوبت رسیدگی است.")
    await sends(stack, "m-3", f"{code} 5")  # there is no answer yet: it is refused once complaints is back
    await stack.start("complaints")
    refused = (await gets(stack, 3))[2]
    assert refused.startswith("نظر شما دربارهٔ پاسخ دستگاه water ثبت نشد")

    await act(stack, case["_id"], "answer", text="پروانه آماده است.")
    assert (await gets(stack, 4))[3].startswith("دستگاه water به شکایت شما پاسخ داد.")
    await sends(stack, "m-4", "۴ ممنون")
    closed = (await gets(stack, 5))[4]
    assert closed.startswith("از اعلام رضایت شما سپاسگزاریم.")
    [case] = await stack.mongodb["paygir_complaints"]["complaints"].find().to_list()
    assert (case["state"]["score"], case["state"]["reason"], case["state"]["door"]) == (4, "ممنون", "sms")

    requests = stack.mongodb["paygir_complaints_keys"]["requests"]
    ended = await stack.eventually(
        "nothing waits sealed any more", lambda: requests.count_documents({"value": None}), lambda n: n == 3
    )
    assert ended == await requests.count_documents({})
    assert len(await gets(stack, 5)) == 5
