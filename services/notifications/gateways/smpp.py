"""SMPP 3.4, straight to an operator. It can't be asked by our id."""

import asyncio
import contextlib
from typing import Literal

import aiosmpplib as smpp
from typing_extensions import override

from services.notifications.domain.outcome import Outcome, Receipt
from services.notifications.gateways.port import PLAIN, NotReached, Tell, Terms
from services.notifications.gateways.smpp_line import Account, Hears, Line, line_to
from services.notifications.gateways.smpp_words import RECEIPTS, answered, submit_sm
from services.notifications.gateways.unasked import Unasked


class SmppPlan(Account):
    """An account of ours."""

    type: Literal["smpp"]


class Smpp(Unasked, Hears):
    """One bound connection, kept by `listen`; without it nothing leaves."""

    def __init__(self, plan: SmppPlan) -> None:
        self._plan, self._password = plan, plan.password.read()
        self._waiting: dict[str, asyncio.Future[Outcome]] = {}
        self._session: Line | None = None
        self._tell: Tell | None = None

    async def listen(self, tell: Tell) -> None:
        """Bind, bind again whenever it breaks, and tell receipts."""
        self._tell = tell
        self._session = line_to(self._plan, self._password, self)
        await self._session.start()

    @property
    def is_bound(self) -> bool:
        """The operator lets us send."""
        return self._session is not None and self._session.is_bound

    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        """What the operator answers to `submit_sm`; a line that breaks in between leaves it unknown."""
        session = self._session
        if session is None or not self.is_bound:
            raise NotReached
        try:
            written = submit_sm(message_id, number, text, terms)
        except ValueError:
            raise NotReached from None
        self._waiting[message_id] = answer = asyncio.get_running_loop().create_future()
        try:
            await session.broker.enqueue(written)
            return await answer
        finally:
            del self._waiting[message_id]

    @override
    async def send_error(self, smpp_message: smpp.SmppMessage, error: Exception, client_id: str) -> None:
        """What can't be written as a PDU never left; what breaks on the line may have."""
        if isinstance(smpp_message, smpp.SubmitSm) and isinstance(error, ValueError):
            waiting = self._waiting.get(smpp_message.log_id)
            if waiting is not None and not waiting.done():
                waiting.set_exception(NotReached())

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
