"""With the directory down for a day all others work; it comes back, they catch up; a copy is built anew."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from shared.calendar.jalali import JalaliQuarter
from shared.clock import FileClock
from shared.directory.rebuild import ASIDE
from shared.directory.replica import COLLECTION
from shared.events.directory import PROVINCE
from shared.identity import read_code
from tests.content.items import seen, submission
from tests.directory.forms import Form, csv_of, of_post, post, power, row
from tests.journeys.bus import SERVICES
from tests.journeys.citizens import complaint
from tests.journeys.effects import code_in, complaint_ids, on_the_phone, pending, told
from tests.journeys.offices import Offices, form
from tests.journeys.stack import MARKS, Stack, stack_for
from tests.province import calendar_event

pytestmark = [*MARKS, pytest.mark.asyncio(loop_scope="module")]
OTHERS = tuple(service for service in SERVICES if service != "directory")
SUNDAY_NINE = datetime(2026, 11, 29, 5, 30, tzinfo=UTC)
MONDAY_NINE = SUNDAY_NINE + timedelta(days=1)
FIRST, SECOND = 10011001100, 10011001101


def with_officer(body: Form) -> None:
    body["posts"].append(
        post("power.works.officer", "case-officer", "power.works", "power.works.deputy", "p-power-007")
    )


POWER = power(with_officer)
CHANGED = power(with_officer, of_post("power.works.officer", holder="p-power-008"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[Stack]:
    """On Sunday at nine: an agency has joined with two services, and all know it by its events alone."""
    async with stack_for(*SERVICES, scaled_clock=True) as one:
        FileClock(one.folder / "clock.json").set(to=SUNDAY_NINE, scale=1.0)
        await one.start("kafka", "mongodb", "issuer")
        await one.settle("directory")  # somebody must hold the governorate's posts before it joins
        await one.start(*SERVICES)
        await Offices(one, {}).found()
        await ask(one, "directory", "PUT", f"/v1/calendars/{PROVINCE}", json=calendar_event().calendar)
        await ask(one, "directory", "POST", "/v1/agencies", json=POWER)
        rows = csv_of(row(FIRST), row(SECOND))
        await ask(one, "directory", "POST", "/v1/services/import", content=rows)
        await until_all_know(one)
        yield one


async def ask(stack: Stack, service: str, method: str, path: str, *, by: str = "", **how: Any) -> Any:
    """As a person of power's, else the governor; what is answered when all is well."""
    bearer = await (stack.bearer_of(f"p-power-{by}", "power") if by else stack.bearer("governorate.head"))
    answer = await stack.http.request(method, stack.url(service, path), headers=bearer, **how)
    assert answer.is_success, answer.text
    return answer.json()


async def copy(stack: Stack, service: str) -> dict[str, Any]:
    """A service's copy of the directory, whole."""
    found = stack.mongodb[f"paygir_{service}"][COLLECTION].find({})
    return {one["_id"]: one async for one in found}


async def until_all_know(stack: Stack, services: Sequence[str] = OTHERS) -> None:
    """Everything that the directory told, in its order."""
    await stack.eventually("nothing waits", lambda: pending(stack), lambda waiting: not waiting)
    all_told = {id_: len(sequences) for id_, sequences in (await told(stack, "directory")).items()}

    async def known() -> list[dict[str, int]]:
        copies = [await copy(stack, service) for service in services]
        return [{id_: one["sequence"] for id_, one in each.items()} for each in copies]

    await stack.eventually("all copies", known, lambda copies: all(one == all_told for one in copies))


async def file(stack: Stack, number: int) -> dict[str, Any]:
    body = complaint(number, agency_id="power", service_code=str(FIRST))
    answer = await stack.http.post(stack.url("complaints", "/v1/complaints"), json=body)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()


async def test_a_day_without_the_directory_and_then_its_changes(stack: Stack) -> None:
    early = await file(stack, 1)
    await stack.stop("directory")
    FileClock(stack.folder / "clock.json").set(to=MONDAY_NINE)
    await complaints_and_notifications_work(stack, early)
    await content_works(stack)
    await meetings_work(stack)
    await reporting_works(stack)
    for service in OTHERS:
        assert await stack.is_ready(service), service

    await stack.start("directory")
    await ask(stack, "directory", "PUT", "/v1/agencies/power", json=CHANGED)
    await ask(stack, "directory", "POST", f"/v1/services/{SECOND}/withdraw")
    await ask(stack, "directory", "POST", "/v1/agencies", json=form("gas"))
    await until_all_know(stack)
    for service in OTHERS:
        state = await copy(stack, service)
        assert state[f"service:{SECOND}"]["state"]["withdrawn"], service
        assert state["gas"]["state"]["kind"] == "agency", service
    await stack.eventually(
        "who holds the post now may work", lambda: asked_by(stack, "008"), lambda seen: seen.is_success
    )
    await stack.eventually(
        "who held it before may not",
        lambda: asked_by(stack, "007"),
        lambda seen: seen.status_code == 403,
    )


async def asked_by(stack: Stack, number: str) -> httpx.Response:
    """What one of power's people gets who asks for its complaints; a service remembers charts for seconds."""
    who = await stack.bearer_of(f"p-power-{number}", "power")
    return await stack.http.get(stack.url("complaints", "/v1/complaints"), headers=who)


async def complaints_and_notifications_work(stack: Stack, early: dict[str, Any]) -> None:
    """What fell due goes up by the clock; a new one is taken in, worked, and told to the citizen."""
    late = await file(stack, 2)
    assert datetime.fromisoformat(early["reply_due_at"]) < MONDAY_NINE
    assert datetime.fromisoformat(late["reply_due_at"]) > MONDAY_NINE + timedelta(hours=2)
    ids, codes = await complaint_ids(stack), [read_code(one["tracking_code"]) for one in (early, late)]
    first, second = [ids[code] for code in codes if code]
    await stack.eventually(
        "the early one goes up, the late one not yet",
        lambda: told(stack),
        lambda seen: seen.get(first, [])[:2] == [1, 2] and seen.get(second) == [1],
    )
    path, text = f"/v1/complaints/{second}/answer", {"text": "انجام شد."}
    await ask(stack, "complaints", "POST", path, by="007", json=text)
    await stack.eventually("messages", lambda: messages(stack), lambda seen: seen == dict.fromkeys(codes, 2))


async def messages(stack: Stack) -> dict[str, int]:
    """How many of a receipt, of going up, of an answer each citizen has, at most two of them."""
    phone = await on_the_phone(stack)
    counted = Counter(code_in(text) for text in phone.elements())
    return {code: min(count, 2) for code, count in counted.items()}


async def content_works(stack: Stack) -> None:
    item = await ask(stack, "content", "POST", "/v1/items", by="003", json=submission(domain="power.works"))
    review = {**seen(item), "rank": 2}
    reviewed = await ask(stack, "content", "POST", f"/v1/items/{item['id']}/review", by="005", json=review)
    assert reviewed["status"] == "reviewed"


async def meetings_work(stack: Stack) -> None:
    async def meetings() -> list[dict[str, Any]]:
        return (await ask(stack, "meetings", "GET", "/v1/meetings", by="004"))["items"]

    [meeting] = await stack.eventually("the group's meeting", meetings, bool)
    to = {"post_id": "power.works.representative"}
    handed = await ask(stack, "meetings", "POST", f"/v1/meetings/{meeting['id']}/chair", by="004", json=to)
    assert handed["presiding"] == "power.works.representative"


async def reporting_works(stack: Stack) -> None:
    quarter = JalaliQuarter.at(MONDAY_NINE)

    async def received() -> list[int]:
        card = await ask(stack, "reporting", "GET", f"/v1/report-cards/power/{quarter}", by="001")
        return [one["count"] for one in card["figures"] if one["name"] == "received"]

    await stack.eventually("both complaints in the card", received, lambda counts: counts == [2])


async def spoil(stack: Stack, service: str) -> None:
    replica = stack.mongodb[f"paygir_{service}"][COLLECTION]
    await replica.update_one({"_id": "power"}, {"$set": {"state.posts": []}})
    await replica.delete_one({"_id": f"service:{FIRST}"})
    await replica.insert_one({"_id": "service:9", "sequence": 1, "gaps": 0, "state": {"kind": "service"}})


async def rebuild(stack: Stack, service: str) -> asyncio.subprocess.Process:
    where = stack.addresses
    told_where = {"PAYGIR_KAFKA": ",".join(where.kafka), "PAYGIR_MONGODB": where.mongodb}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.cli", "replica", "rebuild", service),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **told_where, "PAYGIR_LANGUAGE": "en"},
    )


async def test_a_copy_is_built_anew_from_the_topic_even_if_the_first_try_is_killed(stack: Stack) -> None:
    await until_all_know(stack)
    wanted = await copy(stack, "content")
    await spoil(stack, "complaints")
    killed = await rebuild(stack, "complaints")
    database = stack.mongodb["paygir_complaints"]
    async with asyncio.timeout(60):
        while ASIDE not in await database.list_collection_names() and killed.returncode is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    if killed.returncode is None:
        os.kill(killed.pid, signal.SIGKILL)
    await killed.communicate()

    answers: list[tuple[int | None, str]] = []
    for _ in range(2):
        again = await rebuild(stack, "complaints")
        said, _ = await again.communicate()
        answers.append((again.returncode, said.decode()))

    assert [code for code, _ in answers] == [0, 0], answers
    assert f"{len(wanted)} documents; 0 strange ones removed" in answers[1][1]
    assert await copy(stack, "complaints") == wanted
    await file(stack, 3)
    nobody = await rebuild(stack, "nobody")
    assert "There is no service nobody" in (await nobody.communicate())[0].decode()
