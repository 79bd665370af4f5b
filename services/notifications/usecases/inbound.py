"""Messages in: kept before anybody is told that they came, understood, answered once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.notifications import rules
from services.notifications.domain.answers import answer_to, message_of
from services.notifications.domain.case import KnownCase
from services.notifications.domain.inbound import (
    Arrived,
    InboundMessage,
    limited,
    plain_reference,
    understand,
)
from services.notifications.domain.message import Cause
from services.notifications.usecases.knowing import hash_of
from services.notifications.usecases.use import CITIZEN, CLOCK, Use
from shared.calendar.jalali import local_day
from shared.cloudevents import Envelope
from shared.events.notifications_inbound import InboundMessageReceived
from shared.identity import derived_id
from shared.keys.keeper import OpenKey
from shared.mobile import read_mobile
from shared.observe.logs import log
from shared.observe.traces import current_traceparent
from shared.retention import Kept
from shared.store.history import Act
from shared.store.repository import NotFound
from shared.store.store import DuplicateId

_LOG = log(__name__)
DAY = timedelta(days=1)


async def receive(use: Use, gateway: str, arrived: Arrived) -> None:
    """Keep a message, once however often its gateway brings it. Only a mobile is a citizen's."""
    number = read_mobile(arrived.sender)
    if number is None:
        _LOG.info("inbound message of no mobile", gateway=gateway)
        return
    id_ = derived_id(use.master_key.keyed_hash("inbound", gateway, arrived.reference), "inbound")
    if await _has_come(use, id_):
        return
    now = use.clock.now()
    line_agency = use.doors.agency_of(arrived.line)
    own = await cases_of(use, number)
    meant = understand(arrived.text, own, await use.directory.figures(line_agency), now)
    agency_id = meant.case.agency_id if meant.case else line_agency
    figures = await use.directory.figures(agency_id)
    sender = await _sender(use, agency_id, number, figures.of(rules.INBOUND_WORDS, local_day(now)), now)
    earlier = await use.sent.of_sender(sender.contact_id, now - DAY)
    decision = InboundMessage.receive(
        id_=id_,
        agency_id=agency_id,
        gateway=gateway,
        reference=plain_reference(arrived.reference),
        line=use.doors.own_line(arrived.line),
        contact_id=sender.contact_id,
        words=sender.seal(arrived.text, purpose=id_),
        meant=limited(meant, earlier, figures, now),
        now=now,
    )
    try:
        await use.inbound.add(Act(name="receive", by=CITIZEN, at=now), decision)
    except DuplicateId:
        return


async def cases_of(use: Use, number: str) -> Sequence[KnownCase]:
    """The cases that were filed with a number."""
    contacts = await use.numbers.contacts_of(hash_of(use, number))
    return await use.cases.of_contacts(contacts) if contacts else []


async def answer(use: Use, envelope: Envelope) -> None:
    """Queue the answer to a message, once, with what is known by now."""
    event, now = envelope.event(), use.clock.now()
    if not isinstance(event, InboundMessageReceived):
        return
    inbound = (await use.inbound.load(envelope.subject)).state
    known = await use.cases.with_id(inbound.complaint_id) if inbound.complaint_id else None
    said = answer_to(inbound.wants, known, inbound.agency_id)
    if said is None:
        return
    message = message_of(
        said,
        id_=derived_id(envelope.id, "answer"),
        agency_id=inbound.agency_id,
        cause=Cause(
            event_id=envelope.id,
            subject=inbound.id,
            sequence=envelope.sequence,
            at=envelope.time,
            traceparent=current_traceparent() or envelope.traceparent,
        ),
        contact_id=inbound.contact_id,
        known=known,
        now=now,
    )
    act = Act(name="queue", by=f"event:{envelope.id}", at=now, clause=rules.ANSWERED.clause)
    try:
        await use.messages.add(act, (message, []))
    except DuplicateId:
        return
    use.wake.set()


def words(use: Use) -> Kept[InboundMessage]:
    """For how long it is kept what a citizen sent."""
    return Kept(
        documents=use.inbound,
        directory=use.directory,
        rule=rules.INBOUND_WORDS,
        since=lambda message: message.received_at,
        since_field="received_at",
        forget=lambda message, _: message.forget_words(),
    )


async def forget_if_over(use: Use, contact_id: str, now: datetime) -> None:
    """A sender is known as long as something that they sent can be read."""
    key = (await use.senders.keys.load(contact_id)).state
    figures = await use.directory.figures(key.agency_id)
    kept = figures.of(rules.INBOUND_WORDS, local_day(now))
    last = await use.sent.of_sender(contact_id, now - kept)
    until = last[0].received_at + kept if last else None
    await use.senders.forget_unless_needed(contact_id, until, CLOCK, now)


async def _has_come(use: Use, id_: str) -> bool:
    try:
        await use.inbound.load(id_)
    except NotFound:
        return False
    return True


async def _sender(use: Use, agency_id: str, number: str, kept: timedelta, now: datetime) -> OpenKey:
    """Whose number it is at this agency: as another service knows them, so that they are erased together;
    else somebody new, who is told to who sends messages.
    """
    known = await use.numbers.contacts_of(hash_of(use, number), agency_id)
    reached = await use.contacts.of(known)
    for contact_id, reach in sorted(reached.items()):
        if reach is not None and not await _is_ours(use, contact_id):
            key = await use.wrapper.unwrap(reach.wrapped_key, about=contact_id)
            return OpenKey(contact_id=contact_id, key=key)
    return await use.senders.of_number(agency_id, number, now, kept=kept, told=True)


async def _is_ours(use: Use, contact_id: str) -> bool:
    try:
        await use.senders.keys.now(contact_id)
    except NotFound:
        return False
    return True
