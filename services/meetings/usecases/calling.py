"""The meeting that somebody calls."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from services.meetings import access
from services.meetings.domain import refusals
from services.meetings.domain.calling import Call
from services.meetings.domain.committee import Committee
from services.meetings.domain.meeting import Meeting
from services.meetings.usecases.use import Use
from shared.access.who import Who
from shared.events.directory import Post
from shared.events.event import Event
from shared.identity import derived_id
from shared.rule import Invalid
from shared.store.history import Act
from shared.store.repository import NotFound, Saved
from shared.store.store import DuplicateId, KeyReused


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
