"""Load, ask the domain, save: one function for each thing that can be done."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from opentelemetry.trace import SpanKind

from services.notifications import access, rules
from services.notifications.domain.inbox import Notice, Owed
from services.notifications.domain.message import Cause, Message, Outcome, Reason, Status, Verdict
from services.notifications.domain.reach import Reach
from services.notifications.domain.staff_lists import Masked, Recipient, StaffList, StaffPage, lists_of
from services.notifications.domain.templates import TEMPLATES, template_of
from services.notifications.gateways.port import Gateway
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.clock import Clock
from shared.cloudevents import Envelope
from shared.directory.chart import Chart
from shared.directory.lookup import Directory
from shared.directory.staff import Group, staff_of
from shared.events.complaints import ComplaintEvent
from shared.events.directory import PROVINCE
from shared.events.meetings import (
    DecisionsOverdue,
    DecisionsSent,
    MeetingLapsed,
    MeetingMoved,
    MeetingNotOfficial,
)
from shared.identity import derived_id, new_id
from shared.keys.wrapping import KeyWrapper
from shared.mobile import masked
from shared.observe.logs import log
from shared.observe.traces import current_traceparent, span
from shared.retention import Kept
from shared.sealing import Unopenable, unseal
from shared.store.history import Act
from shared.store.repository import NotFound, Repository, cursor_of, read_cursor
from shared.store.store import DuplicateId

_LOG = log(__name__)
PURPOSE = "citizen-sms"
SENDER, CLOCK = "sender", "clock"
AT_ONCE_MAX = 32
PATIENCE_SHARE = 3
"""A gateway has a third of a claim's time to answer: the rest is for saving what it said."""


class Queue(Protocol):
    """The questions asked of all messages together."""

    def ready(self, now: datetime) -> AsyncIterator[Sequence[Message]]: ...
    async def held_for(self, contact_ids: Collection[str]) -> Sequence[str]: ...
    async def waiting_of_act(self, subject: str, at: datetime, before: int) -> Sequence[str]: ...
    async def told(self, subject: str, template: str, before: int) -> bool: ...


class Contacts(Protocol):
    """How persons are reached: None for one who was forgotten, left out one whose contact never came."""

    async def of(self, ids: Collection[str]) -> Mapping[str, Reach | None]: ...
    async def of_staff(self, agency_id: str, person_ids: Collection[str]) -> Mapping[str, Reach]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the use cases work with.

    `real_now` is for claims: a demo's fast clock must not outrun a sender.
    """

    messages: Repository[Message]
    queue: Queue
    contacts: Contacts
    inbox: Repository[Notice]
    gateway: Gateway
    directory: Directory
    clock: Clock
    real_now: Callable[[], datetime]
    wrapper: KeyWrapper
    claim_lasts: timedelta
    wake: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """All that it takes to send. The number lives no longer than the sending."""

    number: str
    text: str


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
    )
    try:
        await use.messages.add(act, (message, []))
    except DuplicateId:
        return
    use.wake.set()


async def inform(use: Use, envelope: Envelope) -> None:
    """Tell each post once what there is for it: of a meeting, of another day, of a complaint to answer."""
    for notice in [*_notices(envelope), *await _case_notices(use, envelope)]:
        now = use.clock.now()
        with contextlib.suppress(DuplicateId):
            await use.inbox.add(Act(name="inform", by=f"event:{envelope.id}", at=now), (notice, []))


def _notices(envelope: Envelope) -> Iterator[Notice]:
    def id_of(post_id: str) -> str:
        return derived_id(envelope.id, "inbox", post_id)

    match envelope.event():
        case DecisionsSent() as event:
            for post_id in event.to_posts:
                yield Notice.of_decisions(event, id_=id_of(post_id), post_id=post_id)
        case MeetingMoved() as event:
            for post_id in event.to_posts:
                yield Notice.of_move(event, id_=id_of(post_id), post_id=post_id)
        case (DecisionsOverdue() | MeetingNotOfficial() | MeetingLapsed()) as event:
            if event.overseen_by is not None:
                yield Notice.of_breach(event, id_=id_of(event.overseen_by), post_id=event.overseen_by)
        case _:
            return


async def _case_notices(use: Use, envelope: Envelope) -> list[Notice]:
    event = envelope.event()
    if not isinstance(event, Owed):
        return []
    chart = await use.directory.chart(event.agency_id)
    own = chart is None or event.post_id in chart.posts
    notice = Notice.of_case(
        event,
        id_=derived_id(envelope.id, "inbox", event.post_id),
        agency_id=event.agency_id if own else PROVINCE,
        cause=envelope.subject,
    )
    return [notice]


async def release(use: Use, contact_ids: Collection[str]) -> None:
    """These contacts are there now: what was held for them goes on."""
    now = use.clock.now()
    for id_ in await use.queue.held_for(contact_ids):
        act = Act(name="release", by=CLOCK, at=now)
        await use.messages.change(None, id_, act, lambda message: (message.release(now), []))
    use.wake.set()


async def send_ready(use: Use) -> int:
    """Send all that may go, in rounds: a case's second message when its first is gone. How many left."""
    left = 0
    while gone := await _send_round(use):
        left += gone
    return left


async def ask(use: Use, id_: str) -> None:
    """A sender fell silent: ask the gateway what became of the message before anybody sends it again."""
    now, real_now = use.clock.now(), use.real_now()
    act = Act(name="doubt", by=CLOCK, at=now)
    saved = await use.messages.change(
        None, id_, act, lambda message: (message.doubt(real_now, now, pause=use.claim_lasts), [])
    )
    message = saved.state
    if message.status is not Status.UNKNOWN:
        return
    with _span("ask", message):
        try:
            async with asyncio.timeout(_patience_s(use)):
                outcome = await use.gateway.find(id_)
        except Exception as error:  # noqa: BLE001 - whatever keeps it from answering, it is asked again
            _LOG.warning("gateway could not be asked", message=id_, error=type(error).__name__)
            return
        if outcome is None:
            await _send(use, message, await use.contacts.of([message.contact_id or ""]))
        else:
            await _settle(use, id_, outcome, message.claim)


async def recipients(use: Use, agency_id: str, group: Group) -> Sequence[Recipient]:
    """Who of an agency's staff is in a group, and how each is reached; NotFound for what it hasn't."""
    return await _recipients(use, await _chart(use, agency_id), group)


async def staff_lists(use: Use, who: Who) -> Sequence[StaffList]:
    """The groups of the staff that somebody may send to, each with how many can be reached."""
    chart = await _chart(use, who.agency_id)
    _, whole = Group().seen_by(who, access.STAFF_LISTS, access.ALL_STAFF, chart)
    return lists_of(chart, whole, await _recipients(use, chart, whole))


async def staff_list(use: Use, who: Who, group: Group, *, after: str | None, limit: int) -> StaffPage:
    """A group's members by post, a page of them, their numbers masked."""
    chart = await _chart(use, who.agency_id)
    _, seen = group.seen_by(who, access.STAFF_LISTS, access.ALL_STAFF, chart)
    members = await _recipients(use, chart, seen)
    behind = [one for one in members if after is None or one.employee.post.id > read_cursor(after)[1]]
    page = behind[:limit]
    return StaffPage(
        list=StaffList.of(seen, None, members),
        members=[Masked(employee=one.employee, mobile=await _masked(use, one)) for one in page],
        next=cursor_of(None, page[-1].employee.post.id) if len(behind) > limit else None,
    )


def words(use: Use) -> Kept[Message]:
    """For how long it is kept what a citizen was told."""
    return Kept(
        documents=use.messages,
        directory=use.directory,
        rule=rules.WORDS,
        since=lambda message: message.queued_at,
        since_field="queued_at",
        forget=lambda message, now: message.forget_words(now),
    )


async def _send_round(use: Use) -> int:
    places, left = asyncio.Semaphore(AT_ONCE_MAX), 0

    async def one(message: Message, contacts: Mapping[str, Reach | None]) -> bool:
        async with places:
            with _span("send", message):
                try:
                    return await _send(use, message, contacts)
                except Exception as error:  # noqa: BLE001 - the rest must have its turn; this one comes again
                    _LOG.warning("message not sent", message=message.id, error=type(error).__name__)
                    return False

    async for page in use.queue.ready(use.clock.now()):
        contacts = await use.contacts.of({message.contact_id or "" for message in page})
        left += sum(await asyncio.gather(*[one(message, contacts) for message in page]))
    return left


async def _send(use: Use, message: Message, contacts: Mapping[str, Reach | None]) -> bool:
    """Claim, send, save what the gateway said. False where it is held, or another sender has it."""
    now, claim, claims = use.clock.now(), new_id(), message.claims
    ready = await _ready(use, message, contacts)
    if isinstance(ready, Reason):
        if message.hold(ready, now, claims=claims) != message:
            act = Act(name="hold", by=SENDER, at=now)
            await use.messages.change(
                None, message.id, act, lambda m: (m.hold(ready, now, claims=claims), [])
            )
        return False
    until = use.real_now() + use.claim_lasts
    saved = await use.messages.change(
        None,
        message.id,
        Act(name="claim", by=SENDER, at=now),
        lambda m: (m.claimed(claim, ready.text, claims=claims, until=until, now=now), []),
    )
    if saved.state.claim != claim:
        return False
    if await _is_forgotten(use, message.contact_id or ""):
        act = Act(name="withdraw", by=SENDER, at=now)
        withdrawn = Reason.CONTACT_FORGOTTEN
        await use.messages.change(
            None, message.id, act, lambda m: (m.withdrawn(withdrawn, now, claim=claim), [])
        )
        return False
    outcome = await _hand_over(use, message.id, ready.number, saved.state.text or ready.text, until)
    await _settle(use, message.id, outcome, claim)
    return True


async def _ready(use: Use, message: Message, contacts: Mapping[str, Reach | None]) -> Ready | Reason:
    """What it takes to send it, or why that isn't there."""
    contact_id = message.contact_id or ""
    if contact_id not in contacts:
        return Reason.NO_CONTACT_YET
    contact = contacts[contact_id]
    if contact is None:
        return Reason.CONTACT_FORGOTTEN
    chart = await use.directory.chart(message.agency_id)
    if chart is None:
        return Reason.AGENCY_NOT_KNOWN_YET
    try:
        number = await _number(use, contact)
    except Unopenable:
        return Reason.CANNOT_BE_OPENED
    text = TEMPLATES[message.template].render(message.variables, agency=chart.name.fa)
    return Ready(number=number, text=text)


async def _chart(use: Use, agency_id: str) -> Chart:
    chart = await use.directory.chart(agency_id)
    if chart is None:
        raise NotFound(agency_id)
    return chart


async def _recipients(use: Use, chart: Chart, group: Group) -> Sequence[Recipient]:
    if not group.is_of(chart):
        raise NotFound(chart.agency_id)
    staff = staff_of(chart, group, use.clock.now())
    reached = await use.contacts.of_staff(chart.agency_id, {one.person_id for one in staff})
    return [Recipient(employee=one, reach=reached.get(one.person_id)) for one in staff]


async def _masked(use: Use, recipient: Recipient) -> str | None:
    try:
        return None if recipient.reach is None else masked(await _number(use, recipient.reach))
    except Unopenable:
        return None


async def _number(use: Use, reach: Reach) -> str:
    """In the clear; Unopenable where the key doesn't fit."""
    key = await use.wrapper.unwrap(reach.wrapped_key, about=reach.contact_id)
    return unseal(key, reach.sealed, purpose=reach.contact_id)


async def _is_forgotten(use: Use, contact_id: str) -> bool:
    """Asked last of all: a page of messages takes its time, and the person may be erased meanwhile."""
    return (await use.contacts.of([contact_id])).get(contact_id) is None


async def _hand_over(use: Use, id_: str, number: str, text: str, until: datetime) -> Outcome:
    """The one moment at which anything leaves; not when the claim has all but run out."""
    patience_s = _patience_s(use)
    if use.real_now() + timedelta(seconds=patience_s) > until:
        return Outcome(verdict=Verdict.UNKNOWN)
    try:
        async with asyncio.timeout(patience_s):
            return await use.gateway.send(id_, number, text)
    except Exception as error:  # noqa: BLE001 - it may have left: only asking tells
        _LOG.warning("gateway gave no word", message=id_, error=type(error).__name__)
        return Outcome(verdict=Verdict.UNKNOWN)


async def _settle(use: Use, id_: str, outcome: Outcome, claim: str | None) -> None:
    now, ask_at = use.clock.now(), use.real_now() + use.claim_lasts
    await use.messages.change(
        None,
        id_,
        Act(name="settle", by=SENDER, at=now),
        lambda message: message.settle(outcome, claim=claim, now=now, ask_at=ask_at),
    )


def _patience_s(use: Use) -> float:
    return use.claim_lasts.total_seconds() / PATIENCE_SHARE


def _span(name: str, message: Message):  # noqa: ANN202 - a context manager
    """In the trace of the request that began it all."""
    return span(
        f"{name} {message.kind}",
        traceparent=message.cause.traceparent,
        kind=SpanKind.CLIENT,
        message=message.id,
        template=message.template,
    )
