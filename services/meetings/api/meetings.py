"""Meetings and what is done in them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from services.meetings import access
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.motion import Choice, Motion
from services.meetings.domain.next_meeting import NextMeeting
from services.meetings.domain.status import Status
from services.meetings.storage import held_by
from services.meetings.usecases import meeting as in_meeting
from services.meetings.usecases import minutes
from services.meetings.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.calendar.jalali import show_instant
from shared.store.repository import Saved
from shared.web.fields import OfNobody
from shared.web.history import HistoryView, history_views
from shared.web.parts import V1, Body, IdempotencyKey, IfMatch, Pages, PageView, View, example, uses
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["meetings"])
TEXT_MAX, ATTENDEES_MAX = 4000, 200
AGENDA_MAX, ITEM_MAX = 30, 300


UseIt = Annotated[Use, Depends(uses)]
PostId = Annotated[str, Field(min_length=1, max_length=128, examples=["water.public-relations.head"])]
AgendaItem = Annotated[str, Field(min_length=1, max_length=ITEM_MAX), OfNobody]
Reading = Annotated[Who, Depends(allowed(access.READ))]
Presiding = Annotated[Who, Depends(allowed(access.PRESIDE))]
Sending = Annotated[Who, Depends(allowed(access.SEND))]


class AttendanceBody(Body):
    """Everybody who is present now, by post; whoever is no member is a guest."""

    posts: list[PostId] = Field(max_length=ATTENDEES_MAX)


class ChairBody(Body):
    """The member who will preside."""

    post_id: PostId


class MotionBody(Body):
    """What is put to the vote."""

    model_config = example(text="فهرست مجوزهای هر حوزه تا پایان ماه منتشر شود.")

    text: str = Field(min_length=1, max_length=TEXT_MAX)


class VoteBody(Body):
    """A member's vote. `post_id` is for who acts for several members."""

    choice: Choice
    post_id: PostId | None = None


class MotionView(View):
    """A motion, its votes by post, and its number among the decisions once it is adopted."""

    id: str
    text: str
    put_at: datetime
    voters: list[str]
    votes: dict[str, Choice]
    votes_for: int
    votes_against: int
    abstained: int
    counted_at: datetime | None
    decision: int | None


class NextMeetingBody(Body):
    """What the next meeting deals with; an empty list says that nothing is known of it yet.

    Its time is known from the committee. Where that meets when it is called, and was not called yet,
    `time_is_open` says that members learn the time by the call.
    """

    model_config = example(agenda=["گزارش اجرای تصمیمات جلسهٔ پیش", "اولویت مطالب ماه آینده"])

    agenda: list[AgendaItem] = Field(max_length=AGENDA_MAX)
    time_is_open: bool = Field(default=False, strict=True)


class NextMeetingView(View):
    """What the minutes say of the next meeting. `starts` is its hour in words, null while it isn't called."""

    agenda: list[str]
    starts_at: datetime | None
    starts: str | None
    time_is_open: bool
    set_at: datetime


class SendingView(View):
    """When the decisions must have been sent, null where there are none; and when the minutes were."""

    due_at: datetime | None
    overdue_at: datetime | None
    sent_at: datetime | None
    in_time: bool
    to_posts: list[str]


class MeetingView(View):
    """A meeting with its minutes. `starts` is its hour in words.

    `first_starts_at` is when it was to be before its day was closed; null where it never moved. Its `agenda`
    was said in the minutes of `agenda_from`, the meeting held before it.
    """

    id: str
    committee_id: str
    month: str
    status: Status
    starts_at: datetime
    ends_at: datetime
    starts: str
    first_starts_at: datetime | None
    place_unit: str | None
    chair: str
    presiding: str
    secretary: str
    members: list[str]
    present: list[str]
    absent: list[str]
    guests: list[str]
    convened_at: datetime | None
    called_by: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    agenda: list[str]
    agenda_from: str | None
    motions: list[MotionView]
    next_meeting: NextMeetingView | None
    sending: SendingView | None


@router.get("/meetings")
async def meetings(
    who: Reading,
    use: UseIt,
    pages: Pages,
    request: Request,
    committee_id: Annotated[str | None, Query(max_length=128)] = None,
    status: Annotated[Status | None, Query()] = None,
) -> PageView[MeetingView]:
    """The agency's meetings, the latest first."""
    page = await use.meetings.page(
        who.agency_id,
        where=held_by(committee_id, status),
        by="state.starts_at",
        newest_first=True,
        after=pages.after,
        limit=pages.limit,
    )
    return PageView(items=[_view(saved.state, request) for saved in page.items], next=page.next)


@router.get("/meetings/{id_}")
async def meeting(id_: str, who: Reading, use: UseIt, request: Request, response: Response) -> MeetingView:
    """One meeting of the agency, with its minutes."""
    return tagged(request, response, await use.meetings.get(who.agency_id, id_))


@router.get("/meetings/{id_}/history")
async def history(id_: str, who: Reading, use: UseIt) -> list[HistoryView]:
    """Who did what and when, oldest first."""
    return history_views(await use.meetings.history(who.agency_id, id_))


@router.post("/meetings/{id_}/chair")
async def hand_over(
    id_: str,
    body: ChairBody,
    who: Presiding,
    use: UseIt,
    request: Request,
    response: Response,
    if_match: IfMatch,
) -> MeetingView:
    """The head hands the chair to another member, for this meeting (PORTAL-10-5)."""
    saved = await in_meeting.hand_over(use, who, id_, body.post_id, if_match)
    return tagged(request, response, saved)


@router.post("/meetings/{id_}/attendance")
async def attendance(
    id_: str,
    body: AttendanceBody,
    who: Annotated[Who, Depends(allowed(access.RECORD))],
    use: UseIt,
    request: Request,
    response: Response,
    if_match: IfMatch,
) -> MeetingView:
    """Record who is present, in place of what was recorded before."""
    saved = await in_meeting.record(use, who, id_, body.posts, if_match)
    return tagged(request, response, saved)


@router.post("/meetings/{id_}/open")
async def open_(
    id_: str, who: Presiding, use: UseIt, request: Request, response: Response, if_match: IfMatch
) -> MeetingView:
    """Declare the meeting official: with two thirds of the members present (PORTAL-10-3, PORTAL-10-4)."""
    return tagged(request, response, await in_meeting.open_(use, who, id_, if_match))


@router.post("/meetings/{id_}/not-official")
async def not_official(
    id_: str, who: Presiding, use: UseIt, request: Request, response: Response, if_match: IfMatch
) -> MeetingView:
    """Record that too few came and that this is no official meeting."""
    return tagged(request, response, await in_meeting.record_not_official(use, who, id_, if_match))


@router.post("/meetings/{id_}/motions", status_code=201)
async def put(
    id_: str,
    body: MotionBody,
    who: Presiding,
    use: UseIt,
    response: Response,
    if_match: IfMatch,
    key: IdempotencyKey = None,
) -> MotionView:
    """Put a motion to the vote of the members present. With an `Idempotency-Key` it is put once."""
    saved, motion_id = await in_meeting.put(use, who, id_, body.text, key, if_match)
    return _motion(response, saved, motion_id)


@router.post("/meetings/{id_}/motions/{motion_id}/votes")
async def vote(
    id_: str,
    motion_id: str,
    body: VoteBody,
    who: Annotated[Who, Depends(allowed(access.VOTE))],
    use: UseIt,
    response: Response,
) -> MotionView:
    """Vote, once: a vote given stands."""
    saved = await in_meeting.vote(use, who, id_, motion_id, body.choice, body.post_id)
    return _motion(response, saved, motion_id)


@router.post("/meetings/{id_}/motions/{motion_id}/count")
async def count(
    id_: str, motion_id: str, who: Presiding, use: UseIt, response: Response, if_match: IfMatch
) -> MotionView:
    """Have the votes counted: adopted with more than half of the members present in favour (PORTAL-10-3)."""
    return _motion(response, await in_meeting.count(use, who, id_, motion_id, if_match), motion_id)


@router.post("/meetings/{id_}/close")
async def close(
    id_: str, who: Presiding, use: UseIt, request: Request, response: Response, if_match: IfMatch
) -> MeetingView:
    """End the meeting: within 48 hours its decisions must be sent (PORTAL-10-6)."""
    return tagged(request, response, await in_meeting.close(use, who, id_, if_match))


@router.post("/meetings/{id_}/next-meeting")
async def next_meeting(
    id_: str,
    body: NextMeetingBody,
    who: Sending,
    use: UseIt,
    request: Request,
    response: Response,
    if_match: IfMatch,
) -> MeetingView:
    """Set the next meeting's agenda, in place of what was set before: the minutes hold it (PORTAL-10-7)."""
    saved = await minutes.set_next(use, who, id_, body.agenda, if_match, time_is_open=body.time_is_open)
    return tagged(request, response, saved)


@router.post("/meetings/{id_}/send-decisions")
async def send_decisions(
    id_: str,
    who: Sending,
    use: UseIt,
    request: Request,
    response: Response,
    if_match: IfMatch,
) -> MeetingView:
    """Send the decisions to the members and the head's office. After 48 hours it is on record as late.

    With them goes the next meeting's agenda and time; it is refused while nobody has set it (PORTAL-10-7).
    """
    return tagged(request, response, await minutes.send(use, who, id_, if_match))


def tagged(request: Request, response: Response, saved: Saved[Meeting]) -> MeetingView:
    """With its version, for If-Match."""
    response.headers["etag"] = saved.etag
    return _view(saved.state, request)


def _motion(response: Response, saved: Saved[Meeting], motion_id: str) -> MotionView:
    response.headers["etag"] = saved.etag
    return next(_motion_view(one) for one in saved.state.motions if one.id == motion_id)


def _motion_view(motion: Motion) -> MotionView:
    return MotionView(
        id=motion.id,
        text=motion.text,
        put_at=motion.put_at,
        voters=list(motion.voters),
        votes={ballot.post_id: ballot.choice for ballot in motion.ballots},
        votes_for=motion.votes(Choice.FOR),
        votes_against=motion.votes(Choice.AGAINST),
        abstained=motion.votes(Choice.ABSTAIN),
        counted_at=motion.counted_at,
        decision=motion.decision,
    )


def _next_view(following: NextMeeting, language: str) -> NextMeetingView:
    starts_at = following.starts_at
    return NextMeetingView(
        agenda=list(following.agenda),
        starts_at=starts_at,
        starts=None if starts_at is None else show_instant(starts_at).in_(language),
        time_is_open=following.time_is_open,
        set_at=following.set_at,
    )


def _view(state: Meeting, request: Request) -> MeetingView:
    seats, sending, following = state.seats, state.sending, state.next_meeting
    return MeetingView(
        id=state.id,
        committee_id=state.committee_id,
        month=state.month,
        status=state.status,
        starts_at=state.starts_at,
        ends_at=state.ends_at,
        starts=show_instant(state.starts_at).in_(language_of(request)),
        first_starts_at=state.first_starts_at,
        place_unit=state.place_unit,
        chair=seats.chair,
        presiding=state.presiding,
        secretary=seats.secretary,
        members=list(seats.members),
        present=list(state.present),
        absent=[post for post in seats.members if post not in state.attendees],
        guests=[post for post in state.attendees if post not in seats.members],
        convened_at=state.convened_at,
        called_by=None if state.called is None else state.called.by,
        opened_at=state.opened_at,
        closed_at=state.closed_at,
        agenda=list(state.agenda),
        agenda_from=state.agenda_from,
        motions=[_motion_view(motion) for motion in state.motions],
        next_meeting=None if following is None else _next_view(following, language_of(request)),
        sending=None
        if sending is None
        else SendingView(
            due_at=sending.due_at,
            overdue_at=sending.overdue_at,
            sent_at=sending.sent_at,
            in_time=sending.in_time,
            to_posts=list(sending.to_posts),
        ),
    )
