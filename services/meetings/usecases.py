"""Load, ask the domain, save: one function for each thing that can be done."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from services.meetings import access, rules
from services.meetings.domain import moving, refusals
from services.meetings.domain.calling import Call
from services.meetings.domain.committee import Committee, Constitution, committees_of
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.motion import Choice
from services.meetings.domain.moving import Days
from services.meetings.domain.oversight import Breach, breaches_of_committee, breaches_of_meeting
from services.meetings.domain.schedule import Schedule
from shared.access.who import Who
from shared.calendar.jalali import JalaliMonth, local_day
from shared.clock import Clock
from shared.cloudevents import Envelope
from shared.directory.lookup import Directory
from shared.directory.measured import calendar_names
from shared.events.directory import AgencyJoined, Post, Role
from shared.events.event import Event
from shared.identity import derived_id, new_id
from shared.language import Text
from shared.rule import Invalid
from shared.store.history import Act
from shared.store.repository import PAGE_MAX, NotFound, Page, Repository, Saved
from shared.store.store import DuplicateId, KeyReused

CLOCK, DIRECTORY = "clock", "directory"
Decision = tuple[Meeting, Sequence[Event]]


class Breaches(Protocol):
    """The questions asked of all meetings of some committees together."""

    async def not_carried_out(
        self, agency_id: str, committee_ids: Sequence[str], now: datetime, *, after: str | None, limit: int
    ) -> Page[Meeting]: ...
    async def official_since(
        self, agency_id: str, committee_ids: Sequence[str], since: datetime
    ) -> Mapping[str, Sequence[datetime]]: ...


class Clocked(Protocol):
    """The question asked of all meetings that are to come."""

    def measured_otherwise(self, calendars: Mapping[str, str]) -> AsyncIterator[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the use cases work with."""

    committees: Repository[Committee]
    meetings: Repository[Meeting]
    breaches: Breaches
    meetings_by_calendar: Clocked
    directory: Directory
    clock: Clock


async def constitute(use: Use, envelope: Envelope) -> None:
    """The agency's committees, as the directory tells them now: new, changed, and gone. Safe to repeat.

    What a later event has overtaken, redriven from the dead letters for example, forms nothing any more.
    """
    joined = envelope.event()
    if not isinstance(joined, AgencyJoined):
        return
    now, as_of = use.clock.now(), envelope.sequence
    told, known = committees_of(joined), await _committees_of(use, joined.agency_id)
    if any(as_of < committee.as_of for committee in known):
        return
    for constitution in told:
        await _form_or_reform(use, constitution, joined, as_of=as_of, now=now)
    named = {constitution.id for constitution in told}
    act = Act(name="dissolve", by=DIRECTORY, at=now)
    for gone in [committee.id for committee in known if committee.id not in named]:
        await use.committees.change(
            joined.agency_id, gone, act, lambda committee: committee.dissolve(as_of=as_of, now=now)
        )


async def _form_or_reform(
    use: Use, constitution: Constitution, joined: AgencyJoined, *, as_of: int, now: datetime
) -> None:
    formed = Committee.form(constitution, joined, as_of=as_of, now=now)
    try:
        await use.committees.add(Act(name="form", by=DIRECTORY, at=now), (formed, []))
    except DuplicateId:
        # An id of another agency's committee is not found here, and ends among the dead letters.
        await use.committees.change(
            joined.agency_id,
            constitution.id,
            Act(name="reform", by=DIRECTORY, at=now),
            lambda committee: committee.reform(constitution, joined, as_of=as_of, now=now),
        )


async def _committees_of(use: Use, agency_id: str) -> list[Committee]:
    found: list[Committee] = []
    after: str | None = None
    while True:
        page = await use.committees.page(agency_id, after=after, limit=PAGE_MAX)
        found += [saved.state for saved in page.items]
        after = page.next
        if after is None:
            return found


async def call(use: Use, who: Who, id_: str, day: date, hours: str, key: str | None) -> Saved[Meeting]:
    """The chair or the secretary calls a meeting of a committee that has no schedule.

    Its time is taken in the committee first, so that no two are called for the same. A call that broke off
    between the two writes is taken up by the same request again: the meeting's id follows from it.
    """
    meeting_id = derived_id("meeting", id_, *([str(day), hours] if key is None else [key]))

    def post(committee: Committee) -> Post:
        return who.acting(access.CALL, lambda post: post.id in (committee.chair, committee.secretary))

    by, now = post((await use.committees.get(who.agency_id, id_)).state), use.clock.now()
    wanted = Call.of(meeting_id, by.id, day, hours)
    with suppress(NotFound):
        return _as_called(await use.meetings.get(who.agency_id, meeting_id), wanted, key)
    calendar = await use.directory.calendar(who.agency_id)

    def take(committee: Committee) -> tuple[Committee, Sequence[Event]]:
        post(committee)
        return committee.call(wanted, calendar, now)

    act = Act(name="call", by=who.named(by), at=now)
    committee = (await use.committees.change(who.agency_id, id_, act, take)).state
    convened = Meeting.convene(committee, wanted.slot(calendar, now), id_=meeting_id, now=now, called=wanted)
    try:
        return await use.meetings.add(Act(name="convene", by=act.by, at=now), convened)
    except DuplicateId:
        return _as_called(await use.meetings.get(who.agency_id, meeting_id), wanted, key)


def _as_called(there: Saved[Meeting], wanted: Call, key: str | None) -> Saved[Meeting]:
    """What the same request made; without a key it is another's time."""
    if key is None:
        raise Invalid("/hours", refusals.TAKEN)
    called = there.state.called
    if called is None or (called.starts_at, called.ends_at) != (wanted.starts_at, wanted.ends_at):
        raise KeyReused(wanted.meeting_id)
    return there


async def convene_if_due(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: convene the month's meeting, once, then look on to the next month."""
    committee = (await use.committees.load(id_)).state
    if committee.convenes_at is None or now < committee.convenes_at:
        return
    schedule = Schedule(
        calendar=await use.directory.calendar(committee.agency_id),
        figures=await use.directory.figures(committee.agency_id),
    )
    month = committee.month
    slot = schedule.slot(JalaliMonth.parse(month))
    if committee.owes(slot) and slot.convenes_at <= now:
        meeting_id = derived_id("meeting", committee.id, month)
        decision = Meeting.convene(committee, slot, id_=meeting_id, now=now)
        with suppress(DuplicateId):  # convened before, by a sweep that broke off here, or by another's
            await use.meetings.add(Act(name="convene", by=CLOCK, at=now), decision)
    await use.committees.change(
        None,
        id_,
        Act(name="plan", by=CLOCK, at=now),
        lambda current: current.plan(month, schedule, now),
    )


async def behind_calendar(use: Use) -> AsyncIterator[str]:
    """Which convened meeting goes by a calendar that was changed since."""
    async for id_ in use.meetings_by_calendar.measured_otherwise(await calendar_names(use.directory)):
        yield id_


async def follow_calendar(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: a meeting whose day was closed before it began is on another.

    Of a called one the committee keeps the time first, so that no two are at the same.
    """
    meeting = (await use.meetings.load(id_)).state
    days = await _days(use, meeting.agency_id, now)
    if not moving.is_behind(meeting, days):
        return
    note = f"calendar {days.calendar.name}"
    act = Act(name="follow-calendar", by=CLOCK, at=now, clause=meeting.clause, note=note)
    committee = await use.committees.change(
        None,
        meeting.committee_id,
        act,
        lambda one: one.retake(id_, lambda taken: moving.place(meeting, days, taken, now)),
    )
    await use.meetings.change(None, id_, act, lambda one: moving.follow(one, days, committee.state, now))


async def check_clock(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: what lapsed, ended with its day, or is overdue; on a closed day nothing lapses."""
    await follow_calendar(use, id_, now)
    act = Act(name="clock", by=CLOCK, at=now)
    await use.meetings.change(None, id_, act, lambda meeting: meeting.check_clock(now))


async def hand_over(use: Use, who: Who, id_: str, to: str, if_match: int | None) -> Saved[Meeting]:
    """The head gives the chair of one meeting to another member, or takes it back."""
    return await _preside(
        use,
        who,
        id_,
        "hand-over",
        lambda meeting, by, now: meeting.hand_over(by, to, now),
        if_match,
        by=lambda meeting: meeting.seats.chair,
    )


async def record(
    use: Use, who: Who, id_: str, attendees: Sequence[str], if_match: int | None
) -> Saved[Meeting]:
    """The secretary, or who has the chair, records who is present."""
    _, committee = await _load(use, who, id_)

    def post(meeting: Meeting) -> Post:
        seated = meeting.seated(committee)
        recorders = (seated.seats.secretary, seated.seats.chair, seated.presiding)
        return who.acting(access.RECORD, lambda post: post.id in recorders)

    chart, now = await use.directory.chart(who.agency_id), use.clock.now()
    days = await _days(use, who.agency_id, now)

    def decide(meeting: Meeting) -> Decision:
        post(meeting)
        moving.must_be_its_day(meeting, days, now)
        for place, attendee in enumerate(attendees):
            if chart is None or attendee not in chart.posts:
                why = Text(fa="چنین پستی در دستگاه نیست.", en="The agency has no such post.")
                raise Invalid(f"/posts/{place}", why)
        return meeting.seated(committee).record(attendees, now)

    return await use.meetings.change(
        who.agency_id,
        id_,
        lambda meeting: Act(name="record-attendance", by=who.named(post(meeting)), at=now),
        decide,
        if_match=if_match,
    )


async def open_(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Meeting]:
    """Whoever presides declares it official."""
    figures = await use.directory.figures(who.agency_id)
    return await _preside(
        use, who, id_, "open", lambda meeting, by, now: meeting.open(by, figures, now), if_match
    )


async def record_not_official(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Meeting]:
    """Whoever presides records that too few came."""
    figures = await use.directory.figures(who.agency_id)
    return await _preside(
        use,
        who,
        id_,
        "record-not-official",
        lambda meeting, by, now: meeting.record_not_official(by, figures, now),
        if_match,
    )


async def put(
    use: Use, who: Who, id_: str, text: str, key: str | None, if_match: int | None
) -> tuple[Saved[Meeting], str]:
    """Put a motion to the vote; its id comes back too. The same key puts it once, with another text never."""
    motion_id = new_id() if key is None else derived_id("motion", id_, key)

    def decide(meeting: Meeting, by: str, now: datetime) -> Decision:
        known = meeting.motion(motion_id)
        if known is not None and known.text != text:
            raise KeyReused(motion_id)
        return meeting.put(by, motion_id, text, now)

    return await _preside(use, who, id_, "put-motion", decide, if_match), motion_id


async def vote(
    use: Use, who: Who, id_: str, motion_id: str, choice: Choice, as_post: str | None
) -> Saved[Meeting]:
    """A member votes. Who acts for several members says for which; else it is the first of them."""
    meeting, _ = await _load(use, who, id_)
    _must_have(meeting, motion_id)
    members = meeting.seats.members
    post = who.acting(access.VOTE, lambda post: post.id in members and as_post in (None, post.id))
    now = use.clock.now()
    act = Act(name="vote", by=who.named(post), at=now)
    return await use.meetings.change(
        who.agency_id, id_, act, lambda meeting: meeting.vote(post.id, motion_id, choice, now)
    )


async def count(use: Use, who: Who, id_: str, motion_id: str, if_match: int | None) -> Saved[Meeting]:
    """Whoever presides has the votes counted."""

    def decide(meeting: Meeting, by: str, now: datetime) -> Decision:
        _must_have(meeting, motion_id)
        return meeting.count(by, motion_id, now)

    return await _preside(use, who, id_, "count", decide, if_match)


async def close(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Meeting]:
    """Whoever presides ends the meeting."""
    return await _preside(use, who, id_, "close", lambda meeting, by, now: meeting.close(by, now), if_match)


async def send(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Meeting]:
    """The secretary sends the decisions."""
    meeting, _ = await _load(use, who, id_)
    post = who.acting(access.SEND, lambda post: post.id == meeting.seats.secretary)
    now = use.clock.now()
    act = Act(name="send-decisions", by=who.named(post), at=now)
    return await use.meetings.change(
        who.agency_id, id_, act, lambda meeting: meeting.send(post.id, now), if_match=if_match
    )


async def oversee(use: Use, who: Who, *, after: str | None, limit: int) -> tuple[list[Breach], str | None]:
    """What was not carried out in the committees that somebody heads: nothing for who heads none.

    The agency's head sees all of them.
    """
    committees = {one.id: one for one in await _committees_of(use, who.agency_id)}
    posts, sees_all, now = {post.id for post in who.posts}, Role.HEAD in who.roles, use.clock.now()
    seen = {id_: one for id_, one in committees.items() if sees_all or one.chair in posts}
    page = await use.breaches.not_carried_out(who.agency_id, [*seen], now, after=after, limit=limit)
    meetings = [saved.state for saved in page.items]
    since = min((one.starts_at for one in meetings), default=now)
    official = await use.breaches.official_since(who.agency_id, [*seen], since)
    lacking = [one for committee in seen.values() for one in breaches_of_committee(committee)]
    missed = [
        breach
        for one in meetings
        for breach in breaches_of_meeting(
            one, seen[one.committee_id], official.get(one.committee_id, ()), now
        )
    ]
    return [*(lacking if after is None else []), *missed], page.next


async def _preside(
    use: Use,
    who: Who,
    id_: str,
    name: str,
    decide: Callable[[Meeting, str, datetime], Decision],
    if_match: int | None,
    by: Callable[[Meeting], str] = lambda meeting: meeting.presiding,
) -> Saved[Meeting]:
    """What the chair does. Another member is let through to the domain, whose refusal says why."""
    meeting, committee = await _load(use, who, id_)
    wanted, seats = by(meeting), (*meeting.seats.members, meeting.seats.chair)
    fits = [post.id for post in who.posts if post.id == wanted] or seats
    post, now = who.acting(access.PRESIDE, lambda post: post.id in fits), use.clock.now()
    days = await _days(use, who.agency_id, now)

    def on_its_day(meeting: Meeting) -> Decision:
        moving.must_be_its_day(meeting, days, now)
        return decide(meeting.seated(committee), post.id, now)

    act = Act(name=name, by=who.named(post), at=now)
    return await use.meetings.change(who.agency_id, id_, act, on_its_day, if_match=if_match)


async def _load(use: Use, who: Who, id_: str) -> tuple[Meeting, Committee]:
    """The agency's own meeting, seated as its committee stands now, and that committee."""
    meeting = (await use.meetings.get(who.agency_id, id_)).state
    committee = (await use.committees.get(who.agency_id, meeting.committee_id)).state
    return meeting.seated(committee), committee


async def _days(use: Use, agency_id: str, now: datetime) -> Days:
    figures = await use.directory.figures(agency_id)
    known = await use.directory.set_calendar(agency_id)
    notice = figures.of(rules.NOTICE, local_day(now))
    return Days(calendar=known.calendar, set_at=known.set_at, notice=notice)


def _must_have(meeting: Meeting, motion_id: str) -> None:
    if meeting.motion(motion_id) is None:
        raise NotFound(motion_id)
