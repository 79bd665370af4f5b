"""What a citizen is told of a change: queued once, let go when their number is there."""

from collections.abc import Collection

from services.notifications import rules
from services.notifications.domain.kinds import kind_of_change
from services.notifications.domain.merging import Told, comes_too_late, given_way, told_before
from services.notifications.domain.message import Message, Reason
from services.notifications.domain.templates import template_of
from services.notifications.usecases import preferences
from services.notifications.usecases.causes import cause_of
from services.notifications.usecases.queueing import let_go, queue
from services.notifications.usecases.use import Use
from services.notifications.usecases.wordings import words_for
from shared.calendar.jalali import local_day
from shared.cloudevents import Envelope
from shared.events.complaints import ComplaintEvent
from shared.identity import derived_id
from shared.store.history import Act

PURPOSE = "citizen-sms"


async def tell(use: Use, envelope: Envelope) -> None:
    """Queue the citizen's message about a change, once. What it tells as well is not sent any more."""
    event, now = envelope.event(), use.clock.now()
    if not isinstance(event, ComplaintEvent):
        return
    template, sequence = template_of(event), envelope.sequence
    act = Act(name="queue", by=f"event:{envelope.id}", at=now, clause=rules.TOLD.clause)
    figures = await use.directory.figures(event.agency_id)
    id_ = derived_id(envelope.id, PURPOSE, event.contact_id or "")
    told = await use.queue.of_case(envelope.subject)
    if any(one.id == id_ for one in told):
        return
    message = Message.about(
        event,
        id_=id_,
        cause=cause_of(envelope, envelope.subject),
        template=template,
        pushed=figures.of(rules.TOLD, local_day(envelope.time)),
        told_before=told_before(template.name, sequence, told),
        now=now,
    ).in_words(await words_for(use, event.agency_id, template.name))
    kind, contacts = kind_of_change(template.name), {event.contact_id or ""}
    if await preferences.refused(use, event.agency_id, contacts, kind):
        message = message.suppress(Reason.REFUSED_BY_PERSON, now)
    message = message.wait(figures.of(rules.TOGETHER, local_day(now))) if kind.refusable else message
    if (late := comes_too_late(_told(message), told)) is not None:
        message = message.suppress(late, now)
    for earlier, reason in given_way(_told(message), told).items():
        await _suppress(use, earlier, reason, act)
    await queue(use, act, message)


async def release(use: Use, contact_ids: Collection[str]) -> None:
    """These contacts are there now: what was held for them goes on."""
    await let_go(use, await use.queue.held_for(contact_ids))
    use.wake.set()


def _told(message: Message) -> Told:
    return Told(
        id=message.id,
        sequence=message.cause.sequence,
        at=message.cause.at,
        template=message.template,
        status=message.status,
    )


async def _suppress(use: Use, id_: str, reason: Reason, because: Act) -> None:
    act = Act(name="suppress", by=because.by, at=because.at)
    await use.messages.change(None, id_, act, lambda message: (message.suppress(reason, because.at), []))
