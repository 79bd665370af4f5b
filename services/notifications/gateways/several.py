"""The gateways that there are, by name, and which of them takes a message."""

from collections.abc import Iterator, Mapping

from services.notifications.domain.message import Message
from services.notifications.domain.routing import choose
from services.notifications.gateways.port import Answers, Gateway


class Several:
    """Any number of gateways. A name is for ever: messages say by it who has them."""

    def __init__(self, gateways: Mapping[str, Gateway]) -> None:
        self._gateways = dict(gateways)

    def __iter__(self) -> Iterator[tuple[str, Gateway]]:
        return iter(self._gateways.items())

    def of(self, name: str | None) -> Gateway | None:
        """The one of that name; None where it is no longer configured."""
        return self._gateways.get(name or "")

    def choose(self, message: Message) -> str | None:
        """Who is to take it now; None where nobody can."""
        return choose([*self._gateways], message.refused_by)

    def asks_after(self, name: str | None) -> float | None:
        """Seconds after which a gateway is asked for a receipt that didn't come; None where it can't be."""
        gateway = self.of(name)
        return gateway.asks_after.total_seconds() if isinstance(gateway, Answers) else None
