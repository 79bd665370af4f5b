"""What the tests of notifications have in common: a citizen's case as its events tell it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from typing_extensions import override

from services.notifications.domain.lane import Lane
from services.notifications.domain.message import Cause, Message
from services.notifications.domain.outcome import Outcome, Verdict
from services.notifications.gateways.plan import Plan
from services.notifications.gateways.port import PLAIN, Terms
from services.notifications.gateways.port import Gateway as Port
from services.notifications.gateways.sandbox import Sandbox
from services.notifications.gateways.several import NO_PLANS, Several
from services.notifications.usecases import asking, sending
from services.notifications.usecases.use import Use
from shared.bus.effects import Mirror, Reaction
from shared.bus.records import Received
from shared.bus.subscribe import Subscription
from shared.clock import wall_now
from shared.cloudevents import Envelope, envelope_of
from shared.events.complaints import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintDeadlineMoved,
    ComplaintEscalated,
    ComplaintEvent,
    ComplaintFiled,
    ComplaintReopened,
    ComplaintTaken,
)
from shared.events.complaints_course import (
    ComplaintCitizenAsked,
    ComplaintPointedElsewhere,
    ComplaintRouted,
    ComplaintTakenOver,
    ComplaintWentOn,
    ComplaintWithdrawn,
)
from shared.events.contacts import KEYS_TOPIC, ContactKind, Gone, Private, SealedContact, WrappedKey
from shared.sealing import new_key, seal
from shared.store.history import Act
from shared.store.repository import private_record
from tests.province import SATURDAY_NINE
from tests.serving import Serving

MOBILE, MOBILE_E164 = "09121234567", "+989121234567"
CODE, CODE_SHOWN = "3TMJWP0K48R6TF3J", "3TMJ-WP0K-48R6-TF3J"
DUE = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
RATE_BY = datetime(2026, 11, 28, 8, 30, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
DELIVERED = Outcome(verdict=Verdict.DELIVERED)

EVENTS: dict[type[ComplaintEvent], dict[str, Any]] = {
    ComplaintFiled: {
        "service_code": "1001",
        "unit_id": "desk",
        "ground": "disrespect-or-discrimination",
        "door": "web",
        "filed_at": SATURDAY_NINE,
        "reply_due_at": DUE,
    },
    ComplaintTaken: {"post_id": "water.desk.officer", "taken_at": SATURDAY_NINE},
    ComplaintRouted: {
        "was_unit_id": "desk",
        "unit_id": "pr",
        "level": 0,
        "post_id": "water.pr.head",
        "routed_at": SATURDAY_NINE,
        "reply_due_at": DUE,
    },
    ComplaintTakenOver: {
        "from_agency_id": "roads",
        "from_complaint_id": "c0",
        "service_code": "1001",
        "unit_id": "desk",
        "ground": "put-off-without-reason",
        "door": "web",
        "filed_at": SATURDAY_NINE,
        "transferred_at": SATURDAY_NINE,
        "taken_over_at": SATURDAY_NINE,
        "level": 0,
        "post_id": "water.desk.head",
        "overseen_by": "water.inspector",
        "reply_due_at": DUE,
    },
    ComplaintCitizenAsked: {
        "post_id": "water.desk.officer",
        "asked_at": SATURDAY_NINE,
        "reply_by_at": RATE_BY,
    },
    ComplaintWentOn: {
        "replied": True,
        "was_due_at": SATURDAY_NINE,
        "reply_due_at": DUE,
        "went_on_at": SATURDAY_NINE,
    },
    ComplaintEscalated: {"level": 1, "post_id": "water.desk.head", "due_at": DUE, "escalated_at": DUE},
    ComplaintDeadlineMoved: {
        "was_due_at": SATURDAY_NINE,
        "reply_due_at": DUE,
        "calendar_version": 2,
        "moved_at": SATURDAY_NINE,
    },
    ComplaintAnswered: {
        "post_id": "water.desk.officer",
        "answered_at": DUE,
        "in_time": True,
        "late_by_s": 0,
        "level": 0,
        "rate_by_at": RATE_BY,
    },
    ComplaintPointedElsewhere: {
        "post_id": "water.desk.officer",
        "right_door": "suggestion",
        "answered_at": DUE,
        "in_time": True,
        "late_by_s": 0,
        "level": 0,
        "rate_by_at": RATE_BY,
    },
    ComplaintWithdrawn: {"withdrawn_at": DUE, "in_time": True, "late_by_s": 0, "level": 0, "rounds": 1},
    ComplaintReopened: {"level": 2, "post_id": "water.deputy", "reopened_at": DUE, "reply_due_at": DUE},
    ComplaintClosed: {
        "closed_at": DUE,
        "satisfied": True,
        "in_time": True,
        "late_by_s": 0,
        "level": 0,
        "rounds": 1,
    },
}


def event(kind: type[ComplaintEvent], **changes: Any) -> ComplaintEvent:
    """A lawful event of water's case."""
    given = {
        "agency_id": "water",
        "tracking_code": CODE,
        "contact_id": "c1",
        **EVENTS.get(kind, {}),
        **changes,
    }
    return kind.model_validate(given)


class Case:
    """One complaint, telling its events one after the other; `contact` is its citizen's."""

    def __init__(
        self,
        running: Serving,
        name: str = "case-1",
        mobile: str = MOBILE_E164,
        kind: ContactKind = ContactKind.MOBILE,
    ) -> None:
        self.name, self._running, self._sequence = name, running, 0
        self.contact, self.key = f"contact-of-{name}", new_key()
        sealed = seal(self.key, mobile, purpose=self.contact)
        self._sealed = SealedContact(contact_id=self.contact, agency_id="water", sealed=sealed, kind=kind)

    def envelope(self, kind: type[ComplaintEvent], **changes: Any) -> Envelope:
        """The next event, as it comes off the bus now."""
        self._sequence += 1
        return envelope_of(
            event(kind, contact_id=self.contact, **changes),
            subject=self.name,
            sequence=self._sequence,
            time=self._running.clock.now(),
            traceparent=TRACE,
        )

    async def tells(self, kind: type[ComplaintEvent], **changes: Any) -> Envelope:
        """The next event comes, by the service's own subscription."""
        envelope = self.envelope(kind, **changes)
        await comes(self._running, envelope)
        return envelope

    async def contact_comes(self, *, offset: int = 0, forgotten: bool = False) -> None:
        """The sealed number and its key come over their topics; or the word that the person is forgotten."""
        await self._comes("contacts", self._sealed, offset)
        await self.key_comes(offset=offset, forgotten=forgotten)

    async def key_comes(self, *, offset: int = 0, forgotten: bool = False) -> None:
        """The key alone; or the word that it was deleted."""
        use: Use = self._running.parts.use
        wrapped = await use.wrapper.wrap(self.key, about=self.contact)
        key = WrappedKey(contact_id=self.contact, agency_id="water", wrapped_key=wrapped)
        gone = Gone(topic=KEYS_TOPIC, contact_id=self.contact)
        await self._comes("keys", gone if forgotten else key, offset)

    async def _comes(self, topic: str, fact: Private, offset: int) -> None:
        record = private_record(fact, None)
        effect = subscription(self._running, topic).effect
        assert isinstance(effect, Mirror)
        received = Received(
            topic=record.topic,
            partition=0,
            offset=offset,
            key=record.key.encode(),
            value=record.value,
            headers=(),
        )
        await effect.work([effect.read(received)])


def subscription(running: Serving, name: str) -> Subscription:
    """One of the service's own."""
    return next(one for one in running.parts.subscriptions if one.name == name)


async def comes(running: Serving, *envelopes: Envelope) -> None:
    """These events come in one batch."""
    effect = subscription(running, "complaints").effect
    assert isinstance(effect, Reaction)
    records = [envelope.record("paygir.complaints.events") for envelope in envelopes]
    received = [
        Received(
            topic=record.topic,
            partition=0,
            offset=offset,
            key=record.key.encode(),
            value=record.value,
            headers=tuple((name, value.encode()) for name, value in record.headers.items()),
        )
        for offset, record in enumerate(records)
    ]
    await effect.work([effect.read(one) for one in received])


def use_of(running: Serving, **changes: Any) -> Use:
    """What the service works with, with some of it changed; `gateway` is the only one there is."""
    use: Use = running.parts.use
    gateway: Port | None = changes.pop("gateway", None)
    only = {} if gateway is None else {"gateways": Several({"sandbox": gateway})}
    return replace(use, **only, **changes)


def with_gateways(running: Serving, plans: Mapping[str, Plan] = NO_PLANS, **gateways: Port) -> Serving:
    """The same service with these gateways, called at an address of its own."""
    use = use_of(running, gateways=Several(gateways, plans), public_url="https://sms.example/")
    running.app.state.use = use
    return replace(running, parts=replace(running.parts, use=use))


def later(**span: float) -> Callable[[], datetime]:
    """A wall clock that is ahead of the service's."""

    def real_now() -> datetime:
        return wall_now() + timedelta(**span)

    return real_now


async def silence_ends(running: Serving, after: Mapping[str, float] | None = None, **changes: Any) -> None:
    """The sender was silent for so long that the gateway is asked; what never arrived is sent again."""
    use = use_of(running, real_now=later(**(after or {"minutes": 20})), **changes)
    async for id_ in use.messages.due("ask_at", use.real_now()):
        await asking.ask(use, id_)
    await sending.send_ready(use)


async def phone(running: Serving) -> list[str]:
    """The texts on the development phone, oldest first."""
    answer = await running.http.get("/v1/sandbox/messages", params={"limit": 200})
    return [one["text"] for one in reversed(answer.json())]


async def states(running: Serving) -> list[tuple[str, str, str | None]]:
    """Template, status and reason of every message, by case and in its order."""
    found: list[tuple[str, int, str, str, str | None]] = []
    use: Use = running.parts.use
    page = await use.messages.page(None, limit=200)
    for saved in page.items:
        state = saved.state
        found.append(
            (state.cause.subject, state.cause.sequence, state.template, state.status.value, state.reason)
        )
    return [(template, status, reason) for _, _, template, status, reason in sorted(found)]


async def told(running: Serving) -> list[tuple[str, dict[str, Any]]]:
    """Name and data of the service's own events."""
    use: Use = running.parts.use
    records = await running.published(use.messages)
    return [(one["headers"]["ce_type"].split(".")[3], orjson.loads(one["value"])) for one in records]


class Gateway:
    """A gateway that does what the test says, and counts what reached the phone."""

    certain_after = timedelta()

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.before: Exception | None = None
        self.after: Exception | None = None
        self.says: Outcome | None = None
        self.sent: list[str] = []
        self.asked: list[str] = []

    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        if self.before:
            raise self.before
        self.sent.append(message_id)
        outcome = await self.sandbox.send(message_id, number, text)
        if self.after:
            raise self.after
        return self.says or outcome

    async def find(self, message_id: str, *, gateway_id: str | None, age: timedelta) -> Outcome | None:
        self.asked.append(message_id)
        return await self.sandbox.find(message_id)


async def only(running: Serving) -> Message:
    """The one message there is."""
    use: Use = running.parts.use
    [saved] = (await use.messages.page(None)).items
    return saved.state


async def send(running: Serving, **changes: Any) -> int:
    """All that may go now, by this service or one with some of it changed."""
    return await sending.send_ready(use_of(running, **changes))


def names(found: Sequence[tuple[str, str, str | None]]) -> list[str]:
    """Templates only."""
    return [template for template, _, _ in found]


class Other(Gateway):
    """Says what the test says, and puts nothing on the phone."""

    def __init__(self, says: Outcome) -> None:
        self.says, self.sent, self.asked = says, list[str](), list[str]()
        self.before = self.after = None

    @override
    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        if self.before:
            raise self.before
        self.sent.append(message_id)
        assert self.says is not None
        return self.says

    @override
    async def find(self, message_id: str, *, gateway_id: str | None, age: timedelta) -> Outcome | None:
        return None


def message_to(contact_id: str, id_: str, lane: Lane, now: datetime) -> Message:
    """About a thing of its own, in words of its own."""
    return Message(
        id=id_,
        agency_id="water",
        cause=Cause(event_id=id_, subject=id_, sequence=1, at=now),
        lane=lane,
        template="words",
        template_version=1,
        variables={},
        wording="سلام از {agency}",
        contact_id=contact_id,
        queued_at=now,
        status_at=now,
        send_at=now,
    )


async def queued(running: Serving, case: Case, lane: Lane, count: int = 1, **more: object) -> list[str]:
    """Messages of a lane to the case's person."""
    use, now = use_of(running), running.clock.now()
    name = more.pop("name", "")
    ids = [f"{lane.value}-{number}-{name}" for number in range(count)]
    for id_ in ids:
        message = replace(message_to(case.contact, id_, lane, now), **more)
        await use.messages.add(Act(name="queue", by="test", at=now), (message, []))
    return ids
