"""The transformation commission has no day of its own: its chair or its secretary calls it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.meetings.domain.calling import Call
from services.meetings.domain.committee import CALLED_MAX
from services.meetings.usecases import committees
from shared.identity import derived_id
from shared.rule import Invalid
from tests.meetings.groups import (
    CHAIR,
    COMMISSION,
    GROUP,
    HEAD,
    HOLIDAY,
    MEMBERS,
    SECRETARY,
    act,
    commission,
    event_names,
    group,
    joined,
    schedule,
    told,
)
from tests.province import SATURDAY_NINE
from tests.racing import after_the_first_look
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
DAY, HOURS = "2026-12-06", "09:00-11:00"
BEGINS = datetime(2026, 12, 6, 5, 30, tzinfo=UTC)
"""Sunday 15 Azar 1405, 09:00 in Tehran."""
OVER = BEGINS + timedelta(hours=2)
MINUTE = timedelta(minutes=1)
DEPUTY, SECRETARY_OF_COMMISSION = "water.deputy", MEMBERS[4]


@pytest.fixture
async def commissioned(meetings: Serving) -> Serving:
    """The agency has its commission, too."""
    await committees.constitute(meetings.parts.use, told(joined(group(), commission()), 2))
    return meetings


async def call(
    meetings: Serving,
    day: str = DAY,
    hours: str = HOURS,
    *,
    by: str = HEAD,
    of: str = COMMISSION,
    **headers: str,
) -> httpx.Response:
    url = f"/v1/committees/{of}/meetings"
    body = {"day": day, "hours": hours}
    return await meetings.http.post(url, json=body, headers={**bearer(by), **headers})


async def called(meetings: Serving) -> list[dict[str, Any]]:
    url = f"/v1/meetings?committee_id={COMMISSION}"
    return (await meetings.http.get(url, headers=bearer(CHAIR))).json()["items"]


@pytest.mark.parametrize("by", [HEAD, SECRETARY_OF_COMMISSION])
async def test_its_chair_or_its_secretary_calls_it_and_its_posts_are_told(
    commissioned: Serving, by: str
) -> None:
    answer = await call(commissioned, by=by)
    meeting = answer.json()
    [convened] = await commissioned.published(commissioned.parts.repositories[1])

    assert answer.status_code == 201, answer.text
    assert (meeting["status"], meeting["month"], meeting["called_by"]) == ("convened", "1405-09", by)
    assert meeting["starts"] == "یکشنبه ۱۵ آذر ۱۴۰۵، ساعت ۰۹:۰۰"
    assert convened["headers"]["ce_type"] == "ir.paygir.meetings.MeetingConvened.v1"
    assert convened["headers"]["ce_clause"] == "PORTAL-2-4"
    for post in (HEAD, DEPUTY, CHAIR, SECRETARY_OF_COMMISSION):
        assert post in convened["value"].decode()


async def test_it_never_convenes_itself(commissioned: Serving) -> None:
    for _ in range(10):
        commissioned.clock.forward(days=7)
        await commissioned.sweep()

    assert await called(commissioned) == []


async def test_it_is_official_with_two_thirds_and_decides_by_majority_as_every_group_does(
    commissioned: Serving,
) -> None:
    id_ = (await call(commissioned)).json()["id"]
    commissioned.clock.set(BEGINS - MINUTE)
    early = await act(commissioned, HEAD, id_, "attendance", posts=[HEAD])
    commissioned.clock.set(BEGINS)
    await act(commissioned, HEAD, id_, "attendance", posts=[HEAD])
    too_few = await act(commissioned, HEAD, id_, "open")
    await act(commissioned, HEAD, id_, "attendance", posts=[HEAD, DEPUTY])
    opened = await act(commissioned, HEAD, id_, "open")
    motion = (await act(commissioned, HEAD, id_, "motions", text="سیاست‌های کلی سایت")).json()["id"]
    for post in (HEAD, DEPUTY):
        await act(commissioned, post, id_, f"motions/{motion}/votes", choice="for")
    await act(commissioned, HEAD, id_, "close")
    await act(commissioned, SECRETARY_OF_COMMISSION, id_, "next-meeting", agenda=[], time_is_open=True)
    sent = await act(commissioned, SECRETARY_OF_COMMISSION, id_, "send-decisions")

    assert (early.status_code, early.json()["clause"]) == (409, "PORTAL-10-4")
    assert (too_few.status_code, too_few.json()["clause"]) == (409, "PORTAL-10-3")
    assert (opened.status_code, sent.json()["sending"]["in_time"]) == (200, True)
    assert (await event_names(commissioned))[-3:] == ["DecisionAdopted", "MeetingHeld", "DecisionsSent"]


@pytest.mark.parametrize(
    ("day", "hours", "pointer", "said"),
    [
        ("2026-11-20", "09:00-10:00", "/day", "time to come"),
        ("2026-11-21", "09:00-10:00", "/hours", "time to come"),
        ("2027-11-22", "09:01-10:00", "/day", "a year ahead"),
        ("2026-12-04", "09:00-10:00", "/day", "closed on Friday"),
        (DAY, "09:00-09:00", "/hours", "ends after it begins"),
        (DAY, "23:00-01:00", "/hours", "on the same day"),
        (DAY, "nine", "/hours", "like 09:00-11:00"),
    ],
)
async def test_a_time_at_which_nobody_can_meet_is_refused(
    commissioned: Serving, day: str, hours: str, pointer: str, said: str
) -> None:
    answer = await call(commissioned, day, hours, **{"accept-language": "en"})

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["pointer"], said in error["detail"]) == (pointer, True), error
    assert await called(commissioned) == []


@pytest.mark.parametrize(("day", "hours"), [("2026-11-21", "09:01-09:02"), ("2027-11-22", "09:00-24:00")])
async def test_the_first_minute_to_come_and_the_last_of_a_year_are_taken(
    commissioned: Serving, day: str, hours: str
) -> None:
    assert (await call(commissioned, day, hours)).status_code == 201


def test_a_day_that_was_closed_is_refused() -> None:
    wanted = Call.of("m-1", HEAD, date(2026, 12, 6), HOURS)
    wanted.must_be_held(schedule().calendar, SATURDAY_NINE)
    closed = schedule(overrides=[{**HOLIDAY, "day": "2026-12-06"}]).calendar

    with pytest.raises(Invalid) as refused:
        wanted.must_be_held(closed, SATURDAY_NINE)
    assert refused.value.places[0][1].fa == "دستگاه در یکشنبه ۱۵ آذر ۱۴۰۵ تعطیل است."


@pytest.mark.parametrize(
    ("hours", "status"),
    [
        (HOURS, 422),
        ("08:59-09:01", 422),
        ("10:59-11:01", 422),
        ("09:01-10:59", 422),
        ("11:00-11:01", 201),
        ("08:59-09:00", 201),
    ],
)
async def test_no_two_are_called_for_the_same_time(commissioned: Serving, hours: str, status: int) -> None:
    await call(commissioned)

    assert (await call(commissioned, hours=hours, by=SECRETARY_OF_COMMISSION)).status_code == status


async def test_of_many_who_call_for_the_same_time_at_once_one_gets_it(commissioned: Serving) -> None:
    answers = await asyncio.gather(
        *[
            call(
                commissioned, hours=f"09:0{n}-11:00", by=by, **({"idempotency-key": f"k{n}"} if n % 2 else {})
            )
            for n in range(4)
            for by in (HEAD, SECRETARY_OF_COMMISSION)
        ]
    )

    made = {one.json()["id"] for one in answers if one.status_code == 201}
    assert (len(made), {one.status_code for one in answers}) == (1, {201, 422})
    assert [one["id"] for one in await called(commissioned)] == [*made]


async def test_under_one_key_it_is_called_once_and_for_another_time_never(commissioned: Serving) -> None:
    keyed = {"idempotency-key": "abc"}
    first = await call(commissioned, **keyed)
    commissioned.clock.set(OVER)
    again = await call(commissioned, **keyed)
    other = await call(commissioned, "2026-12-13", **keyed)

    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["type"]) == (422, "urn:paygir:problem:idempotency-key-reused")


async def test_a_call_that_broke_off_after_its_time_was_taken_is_taken_up_by_the_same_request(
    commissioned: Serving,
) -> None:
    await call(commissioned)
    id_ = derived_id("meeting", COMMISSION, DAY, HOURS)
    await commissioned.parts.repositories[1].collection.delete_one({"_id": id_})

    assert (await call(commissioned, by=HEAD)).json()["id"] == id_
    assert (await call(commissioned, by=HEAD)).status_code == 422


async def test_a_full_list_of_calls_takes_no_more_until_one_is_over(commissioned: Serving) -> None:
    for n in range(CALLED_MAX):
        answer = await call(commissioned, hours=f"09:{n:02}-09:{n + 1:02}")
        assert answer.status_code == 201, answer.text
    assert (await call(commissioned, hours="13:00-14:00")).status_code == 422
    commissioned.clock.set(BEGINS + MINUTE)

    assert (await call(commissioned, hours="13:00-14:00")).status_code == 201


async def test_a_group_that_convenes_itself_each_month_is_not_called(commissioned: Serving) -> None:
    refused = await call(commissioned, by=CHAIR, of=GROUP)

    assert (refused.status_code, refused.json()["clause"]) == (409, "PORTAL-10-1")


@pytest.mark.parametrize(
    ("by", "status"),
    [(DEPUTY, 403), (SECRETARY, 403), ("roads.head", 404), ("governorate.head", 403)],
)
async def test_nobody_else_calls_it(commissioned: Serving, by: str, status: int) -> None:
    assert (await call(commissioned, by=by)).status_code == status
    assert await called(commissioned) == []


async def test_one_that_the_chart_names_no_more_is_not_called(commissioned: Serving) -> None:
    await committees.constitute(commissioned.parts.use, told(joined(group()), 3))

    assert (await call(commissioned)).status_code == 422


async def test_a_chair_who_lost_it_meanwhile_calls_nothing(commissioned: Serving) -> None:
    use = commissioned.parts.use
    reformed = told(joined(group(), commission(chair=DEPUTY)), 3)
    after_the_first_look(use.committees, lambda: committees.constitute(use, reformed))

    assert (await call(commissioned)).status_code == 403
    assert await called(commissioned) == []


async def test_one_that_nobody_opened_lapses_under_its_own_clause(commissioned: Serving) -> None:
    await call(commissioned)
    commissioned.clock.set(OVER)
    await commissioned.sweep()
    records = await commissioned.published(commissioned.parts.repositories[1])
    of_commission = [one["headers"] for one in records if COMMISSION.encode() in one["value"]]

    assert [(one["ce_type"].split(".")[3], one["ce_clause"]) for one in of_commission] == [
        ("MeetingConvened", "PORTAL-2-4"),
        ("MeetingLapsed", "PORTAL-2-4"),
    ]
