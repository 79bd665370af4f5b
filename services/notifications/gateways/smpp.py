"""SMPP 3.4, straight to an operator. It can't be asked by our id."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Literal

import aiosmpplib as smpp
from aiosmpplib.correlator import SimpleCorrelator
from typing_extensions import override

from services.notifications.domain.outcome import UNKNOWN, Outcome, Receipt
from services.notifications.gateways.plan import Plan, Secret
from services.notifications.gateways.port import PLAIN, NotReached, Tell, Terms
from services.notifications.gateways.smpp_words import RECEIPTS, Line, Unthrottled, answered, submit_sm

BOUND = frozenset({smpp.SmppSessionState.BOUND_TRX, smpp.SmppSessionState.BOUND_TX})
KEPT_S = 60.0


class SmppPlan(Plan):
    """`system_id` and password are the operator's; it lets a password have eight characters at most."""

    type: Literal["smpp"]
    host: str
    port: int = 2775
    system_id: str
    password: Secret


class Smpp(smpp.AbstractHook):
    """One bound connection, kept by `listen`; without it nothing leaves."""

    certain_after = timedelta()

    def __init__(self, plan: SmppPlan) -> None:
        self._plan, self._password = plan, plan.password.read()
        self._waiting: dict[str, asyncio.Future[Outcome]] = {}
        self._session: smpp.ESME | None = None
        self._tell: Tell | None = None

    async def listen(self, tell: Tell) -> None:
        """Bind, bind again whenever it breaks, and tell receipts."""
        plan, self._tell = self._plan, tell
        self._session = Line(
            plan.host,
            plan.port,
            plan.system_id,
            self._password,
            hook=self,
            throttle_handler=Unthrottled(),
            correlator=SimpleCorrelator(plan.system_id, max_ttl_delivery=KEPT_S),
            log_level="CRITICAL",  # it logs whole messages
        )
        await self._session.start()

    @property
    def is_bound(self) -> bool:
        """The operator lets us send."""
        return self._session is not None and self._session.session_state in BOUND

    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        """What the operator answers to `submit_sm`; a line that breaks in between leaves it unknown."""
        session = self._session
        if session is None or not self.is_bound:
            raise NotReached
        self._waiting[message_id] = answer = asyncio.get_running_loop().create_future()
        try:
            await session.broker.enqueue(submit_sm(message_id, number, text, terms))
            return await answer
        finally:
            del self._waiting[message_id]

    async def find(self, message_id: str, *, gateway_id: str | None, age: timedelta) -> Outcome | None:  # noqa: ARG002
        """`query_sm` asks by the operator's id, which is just what is missing."""
        return UNKNOWN

    @override
    async def received(self, smpp_message: smpp.SmppMessage | None, pdu: bytes, client_id: str) -> None:
        """An answer, or a receipt: told before it is acknowledged, so that it comes again if we fail."""
        match smpp_message:
            case smpp.SubmitSmResp() as answer if answer.log_id in self._waiting:
                with contextlib.suppress(asyncio.InvalidStateError):
                    self._waiting[answer.log_id].set_result(answered(answer))
            case smpp.DeliverSm() as news if news.is_receipt() and self._tell is not None:
                said = news.parse_receipt()
                if (outcome := RECEIPTS.get(str(said.get("stat")))) is not None:
                    await self._tell(Receipt(outcome=outcome, gateway_id=str(said["id"])))
            case _:
                pass

    @override
    async def sending(self, smpp_message: smpp.SmppMessage, pdu: bytes, client_id: str) -> None: ...

    @override
    async def send_error(self, smpp_message: smpp.SmppMessage, error: Exception, client_id: str) -> None: ...
