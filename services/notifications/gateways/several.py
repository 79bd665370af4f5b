"""The gateways that there are, by name, and which of them takes a message."""

from collections.abc import Iterator, Mapping, Sequence

from services.notifications.domain.message import SMS
from services.notifications.domain.routing import choose
from services.notifications.gateways.plan import Plan
from services.notifications.gateways.port import Answers, Gateway

NO_PLANS: Mapping[str, Plan] = {}


class Several:
    """Any number of gateways. A name is for ever: messages say by it who has them."""

    def __init__(self, gateways: Mapping[str, Gateway], plans: Mapping[str, Plan] = NO_PLANS) -> None:
        self._gateways, self._plans = dict(gateways), plans

    def __iter__(self) -> Iterator[tuple[str, Gateway]]:
        return iter(self._gateways.items())

    def of(self, name: str | None) -> Gateway | None:
        """The one of that name; None where it is no longer configured."""
        return self._gateways.get(name or "")

    def choose(self, kind: str, refused_by: Sequence[str]) -> str | None:
        """Who of that kind is to take a message now; None where nobody can."""
        return choose([name for name in self._gateways if self._kind(name) == kind], refused_by)

    def _kind(self, name: str) -> str:
        plan = self._plans.get(name)
        return SMS if plan is None else plan.kind

    def sender(self, name: str, agency_id: str) -> str | None:
        """The line that an agency's messages come from by this gateway."""
        plan = self._plans.get(name)
        return None if plan is None else plan.sender(agency_id)

    def lines_of(self, agency_id: str) -> set[str]:
        """The lines that an agency's messages come from by any gateway."""
        return {line for plan in self._plans.values() if (line := plan.sender(agency_id))}

    def asks_after(self, name: str | None) -> float | None:
        """Seconds after which a gateway is asked for a receipt that didn't come; None where it can't be."""
        gateway = self.of(name)
        return gateway.asks_after.total_seconds() if isinstance(gateway, Answers) else None
