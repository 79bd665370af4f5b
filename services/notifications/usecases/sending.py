"""Messages out: claimed, sent, and where no word came, asked about."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from opentelemetry.trace import SpanKind

from services.notifications.domain.answers import words_of
from services.notifications.domain.message import EMAIL, Message
from services.notifications.domain.outcome import UNKNOWN, Outcome, Verdict, refused
from services.notifications.domain.reach import Reach
from services.notifications.domain.status import Reason, Status
from services.notifications.gateways.port import Gateway, NotReached, Terms
from services.notifications.usecases import receipts
from services.notifications.usecases.reaching import opened
from services.notifications.usecases.use import CLOCK, SENDER, Use
from shared.events.contacts import ContactKind
from shared.identity import new_id
from shared.observe.logs import log
from shared.observe.metrics import MESSAGES
from shared.observe.traces import span
from shared.sealing import Unopenable
from shared.store.history import Act

_LOG = log(__name__)
AT_ONCE_MAX = 32
PATIENCE_SHARE = 3
"""A gateway has a third of a claim's time to answer: the rest is for saving what it said."""
ASKED_ABOUT = frozenset({Status.UNKNOWN, Status.ACCEPTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """All that it takes to send. The number lives no longer than the sending."""

    gateway: str
    kind: str
    number: str
    """Or the address, where `kind` says so."""
    text: str


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
    if message.status not in ASKED_ABOUT or saved.state.reason == Reason.IN_DOUBT:
        return
    gateway = use.gateways.of(message.gateway)
    with _span("ask", message):
        outcome = UNKNOWN
        if gateway is not None:
            try:
                outcome = await _found(use, gateway, message)
            except Exception as error:  # noqa: BLE001 - whatever keeps it from answering, it is asked again
                _LOG.warning("gateway could not be asked", message=id_, error=type(error).__name__)
                return
        await _heed(use, message, outcome, gateway)


async def _found(use: Use, gateway: Gateway, message: Message) -> Outcome | None:
    age = use.real_now() - (message.handed_at or message.status_at)
    async with asyncio.timeout(_patience_s(use)):
        return await gateway.find(message.id, gateway_id=message.gateway_id, age=age)


async def _heed(use: Use, message: Message, outcome: Outcome | None, gateway: Gateway | None) -> None:
    """What the gateway found. Sent again is only what it surely hasn't, and won't have."""
    if message.status is Status.ACCEPTED:
        if outcome is not None:
            await _settle(use, message, outcome)
    elif outcome is None:
        age = use.real_now() - (message.handed_at or message.status_at)
        if gateway is not None and age >= gateway.certain_after:
            await _send(use, message, await use.contacts.of([message.contact_id or ""]))
    elif outcome.verdict is Verdict.UNKNOWN:
        now = use.clock.now()
        act = Act(name="leave-in-doubt", by=CLOCK, at=now)
        MESSAGES.labels(message.gateway or "", "in-doubt").inc()
        await use.messages.change(None, message.id, act, lambda one: (one.leave_in_doubt(now), []))
        use.wake.set()  # the case's next message waited for it
    else:
        await _settle(use, message, outcome)


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
    if message.expires_at is not None and now >= message.expires_at:
        return await _expire(use, message)
    ready = await _ready(use, message, contacts)
    if isinstance(ready, Reason):
        if message.hold(ready, now, claims=claims) != message:
            act = Act(name="hold", by=SENDER, at=now)
            await use.messages.change(
                None, message.id, act, lambda m: (m.hold(ready, now, claims=claims), [])
            )
        return False
    real_now = use.real_now()
    until = real_now + use.claim_lasts
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
                until=until,
                now=now,
                real_now=real_now,
            ),
            [],
        ),
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
    await _settle(use, saved.state, await _hand_over(use, saved.state, ready, until))
    return True


async def _expire(use: Use, message: Message) -> bool:
    now = use.clock.now()
    act = Act(name="expire", by=SENDER, at=now)
    await use.messages.change(None, message.id, act, lambda one: one.expire(now))
    return False


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
        number, text = await opened(use, contact, message)
    except Unopenable:
        return Reason.CANNOT_BE_OPENED
    kind = EMAIL if contact.kind is ContactKind.EMAIL else message.kind
    gateway = use.gateways.choose(kind, message.refused_by)
    if gateway is None:
        return Reason.NO_WAY_BY_EMAIL if kind == EMAIL else Reason.NO_GATEWAY
    return Ready(gateway=gateway, kind=kind, number=number, text=text or words_of(message, chart.name.fa))


async def _is_forgotten(use: Use, contact_id: str) -> bool:
    """Asked last of all: a page of messages takes its time, and the person may be erased meanwhile."""
    return (await use.contacts.of([contact_id])).get(contact_id) is None


async def _hand_over(use: Use, message: Message, ready: Ready, until: datetime) -> Outcome:
    """The one moment at which anything leaves; not when the claim has all but run out."""
    patience_s, gateway = _patience_s(use), use.gateways.of(ready.gateway)
    if gateway is None or use.real_now() + timedelta(seconds=patience_s) > until:
        return UNKNOWN
    terms = Terms(
        sender=message.line or use.gateways.sender(ready.gateway, message.agency_id),
        valid_for=message.expires_at and message.expires_at - use.clock.now(),
        receipts_url=receipts.address(use, ready.gateway, message.id),
        about=message.cause.subject,
    )
    try:
        async with asyncio.timeout(patience_s):
            outcome = await gateway.send(message.id, ready.number, ready.text, terms)
            return await _doubted(gateway, message.id, outcome)
    except NotReached:
        return refused("not-reached", passing=True)
    except Exception as error:  # noqa: BLE001 - it may have left: only asking tells
        _LOG.warning(
            "gateway gave no word", message=message.id, gateway=ready.gateway, error=type(error).__name__
        )
        return UNKNOWN


async def _doubted(gateway: Gateway, id_: str, outcome: Outcome) -> Outcome:
    """A refusal that lets another try is believed only if this one doesn't know the message after all."""
    if outcome.verdict is not Verdict.REFUSED or not outcome.passing:
        return outcome
    found = await gateway.find(id_, gateway_id=None, age=timedelta())
    return found if found is not None and found.verdict is not Verdict.UNKNOWN else outcome


async def _settle(use: Use, message: Message, outcome: Outcome) -> None:
    """As the sender in charge, whose claim is the message's."""
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
    )
    await receipts.receive_early(use, saved.state)


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
