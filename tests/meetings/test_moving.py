"""A day is closed after a meeting was convened for it: the meeting is on another, and its members know."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.meetings.domain import moving
from services.meetings.domain.calling import Call
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.moving import Days
from services.meetings.usecases import clocks, committees
from shared.bus.effects import Projection, Told
from shared.calendar.jalali import local_day
from shared.cloudevents import envelope_of
from shared.directory.lookup import Directory
from shared.directory.replica import COLLECTION, fold
from shared.events.meetings import MeetingMoved
from shared.rule import Refused
from tests.meetings.groups import (
    CHAIR,
    COMMISSION,
    CONVENES,
    ENDS,
    HEAD,
    INSTANT,
    MEMBERS,
    SECRETARY,
    STARTS,
    act,
    azar,
    commission,
    committee,
    convened,
    event_names,
    group,
    joined,
    opened,
    schedule,
    seen,
    told,
)
from tests.province import calendar_event
from tests.racing import after_the_first_look
from tests.serving import Serving, bearer

DAY = timedelta(days=1)
EVE = STARTS - DAY
WEDNESDAY, SATURDAY, SUNDAY = date(2026, 12, 2), date(2026, 12, 5), date(2026, 12, 6)
ON_SATURDAY, ON_SUNDAY = STARTS + 3 * DAY, STARTS + 4 * DAY
"""Thursday and Friday are closed, too."""


def closing(*days: date) -> list[dict[str, Any]]:
    return [{"day": one.isoformat(), "hours": [], "why": {"fa": "برف", "en": "Snow"}} for one in days]


def days(*closed: date, version: int = 2, set_at: datetime | None = EVE, of: str = "governorate") -> Days:
    """By a version of a calendar with these days closed; a week's notice."""
    calendar = schedule(id=of, version=version, overrides=closing(*closed)).calendar
    return Days(calendar=calendar, set_at=set_at, notice=timedelta(days=7))


def follow(meeting: Meeting, by: Days, now: datetime = EVE) -> tuple[Meeting, list[MeetingMoved]]:
    after, facts = moving.follow(meeting, by, committee(), now)
    return after, [one for one in facts if isinstance(one, MeetingMoved)]


@pytest.mark.clause("PORTAL-10-1")
def test_a_meeting_whose_day_is_closed_is_at_the_same_hours_of_the_next_day_the_agency_works() -> None:
    after, [event] = follow(convened(), days(WEDNESDAY))

    assert (after.starts_at, after.ends_at) == (ON_SATURDAY, ENDS + 3 * DAY)
    assert (after.first_starts_at, after.clock_at, after.month) == (STARTS, after.ends_at, "1405-09")
    assert (event.clause, event.was_starts_at, event.starts_at) == ("PORTAL-10-1", STARTS, ON_SATURDAY)
    assert (event.to_posts, event.calendar) == ((*MEMBERS, SECRETARY), "governorate/2")
    assert follow(after, days(WEDNESDAY), EVE + DAY) == (after, [])


@pytest.mark.clause("PORTAL-10-1")
def test_a_day_closed_elsewhere_in_the_calendar_moves_nothing() -> None:
    after, facts = follow(convened(), days(SATURDAY))

    assert (after.starts_at, after.first_starts_at, after.calendar, facts) == (
        STARTS,
        None,
        "governorate/2",
        [],
    )


@pytest.mark.clause("PORTAL-10-1")
@pytest.mark.parametrize(
    ("set_at", "starts_at"),
    [(STARTS - INSTANT, ON_SATURDAY), (STARTS, STARTS), (STARTS + INSTANT, STARTS), (None, STARTS)],
)
def test_a_day_closed_up_to_the_instant_before_its_hour_moves_it_and_one_closed_at_it_does_not(
    set_at: datetime | None, starts_at: datetime
) -> None:
    for now in (STARTS - INSTANT, STARTS, ENDS + DAY):  # however late the news came
        after, facts = follow(convened(), days(WEDNESDAY, set_at=set_at), now)
        assert after.starts_at == starts_at
        assert len(facts) == (starts_at != STARTS)


def test_news_that_come_after_the_next_working_day_too_move_it_to_one_that_is_to_come() -> None:
    after, _ = follow(convened(), days(WEDNESDAY), ON_SATURDAY)

    assert after.starts_at == ON_SUNDAY


def test_a_meeting_that_is_open_or_over_stays_where_it_was_held() -> None:
    by = days(WEDNESDAY)
    closed, _ = opened().close(CHAIR, ENDS)
    lapsed, _ = convened().check_clock(ENDS)

    for meeting in (opened(), closed, lapsed):
        assert follow(meeting, by) == (meeting, [])


@pytest.mark.clause("PORTAL-10-1")
@pytest.mark.parametrize(
    ("now", "starts_at"), [(STARTS - 7 * DAY - INSTANT, STARTS), (STARTS - 7 * DAY, ON_SATURDAY)]
)
def test_a_day_opened_again_takes_it_back_only_with_the_whole_notice_that_members_are_due(
    now: datetime, starts_at: datetime
) -> None:
    moved, _ = follow(convened(), days(WEDNESDAY, set_at=now - DAY), now - DAY)
    after, facts = follow(moved, days(version=3, set_at=now), now)

    assert after.starts_at == starts_at
    assert [one.starts_at for one in facts] == ([STARTS] if starts_at == STARTS else [])


@pytest.mark.clause("PORTAL-10-1")
def test_closed_twice_it_goes_on_forward_even_where_the_first_day_is_open_again() -> None:
    moved, _ = follow(convened(), days(WEDNESDAY))
    again, [event] = follow(moved, days(SATURDAY, version=3))

    assert (again.starts_at, again.first_starts_at) == (ON_SUNDAY, STARTS)
    assert (event.was_starts_at, event.starts_at) == (ON_SATURDAY, ON_SUNDAY)


def test_an_older_version_or_the_provinces_after_the_agencys_own_changes_nothing() -> None:
    newest, _ = follow(convened(), days(WEDNESDAY, version=3))
    own, _ = follow(newest, days(SATURDAY, WEDNESDAY, version=1, of="water"))

    assert follow(newest, days(version=2)) == (newest, [])
    assert (own.starts_at, own.calendar) == (ON_SUNDAY, "water/1")
    assert follow(own, days(WEDNESDAY, version=9)) == (own, [])


def test_whoever_was_recorded_on_a_day_that_proved_closed_is_not_present_on_the_next() -> None:
    recorded, _ = convened().record(MEMBERS, STARTS)

    assert follow(recorded, days(WEDNESDAY), STARTS + INSTANT)[0].present == ()


def test_it_moves_past_the_time_of_another_called_meeting_of_its_committee() -> None:
    other = Call(meeting_id="m-2", by=HEAD, starts_at=ON_SATURDAY - INSTANT, ends_at=ON_SATURDAY + INSTANT)
    touching = Call(meeting_id="m-3", by=HEAD, starts_at=ON_SUNDAY - DAY / 24, ends_at=ON_SUNDAY)

    assert moving.place(convened(), days(WEDNESDAY), [other, touching], EVE) == ON_SUNDAY


@pytest.mark.parametrize(
    ("now", "by", "refused"),
    [
        (STARTS - INSTANT, days(WEDNESDAY), False),
        (STARTS, days(WEDNESDAY), True),
        (STARTS, days(WEDNESDAY, set_at=STARTS), False),
        (STARTS, days(SATURDAY), False),
    ],
)
def test_nobody_meets_on_a_day_that_was_closed_before_whether_or_not_a_sweep_came_by(
    now: datetime, by: Days, refused: bool
) -> None:
    if not refused:
        moving.must_be_its_day(convened(), by, now)
        return
    with pytest.raises(Refused) as refusal:
        moving.must_be_its_day(convened(), by, now)
    assert refusal.value.rule.clause == "PORTAL-10-1"
    moving.must_be_its_day(opened(), by, now)


@given(
    changes=st.lists(
        st.tuples(st.sets(st.integers(0, 12), max_size=6), st.integers(1, 200)), min_size=1, max_size=6
    )
)
def test_wherever_days_are_closed_and_opened_it_is_on_a_worked_day_to_come_and_never_earlier_by_surprise(
    changes: list[tuple[set[int], int]],
) -> None:
    meeting, now = convened(), CONVENES
    for version, (closed, hours) in enumerate(changes, start=2):
        now += timedelta(hours=hours)
        before = meeting
        by = days(*[WEDNESDAY + DAY * n for n in closed], version=version, set_at=now)
        meeting, facts = follow(before, by, now)

        assert bool(facts) == (meeting.starts_at != before.starts_at)
        assert meeting.starts_at >= STARTS
        if before.starts_at <= now:
            assert meeting.starts_at == before.starts_at
        else:
            day = local_day(meeting.starts_at)
            assert by.calendar.next_working_day(day) == day
            assert meeting.starts_at > now
            if meeting.starts_at < before.starts_at:
                assert meeting.starts_at - now > timedelta(days=7)
        assert follow(meeting, by, now) == (meeting, [])


async def hears(
    meetings: Serving, *closed: date, version: int, at: datetime, owner: str = "governorate"
) -> None:
    """The directory's event reaches the copy; what the service remembered of the old one is forgotten."""
    event = calendar_event(version=version, overrides=closing(*closed)).model_copy(
        update={"agency_id": owner}
    )
    subject = f"calendar:{owner}"
    envelope = envelope_of(event, subject=subject, sequence=version, time=at, traceparent=None)
    await Projection(meetings.database[COLLECTION], fold).work([Told(envelope, None)])
    object.__setattr__(meetings.parts.use, "directory", Directory(meetings.database))


async def swept(meetings: Serving) -> list[int]:
    return [await meetings.sweep() for _ in range(3)]


@pytest.fixture
async def eve(meetings: Serving) -> Serving:
    """Azar's meeting is convened, and it is the day before."""
    await azar(meetings)
    meetings.clock.set(EVE)
    return meetings


async def starts(meetings: Serving) -> datetime:
    return datetime.fromisoformat((await seen(meetings))["starts_at"])


@pytest.mark.real
@pytest.mark.clause("PORTAL-10-1")
async def test_tomorrow_closed_moves_the_meeting_once_and_its_history_says_by_which_calendar(
    eve: Serving,
) -> None:
    await hears(eve, WEDNESDAY, version=2, at=EVE)
    handled = await swept(eve)
    meeting = await seen(eve)
    url = f"/v1/meetings/{meeting['id']}/history"
    history = (await eve.http.get(url, headers=bearer(SECRETARY))).json()
    eve.clock.set(ENDS)
    on_the_closed_day = await swept(eve)
    eve.clock.set(ON_SATURDAY)
    await act(eve, SECRETARY, meeting["id"], "attendance", posts=list(MEMBERS))
    held = await act(eve, CHAIR, meeting["id"], "open")

    assert (handled, on_the_closed_day) == ([1, 0, 0], [0, 0, 0])
    assert meeting["starts"] == "شنبه ۱۴ آذر ۱۴۰۵، ساعت ۱۳:۰۰"
    assert datetime.fromisoformat(meeting["first_starts_at"]) == STARTS
    entry = history[-1]
    assert (entry["act"], entry["by"]) == ("follow-calendar", "clock")
    assert entry["note"] == "calendar governorate/2"
    assert held.json()["status"] == "open", held.text
    assert await event_names(eve) == ["MeetingConvened", "MeetingMoved"]


@pytest.mark.real
@pytest.mark.clause("PORTAL-10-1")
async def test_a_day_closed_in_its_agency_alone_moves_its_meeting_and_another_agencys_stays(
    eve: Serving,
) -> None:
    await hears(eve, WEDNESDAY, version=1, at=EVE, owner="roads")
    assert (await swept(eve), await starts(eve)) == ([0, 0, 0], STARTS)
    await hears(eve, WEDNESDAY, version=1, at=EVE, owner="water")

    assert (await swept(eve), await starts(eve)) == ([1, 0, 0], ON_SATURDAY)


@pytest.mark.real
async def test_closed_and_opened_again_the_day_before_it_stays_where_its_members_were_told_last(
    eve: Serving,
) -> None:
    await hears(eve, WEDNESDAY, version=2, at=EVE)
    await eve.sweep()
    await hears(eve, version=3, at=EVE + timedelta(hours=1))

    assert (await swept(eve), await starts(eve)) == ([1, 0, 0], ON_SATURDAY)
    assert await event_names(eve) == ["MeetingConvened", "MeetingMoved"]


@pytest.mark.real
@pytest.mark.clause("PORTAL-10-1")
async def test_whoever_opens_it_before_a_sweep_came_by_is_told_that_the_day_is_closed(eve: Serving) -> None:
    await hears(eve, WEDNESDAY, version=2, at=EVE)
    eve.clock.set(STARTS)
    id_ = (await seen(eve))["id"]
    recorded = await act(eve, SECRETARY, id_, "attendance", posts=list(MEMBERS))
    tried = await act(eve, CHAIR, id_, "open")

    assert [one.status_code for one in (recorded, tried)] == [409, 409]
    assert (tried.json()["clause"], tried.json()["detail"]) == (
        "PORTAL-10-1",
        "دستگاه در چهارشنبه ۱۱ آذر ۱۴۰۵ تعطیل است.",
    )
    eve.clock.set(ENDS)  # nothing lapses on the closed day, whichever sweep comes first
    await clocks.check_clock(eve.parts.use, id_, ENDS)
    assert ((await seen(eve))["status"], await starts(eve)) == ("convened", ON_SATURDAY)
    assert await event_names(eve) == ["MeetingConvened", "MeetingMoved"]


@pytest.mark.real
async def test_of_the_opening_and_the_move_at_once_one_is_done_and_the_other_sees_it(eve: Serving) -> None:
    """The copy hears of the closed day while the chair opens: whoever writes first is right."""
    id_ = (await seen(eve))["id"]
    eve.clock.set(STARTS)
    await act(eve, SECRETARY, id_, "attendance", posts=list(MEMBERS))

    async def moves() -> None:
        await hears(eve, WEDNESDAY, version=2, at=EVE)
        await clocks.follow_calendar(eve.parts.use, id_, STARTS)

    after_the_first_look(eve.parts.use.meetings, moves)
    late = await act(eve, CHAIR, id_, "open")

    assert (late.status_code, late.json()["clause"]) == (409, "PORTAL-10-1")
    assert (await starts(eve), (await seen(eve))["present"]) == (ON_SATURDAY, [])


@pytest.mark.real
async def test_a_meeting_opened_before_the_copy_heard_of_the_closed_day_was_held(eve: Serving) -> None:
    id_ = (await seen(eve))["id"]
    eve.clock.set(STARTS)
    await act(eve, SECRETARY, id_, "attendance", posts=list(MEMBERS))
    await act(eve, CHAIR, id_, "open")
    await hears(eve, WEDNESDAY, version=2, at=EVE)

    assert (await swept(eve), await starts(eve)) == ([0, 0, 0], STARTS)
    assert (await act(eve, CHAIR, id_, "close")).json()["status"] == "closed"


@pytest.mark.real
async def test_many_sweeps_at_once_move_it_once(eve: Serving) -> None:
    id_ = (await seen(eve))["id"]
    await hears(eve, WEDNESDAY, version=2, at=EVE)
    await asyncio.gather(*[clocks.follow_calendar(eve.parts.use, id_, EVE) for _ in range(6)])

    assert (await event_names(eve)).count("MeetingMoved") == 1


CALLED_AT = datetime(2026, 12, 2, 5, 30, tzinfo=UTC)


async def call(meetings: Serving, day: date, hours: str = "09:00-11:00", **headers: str) -> httpx.Response:
    url = f"/v1/committees/{COMMISSION}/meetings"
    body = {"day": day.isoformat(), "hours": hours}
    return await meetings.http.post(url, json=body, headers={**bearer(HEAD), **headers})


@pytest.fixture
async def commissioned(meetings: Serving) -> Serving:
    """The commission has called one meeting for that Wednesday and one for the Saturday after."""
    await committees.constitute(meetings.parts.use, told(joined(group(), commission()), 2))
    for day in (WEDNESDAY, SATURDAY):
        assert (await call(meetings, day, **{"idempotency-key": str(day)})).status_code == 201
    return meetings


async def called(meetings: Serving) -> list[datetime]:
    url = f"/v1/meetings?committee_id={COMMISSION}"
    items = (await meetings.http.get(url, headers=bearer(HEAD))).json()["items"]
    return sorted(datetime.fromisoformat(one["starts_at"]) for one in items)


@dataclass(frozen=True)
class BreaksOff:
    """The meetings of a sweep that dies before it can move one."""

    meetings: Any

    async def load(self, id_: str) -> Any:
        return await self.meetings.load(id_)

    async def change(self, *_: object, **__: object) -> None:
        raise ConnectionError("the process was killed here")


@pytest.mark.real
@pytest.mark.parametrize("broke_off", [False, True])
async def test_a_called_meeting_moves_to_the_next_worked_day_that_is_free_and_keeps_its_time(
    commissioned: Serving, broke_off: bool
) -> None:
    now, use = commissioned.clock.now(), commissioned.parts.use
    await hears(commissioned, WEDNESDAY, version=2, at=now)
    if broke_off:  # the committee has kept the time, and the process is killed there
        [id_] = [
            one.state.id
            for one in (await use.meetings.page("water")).items
            if local_day(one.state.starts_at) == WEDNESDAY
        ]
        dying = replace(use, meetings=cast("Any", BreaksOff(use.meetings)))
        with pytest.raises(ConnectionError):
            await clocks.follow_calendar(dying, id_, now)
    await commissioned.sweep()

    assert await called(commissioned) == [CALLED_AT + 3 * DAY, CALLED_AT + 4 * DAY]
    taken = (await use.committees.load(COMMISSION)).state.called
    assert sorted(one.starts_at for one in taken) == await called(commissioned)
    again = await call(commissioned, WEDNESDAY, **{"idempotency-key": str(WEDNESDAY)})
    assert (again.status_code, datetime.fromisoformat(again.json()["starts_at"])) == (
        201,
        CALLED_AT + 4 * DAY,
    )
    assert (await call(commissioned, SUNDAY)).status_code == 422
    assert await commissioned.sweep() == 0


@pytest.mark.real
async def test_a_called_meeting_goes_back_to_its_own_day_when_that_is_opened_long_before(
    commissioned: Serving,
) -> None:
    now = commissioned.clock.now()  # eleven days before
    await hears(commissioned, WEDNESDAY, version=2, at=now)
    await commissioned.sweep()
    await hears(commissioned, version=3, at=now + timedelta(hours=1))
    await commissioned.sweep()
    names = await event_names(commissioned)

    assert await called(commissioned) == [CALLED_AT, CALLED_AT + 3 * DAY]
    assert names.count("MeetingMoved") == 2
