"""One trace goes from the request over the bus to the SMS, and nothing on the way tells whose it is."""
# pyright: basic

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from deploy.embedded.topics import declared
from shared.persian import persian_digits
from tests.journeys.citizens import CREATED, complaint
from tests.journeys.effects import until_quiet
from tests.journeys.stack import MARKS, Stack, stack_for
from tests.shared.outbox.topic import read

pytestmark = [*MARKS, pytest.mark.asyncio(loop_scope="module")]
SERVICES = ("complaints", "notifications", "reporting")
TRACE, REQUEST = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
MOBILE = "09127654321"
NAME = "فرخنده قناری‌پور"
TEXT = f"من {NAME} هستم و نشانی‌ام کوچهٔ قناری است."
CANARIES = [MOBILE.removeprefix("0"), persian_digits(MOBILE.removeprefix("0")), "قناری"]
ESCAPED = [json.dumps(canary).strip('"') for canary in CANARIES]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def code(stack: Stack) -> str:
    """The case of a citizen who says their name, and whose request is traced; and all that can go wrong."""
    url, body = stack.url("complaints", "/v1/complaints"), complaint(0, mobile=MOBILE, text=TEXT)
    headers = {"traceparent": f"00-{TRACE}-{REQUEST}-01", "idempotency-key": "one"}
    answer = await stack.http.post(url, json=body, headers=headers)
    assert answer.status_code == CREATED, answer.text
    shown: str = answer.json()["tracking_code"]
    for wrong in (
        {**body, "mobile": f"{MOBILE}9", "text": TEXT},
        {**body, "ground": TEXT},
        {**body, "service_code": MOBILE},
        {**body, "name": NAME},
        {**body, "text": TEXT * 1000},
    ):
        assert (await stack.http.post(url, json=wrong)).is_client_error
    assert (await stack.http.post(url, content=TEXT.encode())).is_client_error
    assert (await stack.http.post(url, json={**body, "text": NAME}, headers=headers)).is_client_error
    assert (await stack.http.get(stack.url("complaints", f"/v1/{MOBILE}?text={NAME}"))).is_client_error
    stranger = {"code": shown, "mobile": f"0912{7654320}"}
    assert (await stack.http.post(stack.url("complaints", "/v1/follow"), json=stranger)).is_client_error
    follow = {"code": shown, "mobile": MOBILE}
    assert (await stack.http.post(stack.url("complaints", "/v1/follow"), json=follow)).is_success
    await until_quiet(stack)
    return shown


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[Stack]:
    async with stack_for(*SERVICES) as one:
        await one.start("kafka", "mongodb")
        await one.settle(*SERVICES)
        await one.start(*SERVICES)
        yield one


async def test_the_sms_belongs_to_the_trace_of_the_request(stack: Stack, code: str) -> None:
    sms = await stack.http.get(stack.url("notifications", "/v1/sandbox/messages"), params={"mobile": MOBILE})
    assert [code in one["text"] for one in sms.json()] == [True]

    # Each process writes its spans by itself, the request's maybe after that of the sending.
    chain = await stack.eventually(
        "the spans from the sending up to the caller",
        lambda: chain_to_sending(stack),
        lambda seen: bool(seen) and seen[-1]["parent_id"] == REQUEST,
    )

    assert [(span["service"], span["name"]) for span in chain] == [
        ("paygir-notifications", "send sms"),
        ("paygir-notifications", "tell the citizen ComplaintFiled"),
        ("paygir-complaints", "POST /v1/complaints"),
    ]


async def test_neither_number_nor_name_nor_text_is_in_logs_traces_metrics_or_public_topics(
    stack: Stack, code: str
) -> None:
    said = {
        **{f"log {file.name}": file.read_text() for file in (stack.folder / "logs").iterdir()},
        "traces": traces_file(stack).read_text(),
        **{f"metrics of {name}": await metrics(stack, name) for name in SERVICES},
        **{topic.name: await everything_on(stack, topic.name) for topic in declared()},
    }

    assert [
        (where, what) for where, text in said.items() for what in CANARIES + ESCAPED if what in text
    ] == []
    # That nothing was found would mean little if nothing had been searched.
    assert code.replace("-", "") in said["paygir.complaints.events"]
    assert "sealed" in said["paygir.contacts"]
    assert TRACE in said["traces"]
    assert 'route="/v1/complaints"' in said["metrics of complaints"]
    assert "Uvicorn running" in said["log complaints.log"]


def traces_file(stack: Stack) -> Path:
    """Where all services write their spans."""
    return stack.folder / "traces.jsonl"


async def chain_to_sending(stack: Stack) -> list[dict[str, Any]]:
    """The span of the sending, what it belongs to, and so on; empty where none is written."""
    spans = await spans_of(stack, TRACE)
    chain = [span for span in spans.values() if span["name"].startswith("send")][:1]
    while chain and chain[-1]["parent_id"] in spans:
        chain.append(spans[chain[-1]["parent_id"]])
    return chain


async def spans_of(stack: Stack, trace: str) -> dict[str, dict[str, Any]]:
    """The spans of a trace, by id."""
    lines = traces_file(stack).read_text().splitlines() if traces_file(stack).exists() else []
    spans = [json.loads(line) for line in lines]
    return {span["span_id"]: span for span in spans if span["trace_id"] == trace}


async def metrics(stack: Stack, name: str) -> str:
    """All figures of a service."""
    answer: httpx.Response = await stack.http.get(stack.url(name, "/metrics"))
    return answer.raise_for_status().text


async def everything_on(stack: Stack, topic: str) -> str:
    """Keys, headers and values of all its records."""
    parts: list[bytes] = []
    for record in await read(stack.kafka.bootstrap, topic):
        parts += [record.key or b"", record.value or b"", *(value for _, value in record.headers)]
    return b"\n".join(parts).decode(errors="replace")
