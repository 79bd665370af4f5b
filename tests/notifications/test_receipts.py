"""Receipts over HTTP: only who has our address can tell, and telling again, late or wrongly does no harm."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

import httpx
import pytest
from prometheus_client import REGISTRY
from typing_extensions import override

from services.notifications.domain.outcome import UNKNOWN, Outcome, Receipt, accepted, delivered, refused
from services.notifications.domain.status import Status
from services.notifications.gateways.http import Http
from services.notifications.gateways.plan import Plan
from services.notifications.gateways.port import PLAIN, Terms
from services.notifications.gateways.web import Web, WebPlan
from services.notifications.usecases import receipts
from shared.events.complaints import ComplaintAnswered, ComplaintFiled
from shared.sealing import MasterKey
from tests.notifications.cases import (
    Case,
    Gateway,
    names,
    only,
    send,
    silence_ends,
    states,
    told,
    use_of,
    with_gateways,
)
from tests.notifications.test_gateways import BY_DATA
from tests.serving import Serving

pytestmark = pytest.mark.real
CALLS_ONE_ADDRESS_FOR_EACH = {
    **BY_DATA,
    "receipt": {"code": "state", "delivered": ["1"], "absent": ["9"]},
}
RESERVE = {"second": Plan(weight=0), "other": Plan(weight=0)}
"""These take only what the first would not."""


class Caller(Gateway):
    """A gateway that accepts, tells the rest later, and can never be asked."""

    def __init__(self, *, gateway_id: str | None = None) -> None:
        self.gateway_id, self.terms, self.sent = gateway_id, list[Terms](), list[str]()
        self.says: Outcome | None = accepted(gateway_id)
        self.before: Exception | None = None

    @override
    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        if self.before:
            raise self.before
        self.sent.append(message_id)
        self.terms.append(terms)
        return self.says or accepted(self.gateway_id)

    @override
    async def find(self, message_id: str, *, gateway_id: str | None, age: timedelta) -> Outcome | None:
        return UNKNOWN

    def receipt(self, said: Mapping[str, str]) -> Receipt | None:
        outcome = {"1": delivered(), "8": accepted(), "2": refused("2", passing=True), "4": None}[
            said["type"]
        ]
        return None if outcome is None else Receipt(outcome=outcome, gateway_id=said.get("id"))


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


@pytest.fixture
def caller() -> Caller:
    return Caller()


@pytest.fixture
def linked(running: Serving, caller: Caller) -> Serving:
    """The service with that gateway alone."""
    return with_gateways(running, kannel=caller)


async def tells(linked: Serving, address: str | None, said: str, **more: str) -> int:
    """The gateway calls the address that it was given."""
    assert address is not None
    path = address.removeprefix("https://sms.example")
    return (await linked.http.get(path, params={"type": said, **more})).status_code


async def handed_over(linked: Serving, case: Case, caller: Caller) -> str:
    """A message that the gateway has; where it is to tell what became of it."""
    await case.tells(ComplaintFiled)
    await send(linked)
    [terms] = caller.terms
    assert terms.receipts_url is not None
    return terms.receipts_url


async def status(linked: Serving) -> Status:
    return (await only(linked)).status


async def test_a_gateway_is_told_where_to_call_and_what_it_tells_there_moves_the_message(
    linked: Serving, case: Case, caller: Caller
) -> None:
    address = await handed_over(linked, case, caller)
    message = await only(linked)
    assert address.startswith(f"https://sms.example/v1/receipts/kannel/{message.id}/")
    assert (message.status, message.gateway) == (Status.ACCEPTED, "kannel")
    before = counted("paygir_message_receipt_seconds_count", gateway="kannel")

    assert await tells(linked, address, "1") == 204
    assert await status(linked) is Status.DELIVERED
    assert counted("paygir_message_receipt_seconds_count", gateway="kannel") == before + 1


async def test_the_same_receipt_in_a_form_and_in_json(linked: Serving, case: Case, caller: Caller) -> None:
    path = (await handed_over(linked, case, caller)).removeprefix("https://sms.example")
    assert (await linked.http.post(path, data={"type": "8"})).status_code == 204
    assert (await linked.http.post(path, json={"type": 4})).status_code == 204
    assert await status(linked) is Status.ACCEPTED
    assert (await linked.http.post(path, json={"type": 1})).status_code == 204

    assert await status(linked) is Status.DELIVERED


@pytest.mark.parametrize("order", ["81", "18", "1118", "8181", "1812"])
async def test_replayed_and_in_the_wrong_order_it_is_delivered_and_told_once(
    linked: Serving, case: Case, caller: Caller, order: str
) -> None:
    address = await handed_over(linked, case, caller)
    for said in order:
        assert await tells(linked, address, said) == 204

    assert await states(linked) == [("complaint-filed", "delivered", None)]
    assert [name for name, _ in await told(linked)] == ["MessageDelivered"]


async def test_a_forged_receipt_is_not_found_and_moves_nothing(
    linked: Serving, case: Case, caller: Caller
) -> None:
    address = await handed_over(linked, case, caller)
    base, mark = address.rsplit("/", 1)
    other = f"{base.rsplit('/', 1)[0]}/another-id/{mark}"
    forged = [
        f"{base}/{'0' * 64}",
        f"{base}/{mark[:-1]}{'0' if mark[-1] != '0' else '1'}",
        f"{base}/نشانه",
        other,
        address.replace("/kannel/", "/sandbox/"),
        address.replace("/kannel/", "/nobody/"),
    ]

    assert [await tells(linked, one, "1") for one in forged] == [404] * len(forged)
    assert await status(linked) is Status.ACCEPTED


@pytest.mark.clause("RIGHTS-P5-6")
async def test_a_mark_made_without_our_master_key_is_not_found_and_moves_nothing(
    linked: Serving, case: Case, caller: Caller
) -> None:
    address = await handed_over(linked, case, caller)
    base, mark = address.rsplit("/", 1)
    id_ = (await only(linked)).id
    stranger = replace(use_of(linked), master_key=MasterKey(b"another secret of thirty-two by."))
    theirs = receipts.address(stranger, "kannel", id_)
    words = (("kannel", id_), ("receipt", "kannel", id_))
    unkeyed = [
        f"{base}/{hashlib.sha256(between.join(parts).encode()).hexdigest()}"
        for between in ("", "/", ":", "\x1f")
        for parts in words
    ]

    assert len(mark) == 64
    assert [await tells(linked, one, "1") for one in (theirs, *unkeyed)] == [404] * (1 + len(unkeyed))
    assert await status(linked) is Status.ACCEPTED


async def test_what_is_no_receipt_is_told_so(linked: Serving, case: Case, caller: Caller) -> None:
    address = await handed_over(linked, case, caller)
    path = address.removeprefix("https://sms.example")

    assert await tells(linked, address, "99") == 422
    assert (await linked.http.post(path, content=b"\xff{")).status_code == 422
    assert (await linked.http.post(path, json=["type"])).status_code == 422
    assert await status(linked) is Status.ACCEPTED


async def test_a_gateway_that_calls_one_address_for_all_names_the_message_by_its_own_id(
    running: Serving, case: Case
) -> None:
    linked = with_gateways(running, kavenegar=Caller(gateway_id="8792343"))
    await case.tells(ComplaintFiled)
    await send(linked)
    address = receipts.address(use_of(linked), "kavenegar", receipts.ALL)

    assert await tells(linked, address, "1", id="1") == 204
    assert await status(linked) is Status.ACCEPTED
    assert await tells(linked, address, "1", id="8792343") == 204
    assert await status(linked) is Status.DELIVERED


async def test_a_service_described_by_data_calls_the_address_that_it_was_given_and_is_read_by_its_plan(
    running: Serving, case: Case
) -> None:
    asked: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(parse_qsl(request.content.decode())))
        return httpx.Response(200)

    gateway = Web(WebPlan.model_validate(CALLS_ONE_ADDRESS_FOR_EACH), Http(httpx.MockTransport(answer)))
    linked = with_gateways(running, web=gateway)
    await case.tells(ComplaintFiled)
    await send(linked)
    [said] = asked
    path = said["call"].removeprefix("https://sms.example")

    assert (await linked.http.post(path, json={"state": 7})).status_code == 422
    assert (await linked.http.post(path, json={"state": 9})).status_code == 204
    assert await status(linked) is Status.ACCEPTED
    assert (await linked.http.post(path, json={"state": 1})).status_code == 204
    assert await status(linked) is Status.DELIVERED


async def test_a_receipt_that_overtakes_the_answer_is_kept_until_the_message_is_known_by_it(
    running: Serving, case: Case
) -> None:
    linked = with_gateways(running, smpp=Caller(gateway_id="77"))
    use, early = use_of(linked), Receipt(outcome=delivered(), gateway_id="77")
    for _ in range(2):
        await receipts.receive(use, "smpp", early)
    await receipts.receive(use, "other", Receipt(outcome=refused("2", passing=False), gateway_id="77"))
    await case.tells(ComplaintFiled)
    await send(linked)

    assert await states(linked) == [("complaint-filed", "delivered", None)]


async def test_where_the_gateway_can_not_say_it_is_held_in_doubt_marked_and_sent_by_nobody(
    running: Serving, case: Case
) -> None:
    first, second = Caller(), Caller()
    linked = with_gateways(running, RESERVE, first=first, second=second)
    first.before = TimeoutError()
    await case.tells(ComplaintFiled)
    await send(linked)
    marked = counted("paygir_messages_total", gateway="first", word="in-doubt")
    for _ in range(3):
        await silence_ends(linked)
        await send(linked)

    assert await states(linked) == [("complaint-filed", "unknown", "in-doubt")]
    assert (first.sent, second.sent) == ([], [])
    assert counted("paygir_messages_total", gateway="first", word="in-doubt") == marked + 1

    linked.clock.forward(minutes=1)
    await case.tells(ComplaintAnswered)
    first.before = None
    await send(linked)
    assert names(await states(linked)) == ["complaint-filed", "complaint-answered"]
    assert len(first.sent) == 1  # the case's next message doesn't wait for ever


async def test_a_receipt_ends_the_doubt(linked: Serving, case: Case, caller: Caller) -> None:
    caller.before = TimeoutError()
    await case.tells(ComplaintFiled)
    await send(linked)
    await silence_ends(linked)
    assert await status(linked) is Status.UNKNOWN
    message = await only(linked)

    assert await tells(linked, receipts.address(use_of(linked), "kannel", message.id), "8") == 204
    assert await states(linked) == [("complaint-filed", "accepted", None)]


async def test_a_gateway_that_is_gone_leaves_its_message_in_doubt(running: Serving, case: Case) -> None:
    gone = Caller()
    gone.before = TimeoutError()
    await case.tells(ComplaintFiled)
    await send(with_gateways(running, gone=gone))
    left = Caller()
    await silence_ends(with_gateways(running, left=left))

    assert (await states(running), left.sent) == ([("complaint-filed", "unknown", "in-doubt")], [])


async def test_what_one_refuses_for_now_goes_by_another_a_second_later(running: Serving, case: Case) -> None:
    first, second = Caller(), Caller()
    linked = with_gateways(running, RESERVE, first=first, second=second)
    first.says = refused("throttled", passing=True)
    await case.tells(ComplaintFiled)
    await send(linked)
    assert await states(linked) == [("complaint-filed", "queued", "throttled")]
    linked.clock.forward(milliseconds=999)
    await send(linked)
    assert second.sent == []
    linked.clock.forward(milliseconds=1)
    await send(linked)

    assert (len(first.sent), len(second.sent)) == (1, 1)
    assert await states(linked) == [("complaint-filed", "accepted", None)]


async def test_not_there_is_believed_only_when_nothing_can_be_on_its_way_any_more(
    running: Serving, case: Case
) -> None:
    gateway = Gateway(running.parts.use.sandbox)
    linked = with_gateways(running, slow=gateway)
    gateway.before = TimeoutError()
    await case.tells(ComplaintFiled)
    await send(linked)
    gateway.before = None
    gateway.certain_after = timedelta(hours=1)
    await silence_ends(linked)
    assert (await status(linked), gateway.sent) == (Status.UNKNOWN, [])

    gateway.certain_after = timedelta(minutes=119)
    await silence_ends(linked, {"hours": 2})
    assert (await status(linked), len(gateway.sent)) == (Status.DELIVERED, 1)


async def test_nothing_is_sent_where_there_is_no_gateway_now(running: Serving, case: Case) -> None:
    await case.tells(ComplaintFiled)
    await send(with_gateways(running))

    assert await states(running) == [("complaint-filed", "held", "no-gateway-takes-it-now")]


async def test_a_gateway_that_says_refused_but_has_it_is_not_believed_and_no_other_sends_it(
    running: Serving, case: Case
) -> None:
    liar, other = Gateway(running.parts.use.sandbox), Caller()
    liar.says = refused("throttled", passing=True)
    linked = with_gateways(running, RESERVE, liar=liar, other=other)
    await case.tells(ComplaintFiled)
    await send(linked)
    linked.clock.forward(minutes=1)
    await send(linked)

    assert await states(linked) == [("complaint-filed", "delivered", None)]
    assert (len(liar.sent), other.sent) == (1, [])


async def test_one_that_accepts_and_loses_it_leaves_it_accepted_and_nobody_sends_it_again(
    running: Serving, case: Case
) -> None:
    loser = Caller()
    linked = with_gateways(running, loser=loser)
    await case.tells(ComplaintFiled)
    await send(linked)
    for _ in range(3):
        await silence_ends(linked)
        await send(linked)

    assert (len(loser.sent), await status(linked)) == (1, Status.ACCEPTED)
