"""The clocks: what may be sent, whose sender fell silent, whose words are to be forgotten."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial

from pymongo.errors import PyMongoError

from services.notifications.domain.lane import Lane
from services.notifications.domain.outcome import Receipt
from services.notifications.gateways.http import Http
from services.notifications.gateways.port import Listens
from services.notifications.usecases import (
    asking,
    broadcasting,
    contact_lists,
    delivering,
    forgetting,
    inbound,
    list_imports,
    preferences,
    receipts,
    receiving,
    sending,
    sharing,
    subscriptions,
)
from services.notifications.usecases.use import Use
from shared.observe.logs import log
from shared.service import Work
from shared.sweep import Sweep

_LOG = log(__name__)
LOOKS_EVERY_S, GATEWAYS_EVERY_S = 1.0, 2.0


def sweeps(use: Use) -> list[Sweep]:
    """Asking is in real time: a sender's silence has nothing to do with a demo's fast clock."""
    words, inbound_words = forgetting.words(use), inbound.words(use)
    wishes = preferences.kept(use)
    received_words = receiving.words(use)
    return [
        Sweep(
            name="notifications.ask",
            due=lambda _: use.messages.due("ask_at", use.real_now()),
            handle=lambda id_, _: asking.ask(use, id_),
        ),
        Sweep(
            name="notifications.empty-closed-lists",
            due=lambda now: use.many.lists.due("empty_at", now),
            handle=lambda id_, now: contact_lists.empty(use, id_, now),
        ),
        Sweep(name="notifications.forget-words", due=words.over, handle=words.let_go),
        Sweep(
            name="notifications.replay",
            due=lambda _: use.webhooks.subscriptions.due("replay.asked_at", use.real_now()),
            handle=lambda id_, _: subscriptions.lay_out(use, id_),
        ),
        Sweep(
            name="notifications.forget-deliveries",
            due=use.webhooks.deliveries.over,
            handle=use.webhooks.deliveries.remove,
        ),
        Sweep(name="notifications.forget-inbound-words", due=inbound_words.over, handle=inbound_words.let_go),
        Sweep(name="notifications.forget-wishes", due=wishes.over, handle=wishes.let_go),
        Sweep(
            name="notifications.forget-received-words",
            due=received_words.over,
            handle=received_words.let_go,
        ),
        Sweep(
            name="notifications.say-done-again",
            due=lambda now: use.inbound.due("say_again_at", now),
            handle=lambda id_, now: inbound.say_again(use, id_, now),
        ),
        Sweep(
            name="notifications.forget-senders",
            due=lambda now: use.senders.keys.due("look_at", now),
            handle=lambda id_, now: inbound.forget_if_over(use, id_, now),
        ),
        Sweep(
            name="notifications.say-erased-again",
            due=lambda now: use.senders.keys.due("say_again_at", now),
            handle=use.senders.say_again,
        ),
    ]


def listeners(use: Use) -> dict[str, Work]:
    """The connections that gateways keep themselves, over which receipts come."""

    def listening(name: str, gateway: Listens) -> Work:
        async def tell(receipt: Receipt) -> None:
            await receipts.receive(use, name, receipt)

        return lambda: gateway.listen(tell)

    return {
        f"listen-{name}": listening(name, gateway)
        for name, gateway in use.gateways
        if isinstance(gateway, Listens)
    }


async def keep_open(http: Http) -> None:
    """Until the service ends: then the connections to gateways end too."""
    try:
        await asyncio.Event().wait()
    finally:
        await http.close()


def sending_lanes(use: Use) -> dict[str, Work]:
    """One for each lane: what one waits for holds up no other."""
    return {f"send-{lane.value}": partial(keep_sending, use, lane) for lane in Lane}


async def keep_sending(use: Use, lane: Lane) -> None:
    """Send what is queued."""
    await _keep(f"sending {lane.value}", use.wake.of(lane), lambda: sending.send_ready(use, (lane,)))


async def keep_looking_at_gateways(use: Use) -> None:
    """Every two seconds: how they do guides which of them takes a message, and how fast. Who ends gives its
    share back.
    """
    try:
        while True:
            try:
                await sharing.look_at_gateways(use)
            except PyMongoError as error:
                _LOG.warning("how gateways do is not known now", error=type(error).__name__)
            await asyncio.sleep(GATEWAYS_EVERY_S)
    finally:
        with contextlib.suppress(PyMongoError, TimeoutError):
            async with asyncio.timeout(LOOKS_EVERY_S):
                await sharing.give_back(use)


async def keep_broadcasting(use: Use) -> None:
    """Lay out what broadcasts there are."""
    await _keep("broadcasting", use.many.wake, lambda: broadcasting.advance_all(use))


async def keep_taking_in(use: Use) -> None:
    """Take in what files there are."""
    await _keep("taking in", use.many.file_came, lambda: list_imports.take_in_all(use))


async def keep_delivering(use: Use) -> None:
    """Send other systems what waits for them."""
    rounds = delivering.Rounds()
    try:
        await _keep("delivering", use.webhooks.wake, lambda: delivering.begin_all(use, rounds))
    finally:
        await delivering.end_all(rounds)


async def _keep(name: str, woken: asyncio.Event, work: Callable[[], Awaitable[object]]) -> None:
    """Do it again and again: at once when woken, and every second, which is what can be relied on."""
    while True:
        woken.clear()
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - it outlives every fault
            _LOG.warning("work broke off", work=name, error=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOKS_EVERY_S):
                await woken.wait()
