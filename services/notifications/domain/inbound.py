"""An SMS that came in: what it wants, by its words and by what is known of its sender's cases."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from services.notifications import rules
from services.notifications.domain.case import KnownCase
from services.notifications.domain.understanding import coded, says_one_of
from shared.calendar.jalali import local_day
from shared.events.event import Event
from shared.events.notifications_inbound import InboundMessageReceived
from shared.persian import latin_digits
from shared.rule import Figures

Facts = list[Event]
_BETWEEN, _LONG = re.compile(r"[\W_]"), re.compile(r"[0-9]{10}")


class Wants(StrEnum):
    """What a message is taken for."""

    STATE = "state"
    STOP = "stop"
    HELP = "help"
    NOTHING = "nothing"
    """It is kept, and not answered: it said so often in a day what needs no answer again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message as a gateway brings it: `reference` is its own id of it, `line` what it was sent to."""

    reference: str
    sender: str
    line: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What it wants, and of which of the sender's own cases."""

    wants: Wants
    case: KnownCase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """What came in. `agency_id` is whose case it is about, else whose line it came to.

    `words` are sealed under the key of the contact, who is its sender. `reference` is the gateway's id of it,
    unless a number of somebody could be in it; `line` is named where it is one of ours.
    """

    id: str
    agency_id: str
    gateway: str
    reference: str | None
    line: str | None
    contact_id: str
    words: str | None
    received_at: datetime
    wants: Wants
    complaint_id: str | None = None
    has_words: bool = True
    """False once what it says was erased."""

    @classmethod
    def receive(
        cls,
        *,
        id_: str,
        agency_id: str,
        gateway: str,
        reference: str | None,
        line: str | None,
        contact_id: str,
        words: str,
        meant: Meant,
        now: datetime,
    ) -> tuple[Self, Facts]:
        """Keep it. What is told of it is that it came, and about which case."""
        message = cls(
            id=id_,
            agency_id=agency_id,
            gateway=gateway,
            reference=reference,
            line=line,
            contact_id=contact_id,
            words=words,
            received_at=now,
            wants=meant.wants,
            complaint_id=meant.case and meant.case.id,
        )
        return message, [
            InboundMessageReceived(
                agency_id=agency_id,
                clause=rules.ANSWERED.clause,
                gateway=gateway,
                wants=meant.wants,
                contact_id=contact_id,
                tracking_code=meant.case and meant.case.tracking_code,
                received_at=now,
            )
        ]

    def forget_words(self) -> Self:
        """What it said is erased; that it came, and what it wanted, stays."""
        return replace(self, words=None, has_words=False) if self.has_words else self


def plain_reference(reference: str) -> str | None:
    """A gateway's id, to be shown as evidence; None where so many digits follow that it may be a number."""
    joined = _BETWEEN.sub("", latin_digits(reference))
    return None if _LONG.search(joined) else reference


def understand(text: str, own: Collection[KnownCase], figures: Figures, now: datetime) -> Meant:
    """What its sender wants. `own` are the cases of the sender's number: of others nothing is said."""
    today, by_code = local_day(now), {case.tracking_code: case for case in own}
    if says_one_of(text, figures.of(rules.STOP_WORDS, today)):
        return Meant(wants=Wants.STOP)
    for one in coded(text):
        if one.code in by_code:
            return Meant(wants=Wants.STATE, case=by_code[one.code])
    return Meant(wants=Wants.HELP)


def limited(meant: Meant, earlier: Sequence[InboundMessage], figures: Figures, now: datetime) -> Meant:
    """The same, unless its sender had so many answers in a day: two robots must not talk for ever.

    `earlier` is what the same sender sent in the day before.
    """
    today = local_day(now)
    answered = [one.wants for one in earlier if one.wants is not Wants.NOTHING]
    most = {
        Wants.HELP: figures.of(rules.HELPED, today),
        Wants.STOP: figures.of(rules.HELPED, today),
        Wants.STATE: figures.of(rules.ANSWERED, today),
    }
    if meant.wants in most and answered.count(meant.wants) >= most[meant.wants]:
        return replace(meant, wants=Wants.NOTHING)
    return meant
