"""A day is closed by one call, tomorrow at nine in the evening too, and opened again before it begins."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.calendar.calendar_data import OVERRIDES_MAX
from shared.directory.lookup import Directory
from tests.directory.forms import governor, tell
from tests.directory.test_joining import CALENDAR
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
DAYS = "/v1/calendars/governorate/closed-days"
TODAY, TOMORROW = "2026-11-21", "2026-11-22"
WHY = {"fa": "برف سنگین", "en": "Heavy snow"}
AT_NINE_IN_THE_EVENING = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
INSTANT = timedelta(milliseconds=1)


@pytest.fixture
async def province(directory: Serving) -> Serving:
    """With a calendar, at nine in the evening."""
    made = await directory.http.put("/v1/calendars/governorate", json=CALENDAR, headers=governor())
    assert made.status_code == 200, made.text
    directory.clock.set(AT_NINE_IN_THE_EVENING)
    return directory


async def close(province: Serving, day: str = TOMORROW, **headers: str) -> httpx.Response:
    body = {"day": day, "why": WHY}
    return await province.http.post(DAYS, json=body, headers={**governor(), **headers})


async def reopen(province: Serving, day: str = TOMORROW) -> httpx.Response:
    return await province.http.post(f"{DAYS}/{day}/reopen", headers=governor())


async def versions_told(province: Serving) -> list[int]:
    records = await province.published(province.parts.use.calendars)
    return list(range(1, len(records) + 1))


async def test_tomorrow_is_closed_and_every_copy_knows_it_and_when(
    province: Serving, elsewhere: AsyncDatabase[dict[str, Any]]
) -> None:
    answer = await close(province)
    await tell(province, elsewhere)
    known = await Directory(elsewhere).set_calendar("anybody")

    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert answer.json()["overrides"] == [{"day": TOMORROW, "hours": [], "why": WHY}]
    assert known.calendar.next_working_day(date(2026, 11, 22)) == date(2026, 11, 23)
    assert (known.calendar.version, known.set_at) == (2, AT_NINE_IN_THE_EVENING)


async def test_it_is_opened_again_until_the_instant_before_it_begins(province: Serving) -> None:
    await close(province)
    province.clock.set(MIDNIGHT - INSTANT)
    opened, again = await reopen(province), await reopen(province)
    await close(province)
    province.clock.set(MIDNIGHT)
    too_late = await reopen(province)

    assert (opened.status_code, opened.json()["version"], opened.json()["overrides"]) == (200, 3, [])
    assert (again.status_code, again.json()["version"]) == (200, 3)
    assert too_late.status_code == 404


async def test_the_same_day_closed_twice_or_by_many_at_once_is_one_new_version(province: Serving) -> None:
    answers = await asyncio.gather(*[close(province) for _ in range(8)])

    assert {(one.status_code, one.json()["version"]) for one in answers} == {(200, 2)}
    assert await versions_told(province) == [1, 2]


async def test_who_saw_an_older_version_is_refused(province: Serving) -> None:
    first = await close(province)

    assert (await close(province, "2026-11-23", **{"if-match": '"1"'})).status_code == 412
    assert (await close(province, "2026-11-23", **{"if-match": first.headers["etag"]})).status_code == 200


@pytest.mark.parametrize(("day", "status"), [("2026-11-20", 422), (TODAY, 200), (TOMORROW, 200)])
async def test_todays_can_be_closed_and_yesterdays_not(province: Serving, day: str, status: int) -> None:
    assert (await close(province, day)).status_code == status


async def test_a_full_calendar_takes_no_more_days(province: Serving) -> None:
    days = [date(2030, 1, 1) + timedelta(days=number) for number in range(OVERRIDES_MAX)]
    full: list[dict[str, Any]] = [{"day": day.isoformat(), "hours": [], "why": WHY} for day in days]
    body = {**CALENDAR, "version": 2, "overrides": full}
    made = await province.http.put("/v1/calendars/governorate", json=body, headers=governor())
    refused = await close(province)

    assert made.status_code == 200
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/day")


async def test_a_head_closes_nothing_and_what_is_no_agency_has_no_days(province: Serving) -> None:
    body = {"day": TOMORROW, "why": WHY}
    by_head = await province.http.post(DAYS, json=body, headers=bearer("water.head"))
    nobodys = await province.http.post("/v1/calendars/power/closed-days", json=body, headers=governor())

    assert (by_head.status_code, nobodys.status_code) == (403, 404)
    assert await versions_told(province) == [1]


@pytest.mark.parametrize("day", ["tomorrow", "2026-11-31", TODAY, "%00"])
async def test_what_is_no_day_to_come_is_not_there_to_be_opened(province: Serving, day: str) -> None:
    await close(province)

    assert (await reopen(province, day)).status_code == 404
    assert (await reopen(province, "2026-11-23")).json()["version"] == 2
