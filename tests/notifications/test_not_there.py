"""A message that surely never arrived waits anew, and ends where it is of no use any more."""

from datetime import timedelta

import pytest

from services.notifications.domain.lane import Lane
from services.notifications.domain.recipient import Laid
from services.notifications.usecases import broadcasting
from shared.events.complaints import ComplaintAnswered, ComplaintFiled
from tests.notifications.cases import Case, Gateway, queued, send, silence_ends, states, told, use_of
from tests.notifications.many import a_list, act, progress, seen, started
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]


@pytest.fixture
def gateway(running: Serving) -> Gateway:
    """It breaks off before anything arrives, until the test says otherwise."""
    gateway = Gateway(running.parts.use.sandbox)
    gateway.before = ConnectionResetError()
    return gateway


async def lost(running: Serving, gateway: Gateway) -> None:
    """All that may go is handed over, and nothing arrives."""
    await send(running, gateway=gateway)
    gateway.before = None


async def a_lost_broadcast(running: Serving, gateway: Gateway, **wish: str) -> str:
    """To two people, of whom neither got it."""
    id_ = await started(running, await a_list(running, 1, 2), **wish)
    await broadcasting.advance_all(running.parts.use)
    await lost(running, gateway)
    assert (await progress(running, id_))["by_status"] == {"unknown": 2}
    return id_


async def test_past_its_expiry_it_expires_and_that_is_told_once(
    running: Serving, case: Case, gateway: Gateway
) -> None:
    until = running.clock.now() + timedelta(hours=2)
    await queued(running, case, Lane.STATUS, expires_at=until)
    await lost(running, gateway)
    running.clock.forward(hours=2)
    for _ in range(2):
        await silence_ends(running, gateway=gateway)

    assert await states(running) == [("words", "expired", "too-late-to-be-of-use")]
    assert (gateway.sent, len(gateway.asked)) == ([], 1)
    assert [name for name, _ in await told(running)] == ["MessageFailed"]


async def test_its_person_erased_it_ends_and_keeps_no_later_one_waiting(
    running: Serving, case: Case, gateway: Gateway
) -> None:
    await case.tells(ComplaintFiled)
    await lost(running, gateway)
    await case.contact_comes(offset=1, forgotten=True)
    running.clock.forward(minutes=1)
    await case.tells(ComplaintAnswered)
    await silence_ends(running, gateway=gateway)
    await send(running, gateway=gateway)

    assert {one[1:] for one in await states(running)} == {("suppressed", "contact-forgotten")}
    assert gateway.sent == []


async def test_its_broadcast_stopped_it_is_let_go_of_and_counts_as_not_told(
    running: Serving, gateway: Gateway
) -> None:
    id_ = await a_lost_broadcast(running, gateway)
    await act(running, id_, "stop")
    for _ in range(2):
        await broadcasting.advance_all(running.parts.use)
        running.clock.forward(minutes=2)
    await silence_ends(running, gateway=gateway)

    assert {one[1:] for one in await states(running)} == {("suppressed", "broadcast-was-stopped")}
    use = use_of(running)
    assert await use.many.recipients.counts(id_) == {Laid.TAKEN_BACK: 2}
    assert not await use.many.outgoing.is_any_open(id_)
    assert [one async for one in use.messages.due("ask_at", use.real_now() + timedelta(days=1))] == []
    assert gateway.sent == []


async def test_its_broadcast_over_it_expires_and_the_broadcast_ends(
    running: Serving, gateway: Gateway
) -> None:
    id_ = await a_lost_broadcast(running, gateway, not_after="20:00")  # it is nine in the morning
    running.clock.forward(hours=11)
    await broadcasting.advance_all(running.parts.use)
    assert (await seen(running, id_))["status"] == "running"
    await silence_ends(running, gateway=gateway)
    await broadcasting.advance_all(running.parts.use)

    assert (await progress(running, id_))["by_status"] == {"expired": 2}
    assert (await seen(running, id_))["status"] == "done"
    assert gateway.sent == []


async def test_its_broadcast_paused_it_waits_and_goes_once_when_it_is_gone_on_with(
    running: Serving, gateway: Gateway
) -> None:
    id_ = await a_lost_broadcast(running, gateway)
    await act(running, id_, "pause")
    await silence_ends(running, gateway=gateway)
    assert (await progress(running, id_))["by_status"] == {"queued": 2}
    await act(running, id_, "resume")
    for _ in range(2):
        await send(running, gateway=gateway)

    assert (await progress(running, id_))["by_status"] == {"delivered": 2}
    assert len(gateway.sent) == len(gateway.asked) == 2
