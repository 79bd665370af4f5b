"""Messages out: claimed, sent, and what the gateway said of them saved."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from opentelemetry.trace import SpanKind

from services.notifications.domain.answers import words_of
from services.notifications.domain.lane import Lane
from services.notifications.domain.message import EMAIL, Message
from services.notifications.domain.outcome import NOT_REACHED, UNKNOWN, Outcome, Verdict
from services.notifications.domain.reach import Reach
from services.notifications.domain.sms import parts_of
from services.notifications.domain.status import Reason
from services.notifications.gateways.line import Line, is_failure
from services.notifications.gateways.port import Gateway, NotReached, Terms
from services.notifications.usecases import broadcasts, preferences, receipts, sharing
from services.notifications.usecases.gates import Kept, give_back, pass_gates
from services.notifications.usecases.reaching import opened
from services.notifications.usecases.use import SENDER, Use
from shared.events.contacts import ContactKind
from shared.identity import new_id
from shared.observe.logs import log
from shared.observe.metrics import MESSAGES
from shared.observe.traces import span
from shared.sealing import Unopenable
from shared.store.history import Act
from shared.store.repository import Saved

_LOG = log(__name__)
PATIENCE_SHARE = 3
"""A gateway has a third of a claim's time to answer: the rest is for saving what it said."""
WAITS_FOR_PLACE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """All that it takes to send. The number lives no longer than the sending."""

    gateway: str
    kind: str
    number: str
    """Or the address, where `kind` says so."""
    text: str
    parts: int


async def send_ready(use: Use, lanes: tuple[Lane, ...] = tuple(Lane)) -> int:
    """Send all that may go, in rounds: a case's second message when its first is gone. How many left."""
    left = 0
    for lane in lanes:
        while gone := await _send_round(use, lane):
            left += gone
    return left


async def _send_round(use: Use, lane: Lane) -> int:
    left = 0

    async def one(seen: Saved[Message], contacts: Mapping[str, Reach | None]) -> bool:
        with traced("send", seen.state):
            try:
                return await send(use, seen, contacts)
            except Exception as error:  # noqa: BLE001 - the rest must have its turn; this one comes again
                _LOG.warning("message not sent", message=seen.state.id, error=type(error).__name__)
                return False

    async for page, contacts in _pages(use, lane):
        left += sum(await asyncio.gather(*[one(seen, contacts) for seen in page]))
    return left


async def _pages(
    use: Use, lane: Lane
) -> AsyncGenerator[tuple[Sequence[Saved[Message]], Mapping[str, Reach | None]]]:
    """What may go, and to whom: already to look for it takes precedence."""
    pages = use.queue.ready(use.clock.now(), lane)
    while True:
        await use.precedence.give_way(lane)
        with use.precedence.of(lane):
            page = await anext(pages, None)
            if page is None:
                return
            contacts = await use.contacts.of({seen.state.contact_id or "" for seen in page})
        yield page, contacts


async def send(use: Use, seen: Saved[Message], contacts: Mapping[str, Reach | None]) -> bool:
    """Claim, send, save what the gateway said. False where it is held, has to wait, or another has it."""
    with use.precedence.of(seen.state.lane):
        return await _send(use, seen, contacts)


async def _send(use: Use, seen: Saved[Message], contacts: Mapping[str, Reach | None]) -> bool:
    now, message = use.clock.now(), seen.state
    if message.expires_at is not None and now >= message.expires_at:
        return await _expire(use, message)
    if message.broadcast_id is not None and not await broadcasts.may_go(use, message.broadcast_id):
        return False  # paused or stopped
    contact_id = message.contact_id or ""
    if contact_id not in contacts:
        return await _hold(use, message, Reason.NO_CONTACT_YET)
    contact = contacts[contact_id]
    if contact is None:
        return await _hold(use, message, Reason.CONTACT_FORGOTTEN)
    kind = EMAIL if contact.kind is ContactKind.EMAIL else message.kind
    gateway = use.gateways.choose(kind, message, use.real_now())
    if gateway is None:
        return await _hold(use, message, Reason.NO_WAY_BY_EMAIL if kind == EMAIL else Reason.NO_GATEWAY)
    line = use.gateways.line(gateway)
    async with _place(line, message.lane) as free:
        if not free:
            return False  # the next round chooses anew
        left = line.breaker.lets(use.real_now()) and await _leave(use, seen, contact, kind, gateway)
        if not left:
            line.pace.unused()
        return left


async def _leave(use: Use, seen: Saved[Message], contact: Reach, kind: str, gateway: str) -> bool:
    message = seen.state
    await use.precedence.give_way(message.lane)
    ready = await _ready(use, message, contact, kind, gateway)
    if isinstance(ready, Reason):
        return await _hold(use, message, ready)
    return await _claim_and_send(use, seen, ready)


@asynccontextmanager
async def _place(line: Line, lane: Lane) -> AsyncGenerator[bool]:
    """A place at the gateway, whose speed is its operator's; without one it is somebody else's turn."""
    places = line.places[lane]
    try:
        async with asyncio.timeout(WAITS_FOR_PLACE_S):
            await places.acquire()
    except TimeoutError:
        yield False
        return
    try:
        yield await line.pace.room(urgent=lane is not Lane.BROADCAST)
    finally:
        places.release()


async def _ready(use: Use, message: Message, contact: Reach, kind: str, gateway: str) -> Ready | Reason:
    """What it takes to send it, or why that isn't there."""
    chart = await use.directory.chart(message.agency_id)
    if chart is None:
        return Reason.AGENCY_NOT_KNOWN_YET
    try:
        number, sealed = await opened(use, contact, message)
    except Unopenable:
        return Reason.CANNOT_BE_OPENED
    # The staff are told as staff.
    if contact.person_id is None and await preferences.is_refused(use, message, number):
        return Reason.REFUSED_BY_PERSON
    text = sealed or words_of(message, chart.name.fa)
    return Ready(gateway=gateway, kind=kind, number=number, text=text, parts=parts_of(text))


async def _claim_and_send(use: Use, seen: Saved[Message], ready: Ready) -> bool:
    message, now, claim = seen.state, use.clock.now(), new_id()
    claims = message.claims
    await use.precedence.give_way(message.lane)
    passed = await pass_gates(use, message, kind=ready.kind, number=ready.number, parts=ready.parts)
    if isinstance(passed, Kept):
        return await _keep_back(use, message, passed)
    await use.precedence.give_way(message.lane)
    if not await sharing.may_go(use, ready.gateway):
        await give_back(use, passed)
        return False
    real_now = use.real_now()
    until = real_now + use.claim_lasts
    cost = ready.parts * use.gateways.line(ready.gateway).plan.cost
    saved = await use.messages.change(
        None,
        message.id,
        Act(name="claim", by=SENDER, at=now),
        lambda m: (
            m.claimed(
                claim,
                ready.text,
                claims=claims,
                gateway=ready.gateway,
                kind=ready.kind,
                parts=ready.parts,
                cost=cost,
                until=until,
                now=now,
                real_now=real_now,
            ),
            [],
        ),
        seen=seen,
    )
    if saved.state.claim != claim:
        await give_back(use, passed)
        return False
    await use.precedence.give_way(message.lane)
    # Asked last of all: a page of messages takes its time, and the person may be erased meanwhile.
    if not await use.contacts.is_there(message.contact_id or ""):
        act = Act(name="withdraw", by=SENDER, at=now)
        withdrawn = Reason.CONTACT_FORGOTTEN
        await use.messages.change(
            None, message.id, act, lambda m: (m.withdrawn(withdrawn, now, claim=claim), [])
        )
        await give_back(use, passed)
        return False
    outcome = await _hand_over(use, saved.state, ready, until)
    await use.precedence.give_way(message.lane)
    await settle(use, saved, outcome)
    return True


async def _hold(use: Use, message: Message, reason: Reason) -> bool:
    now, claims = use.clock.now(), message.claims
    if message.hold(reason, now, claims=claims) != message:
        act = Act(name="hold", by=SENDER, at=now)
        await use.messages.change(
            None, message.id, act, lambda one: (one.hold(reason, now, claims=claims), [])
        )
    return False


async def _keep_back(use: Use, message: Message, kept: Kept) -> bool:
    now, claims = use.clock.now(), message.claims
    act = Act(name="keep-back", by=SENDER, at=now)
    if kept.until is None:
        await use.messages.change(
            None, message.id, act, lambda one: (one.suppress(kept.reason, now, claims=claims), [])
        )
    else:
        until = kept.until
        await use.messages.change(
            None, message.id, act, lambda one: (one.postpone(kept.reason, until, now, claims=claims), [])
        )
    return False


async def _expire(use: Use, message: Message) -> bool:
    now = use.clock.now()
    act = Act(name="expire", by=SENDER, at=now)
    await use.messages.change(None, message.id, act, lambda one: one.expire(now))
    return False


async def _hand_over(use: Use, message: Message, ready: Ready, until: datetime) -> Outcome:
    """The one moment at which anything leaves; not when the claim has all but run out."""
    patience, gateway = patience_s(use), use.gateways.of(ready.gateway)
    if gateway is None or use.real_now() + timedelta(seconds=patience) > until:
        return UNKNOWN
    terms = Terms(
        sender=use.gateways.sender(ready.gateway, message),
        valid_for=message.expires_at and message.expires_at - use.clock.now(),
        receipts_url=receipts.address(use, ready.gateway, message.id),
        priority=message.lane.priority,
        about=message.cause.subject,
    )
    with use.precedence.aside(message.lane):
        outcome = await _told(gateway, message, ready, terms, patience)
    use.gateways.said(ready.gateway, outcome, use.real_now())
    if message.handed_at is not None:
        use.minutes.note(ready.gateway, message.handed_at, "handed", *_noted(outcome))
    return outcome


async def _told(gateway: Gateway, message: Message, ready: Ready, terms: Terms, patience: float) -> Outcome:
    try:
        async with asyncio.timeout(patience):
            try:
                outcome = await gateway.send(message.id, ready.number, ready.text, terms)
            except NotReached:
                return NOT_REACHED
            return await _doubted(gateway, message.id, outcome)
    except Exception as error:  # noqa: BLE001 - it may have left: only asking tells
        _LOG.warning(
            "gateway gave no word", message=message.id, gateway=ready.gateway, error=type(error).__name__
        )
        return UNKNOWN


def _noted(outcome: Outcome) -> tuple[str, ...]:
    """As its minute counts it."""
    if is_failure(outcome):
        return ("failed",)
    if outcome.verdict is Verdict.REFUSED:
        return ()  # the number's fault
    return ("took", "receipts") if outcome.verdict is Verdict.DELIVERED else ("took",)


async def _doubted(gateway: Gateway, id_: str, outcome: Outcome) -> Outcome:
    """A refusal that lets another try is believed only if this one doesn't know the message after all."""
    if outcome.verdict is not Verdict.REFUSED or not outcome.passing:
        return outcome
    found = await gateway.find(id_, gateway_id=None, age=timedelta())
    return found if found is not None and found.verdict is not Verdict.UNKNOWN else outcome


async def settle(use: Use, seen: Saved[Message], outcome: Outcome) -> Message:
    """As the sender in charge, whose claim is the message's."""
    message = seen.state
    now, real_now = use.clock.now(), use.real_now()
    asks_after_s = use.gateways.asks_after(message.gateway)
    receipt_at = None if asks_after_s is None else real_now + timedelta(seconds=asks_after_s)
    MESSAGES.labels(message.gateway or "", outcome.verdict.value).inc()
    saved = await use.messages.change(
        None,
        message.id,
        Act(name="settle", by=SENDER, at=now),
        lambda one: one.settle(
            outcome,
            claim=message.claim,
            now=now,
            ask_at=real_now + use.claim_lasts,
            receipt_at=receipt_at,
        ),
        seen=seen,
    )
    await receipts.receive_early(use, saved.state)
    return saved.state


def patience_s(use: Use) -> float:
    """What a gateway has to answer, in seconds."""
    return use.claim_lasts.total_seconds() / PATIENCE_SHARE


def traced(name: str, message: Message):  # noqa: ANN201 - a context manager
    """In the trace of the request that began it all."""
    return span(
        f"{name} {message.kind}",
        traceparent=message.cause.traceparent,
        kind=SpanKind.CLIENT,
        message=message.id,
        template=message.template,
    )
