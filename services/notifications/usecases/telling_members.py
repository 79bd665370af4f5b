"""What the members of a committee are told by SMS, besides their inbox: once for each person."""

from services.notifications.domain.members import MeetingNews, News, acting
from services.notifications.usecases.causes import cause_of
from services.notifications.usecases.queueing import queue
from services.notifications.usecases.use import Use
from shared.cloudevents import Envelope
from shared.events.meetings import DecisionsSent, MinutesSent
from shared.identity import derived_id
from shared.store.history import Act


async def tell_members(use: Use, envelope: Envelope) -> None:
    """Queue an SMS for who acts for each post and has a mobile; whoever has none has their inbox alone."""
    event, now = envelope.event(), use.clock.now()
    if not isinstance(event, MeetingNews):
        return
    chart = await use.directory.chart(event.agency_id)
    if chart is None:
        return
    news = News.of(event, chart)
    if now >= news.expires_at:
        return  # read off the bus long after: it would tell of what is over
    people = acting(event, chart, now)
    reached = await use.contacts.of_staff(event.agency_id, people)
    for person_id, reach in sorted(reached.items()):
        message = news.message(
            id_=_id(envelope, event, person_id),
            agency_id=event.agency_id,
            contact_id=reach.contact_id,
            # A line of its own for each post: nobody's message waits for another's.
            cause=cause_of(envelope, f"{event.meeting_id}.{people[person_id]}"),
            now=now,
        )
        act = Act(name="queue", by=f"event:{envelope.id}", at=now, clause=news.clause)
        await queue(use, act, message)


def _id(envelope: Envelope, event: MeetingNews, person_id: str) -> str:
    """Of a meeting's minutes each person is told once; of its time at each change."""
    about = event.meeting_id if isinstance(event, DecisionsSent | MinutesSent) else envelope.id
    return derived_id(about, f"sms {type(event).__name__}", person_id)
