from datetime import UTC, date, datetime, timedelta

import pytest

from services.meetings.domain.committee import Committee, committees_of
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.status import Status
from shared.calendar.jalali import JalaliMonth, Weekday
from shared.events.meetings import MeetingConvened, MeetingLapsed
from shared.rule import Figure, Figures
from tests.meetings.groups import (
    CONVENES,
    ENDS,
    HOLIDAY,
    INSTANT,
    MEMBERS,
    SECRETARY,
    STARTS,
    committee,
    group,
    joined,
    schedule,
)

AZAR, DEY = JalaliMonth(1405, 9), JalaliMonth(1405, 10)


@pytest.mark.clause("PORTAL-10-1")
@pytest.mark.parametrize("month", [JalaliMonth(1400 + year, n) for year in range(8) for n in range(1, 13)])
def test_the_meeting_is_on_the_wednesday_from_the_eighth_to_the_fourteenth(month: JalaliMonth) -> None:
    day = schedule().slot(month).starts_at.date()

    assert Weekday.of(day) is Weekday.WEDNESDAY
    assert timedelta(days=7) <= day - month.first_day <= timedelta(days=13)


@pytest.mark.clause("PORTAL-10-1")
@pytest.mark.parametrize(
    ("month", "starts", "ends"),
    [
        (JalaliMonth(1405, 6), "2026-09-02T10:00+03:30", "2026-09-02T12:00+03:30"),
        (JalaliMonth(1405, 7), "2026-09-30T13:00+03:30", "2026-09-30T14:00+03:30"),
        (AZAR, "2026-12-02T13:00+03:30", "2026-12-02T14:00+03:30"),
    ],
)
def test_it_is_from_ten_to_twelve_until_shahrivar_and_from_one_to_two_from_mehr_on(
    month: JalaliMonth, starts: str, ends: str
) -> None:
    slot = schedule().slot(month)

    assert [slot.starts_at, slot.ends_at] == [datetime.fromisoformat(text) for text in (starts, ends)]


@pytest.mark.clause("PORTAL-10-1")
def test_on_a_holiday_it_moves_to_the_next_day_the_agency_works_at_the_same_hour() -> None:
    slot = schedule(overrides=[HOLIDAY]).slot(AZAR)

    # Thursday and Friday are closed too.
    assert slot.starts_at == STARTS + timedelta(days=3)
    assert slot.convenes_at == CONVENES + timedelta(days=3)


@pytest.mark.clause("PORTAL-10-1")
def test_it_is_convened_seven_days_before_and_the_agencys_own_notice_holds_from_its_month_on() -> None:
    ten_days = Figure(name="PORTAL-10-1/notice", value="P10D", from_day=date(2026, 11, 23))
    slots = [schedule(Figures.made_of([ten_days])).slot(month) for month in (AZAR, DEY)]

    assert [slot.starts_at - slot.convenes_at for slot in slots] == [timedelta(days=7), timedelta(days=10)]


@pytest.mark.clause("PORTAL-10-1")
@pytest.mark.parametrize(
    ("now", "month"), [(CONVENES - INSTANT, "1405-09"), (CONVENES, "1405-10"), (STARTS, "1405-10")]
)
def test_the_months_meeting_is_due_at_its_instant_and_then_the_next_months(now: datetime, month: str) -> None:
    planned = in_azar()
    moved, _ = planned.plan("1405-09", schedule(), now)

    assert moved.month == month
    assert moved.plan("1405-09", schedule(), now) == (moved, [])


@pytest.mark.clause("PORTAL-10-1")
def test_of_two_who_move_a_committee_on_at_once_only_one_does() -> None:
    after_an_outage = CONVENES + timedelta(days=60)
    first, _ = in_azar().plan("1405-09", schedule(), after_an_outage)
    second, _ = first.plan("1405-09", schedule(), after_an_outage)

    assert (first.month, second) == ("1405-10", first)
    further, _ = first.plan("1405-10", schedule(), after_an_outage)
    assert further.plan("1405-09", schedule(), after_an_outage) == (further, [])


def test_a_meeting_that_began_before_the_group_was_formed_is_not_owed() -> None:
    formed = committee(STARTS)
    slot = schedule().slot(AZAR)
    planned, _ = formed.plan("1405-09", schedule(), STARTS)

    assert (formed.owes(slot), committee(STARTS - INSTANT).owes(slot)) == (False, True)
    assert planned.month == "1405-10"


def test_a_new_holiday_found_in_time_moves_the_clock() -> None:
    planned = in_azar()
    moved, _ = planned.plan("1405-09", schedule(overrides=[HOLIDAY]), CONVENES)

    assert (planned.convenes_at, moved.convenes_at) == (CONVENES, CONVENES + timedelta(days=3))
    assert moved.month == "1405-09"


@pytest.mark.clause("PORTAL-10-1")
def test_the_convened_meeting_tells_everybody_its_hour_and_place() -> None:
    meeting, [event] = Meeting.convene(committee(), schedule().slot(AZAR), id_="m-1", now=CONVENES)

    assert isinstance(event, MeetingConvened)
    assert (event.clause, event.month, event.meeting_id) == ("PORTAL-10-1", "1405-09", "m-1")
    assert (event.starts_at, event.ends_at, event.place_unit) == (STARTS, ENDS, "pr")
    assert event.to_posts == (*MEMBERS, SECRETARY)
    assert meeting.status is Status.CONVENED


@pytest.mark.clause("PORTAL-10-1")
@pytest.mark.parametrize(("now", "lapsed"), [(STARTS - INSTANT, False), (STARTS, True)])
def test_a_meeting_that_could_not_be_convened_before_its_hour_is_on_record_as_lapsed(
    now: datetime, lapsed: bool
) -> None:
    meeting, [event] = Meeting.convene(committee(), schedule().slot(AZAR), id_="m-1", now=now)

    assert (meeting.status is Status.LAPSED) is lapsed
    assert isinstance(event, MeetingLapsed) is lapsed
    assert not (isinstance(event, MeetingLapsed) and event.convened)


def test_a_committee_without_that_schedule_convenes_nothing() -> None:
    without = committee(schedule=None)

    assert without.convenes_at is None
    assert without.plan("1405-09", schedule(), CONVENES) == (without, [])


def test_what_the_directory_told_before_changes_nothing_when_it_comes_again() -> None:
    smaller = joined(group(members=[{"post": "water.pr.head"}]))
    [constitution] = committees_of(smaller)
    reformed, _ = committee().reform(constitution, smaller, as_of=2, now=CONVENES)

    assert reformed.member_posts() == ("water.pr.head",)
    [first] = committees_of(joined())
    assert reformed.reform(first, joined(), as_of=1, now=CONVENES) == (reformed, [])


def in_azar() -> Committee:
    """Its clock is set to the meeting of Azar."""
    planned, _ = committee().plan("1405-08", schedule(), datetime(2026, 11, 21, 5, 30, tzinfo=UTC))
    assert (planned.month, planned.convenes_at) == ("1405-09", CONVENES)
    return planned
