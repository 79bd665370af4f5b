"""What is done in a meeting."""

from collections.abc import Callable, Sequence
from datetime import datetime

from services.meetings import access
from services.meetings.domain import moving
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.motion import Choice
from services.meetings.usecases.use import Use, days_of, own_meeting
from shared.access.who import Who
from shared.events.directory import Post
from shared.events.event import Event
from shared.identity import derived_id, new_id
from shared.language import Text
from shared.rule import Invalid
from shared.store.history import Act
from shared.store.repository import NotFound, Saved
from shared.store.store import KeyReused

Decision = tuple[Meeting, Sequence[Event]]


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
    _, committee = await own_meeting(use, who, id_)

    def post(meeting: Meeting) -> Post:
        seated = meeting.seated(committee)
        recorders = (seated.seats.secretary, seated.seats.chair, seated.presiding)
        return who.acting(access.RECORD, lambda post: post.id in recorders)

    chart, now = await use.directory.chart(who.agency_id), use.clock.now()
    days = await days_of(use, who.agency_id, now)

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
    meeting, _ = await own_meeting(use, who, id_)
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
    meeting, committee = await own_meeting(use, who, id_)
    wanted, seats = by(meeting), (*meeting.seats.members, meeting.seats.chair)
    fits = [post.id for post in who.posts if post.id == wanted] or seats
    post, now = who.acting(access.PRESIDE, lambda post: post.id in fits), use.clock.now()
    days = await days_of(use, who.agency_id, now)

    def on_its_day(meeting: Meeting) -> Decision:
        moving.must_be_its_day(meeting, days, now)
        return decide(meeting.seated(committee), post.id, now)

    act = Act(name=name, by=who.named(post), at=now)
    return await use.meetings.change(who.agency_id, id_, act, on_its_day, if_match=if_match)


def _must_have(meeting: Meeting, motion_id: str) -> None:
    if meeting.motion(motion_id) is None:
        raise NotFound(motion_id)
