"""Messages through Debian's own Kannel to an operator's centre, and what comes back."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.notifications.app import assemble
from services.notifications.domain.lane import Lane
from services.notifications.settings import Settings
from shared.clock import wall_now
from shared.events.complaints import ComplaintAnswered, ComplaintFiled
from shared.service import end
from tests.notifications.cases import Case, only, queued, send, states, told
from tests.notifications.vendors.kannel import USER, WITHIN_S, WORD, Kannel, real_kannel
from tests.serving import Serving, serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]
FILED = (
    "شکایت شما از دستگاه water ثبت شد. کد پیگیری:\n3TMJ-WP0K-48R6-TF3J\n"
    "مهلت پاسخ: شنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰."
)


@pytest.fixture(scope="module")
def kannel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kannel]:
    with real_kannel(tmp_path_factory.mktemp("kannel")) as one:
        yield one


@asynccontextmanager
async def through(kannel: Kannel, database: AsyncDatabase[dict[str, Any]]) -> AsyncGenerator[Serving]:
    """The service with Kannel alone, its connections closed in the end."""
    plan = {
        "type": "kannel",
        "url": kannel.url,
        "username": USER,
        "password": {"env": "A_WORD"},
        "line": "3000",
    }
    plans = orjson.dumps({"kannel": plan}).decode()
    settings = Settings(gateways=plans, public_url=kannel.calls_at)
    async with serving("notifications", settings, assemble, database) as one:
        connections = asyncio.create_task(one.parts.background["http"]())
        await asyncio.sleep(0)
        yield one
        await end([connections])


@pytest.fixture
async def linked(
    database: AsyncDatabase[dict[str, Any]], kannel: Kannel, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Serving]:
    monkeypatch.setenv("A_WORD", WORD)
    async with through(kannel, database) as one:
        yield one


async def sent(linked: Serving, mobile: str, kind: Any = ComplaintFiled) -> None:
    case = Case(linked, f"case-of-{mobile}", mobile)
    await case.contact_comes()
    await case.tells(kind)
    assert await send(linked) == 1
    assert (await only(linked)).status.value == "accepted"


async def calls(linked: Serving, kannel: Kannel, *awaited: str) -> list[str]:
    """The addresses that Kannel called for the one message, until each awaited kind has come."""
    message, found = await only(linked), list[str]()
    while not set(awaited) <= {path.rpartition("=")[2] for path in found}:
        path = await asyncio.to_thread(kannel.called.get, timeout=WITHIN_S)
        found += [path] if message.id in path else []
    return found


async def pass_on(linked: Serving, paths: list[str]) -> None:
    for path in paths:
        assert (await linked.http.get(path)).status_code == 204, path


async def test_persian_arrives_letter_by_letter_and_the_receipt_comes_to_our_address(
    linked: Serving, kannel: Kannel
) -> None:
    await sent(linked, "+989121110001")
    paths = await calls(linked, kannel, "1", "8")

    assert kannel.centre.texts("989121110001") == [FILED]
    await pass_on(linked, paths)
    assert await states(linked) == [("complaint-filed", "delivered", None)]


async def test_three_parts_are_one_message_with_one_receipt(linked: Serving, kannel: Kannel) -> None:
    await sent(linked, "+989121110002", ComplaintAnswered)
    paths = await calls(linked, kannel, "1", "8")
    parts = [one for one in kannel.centre.parts if one.to == "989121110002"]

    assert ([one.coding for one in parts], len(parts)) == ([8] * 3, 3)
    assert kannel.centre.texts("989121110002") == [(await only(linked)).text]
    await pass_on(linked, paths)
    assert [name for name, _ in await told(linked)] == ["MessageDelivered"]


async def test_late_doubled_and_in_the_wrong_order_they_end_in_delivered_once(
    linked: Serving, kannel: Kannel
) -> None:
    kannel.centre.receipts["989121110003"] = ["-"]
    await sent(linked, "+989121110003")
    [taken] = await calls(linked, kannel, "8")
    linked.clock.forward(days=2)
    kannel.tell_later("989121110003", "DELIVRD")
    [arrived] = await calls(linked, kannel, "1")
    await pass_on(linked, [arrived, taken, arrived, taken])

    assert await states(linked) == [("complaint-filed", "delivered", None)]
    assert [name for name, _ in await told(linked)] == ["MessageDelivered"]


@pytest.mark.parametrize(
    ("mobile", "state", "reason"),
    [("+989121110004", "UNDELIV", "not-delivered"), ("+989121110005", None, "refused-by-the-operator")],
    ids=["not delivered", "refused"],
)
async def test_what_does_not_arrive_fails_with_a_code_and_is_told_once(
    linked: Serving, kannel: Kannel, mobile: str, state: str | None, reason: str
) -> None:
    to = mobile[1:]
    if state is None:
        kannel.centre.refuses.add(to)
    else:
        kannel.centre.receipts[to] = [state]
    await sent(linked, mobile)
    paths = await calls(linked, kannel, "16" if state is None else "2")
    await pass_on(linked, [*paths, *paths])

    assert await states(linked) == [("complaint-filed", "failed", reason)]
    assert [name for name, _ in await told(linked)] == ["MessageFailed"]


async def test_what_the_operator_throttles_kannel_sends_a_second_later(
    linked: Serving, kannel: Kannel
) -> None:
    kannel.centre.throttles["989121110006"] = 1
    await sent(linked, "+989121110006")
    await pass_on(linked, await calls(linked, kannel, "1"))

    assert kannel.centre.submits["989121110006"] == 3  # two parts, one of them twice
    assert kannel.centre.texts("989121110006") == [FILED]
    assert await states(linked) == [("complaint-filed", "delivered", None)]


@pytest.mark.parametrize(
    ("mobile", "lane", "lasts", "priority"),
    [
        ("+989121110008", Lane.CODE, timedelta(hours=2), 3),
        ("+989121110009", Lane.STATUS, None, 2),
        ("+989121110010", Lane.BROADCAST, None, 0),
    ],
)
async def test_the_operator_is_told_how_urgent_it_is_and_until_when_it_is_worth_trying(
    linked: Serving, kannel: Kannel, mobile: str, lane: Lane, lasts: timedelta | None, priority: int
) -> None:
    case = Case(linked, mobile=mobile)
    await case.contact_comes()
    await queued(linked, case, lane, expires_at=lasts and linked.clock.now() + lasts)
    await send(linked)
    await calls(linked, kannel, "1")

    [part] = [one for one in kannel.centre.parts if one.to == mobile[1:]]
    assert part.priority == priority
    if lasts is None:
        assert part.valid_until == ""
        return
    until = datetime.strptime(part.valid_until, "%y%m%d%H%M%S000+").replace(tzinfo=UTC)
    assert abs(wall_now() + lasts - until) < timedelta(minutes=10)


async def test_a_wrong_password_is_refused_for_now_and_nothing_leaves(
    linked: Serving, kannel: Kannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_WORD", "wrong")
    async with through(kannel, linked.database) as other:
        case = Case(other, mobile="+989121110007")
        await case.contact_comes()
        await case.tells(ComplaintFiled)
        await send(other)

        assert await states(other) == [("complaint-filed", "queued", "http-403")]
    assert kannel.centre.texts("989121110007") == []
