"""A gateway that is away, for hours; one that hangs."""

import asyncio
from datetime import datetime, timedelta

import pytest
from prometheus_client import REGISTRY
from typing_extensions import override

from services.notifications.domain.lane import Lane
from services.notifications.domain.outcome import Outcome, refused
from services.notifications.domain.status import Status
from services.notifications.gateways.port import PLAIN, NotReached, Terms
from services.notifications.gateways.several import Several
from services.notifications.settings import Settings
from services.notifications.usecases import outages, sending, sharing
from shared.clock import wall_now
from shared.events.complaints import ComplaintFiled
from tests.notifications.cases import (
    Case,
    Gateway,
    only,
    phone,
    queued,
    send,
    silence_ends,
    states,
    told,
    use_of,
)
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]
AWAY, MOMENT = timedelta(hours=3), timedelta(seconds=10)
SHORT = Settings(claim_s=1.5)


class Away(Gateway):
    """Not reached, until it is back."""

    is_back, tries = False, 0

    @override
    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        self.tries += 1
        if not self.is_back:
            raise NotReached
        return await super().send(message_id, number, text, terms)


class Clock:
    """Both clocks go on together, from one moment at which something may be done to the next."""

    def __init__(self, running: Serving, **gateways: Gateway) -> None:
        self._running, self._began, self._real = running, running.clock.now(), wall_now()
        self.use = use_of(running, gateways=Several(gateways), real_now=self._real_now)

    def _real_now(self) -> datetime:
        return self._real + (self._running.clock.now() - self._began)

    async def goes_on(self, span: timedelta) -> None:
        """All is sent that may be, whenever it may be."""
        until = self._running.clock.now() + span
        while (now := self._running.clock.now()) < until:
            await sending.send_ready(self.use)
            messages = [saved.state for saved in (await self.use.messages.page(None)).items]
            waiting = [one.send_at for one in messages if one.send_at is not None]
            self._running.clock.set(min(max(min(waiting, default=until), now + MOMENT), until))
        await sending.send_ready(self.use)


async def test_an_outage_of_three_hours_makes_a_status_late_and_loses_none(
    running: Serving, case: Case
) -> None:
    gateway = Away(running.parts.use.sandbox)
    clock = Clock(running, sandbox=gateway)
    counted = {"gateway": "sandbox", "word": "not-reached"}
    before = REGISTRY.get_sample_value("paygir_messages_total", counted) or 0
    await case.tells(ComplaintFiled)
    await clock.goes_on(AWAY)
    assert gateway.tries > 12
    assert [one[1:] for one in await states(running)] in (
        [("queued", "not-reached")],
        [("held", "no-gateway-takes-it-now")],
    )
    assert REGISTRY.get_sample_value("paygir_messages_total", counted) == before + gateway.tries
    gateway.is_back = True
    await clock.goes_on(timedelta(minutes=20))

    assert await states(running) == [("complaint-filed", "delivered", None)]
    assert (len(gateway.sent), len(await phone(running))) == (1, 1)
    assert [name for name, _ in await told(running)] == ["MessageDelivered"]


async def test_when_the_first_has_left_after_an_outage_the_others_go_at_once(running: Serving) -> None:
    many = 20
    gateway = Away(running.parts.use.sandbox)
    clock = Clock(running, sandbox=gateway)
    for number in range(many):
        case = Case(running, f"case-{number}", f"+98912000{number:04}")
        await case.contact_comes()
        await case.tells(ComplaintFiled)
        await clock.goes_on(3 * MOMENT)
    await clock.goes_on(timedelta(hours=1))
    await sharing.look_at_gateways(clock.use)
    gateway.is_back = True
    while not gateway.sent:
        await clock.goes_on(MOMENT)
    waiting = [status for _, status, _ in await states(running) if status in ("queued", "held")]
    assert len(waiting) > many / 2, "each is looked at in its own time"

    await sharing.look_at_gateways(clock.use)
    await sending.send_ready(clock.use)

    assert len(gateway.sent) == len(await phone(running)) == many
    assert clock.use.gateways.back_at is None


async def test_what_no_gateway_takes_is_let_go_once_for_each_that_comes_back(
    running: Serving, case: Case
) -> None:
    use, back_at = use_of(running, gateways=Several({})), running.clock.now()
    await case.tells(ComplaintFiled)
    await sending.send_ready(use)
    running.clock.set(back_at + timedelta(seconds=1))

    assert await use.queue.waiting_for_gateways(Lane.STATUS, back_at, 10) == [(await only(running)).id]
    assert not await outages.release(use, back_at)
    assert [one[1:] for one in await states(running)] == [("queued", None)]
    await sending.send_ready(use)
    assert [one[1:] for one in await states(running)] == [("held", "no-gateway-takes-it-now")]
    assert await use.queue.waiting_for_gateways(Lane.STATUS, back_at, 10) == []


async def test_in_an_outage_what_is_of_use_for_two_hours_expires_then_and_is_never_sent(
    running: Serving, case: Case
) -> None:
    one, other = Away(running.parts.use.sandbox), Away(running.parts.use.sandbox)
    clock = Clock(running, one=one, other=other)
    until = running.clock.now() + timedelta(hours=2)
    await queued(running, case, Lane.STATUS, expires_at=until)
    await clock.goes_on(timedelta(hours=1, minutes=59))
    assert (await only(running)).status in (Status.QUEUED, Status.HELD)
    await clock.goes_on(AWAY)
    one.is_back = other.is_back = True
    await clock.goes_on(timedelta(minutes=20))

    assert await states(running) == [("words", "expired", "too-late-to-be-of-use")]
    assert (one.sent, other.sent) == ([], [])
    assert min(one.tries, other.tries) > 1, "each was tried"


async def test_one_that_refuses_for_now_and_can_not_be_asked_then_is_asked_before_any_other_sends_it(
    running: Serving, case: Case
) -> None:
    gateway = Gateway(running.parts.use.sandbox)
    gateway.says = refused("throttled", passing=True)

    async def gone(message_id: str, *, gateway_id: str | None, age: timedelta) -> Outcome | None:
        raise NotReached

    gateway.find = gone
    await case.tells(ComplaintFiled)
    await send(running, gateway=gateway)

    assert await states(running) == [("complaint-filed", "unknown", "no-word-from-the-gateway")]


@pytest.mark.parametrize("took", [True, False], ids=["it took it", "it did not"])
async def test_where_a_gateway_hangs_the_others_go_and_it_is_asked_and_sends_nothing_twice(
    running: Serving, took: bool
) -> None:
    gateway, hung = Gateway(running.parts.use.sandbox), list[str]()
    sends = gateway.send

    async def hangs(message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        if hung and message_id != hung[0]:
            return await sends(message_id, number, text, terms)
        hung.append(message_id)
        if took:
            await sends(message_id, number, text, terms)
        await asyncio.sleep(3600)
        raise AssertionError

    gateway.send = hangs
    for number in range(5):
        case = Case(running, f"case-{number}", f"+98912000{number:04}")
        await case.contact_comes()
        await case.tells(ComplaintFiled)
    async with asyncio.timeout(30):
        await send(running, gateway=gateway, claim_lasts=timedelta(seconds=SHORT.claim_s))
    unknown = ("complaint-filed", "unknown", "no-word-from-the-gateway")
    assert sorted(await states(running)) == [("complaint-filed", "delivered", None)] * 4 + [unknown]
    assert await send(running, gateway=gateway) == 0

    gateway.send = sends
    await silence_ends(running, gateway=gateway)
    assert (len(hung), gateway.asked) == (1, hung)
    assert {one[1] for one in await states(running)} == {"delivered"}
    assert len(gateway.sent) == len(set(gateway.sent)) == len(await phone(running)) == 5
