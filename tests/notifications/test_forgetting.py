"""A person is erased while a message to them is on its way: it ends, it says why, and no other one leaves."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

import pytest

from services.notifications.domain.outcome import Outcome
from services.notifications.domain.reach import Reach
from services.notifications.gateways.port import PLAIN, Terms
from services.notifications.usecases.use import Use
from shared.events.complaints import ComplaintAnswered, ComplaintFiled
from shared.store.history import broken_at
from tests.notifications.cases import Case, Gateway, only, phone, send, silence_ends, states, use_of
from tests.serving import Serving

pytestmark = pytest.mark.real
SUPPRESSED = ("complaint-filed", "suppressed", "contact-forgotten")


@pytest.fixture
def gateway(running: Serving) -> Gateway:
    return Gateway(running.parts.use.sandbox)


async def forget(case: Case) -> None:
    await case.key_comes(offset=1, forgotten=True)


def after(running: Serving, act: str, then: Callable[[], Awaitable[object]]) -> None:
    """Let it happen when a change of this name was saved, once."""
    messages: Any = use_of(running).messages
    change = messages.change

    async def changing(agency_id: str | None, id_: str, done: Any, decide: Any, **more: Any) -> Any:
        saved = await change(agency_id, id_, done, decide, **more)
        if done.name == act:
            messages.change = change
            await then()
        return saved

    messages.change = changing


async def test_what_is_queued_is_not_sent(running: Serving, case: Case, gateway: Gateway) -> None:
    await case.tells(ComplaintFiled)
    await forget(case)

    assert await send(running, gateway=gateway) == 0
    assert (await states(running), gateway.sent) == ([SUPPRESSED], [])


async def test_what_is_held_is_not_sent(running: Serving, gateway: Gateway) -> None:
    case = Case(running)
    await case.tells(ComplaintFiled)
    running.clock.forward(seconds=4)
    await send(running, gateway=gateway)
    assert await states(running) == [("complaint-filed", "held", "no-contact-yet")]

    await forget(case)
    running.clock.forward(minutes=10)
    await send(running, gateway=gateway)

    assert (await states(running), gateway.sent) == ([SUPPRESSED], [])


async def test_what_a_sender_has_taken_but_not_handed_over_is_taken_back(
    running: Serving, case: Case, gateway: Gateway
) -> None:
    await case.tells(ComplaintFiled)
    after(running, "claim", lambda: forget(case))

    assert await send(running, gateway=gateway) == 0
    assert (await states(running), gateway.sent) == ([SUPPRESSED], [])
    await silence_ends(running, gateway=gateway)
    assert (await states(running), gateway.asked) == ([SUPPRESSED], [])
    history = await use_of(running).messages.history("water", (await only(running)).id)
    assert [entry["act"] for entry in history] == ["queue", "claim", "withdraw"]
    assert broken_at(history) is None


async def test_what_the_gateway_has_is_gone_and_the_next_message_is_not_sent(
    running: Serving, case: Case, gateway: Gateway
) -> None:
    await case.tells(ComplaintFiled)
    handed_over = gateway.sandbox.send

    async def erased_meanwhile(message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        await forget(case)
        return await handed_over(message_id, number, text)

    gateway.send = erased_meanwhile
    await send(running, gateway=gateway)
    running.clock.forward(minutes=1)
    await case.tells(ComplaintAnswered)
    await send(running, gateway=gateway)

    assert await states(running) == [
        ("complaint-filed", "delivered", None),
        ("complaint-answered", "suppressed", "contact-forgotten"),
    ]
    assert len(await phone(running)) == 1


@pytest.mark.parametrize(
    ("fails", "ends"),
    [("before", SUPPRESSED), ("after", ("complaint-filed", "delivered", None))],
    ids=["it never arrived", "it had arrived"],
)
async def test_what_waits_for_the_gateways_word_ends_with_it_and_is_not_sent_again(
    running: Serving, case: Case, gateway: Gateway, fails: str, ends: tuple[str, str, str | None]
) -> None:
    await case.tells(ComplaintFiled)
    setattr(gateway, fails, TimeoutError())
    await send(running, gateway=gateway)
    setattr(gateway, fails, None)
    await forget(case)
    sent = list(gateway.sent)
    await silence_ends(running, gateway=gateway)

    assert await states(running) == [ends]
    assert gateway.sent == sent


class Noting:
    """Contacts, noting of whom it was asked last of all before a sending."""

    def __init__(self, use: Use, order: list[tuple[str, str]]) -> None:
        self._contacts, self._order = use.contacts, order

    async def of(self, ids: Collection[str]) -> Mapping[str, Reach | None]:
        return await self._contacts.of(ids)

    async def is_there(self, id_: str) -> bool:
        self._order.append(("asked", id_))
        return await self._contacts.is_there(id_)


async def test_of_many_erased_in_the_middle_of_a_sending_nothing_hangs_and_none_gets_what_was_asked_for_later(
    running: Serving, gateway: Gateway
) -> None:
    cases = [Case(running, f"case-{number}", f"+98912000{number:04}") for number in range(60)]
    for case in cases:
        await case.contact_comes()
        await case.tells(ComplaintFiled)
    order: list[tuple[str, str]] = []
    contacts = Noting(use_of(running), order)

    async def forgetting() -> None:
        for case in cases[1::2]:
            await forget(case)
            order.append(("forgotten", case.contact))

    await asyncio.gather(send(running, gateway=gateway, contacts=contacts), forgetting())
    await send(running, gateway=gateway)
    messages = [saved.state for saved in (await use_of(running).messages.page(None, limit=200)).items]
    sent = {one.contact_id or "" for one in messages if one.id in gateway.sent}

    assert {one.status.value for one in messages} <= {"delivered", "suppressed"}
    assert len(gateway.sent) == len(set(gateway.sent)) == len(await phone(running))
    assert {case.contact for case in cases[::2]} <= sent
    for contact in sent & {id_ for what, id_ in order if what == "forgotten"}:
        assert order.index(("asked", contact)) < order.index(("forgotten", contact))
