"""What gateways tell later, by calls of theirs or over their own connection."""

import hmac
from collections.abc import Mapping

from services.notifications.domain.message import Message
from services.notifications.domain.outcome import Outcome, Receipt
from services.notifications.domain.status import FINAL
from services.notifications.gateways.port import Calls
from services.notifications.usecases.use import Use
from shared.language import Text
from shared.observe.metrics import RECEIPT_AGE_S
from shared.rule import Invalid
from shared.store.history import Act
from shared.store.repository import NotFound

ALL = "all"
"""Instead of a message's id, in the one address of a gateway that calls for all of its messages."""
NO_RECEIPT = Text(fa="این، رسید این درگاه نیست.", en="This is no receipt of that gateway.")


def address(use: Use, gateway: str, about: str) -> str | None:
    """Where a gateway is to tell of a message; whoever hasn't got it from us can't make one up."""
    if use.public_url is None:
        return None
    return f"{use.public_url.rstrip('/')}/v1/receipts/{gateway}/{about}/{_mark(use, gateway, about)}"


async def called(use: Use, gateway: str, about: str, mark: str, said: Mapping[str, str]) -> None:
    """A gateway calls. NotFound for an address that isn't ours, Invalid for what that gateway never says."""
    known = use.gateways.of(gateway)
    if not isinstance(known, Calls) or not hmac.compare_digest(
        mark.encode(), _mark(use, gateway, about).encode()
    ):
        raise NotFound(about)
    try:
        receipt = known.receipt(said)
    except (KeyError, ValueError) as error:
        raise Invalid("", NO_RECEIPT) from error
    if receipt is None:
        return
    if about == ALL:
        await receive(use, gateway, receipt)
    else:
        await _receive(use, gateway, about, receipt.outcome)


async def receive(use: Use, gateway: str, receipt: Receipt) -> None:
    """Of one message, by our id or the gateway's. What comes before we know that id is kept until we do."""
    if receipt.message_id is not None:
        await _receive(use, gateway, receipt.message_id, receipt.outcome)
        return
    if receipt.gateway_id is None:
        return
    id_ = await use.queue.known_as(gateway, receipt.gateway_id)
    if id_ is None:
        await use.early.keep(gateway, receipt.gateway_id, receipt.outcome, use.real_now())
        id_ = await use.queue.known_as(gateway, receipt.gateway_id)  # it may have become known meanwhile
    if id_ is not None:
        await _receive(use, gateway, id_, receipt.outcome)


async def receive_early(use: Use, message: Message) -> None:
    """The gateway's own id is known now: what it told before."""
    if message.gateway is None or message.gateway_id is None:
        return
    for outcome in await use.early.of(message.gateway, message.gateway_id):
        await _receive(use, message.gateway, message.id, outcome)


async def _receive(use: Use, gateway: str, id_: str, outcome: Outcome) -> None:
    now = use.clock.now()
    act = Act(name="receipt", by=f"gateway:{gateway}", at=now)
    before = (await use.messages.load(id_)).state
    if before.receive(outcome, gateway=gateway, now=now)[0] == before:
        return
    saved = await use.messages.change(
        None, id_, act, lambda message: message.receive(outcome, gateway=gateway, now=now)
    )
    if before.handed_at is not None:
        RECEIPT_AGE_S.labels(gateway).observe((use.real_now() - before.handed_at).total_seconds())
    if before.gateway == gateway:
        note(use, before, saved.state)
    use.wake.set()


def note(use: Use, before: Message, after: Message) -> None:
    """A message that its gateway had accepted came to an end: in the time that its receipts have, or not."""
    name, handed_at = before.gateway, before.handed_at
    if name is None or handed_at is None or before.status in FINAL or after.status not in FINAL:
        return
    within = use.gateways.receipts_within(name)
    if within is None or use.real_now() <= handed_at + within:
        use.minutes.note(name, handed_at, "receipts")


def _mark(use: Use, gateway: str, about: str) -> str:
    return use.master_key.keyed_hash("receipt", gateway, about)
