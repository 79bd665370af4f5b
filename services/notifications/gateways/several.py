"""The gateways that there are, by name, and which of them takes a message."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from services.notifications.domain.health import Minute, health
from services.notifications.domain.lane import Lane
from services.notifications.domain.message import Message
from services.notifications.domain.outcome import Outcome
from services.notifications.domain.routing import Way, choose
from services.notifications.gateways.line import Line, is_failure, line_of, receipts_within
from services.notifications.gateways.plan import Plan
from services.notifications.gateways.port import Answers, Gateway
from services.notifications.settings import Doors
from shared.identity import new_id

NO_PLANS: Mapping[str, Plan] = {}
PLAIN = Plan()


class Several:
    """Any number of gateways. A name is for ever: messages say by it who has them."""

    def __init__(self, gateways: Mapping[str, Gateway], plans: Mapping[str, Plan] = NO_PLANS) -> None:
        self.worker = new_id()
        """By which the others know this process's share."""
        self.back_at: datetime | None = None
        """When one that was left alone was seen to go again (business time); None once all know."""
        self._lines = {name: line_of(one, plans.get(name, PLAIN)) for name, one in gateways.items()}

    def __iter__(self) -> Iterator[tuple[str, Gateway]]:
        return ((name, line.gateway) for name, line in self._lines.items())

    def of(self, name: str | None) -> Gateway | None:
        """The one of that name; None where it is no longer configured."""
        line = self._lines.get(name or "")
        return None if line is None else line.gateway

    def line(self, name: str) -> Line:
        """What is known of the one of that name, which there is."""
        return self._lines[name]

    def lines(self) -> Iterator[tuple[str, Line]]:
        """All, by name."""
        return iter(self._lines.items())

    def take(self, kind: str, lane: Lane) -> bool:
        """Whether any is for messages of that kind and lane, however it does now."""
        return any(line.plan.kind == kind and lane in line.plan.lanes for line in self._lines.values())

    def choose(self, kind: str, message: Message, now: datetime) -> str | None:
        """Who of that kind is to take a message now (real time); None where nobody can.

        What is to come from a line of its own goes only by those that have the line, if any has.
        """
        fit = {
            name: line
            for name, line in self._lines.items()
            if line.plan.kind == kind and message.lane in line.plan.lanes
        }
        own = {name for name in fit if self._has(name, message)}
        ways = [
            Way(name=name, weight=line.plan.weight * line.health, refused=message.refused_by.count(name))
            for name, line in fit.items()
            if line.breaker.lets(now) and (message.line is None or not own or name in own)
        ]
        return choose(ways, message.id)

    def learn(self, minutes: Mapping[str, Sequence[Minute]], now: datetime) -> None:
        """How each did of late, as all processes saw it."""
        for name, line in self._lines.items():
            line.health = health(minutes.get(name, ()), now, receipts_within=receipts_within(line.plan))

    def note_back(self, now: datetime) -> None:
        """See whether any of those that were left alone goes again."""
        for line in self._lines.values():
            is_left_alone = line.breaker.is_open
            if line.was_left_alone and not is_left_alone:
                self.back_at = now
            line.was_left_alone = is_left_alone

    def said(self, name: str, outcome: Outcome, now: datetime) -> None:
        """What it said to a message, or that it said nothing."""
        line = self._lines[name]
        line.breaker = line.breaker.failed(now) if is_failure(outcome) else line.breaker.went(now)

    def sender(self, name: str, message: Message) -> str | None:
        """The line that a message comes from by this gateway, written as its plan writes it."""
        if message.line is None or self._has(name, message):
            return self._lines[name].plan.sender(message.agency_id)
        return message.line

    def receipts_within(self, name: str) -> timedelta | None:
        """The time in which the receipts of the one of that name are to come, if it has any and is there."""
        line = self._lines.get(name)
        return None if line is None else receipts_within(line.plan)

    def lines_of(self, agency_id: str) -> set[str]:
        """The lines that an agency's messages come from by any gateway."""
        return {line for one in self._lines.values() if (line := one.plan.sender(agency_id))}

    def _has(self, name: str, message: Message) -> bool:
        """Whether this gateway has the line that a message is to come from, however either writes it."""
        own = self._lines[name].plan.sender(message.agency_id)
        return (
            own is not None and message.line is not None and Doors.line_of(own) == Doors.line_of(message.line)
        )

    def asks_after(self, name: str | None) -> float | None:
        """Seconds after which a gateway is asked for a receipt that didn't come; None where it can't be."""
        gateway = self.of(name)
        return gateway.asks_after.total_seconds() if isinstance(gateway, Answers) else None
