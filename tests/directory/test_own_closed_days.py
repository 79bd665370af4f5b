"""An agency without a calendar of its own closes a single day, and goes on with the province's calendar."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.directory.consumer import subscriptions
from services.directory.domain.calendar import id_of
from shared.bus.effects import Reaction
from shared.cloudevents import Envelope
from shared.directory.lookup import Directory
from tests.directory.forms import governor, power, tell
from tests.directory.test_closed_days import TODAY, TOMORROW, WHY, province
from tests.directory.test_joining import CALENDAR
from tests.serving import Serving

pytestmark = pytest.mark.real
__all__ = ["province"]
OURS, LATER = "/v1/calendars/power", "2026-11-23"
Json = dict[str, Any]


@pytest.fixture
async def joined(province: Serving) -> Serving:
    """An agency has joined; the province has the one calendar."""
    answer = await province.http.post("/v1/agencies", json=power(), headers=governor())
    assert answer.status_code == 201, answer.text
    return province


async def close(joined: Serving, day: str = TOMORROW, of: str = "power", **headers: str) -> httpx.Response:
    url, body = f"/v1/calendars/{of}/closed-days", {"day": day, "why": WHY}
    return await joined.http.post(url, json=body, headers={**governor(), **headers})


async def reopen(joined: Serving, day: str, of: str = "power") -> httpx.Response:
    return await joined.http.post(f"/v1/calendars/{of}/closed-days/{day}/reopen", headers=governor())


async def ours(joined: Serving) -> Json:
    return (await joined.http.get(OURS)).json()


async def follow(joined: Serving) -> None:
    """What the province's calendar told comes off the bus, twice."""
    effect = subscriptions(joined.parts.use, joined.database)[1].effect
    assert isinstance(effect, Reaction)
    told: list[Envelope | None] = []
    for record in await joined.published(joined.parts.use.calendars):
        headers = [(name, value.encode()) for name, value in record["headers"].items()]
        told.append(Envelope.read(headers, record["value"]))
    await effect.work([*told, *told])


async def test_its_day_is_closed_and_nobody_elses(
    joined: Serving, elsewhere: AsyncDatabase[dict[str, Any]]
) -> None:
    answer = await close(joined)
    await tell(joined, elsewhere)
    known, day = Directory(elsewhere), date(2026, 11, 22)

    assert (answer.status_code, answer.json()) == (200, await ours(joined))
    assert {**answer.json(), "overrides": []} == {
        **(await joined.http.get("/v1/calendars/governorate")).json(),
        "id": "power",
        "version": 1,
    }
    assert (await known.calendar("power")).next_working_day(day) == date(2026, 11, 23)
    assert (await known.calendar("water")).next_working_day(day) == day


async def test_it_goes_on_with_the_provinces_calendar_and_keeps_its_own_day(joined: Serving) -> None:
    await close(joined)
    await close(joined, LATER, of="governorate")
    await follow(joined)
    followed = await ours(joined)
    await reopen(joined, LATER, of="governorate")
    await follow(joined)
    history = await joined.parts.use.calendars.history("power", id_of("power"))

    assert [one["day"] for one in followed["overrides"]] == [TOMORROW, LATER]
    assert [one["day"] for one in (await ours(joined))["overrides"]] == [TOMORROW]
    assert [entry["act"] for entry in history] == ["close-day", "follow-province", "follow-province"]


async def test_its_own_day_is_opened_again_and_the_provinces_is_not(joined: Serving) -> None:
    await close(joined, LATER, of="governorate")
    await close(joined)
    refused = await reopen(joined, LATER)
    opened = await reopen(joined, TOMORROW)

    assert (refused.status_code, refused.json()["version"]) == (200, 1)
    assert [one["day"] for one in opened.json()["overrides"]] == [LATER]


async def test_a_day_that_both_closed_stays_closed_when_the_province_opens_it(joined: Serving) -> None:
    await close(joined, TOMORROW, of="governorate")
    await close(joined)
    await reopen(joined, TOMORROW, of="governorate")
    await follow(joined)

    assert [one["day"] for one in (await ours(joined))["overrides"]] == [TOMORROW]


async def test_of_many_days_closed_at_once_each_is_closed(joined: Serving) -> None:
    days = [f"2026-12-{number:02}" for number in range(1, 7)]
    answers = await asyncio.gather(*[close(joined, day) for day in [*days, *days]])

    assert {one.status_code for one in answers} == {200}
    assert [one["day"] for one in (await ours(joined))["overrides"]] == days
    assert (await ours(joined))["version"] == len(days)


async def test_a_calendar_that_the_province_changes_meanwhile_is_not_missed(joined: Serving) -> None:
    await asyncio.gather(close(joined), close(joined, LATER, of="governorate"))
    await follow(joined)

    assert [one["day"] for one in (await ours(joined))["overrides"]] == [TOMORROW, LATER]


async def test_one_set_whole_follows_nobody_any_more(joined: Serving) -> None:
    await close(joined)
    whole = {**CALENDAR, "id": "power", "version": 2}
    assert (await joined.http.put(OURS, json=whole, headers=governor())).status_code == 200
    await close(joined, LATER, of="governorate")
    await follow(joined)

    assert (await ours(joined))["overrides"] == []


@pytest.mark.parametrize(
    ("day", "of", "headers", "status"),
    [
        ("2026-11-20", "power", {}, 422),
        (TODAY, "power", {}, 200),
        (TOMORROW, "gas", {}, 404),
        (TOMORROW, "power", {"if-match": '"1"'}, 404),
    ],
)
async def test_what_can_not_be_closed_leaves_no_calendar_behind(
    joined: Serving, day: str, of: str, headers: dict[str, str], status: int
) -> None:
    assert (await close(joined, day, of, **headers)).status_code == status
    assert (await joined.http.get(f"/v1/calendars/{of}")).status_code == (200 if status == 200 else 404)
