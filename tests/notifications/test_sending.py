"""Sent once, whatever stops in the middle: crashes, silence, two senders, many messages."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from typing_extensions import override

from services.notifications.app import assemble
from services.notifications.domain.lane import Lane
from services.notifications.domain.message import Message
from services.notifications.domain.outcome import Outcome, Verdict
from services.notifications.domain.status import Status
from services.notifications.gateways.email import EmailPlan
from services.notifications.gateways.port import PLAIN, NoGateway, Terms
from services.notifications.gateways.several import Several
from services.notifications.settings import Settings
from services.notifications.storage.messages import Messages
from services.notifications.sweeps import keep_sending
from shared.events.complaints import ComplaintAnswered, ComplaintFiled
from shared.events.complaints_course import ComplaintCitizenAsked
from shared.events.contacts import ContactKind
from shared.store.history import Act
from shared.store.repository import Decision, Once, Saved
from tests.notifications.cases import (
    MOBILE_E164,
    TRACE,
    Case,
    Gateway,
    comes,
    later,
    only,
    phone,
    send,
    silence_ends,
    states,
    told,
    use_of,
)
from tests.serving import Serving, serving

pytestmark = pytest.mark.real


class Killed(BaseException):
    """Nothing runs after it: what a kill does."""


class DyingMessages(Messages):
    """Dies before or after the change of the given name, once."""

    def __init__(self, running: Serving, act: str, *, after: bool) -> None:
        super().__init__(running.database)
        self._act, self._after = act, after

    @override
    async def change(
        self,
        agency_id: str | None,
        id_: str,
        act: Act | Callable[[Message], Act],
        decide: Callable[[Message], Decision[Message]],
        *,
        if_match: int | None = None,
        once: Once | None = None,
        seen: Saved[Message] | None = None,
    ) -> Saved[Message]:
        if not isinstance(act, Act) or act.name != self._act:
            return await super().change(agency_id, id_, act, decide, seen=seen)
        if self._after:
            await super().change(agency_id, id_, act, decide, seen=seen)
        raise Killed


@pytest.fixture
def gateway(running: Serving) -> Gateway:
    return Gateway(running.parts.use.sandbox)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("act", ["claim", "settle"])
async def test_a_kill_between_any_two_steps_neither_doubles_nor_loses_the_message(
    running: Serving, case: Case, gateway: Gateway, act: str, after: bool
) -> None:
    await case.tells(ComplaintFiled)
    with pytest.raises(Killed):
        await send(running, gateway=gateway, messages=DyingMessages(running, act, after=after))
    await send(running, gateway=gateway)
    await silence_ends(running, gateway=gateway)
    await send(running, gateway=gateway)
    await silence_ends(running, gateway=gateway)

    assert await states(running) == [("complaint-filed", "delivered", None)]
    assert (len(gateway.sent), len(await phone(running))) == (1, 1)
    assert [name for name, _ in await told(running)] == ["MessageDelivered"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_kill_when_it_was_found_not_to_be_there_neither_doubles_nor_loses_it(
    running: Serving, case: Case, gateway: Gateway, after: bool
) -> None:
    await case.tells(ComplaintFiled)
    gateway.before = ConnectionResetError()
    await send(running, gateway=gateway)
    gateway.before = None
    with pytest.raises(Killed):
        await silence_ends(
            running, gateway=gateway, messages=DyingMessages(running, "not-there", after=after)
        )
    assert gateway.sent == []
    for hours in (1, 2):
        await silence_ends(running, {"hours": hours}, gateway=gateway)

    assert await states(running) == [("complaint-filed", "delivered", None)]
    assert (len(gateway.sent), len(await phone(running))) == (1, 1)


@pytest.mark.parametrize("place", ["before", "after"])
async def test_a_gateway_that_breaks_off_is_asked_before_anything_is_sent_again(
    running: Serving, case: Case, gateway: Gateway, place: str
) -> None:
    await case.tells(ComplaintFiled)
    setattr(gateway, place, ConnectionResetError("to +989121234567"))
    await send(running, gateway=gateway)
    assert await states(running) == [("complaint-filed", "unknown", "no-word-from-the-gateway")]
    assert await send(running, gateway=gateway) == 0

    setattr(gateway, place, None)
    await silence_ends(running, gateway=gateway)
    message = await only(running)
    assert message.status is Status.DELIVERED
    assert gateway.asked == [message.id]
    assert gateway.sent == [message.id]
    assert len(await phone(running)) == 1


async def test_a_kill_inside_the_gateways_call_leaves_nothing_in_doubt_for_long(
    running: Serving, case: Case, gateway: Gateway
) -> None:
    await case.tells(ComplaintFiled)

    async def dies(message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        await gateway.sandbox.send(message_id, number, text)
        raise Killed

    gateway.send = dies
    with pytest.raises(Killed):
        await send(running, gateway=gateway)
    assert (await only(running)).status is Status.SENDING
    assert await running.sweep() == 0  # its claim lasts
    await silence_ends(running)

    assert (await only(running)).status is Status.DELIVERED
    assert len(await phone(running)) == 1


async def test_a_gateway_that_cannot_be_asked_is_asked_again(
    running: Serving, case: Case, gateway: Gateway
) -> None:
    await case.tells(ComplaintFiled)
    gateway.after = TimeoutError()
    await send(running, gateway=gateway)

    async def away(message_id: str, *, gateway_id: str | None, age: timedelta) -> Outcome | None:
        raise OSError

    gateway.find = away
    await silence_ends(running, gateway=gateway)
    assert (await only(running)).status is Status.UNKNOWN
    use = use_of(running, real_now=later(hours=2))
    assert [id_ async for id_ in use.messages.due("ask_at", use.real_now())] == [(await only(running)).id]
    assert len(gateway.sent) == 1

    gateway.after = None
    await case.tells(ComplaintAnswered)
    await silence_ends(running, {"hours": 23}, gateway=gateway)
    assert len(gateway.sent) == 1, "what comes later waits for it"
    await silence_ends(running, {"hours": 25}, gateway=gateway)
    assert (await states(running))[0] == ("complaint-filed", "unknown", "in-doubt")
    assert len(gateway.sent) == len(await phone(running)) == 2


async def test_a_claim_that_has_all_but_run_out_sends_nothing(
    running: Serving, case: Case, gateway: Gateway
) -> None:
    await case.tells(ComplaintFiled)
    times = iter(
        [*[later()()] * 4, *[later(seconds=11)()] * 2]
    )  # of fifteen, the gate of receipts passed in time

    await send(running, gateway=gateway, real_now=lambda: next(times))
    assert (gateway.sent, (await only(running)).status) == ([], Status.UNKNOWN)
    await silence_ends(running, gateway=gateway)
    assert len(await phone(running)) == 1


async def test_two_senders_at_once_send_each_message_once(running: Serving, gateway: Gateway) -> None:
    for number in range(20):
        case = Case(running, f"case-{number}", f"+98912000{number:04}")
        await case.contact_comes()
        await case.tells(ComplaintFiled)
    other = Messages(running.database)
    counts = await asyncio.gather(
        send(running, gateway=gateway), send(running, gateway=gateway, messages=other, queue=other)
    )

    assert sum(counts) == len(gateway.sent) == len(set(gateway.sent)) == 20


async def test_two_that_ask_at_once_send_again_once(running: Serving, case: Case, gateway: Gateway) -> None:
    await case.tells(ComplaintFiled)
    gateway.before = OSError()
    await send(running, gateway=gateway)
    gateway.before = None
    await asyncio.gather(*[silence_ends(running, gateway=gateway) for _ in range(2)])

    assert len(gateway.sent) == 1
    assert (await only(running)).claims == 2


async def test_a_refused_message_fails_with_the_gateways_code_and_the_next_one_goes(
    running: Serving, case: Case, gateway: Gateway
) -> None:
    await case.tells(ComplaintFiled)
    gateway.says = Outcome(verdict=Verdict.REFUSED, reason="blocked-by-receiver")
    await send(running, gateway=gateway)
    gateway.says = None
    running.clock.forward(minutes=1)
    await case.tells(ComplaintAnswered)
    await send(running, gateway=gateway)

    assert await states(running) == [
        ("complaint-filed", "failed", "blocked-by-receiver"),
        ("complaint-answered", "delivered", None),
    ]
    assert [name for name, _ in await told(running)] == ["MessageFailed", "MessageDelivered"]


async def test_what_is_told_of_a_message_holds_neither_number_nor_words(running: Serving, case: Case) -> None:
    await case.tells(ComplaintFiled)
    await send(running)
    [(name, data)] = await told(running)

    assert name == "MessageDelivered"
    assert set(data) == {
        "agency_id",
        "clause",
        "kind",
        "template",
        "cause",
        "queued_at",
        "delivered_at",
    }
    assert (data["cause"], data["template"], data["clause"]) == ("case-1", "complaint-filed", "RIGHTS-P5-6")


async def test_five_hundred_messages_of_a_hundred_cases_all_arrive_in_order(running: Serving) -> None:
    cases = [Case(running, f"case-{number}", f"+98912000{number:04}") for number in range(100)]
    for case in cases:
        await case.contact_comes()
    for _ in range(5):
        await comes(running, *[case.envelope(ComplaintCitizenAsked) for case in cases])
        running.clock.forward(minutes=1)
    assert await send(running) == 500

    arrived = [one["_id"] async for one in running.database["sandbox"].find({}).sort("$natural", 1)]
    causes = {one["_id"]: one["state"]["cause"] async for one in running.database["messages"].find({})}
    order: dict[str, list[int]] = {}
    for id_ in arrived:
        order.setdefault(causes[id_]["subject"], []).append(causes[id_]["sequence"])
    assert list(order.values()) == [[1, 2, 3, 4, 5]] * 100


async def test_the_sender_in_the_background_sends_as_soon_as_it_is_woken(
    running: Serving, case: Case, gateway: Gateway
) -> None:
    arrived = asyncio.Event()

    async def tells_us(message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        arrived.set()
        return await gateway.sandbox.send(message_id, number, text)

    gateway.send = tells_us
    use = use_of(running, gateway=gateway)
    sender = asyncio.create_task(keep_sending(use, Lane.STATUS))
    try:
        await case.tells(ComplaintFiled)
        async with asyncio.timeout(30):
            await arrived.wait()
    finally:
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)


async def test_the_sending_lies_in_the_trace_of_the_request_that_began_it(
    running: Serving, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr("shared.observe.traces._TRACER", provider.get_tracer("test"))
    await case.tells(ComplaintFiled)
    await send(running)

    found = {span.name: span for span in spans.get_finished_spans()}
    assert set(found) == {"tell the citizen ComplaintFiled", "send sms"}
    trace_ids = {f"{span.get_span_context().trace_id:032x}" for span in found.values()}  # pyright: ignore[reportOptionalMemberAccess]
    assert trace_ids == {TRACE.split("-")[1]}
    parent = found["send sms"].parent
    assert parent is not None
    assert parent.span_id == found["tell the citizen ComplaintFiled"].get_span_context().span_id  # pyright: ignore[reportOptionalMemberAccess]
    record = (await running.published(running.parts.use.messages))[0]
    assert record["headers"]["traceparent"].split("-")[1] == TRACE.split("-")[1]
    assert trace.get_current_span().get_span_context().is_valid is False


async def test_looking_for_what_may_go_reads_only_what_waits(running: Serving, case: Case) -> None:
    for _ in range(30):
        await case.tells(ComplaintAnswered)
        running.clock.forward(seconds=1)
    await send(running)
    await case.tells(ComplaintFiled)
    db = running.database
    await db.command({"profile": 2})
    await send(running, gateway=Gateway(running.parts.use.sandbox))
    await db.command({"profile": 0})
    asked = [one async for one in db["system.profile"].find({"ns": f"{db.name}.messages", "op": "query"})]
    looks = [one for one in asked if "state.send_at" in one["command"]["filter"]]

    assert sorted(one["docsExamined"] for one in looks) == [0, 0, 0, 1]  # a lane, a lane, a lane again


async def test_without_any_gateway_the_service_does_not_start(running: Serving) -> None:
    with pytest.raises(NoGateway, match="PAYGIR_SANDBOX=1"):
        async with serving("notifications", Settings(sandbox=False), assemble, running.database):
            pass


async def test_with_a_gateway_configured_it_starts_without_the_development_phone(
    running: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_KEY", "k")
    kannel = '"type": "kannel", "url": "http://127.0.0.1:1", "username": "u", "password": {"env": "A_KEY"}'
    settings = Settings(gateways=f'{{"kannel": {{{kannel}}}}}')
    async with serving("notifications", settings, assemble, running.database) as real:
        case = Case(real)
        await case.contact_comes()
        await case.tells(ComplaintFiled)
        await send(real)

        assert await states(real) == [("complaint-filed", "queued", "not-reached")]
        assert (await real.http.get("/v1/sandbox/messages")).status_code == 404
        sending = {"send-code", "send-status", "send-broadcast", "gateways"}
        assert {*sending, "take-in", "broadcast", "deliver", "http"} == set(real.parts.background)


async def test_a_silent_sender_is_noticed_by_real_time_not_by_a_demos_fast_clock(
    running: Serving, case: Case, gateway: Gateway
) -> None:
    await case.tells(ComplaintFiled)
    with pytest.raises(Killed):
        await send(running, gateway=gateway, messages=DyingMessages(running, "claim", after=True))
    running.clock.forward(days=30)
    assert await running.sweep() == 0
    message = await only(running)
    assert message.ask_at is not None
    due = message.ask_at
    messages = use_of(running).messages
    assert [id_ async for id_ in messages.due("ask_at", due - timedelta(milliseconds=1))] == []
    assert [id_ async for id_ in messages.due("ask_at", due)] == [message.id]


async def test_a_number_never_gets_into_the_log(
    running: Serving, case: Case, gateway: Gateway, caplog: pytest.LogCaptureFixture, capsys: Any
) -> None:
    await case.tells(ComplaintFiled)
    gateway.before = OSError(f"no route for {MOBILE_E164}")
    await send(running, gateway=gateway)
    out = capsys.readouterr()

    logged = caplog.text + out.out + out.err
    assert "gateway gave no word" in logged
    assert "9121234567" not in logged


@pytest.mark.clause("RIGHTS-P5-6")
async def test_to_whom_only_an_address_is_known_nothing_goes_by_sms_and_it_is_said_why(
    running: Serving,
) -> None:
    case = Case(running, mobile="zahra@example.ir", kind=ContactKind.EMAIL)
    await case.contact_comes()
    await case.tells(ComplaintFiled)
    for _ in range(2):
        await send(running)
        running.clock.forward(days=1)

    held = await only(running)
    assert (held.status, held.reason) == (Status.HELD, "no-gateway-for-email")
    assert await phone(running) == []


async def test_to_whom_only_an_address_is_known_it_goes_by_email_where_a_gateway_for_that_is(
    running: Serving, gateway: Gateway
) -> None:
    plan = EmailPlan(type="email", host="mail.example", address="paygir@mail.example")
    sms = Gateway(gateway.sandbox)
    several = Several({"sms": sms, "mail": gateway}, {"mail": plan})
    case = Case(running, mobile="zahra@example.ir", kind=ContactKind.EMAIL)
    await case.contact_comes()
    await case.tells(ComplaintFiled)
    await send(running, gateways=several)

    message = await only(running)
    assert (message.status, message.kind, message.gateway) == (Status.DELIVERED, "email", "mail")
    assert (gateway.sent, sms.sent) == ([message.id], [])
