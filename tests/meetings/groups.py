"""What the tests of meetings have in common: one group of six, its meeting of Azar 1405."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from services.meetings.domain import minutes
from services.meetings.domain.committee import Committee, committees_of
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.motion import Choice
from services.meetings.domain.next_meeting import NextMeeting
from services.meetings.domain.schedule import Schedule
from shared.calendar.jalali import JalaliMonth
from shared.calendar.working_time import WorkingCalendar
from shared.cloudevents import Envelope, envelope_of
from shared.events.directory import AgencyJoined, ChartChanged
from shared.events.event import Event
from shared.rule import PRESETS, Figures
from tests.province import LONG_AGO, agency_events, calendar_event
from tests.serving import Serving, bearer

INSTANT = timedelta(milliseconds=1)
CONVENES = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
STARTS = datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
"""Wednesday 11 Azar 1405, 13:00 in Tehran: the second Wednesday, in the second half of the year."""
ENDS = datetime(2026, 12, 2, 10, 30, tzinfo=UTC)
NEXT = datetime(2026, 12, 30, 9, 30, tzinfo=UTC)
"""Wednesday 9 Dey 1405, 13:00: the second of the month after."""
AGENDA = ("گزارش اجرای تصمیمات جلسهٔ آذر", "اولویت مطالب بهمن")
MIDNIGHT = datetime(2026, 12, 2, 20, 30, tzinfo=UTC)
"""The end of that day in Tehran."""
HOLIDAY: dict[str, Any] = {"day": "2026-12-02", "hours": [], "why": {"fa": "تعطیل", "en": "Closed"}}
CHAIR, SECRETARY, HEAD = "water.pr.head", "water.pr.secretary", "water.head"
MEMBERS = (
    CHAIR,
    "water.deputy",
    "water.desk.head",
    "water.works.representative",
    "water.it.member",
    "water.it.publisher",
)
GUEST = "water.desk.officer"
GROUP = "water.portal-group"
COMMISSION = "water.transformation-commission"


def group(**changes: Any) -> dict[str, Any]:
    """The portal group as the directory tells it."""
    return {
        "id": GROUP,
        "title": {"fa": "گروه مدیریت سایت", "en": "Portal group"},
        "clause": "PORTAL-5-1",
        "chair": CHAIR,
        "secretary": SECRETARY,
        "schedule": "PORTAL-10-1",
        "members": [{"post": post, "represents": "works"} for post in MEMBERS],
        **changes,
    }


def commission(**changes: Any) -> dict[str, Any]:
    """The transformation commission, which meets when it is called."""
    return {
        **group(id=COMMISSION, clause="PORTAL-2-4", schedule=None, chair=HEAD, secretary=MEMBERS[4]),
        "title": {"fa": "کمیسیون تحول اداری", "en": "Transformation commission"},
        "members": [{"post": post, "represents": "works"} for post in (HEAD, "water.deputy", CHAIR)],
        **changes,
    }


def joined(*groups: dict[str, Any], agency: str = "water") -> AgencyJoined:
    """The agency joins with these committees."""
    event = agency_events(agency)[0]
    assert isinstance(event, AgencyJoined)
    return event.model_copy(update={"committees": groups or (group(),)})


def changed(*groups: dict[str, Any]) -> ChartChanged:
    """Its chart changes to these committees."""
    return ChartChanged.model_validate({**joined().model_dump(), "committees": groups})


def told(event: AgencyJoined, sequence: int = 1) -> Envelope:
    """It comes off the bus."""
    return envelope_of(event, subject=event.agency_id, sequence=sequence, time=LONG_AGO, traceparent=None)


def schedule(figures: Figures = PRESETS, **calendar: Any) -> Schedule:
    """Saturday to Wednesday, no holidays but those given."""
    data = calendar_event(**calendar).calendar
    return Schedule(calendar=WorkingCalendar.from_data(data), figures=figures)


def committee(now: datetime = datetime(2026, 11, 21, 5, 30, tzinfo=UTC), **changes: Any) -> Committee:
    """Formed on 30 Aban 1405."""
    event = joined(group(**changes))
    return Committee.form(committees_of(event)[0], event, as_of=1, now=now)


def convened() -> Meeting:
    """The meeting of Azar."""
    slot = schedule(id="governorate").slot(JalaliMonth(1405, 9))
    meeting, _ = Meeting.convene(committee(), slot, id_="m-1", now=CONVENES)
    return meeting


def opened(present: int = 4, figures: Figures = PRESETS) -> Meeting:
    """Official since its first minute, with so many of the six."""
    recorded, _ = convened().record(MEMBERS[:present], STARTS)
    meeting, _ = recorded.open(CHAIR, figures, STARTS)
    return meeting


def voted(meeting: Meeting, votes_for: int, id_: str = "motion-1") -> Meeting:
    """A motion is put, and the first of those present are for it; the rest say nothing."""
    meeting, _ = meeting.put(CHAIR, id_, "انتشار فهرست مجوزها", STARTS)
    for post in meeting.present[:votes_for]:
        meeting, _ = meeting.vote(post, id_, Choice.FOR, STARTS)
    return meeting


def closed_with_a_decision() -> Meeting:
    """Closed at its proper end."""
    meeting, _ = voted(opened(), 3).close(CHAIR, ENDS)
    return meeting


def next_set(
    meeting: Meeting,
    *agenda: str,
    by: str = SECRETARY,
    starts_at: datetime | None = NEXT,
    time_is_open: bool = False,
    now: datetime = ENDS,
) -> tuple[Meeting, Sequence[Event]]:
    """The next meeting's agenda is set."""
    said = NextMeeting(agenda=agenda, starts_at=starts_at, time_is_open=time_is_open, set_by=by, set_at=now)
    return minutes.set_next(meeting, said)


def ready_to_send() -> Meeting:
    """Closed with a decision, and the minutes say what the next meeting deals with."""
    return next_set(closed_with_a_decision(), *AGENDA)[0]


def send(meeting: Meeting, by: str, now: datetime) -> tuple[Meeting, Sequence[Event]]:
    """The minutes are sent; the next meeting is as it was."""
    return minutes.send(meeting, by, NEXT, now)


async def act(meetings: Serving, post: str, id_: str, verb: str, **body: Any) -> httpx.Response:
    """Something done in a meeting by the holder of a post."""
    url = f"/v1/meetings/{id_}/{verb}"
    return await meetings.http.post(url, json=body or None, headers=bearer(post))


async def azar(meetings: Serving) -> dict[str, Any]:
    """The meeting of Azar as the secretary sees it, convened by the clock; it is its hour now."""
    meetings.clock.set(CONVENES)
    await meetings.sweep()
    meetings.clock.set(STARTS)
    return await seen(meetings)


async def closed_meeting(meetings: Serving) -> str:
    """Azar's meeting, closed at its end with one decision."""
    id_ = (await azar(meetings))["id"]
    await act(meetings, SECRETARY, id_, "attendance", posts=list(MEMBERS))
    await act(meetings, CHAIR, id_, "open")
    motion = (await act(meetings, CHAIR, id_, "motions", text="الف")).json()["id"]
    for post in MEMBERS[:4]:
        await act(meetings, post, id_, f"motions/{motion}/votes", choice="for")
    meetings.clock.set(ENDS)
    closed = await act(meetings, CHAIR, id_, "close")
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    return id_


async def seen(meetings: Serving) -> dict[str, Any]:
    """The agency's one meeting."""
    answer = await meetings.http.get("/v1/meetings", headers=bearer(SECRETARY))
    [one] = answer.json()["items"]
    return one


async def event_names(meetings: Serving) -> list[str]:
    """The short names of all events of its meetings, in order."""
    records = await meetings.published(meetings.parts.repositories[1])
    return [record["headers"]["ce_type"].split(".")[3] for record in records]
