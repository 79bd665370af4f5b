"""Messages in: kept before anybody is told that they came, understood, answered once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.notifications import rules
from services.notifications.domain.answers import EXPLAINED, Answer, answer_to, message_of, refusal_of
from services.notifications.domain.case import KnownCase, where_they_are
from services.notifications.domain.inbound import (
    HANDED_ON,
    Arrived,
    InboundMessage,
    Meant,
    Wants,
    goes_on,
    joined,
    limited,
    plain_reference,
    understand,
)
from services.notifications.domain.wishes import REFUSABLE, WishKind
from services.notifications.usecases import explaining, preferences, receiving
from services.notifications.usecases.causes import cause_of
from services.notifications.usecases.knowing import hash_of
from services.notifications.usecases.queueing import queue
from services.notifications.usecases.use import CITIZEN, CLOCK, Use
from services.notifications.usecases.wordings import words_for
from shared.calendar.jalali import local_day
from shared.cloudevents import Envelope
from shared.events.complaints_requests import RequestDone, RequestEvent
from shared.events.notifications_inbound import InboundMessageReceived
from shared.events.requests import CitizenRequest, RequestKind, SealedRequest
from shared.identity import derived_id
from shared.keys.keeper import OpenKey
from shared.keys.requests import seal_request
from shared.mobile import read_mobile
from shared.observe.logs import log
from shared.persian import fold
from shared.retention import Kept
from shared.rule import Figures
from shared.store.history import Act
from shared.store.repository import NotFound
from shared.store.store import DuplicateId

_LOG = log(__name__)
DAY = timedelta(days=1)
REFUSED_BY = {Wants.STOP: REFUSABLE, Wants.START: frozenset[WishKind]()}
"""What is wished for no more after a word that says so, or takes it back."""


async def receive(use: Use, gateway: str, arrived: Arrived) -> None:
    """Keep a message, once however often its gateway brings it. Only a mobile is a citizen's.

    What comes to a line of another system is that system's, whatever it says.
    """
    number = read_mobile(arrived.sender)
    if number is None:
        _LOG.info("inbound message of no mobile", gateway=gateway)
        return
    if client := await receiving.client_of(use, arrived.line):
        await receiving.keep(use, client, gateway, number, arrived)
        return
    id_ = derived_id(use.master_key.keyed_hash("inbound", gateway, arrived.reference), "inbound")
    if await _has_come(use, id_):
        return
    now = use.clock.now()
    line_agency = use.doors.agency_of(arrived.line)
    own = await cases_of(use, number)
    figures = await use.directory.figures(line_agency)
    meant = understand(arrived.text, own, line_agency, figures, now)
    if meant.wants in REFUSED_BY:
        # Whether or not it is answered: what follows may limit that, and a wish is heard each time.
        await preferences.say(use, line_agency, number, REFUSED_BY[meant.wants])
    agency_id = meant.case.agency_id if meant.case else line_agency
    figures = await use.directory.figures(agency_id)
    sender = await _sender(use, agency_id, number, figures.of(rules.INBOUND_WORDS, local_day(now)), now)
    earlier = await use.sent.of_sender(sender.contact_id, now - DAY)
    line, words_hash = use.doors.own_line(arrived.line), sender.hash(fold(arrived.text))
    parts = goes_on(meant, arrived.text, line, earlier, figures, now)
    if parts or meant.wants is Wants.FILE:
        meant = _of_which_case(meant, arrived.text, sender, words_hash, parts, figures, now)
    meant = limited(meant, words_hash, earlier, figures, now)
    decision = InboundMessage.receive(
        id_=id_,
        agency_id=agency_id,
        gateway=gateway,
        reference=plain_reference(arrived.reference),
        line=line,
        contact_id=sender.contact_id,
        words=sender.seal(arrived.text, purpose=id_),
        words_hash=words_hash,
        meant=meant,
        request=await _request(use, id_, agency_id, number, line, arrived, meant, now),
        now=now,
    )
    try:
        await use.inbound.add(Act(name="receive", by=CITIZEN, at=now), decision)
    except DuplicateId:
        return


def _of_which_case(
    meant: Meant,
    text: str,
    sender: OpenKey,
    words_hash: str,
    parts: Sequence[InboundMessage],
    figures: Figures,
    now: datetime,
) -> Meant:
    """The case that it files: that of the parts before it, with their words; else the one that these words
    make on this day, so that the same sent twice at once is one.
    """
    if not parts:
        made = derived_id("inbound case", sender.contact_id, words_hash, local_day(now).isoformat())
        return replace(meant, case_id=made)
    said = [sender.unseal(one.words, purpose=one.id) for one in parts if one.words]
    words = joined([*said, text], figures, now)
    return Meant(wants=Wants.FILE, case_id=parts[0].complaint_id, words=words)


async def _request(
    use: Use,
    id_: str,
    agency_id: str,
    number: str,
    line: str | None,
    arrived: Arrived,
    meant: Meant,
    now: datetime,
) -> SealedRequest | None:
    """What complaints is to do, sealed; None where notifications answers itself."""
    if meant.wants not in HANDED_ON:
        return None
    request = CitizenRequest(
        kind=RequestKind(meant.wants),
        mobile=number,
        received_at=now,
        text=meant.words,
        tracking_code=meant.case and meant.case.tracking_code,
        score=meant.score,
        answered_at=meant.case and meant.case.answered_at,
        case_id=meant.case_id,
        line=line,
        reference=plain_reference(arrived.reference),
    )
    return await seal_request(use.wrapper, request, request_id=id_, agency_id=agency_id)


async def cases_of(use: Use, number: str) -> Sequence[KnownCase]:
    """The cases that were filed with a number, each where it is now."""
    contacts = await use.numbers.contacts_of(hash_of(use, number))
    return where_they_are(await use.cases.of_contacts(contacts)) if contacts else []


async def answer(use: Use, envelope: Envelope) -> None:
    """Queue the answer to a message, once, with what is known by now."""
    event, now = envelope.event(), use.clock.now()
    if not isinstance(event, InboundMessageReceived):
        return
    inbound = (await use.inbound.load(envelope.subject)).state
    known = await use.cases.with_id(inbound.complaint_id) if inbound.complaint_id else None
    explained = inbound.wants is Wants.EXPLAIN and await explaining.answer(
        use, inbound.agency_id, inbound.number or 0
    )
    if explained:
        await _queue(use, envelope, inbound, EXPLAINED, {"words": explained}, now)
    elif said := answer_to(inbound.wants, known, inbound.agency_id):
        await _queue(use, envelope, inbound, said, said.variables(known), now)


async def settle(use: Use, envelope: Envelope) -> None:
    """Complaints has done what was handed on, or refused it: then its sender is told, once."""
    event, now = envelope.event(), use.clock.now()
    if not isinstance(event, RequestEvent):
        return
    done = isinstance(event, RequestDone)
    act = Act(name="settle", by=f"event:{envelope.id}", at=now)
    inbound = (
        await use.inbound.change(
            None, envelope.subject, act, lambda message: message.settle(done=done, now=now)
        )
    ).state
    if not done:
        known = await use.cases.with_id(inbound.complaint_id) if inbound.complaint_id else None
        said = refusal_of(RequestKind(event.kind), known, inbound.agency_id)
        await _queue(use, envelope, inbound, said, said.variables(known), now)


async def say_again(use: Use, id_: str, now: datetime) -> None:
    """Tell the private topic once more that what was handed on ended."""
    act = Act(name="say-again", by=CLOCK, at=now)
    await use.inbound.change(None, id_, act, lambda message: message.say_again(now))


async def _queue(
    use: Use,
    envelope: Envelope,
    inbound: InboundMessage,
    said: Answer,
    variables: Mapping[str, str],
    now: datetime,
) -> None:
    figures = await use.directory.figures(inbound.agency_id)
    message = message_of(
        said,
        id_=derived_id(envelope.id, "answer"),
        agency_id=inbound.agency_id,
        cause=cause_of(envelope, inbound.id),
        contact_id=inbound.contact_id,
        variables=variables,
        now=now,
        lasts=figures.of(rules.ANSWER_LASTS, local_day(now)),
    ).in_words(await words_for(use, inbound.agency_id, said.name))
    act = Act(name="queue", by=f"event:{envelope.id}", at=now, clause=rules.ANSWERED.clause)
    await queue(use, act, message)


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
    """A sender is known as long as something that they sent can be read, systems send to them, or they stand
    on a list.
    """
    key = (await use.senders.keys.load(contact_id)).state
    figures = await use.directory.figures(key.agency_id)
    kept = figures.of(rules.INBOUND_WORDS, local_day(now))
    last = await use.sent.of_sender(contact_id, now - kept)
    times = [*(one.received_at for one in last[:1]), await use.systems.last_needed(contact_id)]
    until = max((at + kept for at in times if at is not None), default=None)
    if await use.many.on_lists.of_contacts([contact_id]):
        until = now + kept
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
