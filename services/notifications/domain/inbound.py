"""An SMS that came in: what it wants, by its words and by what is known of its sender's cases."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from services.notifications import rules
from services.notifications.domain.case import KnownCase
from services.notifications.domain.explanation import asked_for
from services.notifications.domain.understanding import (
    after_keyword,
    coded,
    letters,
    rating,
    says_one_of,
)
from shared.calendar.jalali import local_day
from shared.events.contacts import Gone, Private
from shared.events.directory import PROVINCE
from shared.events.event import Event
from shared.events.notifications_inbound import InboundMessageReceived
from shared.events.requests import REQUESTS_TOPIC, SealedRequest
from shared.persian import latin_digits
from shared.rule import Figures

Facts = list[Event | Private]
LETTERS_MIN = 2
_BETWEEN, _LONG = re.compile(r"[\W_]"), re.compile(r"[0-9]{10}")


class Wants(StrEnum):
    """What a message is taken for."""

    STATE = "state"
    RATE = "rate"
    REPLY = "reply"
    FILE = "file"
    STOP = "stop"
    START = "start"
    EXPLAIN = "explain"
    HELP = "help"
    NOTHING = "nothing"
    """It is kept, and not answered: it said so often in a day what needs no answer again."""


HANDED_ON = frozenset({Wants.RATE, Wants.REPLY, Wants.FILE})
"""What complaints does: notifications answers itself only where that can't be done."""
SAID_AGAIN_AFTER = timedelta(hours=2)
"""As for an erased key (`shared/keys/person.py`): the second word begins the segment that is compacted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message as a gateway brings it: `reference` is its own id of it, `line` what it was sent to."""

    reference: str
    sender: str
    line: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What it wants, and of which of the sender's own cases; `words` are what it says besides.

    To file: `case_id` is the new case's. To be explained: `number` is the rule's, 0 for which there are.
    """

    wants: Wants
    case: KnownCase | None = None
    words: str | None = None
    score: int | None = None
    case_id: str | None = None
    number: int | None = None


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
    score: int | None = None
    number: int | None = None
    words_hash: str | None = None
    """Under the sender's key: the same words sent again are known."""
    done: bool | None = None
    """Whether what was handed on had its effect; None while that isn't known, or nothing was."""
    say_again_at: datetime | None = None
    """When to repeat on the private topic that it ended."""
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
        words_hash: str,
        meant: Meant,
        request: SealedRequest | None = None,
        now: datetime,
    ) -> tuple[Self, Facts]:
        """Keep it. Told is that it came, and about which case; and sealed, what complaints is to do."""
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
            complaint_id=meant.case.id if meant.case else meant.case_id,
            score=meant.score,
            number=meant.number,
            words_hash=words_hash,
        )
        return message, [
            *([] if request is None else [request]),
            InboundMessageReceived(
                agency_id=agency_id,
                clause=rules.ANSWERED.clause,
                gateway=gateway,
                wants=meant.wants,
                contact_id=contact_id,
                tracking_code=meant.case and meant.case.tracking_code,
                received_at=now,
            ),
        ]

    def settle(self, *, done: bool, now: datetime) -> tuple[Self, Facts]:
        """Complaints has done it, or never will: it ends on its way. Said twice it is nothing new."""
        if self.done is not None:
            return self, []
        settled = replace(self, done=done, say_again_at=now + SAID_AGAIN_AFTER)
        return settled, [Gone(topic=REQUESTS_TOPIC, contact_id=self.id)]

    def say_again(self, now: datetime) -> tuple[Self, Facts]:
        """Once more that it ended."""
        if self.say_again_at is None or now < self.say_again_at:
            return self, []
        return replace(self, say_again_at=None), [Gone(topic=REQUESTS_TOPIC, contact_id=self.id)]

    def forget_words(self) -> Self:
        """What it said is erased; that it came, and what it wanted, stays. What is not done yet needs it."""
        waits = self.wants in HANDED_ON and self.done is None
        if waits or not self.has_words:
            return self
        return replace(self, words=None, words_hash=None, has_words=False)


def plain_reference(reference: str) -> str | None:
    """A gateway's id, to be shown as evidence; None where so many digits follow that it may be a number."""
    joined = _BETWEEN.sub("", latin_digits(reference))
    return None if _LONG.search(joined) else reference


def understand(
    text: str, own: Sequence[KnownCase], line_agency: str, figures: Figures, now: datetime
) -> Meant:
    """What its sender wants. `own` are the cases of the sender's number: of others nothing is said."""
    today, by_code = local_day(now), {case.tracking_code: case for case in own}
    if says_one_of(text, figures.of(rules.STOP_WORDS, today)):
        return Meant(wants=Wants.STOP)
    if says_one_of(text, figures.of(rules.START_WORDS, today)):
        return Meant(wants=Wants.START)
    asked = after_keyword(text, figures.of(rules.EXPLAIN_WORDS, today))
    if asked is not None and (number := asked_for(asked)) is not None:
        return Meant(wants=Wants.EXPLAIN, number=number)
    codes = coded(text)
    for one in codes:
        if one.code in by_code:
            return _of_case(by_code[one.code], one.rest)
    complaint = after_keyword(text, figures.of(rules.FILING_WORDS, today))
    if complaint is not None and line_agency != PROVINCE and letters(complaint) >= LETTERS_MIN:
        return Meant(wants=Wants.FILE, words=complaint)
    if codes or complaint is not None:
        return Meant(wants=Wants.HELP)
    return _without_code(text, own, line_agency, figures.of(rules.FREE_TEXT, today), now)


def _of_case(case: KnownCase, rest: str) -> Meant:
    """What is wanted of a case whose code was sent."""
    if (rated := rating(rest)) is not None:
        return Meant(wants=Wants.RATE, case=case, score=rated.score, words=rated.reason)
    if case.question and letters(rest) >= LETTERS_MIN:
        return Meant(wants=Wants.REPLY, case=case, words=rest)
    return Meant(wants=Wants.STATE, case=case)


def _without_code(
    text: str, own: Sequence[KnownCase], line_agency: str, letters_min: int, now: datetime
) -> Meant:
    """A digit rates what was asked last; words reply to the one question there is, else they complain."""
    rated = rating(text)
    if rated is not None and (asked := _asked_last(own, now, over=rated.reason is None)) is not None:
        return Meant(wants=Wants.RATE, case=asked, score=rated.score, words=rated.reason)
    questions = [case for case in own if case.question]
    if len(questions) == 1 and letters(text) >= LETTERS_MIN:
        return Meant(wants=Wants.REPLY, case=questions[0], words=text)
    if letters(text) >= letters_min and line_agency != PROVINCE:
        return Meant(wants=Wants.FILE, words=text)
    return Meant(wants=Wants.HELP)


def _asked_last(own: Sequence[KnownCase], now: datetime, *, over: bool) -> KnownCase | None:
    """Of the cases that may be rated that of the last answer; of those `over` only where none may be.

    A digit alone can mean nothing else: then it is told that the time is over.
    """
    answered = [case for case in own if case.answered_at is not None]
    may = [case for case in answered if case.may_be_rated(now)]
    among = may or (answered if over else [])
    return max(among, key=lambda case: (case.answered_at or now, case.id), default=None)


def limited(
    meant: Meant, words_hash: str, earlier: Sequence[InboundMessage], figures: Figures, now: datetime
) -> Meant:
    """The same, unless its sender said it before or had so many answers in a day: two robots must not talk
    for ever. `earlier` is what the same sender sent in the day before.
    """
    today = local_day(now)
    if meant.wants is Wants.FILE:
        if any(one.wants is Wants.FILE and one.words_hash == words_hash for one in earlier):
            return replace(meant, wants=Wants.NOTHING)
        filed = {one.complaint_id for one in earlier if one.wants is Wants.FILE} - {meant.case_id}
        if len(filed) >= figures.of(rules.FILED, today):
            meant = Meant(wants=Wants.HELP)
    most = {
        Wants.HELP: figures.of(rules.HELPED, today),
        Wants.STOP: figures.of(rules.HELPED, today),
        Wants.START: figures.of(rules.HELPED, today),
        Wants.EXPLAIN: figures.of(rules.EXPLAINED, today),
        Wants.STATE: figures.of(rules.ANSWERED, today),
        Wants.RATE: figures.of(rules.ANSWERED, today),
        Wants.REPLY: figures.of(rules.ANSWERED, today),
    }
    had = sum(one.wants is meant.wants for one in earlier)
    if meant.wants in most and had >= most[meant.wants]:
        return replace(meant, wants=Wants.NOTHING)
    return meant


def goes_on(
    meant: Meant,
    text: str,
    line: str | None,
    earlier: Sequence[InboundMessage],
    figures: Figures,
    now: datetime,
) -> Sequence[InboundMessage]:
    """The parts before it, oldest first, where it goes on with what was filed just now."""
    may = meant.wants is Wants.FILE or (
        meant.wants is Wants.HELP and letters(text) >= LETTERS_MIN and not coded(text)
    )
    last = next((one for one in earlier if one.wants is Wants.FILE), None)
    within = figures.of(rules.PARTS, local_day(now))
    if not may or last is None or now - last.received_at > within or last.line != line:
        return []
    own = (last.wants, last.complaint_id)
    return [one for one in reversed(earlier) if (one.wants, one.complaint_id) == own and one.words]


def joined(texts: Sequence[str], figures: Figures, now: datetime) -> str:
    """The parts of a complaint as one, without the word that it begins with."""
    first = after_keyword(texts[0], figures.of(rules.FILING_WORDS, local_day(now)))
    return "\n".join([first or texts[0], *texts[1:]])
