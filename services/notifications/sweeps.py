"""The clocks: what may be sent, whose sender fell silent, whose words are to be forgotten."""

import asyncio
import contextlib

from services.notifications.domain.outcome import Receipt
from services.notifications.gateways.http import Http
from services.notifications.gateways.port import Listens
from services.notifications.usecases import forgetting, receipts, sending
from services.notifications.usecases.use import Use
from shared.observe.logs import log
from shared.service import Work
from shared.sweep import Sweep

_LOG = log(__name__)
LOOKS_EVERY_S = 1.0


def sweeps(use: Use) -> list[Sweep]:
    """Asking is in real time: a sender's silence has nothing to do with a demo's fast clock."""
    words = forgetting.words(use)
    return [
        Sweep(
            name="notifications.ask",
            due=lambda _: use.messages.due("ask_at", use.real_now()),
            handle=lambda id_, _: sending.ask(use, id_),
        ),
        Sweep(name="notifications.forget-words", due=words.over, handle=words.let_go),
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


async def keep_sending(use: Use) -> None:
    """Send what is queued: at once when woken, and every second, which is what can be relied on."""
    while True:
        use.wake.clear()
        try:
            await sending.send_ready(use)
        except Exception as error:  # noqa: BLE001 - a sender outlives every fault
            _LOG.warning("sending broke off", error=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOKS_EVERY_S):
                await use.wake.wait()
