"""The connection to an operator that SMPP keeps: bound, and bound again whenever it breaks."""

import aiosmpplib as smpp
from aiosmpplib.correlator import SimpleCorrelator
from typing_extensions import override

from services.notifications.gateways.plan import Plan, Secret

BOUND = frozenset({smpp.SmppSessionState.BOUND_TRX, smpp.SmppSessionState.BOUND_TX})
KEPT_S = 60.0


class Account(Plan):
    """`system_id` and password are the operator's; it lets a password have eight characters at most."""

    host: str
    port: int = 2775
    system_id: str
    password: Secret


class Hears(smpp.AbstractHook):
    """Whoever hears what comes over it; what leaves is no news."""

    @override
    async def sending(self, smpp_message: smpp.SmppMessage, pdu: bytes, client_id: str) -> None: ...

    @override
    async def send_error(self, smpp_message: smpp.SmppMessage, error: Exception, client_id: str) -> None: ...


class Line(smpp.ESME):
    """Lets go of its socket in the end, which the library leaves to whoever finds it."""

    @property
    def is_bound(self) -> bool:
        """The operator lets us send."""
        return self.session_state in BOUND

    @override
    async def _disconnect(self) -> None:
        writer = self._writer
        await super()._disconnect()
        if writer is not None:
            writer.close()


class Unthrottled(smpp.AbstractThrottleHandler):
    """Holds nothing back: what the operator throttles is refused for now, and routed anew."""

    @override
    async def throttled(self) -> None: ...

    @override
    async def not_throttled(self) -> None: ...

    @override
    async def allow_request(self) -> bool:
        return True

    @override
    async def throttle_delay(self) -> float:
        return 0.0


def line_to(account: Account, password: str, hears: Hears) -> Line:
    """Not open yet."""
    return Line(
        account.host,
        account.port,
        account.system_id,
        password,
        hook=hears,
        throttle_handler=Unthrottled(),
        correlator=SimpleCorrelator(account.system_id, max_ttl_delivery=KEPT_S),
        log_level="CRITICAL",  # it logs whole messages
    )
