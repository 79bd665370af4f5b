"""Messages out: claimed, sent, and where no word came, asked about."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from opentelemetry.trace import SpanKind

from services.notifications.domain.answers import WORDINGS
from services.notifications.domain.message import Message, Outcome, Reason, Status, Verdict
from services.notifications.domain.reach import Reach
from services.notifications.usecases.reaching import number_of
from services.notifications.usecases.use import CLOCK, SENDER, Use
from shared.events.contacts import ContactKind
from shared.identity import new_id
from shared.observe.logs import log
from shared.observe.traces import span
from shared.sealing import Unopenable
from shared.store.history import Act

_LOG = log(__name__)
AT_ONCE_MAX = 32
PATIENCE_SHARE = 3
"""A gateway has a third of a claim's time to answer: the rest is for saving what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """All that it takes to send. The number lives no longer than the sending."""

    number: str
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
    if contact.kind is ContactKind.EMAIL:
        return Reason.NO_WAY_BY_EMAIL  # held, and never sent as an SMS to an address
    chart = await use.directory.chart(message.agency_id)
    if chart is None:
        return Reason.AGENCY_NOT_KNOWN_YET
    try:
        number = await number_of(use, contact)
    except Unopenable:
        return Reason.CANNOT_BE_OPENED
    text = WORDINGS[message.template].render(message.variables, agency=chart.name.fa)
    return Ready(number=number, text=text)


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
