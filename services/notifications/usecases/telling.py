"""What a citizen is told of a change: queued once, let go when their number is there."""

from collections.abc import Collection

from services.notifications import rules
from services.notifications.domain.message import Cause, Message, Reason
from services.notifications.domain.templates import template_of
from services.notifications.usecases.use import CLOCK, Use
from services.notifications.usecases.wordings import words_for
from shared.calendar.jalali import local_day
from shared.cloudevents import Envelope
from shared.events.complaints import ComplaintEvent
from shared.identity import derived_id
from shared.observe.traces import current_traceparent
from shared.store.history import Act
from shared.store.store import DuplicateId

PURPOSE = "citizen-sms"


async def tell(use: Use, envelope: Envelope) -> None:
    """Queue the citizen's message about a change, once. One act is told once: by its last event."""
    event, now = envelope.event(), use.clock.now()
    if not isinstance(event, ComplaintEvent):
        return
    template, subject, sequence = template_of(event), envelope.subject, envelope.sequence
    act = Act(name="queue", by=f"event:{envelope.id}", at=now, clause=rules.TOLD.clause)
    figures = await use.directory.figures(event.agency_id)
    for earlier in await use.queue.waiting_of_act(subject, envelope.time, sequence):
        overtaken = Act(name="suppress", by=act.by, at=now)
        await use.messages.change(None, earlier, overtaken, lambda m: (m.suppress(Reason.SAME_ACT, now), []))
    message = Message.about(
        event,
        id_=derived_id(envelope.id, PURPOSE),
        cause=Cause(
            event_id=envelope.id,
            subject=subject,
            sequence=sequence,
            at=envelope.time,
            traceparent=current_traceparent() or envelope.traceparent,
        ),
        template=template,
        pushed=figures.of(rules.TOLD, local_day(envelope.time)),
        told_before=template.once and await use.queue.told(subject, template.name, sequence),
        now=now,
    ).in_words(await words_for(use, event.agency_id, template.name))
    try:
        await use.messages.add(act, (message, []))
    except DuplicateId:
        return
    use.wake.set()


async def release(use: Use, contact_ids: Collection[str]) -> None:
    """These contacts are there now: what was held for them goes on."""
    now = use.clock.now()
    for id_ in await use.queue.held_for(contact_ids):
        act = Act(name="release", by=CLOCK, at=now)
        await use.messages.change(None, id_, act, lambda message: (message.release(now), []))
    use.wake.set()
