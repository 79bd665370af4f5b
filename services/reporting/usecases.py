"""Load, ask the domain, save: one function for each thing that can be done."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Protocol

from services.reporting import access
from services.reporting.domain.card import Card, Issuing, ReportCard
from services.reporting.domain.facts import Known, Source
from services.reporting.domain.figures import count, figure_named
from shared.access.who import Forbidden, Who
from shared.calendar.jalali import JalaliQuarter
from shared.clock import Clock
from shared.directory.lookup import Directory
from shared.events.directory import PROVINCE
from shared.identity import derived_id, new_id
from shared.rule import Figures
from shared.store.history import Act
from shared.store.repository import BadCursor, NotFound, Repository, Saved
from shared.store.store import DuplicateId

CLOCK = "clock"
READ_AT_ONCE = 1000


class Evidence(Protocol):
    """The facts behind one card."""

    async def some(self, source: Source, after: str | None, limit: int) -> list[Known]:
        """Those of a source whose ids come after one, in the order of ids."""
        ...


class Facts(Protocol):
    """All that is known."""

    def live(self, agency_id: str, quarter: str) -> Evidence:
        """As it is known now."""
        ...

    def frozen(self, agency_id: str, quarter: str, key: str) -> Evidence:
        """As it was when a card was issued."""
        ...

    async def freeze(self, agency_id: str, quarter: str, key: str) -> None:
        """Copy what is known now, under a key."""
        ...

    async def keep_only(self, agency_id: str, quarter: str, key: str) -> None:
        """Delete the copies of attempts that came to nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the use cases work with."""

    cards: Repository[ReportCard]
    issuings: Repository[Issuing]
    facts: Facts
    directory: Directory
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A card as somebody looks at it: issued, or as it stands now."""

    card: Card
    evidence: Evidence
    etag: str | None

    @property
    def issued(self) -> bool:
        """Frozen for good."""
        return self.etag is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A page of what lies behind a number."""

    items: Sequence[Known]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An agency's card among all. Equal scores share a `place`; without a rank there is none."""

    place: int | None
    shown: Shown


async def begin(use: Use, agency_id: str, joined_at: datetime) -> None:
    """A new agency gets its cards from its first quarter on (FOAD-9: without new code)."""
    decision = Issuing.begin(agency_id, joined_at, await _figures(use))
    act = Act(name="begin", by=CLOCK, at=use.clock.now())
    try:
        await use.issuings.add(act, decision)
    except DuplicateId:
        return  # it joined before


async def issue_if_due(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: freeze the facts, reckon the card from the copy, save it, move on to the next.

    Broken off anywhere it is done again: only one card of a quarter can be saved, and it names its own copy.
    """
    found = (await use.issuings.load(id_)).state
    if not found.is_due(now):
        return
    saved = await _issued(use, found.agency_id, found.quarter) or await _issue(use, found, now)
    await use.facts.keep_only(found.agency_id, found.quarter, saved.state.evidence)
    figures = await _figures(use)
    act = Act(name="move-on", by=CLOCK, at=now)
    await use.issuings.change(None, id_, act, lambda issuing: issuing.issued(found.quarter, figures))


async def _issue(use: Use, turn: Issuing, now: datetime) -> Saved[ReportCard]:
    agency_id, quarter, copy = turn.agency_id, turn.quarter, new_id()
    await use.facts.freeze(agency_id, quarter, copy)
    evidence = use.facts.frozen(agency_id, quarter, copy)
    card = await _card(use, agency_id, JalaliQuarter.parse(quarter), evidence, now)
    decision = ReportCard.issue(id_=_card_id(agency_id, quarter), card=card, evidence=copy)
    act = Act(name="issue", by=CLOCK, at=now, clause=decision[1][0].clause)
    try:
        return await use.cards.add(act, decision)
    except DuplicateId:
        return await use.cards.get(agency_id, _card_id(agency_id, quarter))


async def show(use: Use, who: Who, agency_id: str, quarter: JalaliQuarter) -> Shown:
    """An agency's card: the issued one, else as it stands now. Another agency's is not found."""
    if agency_id != who.agency_id and not access.sees_all(who):
        raise NotFound(agency_id)
    if await use.directory.chart(agency_id) is None:
        raise NotFound(agency_id)
    return await _shown(use, agency_id, quarter)


async def behind(
    use: Use, who: Who, agency_id: str, quarter: JalaliQuarter, name: str, *, after: str | None, limit: int
) -> Behind:
    """What a number counts, one by one. A figure that the card doesn't have is not found."""
    shown, figure = await show(use, who, agency_id, quarter), figure_named(name)
    if figure is None or figure.name not in shown.card.counts:
        raise NotFound(name)
    found: list[Known] = []
    async with aclosing(_all(shown.evidence, figure.sources, after=after)) as facts:
        async for known in facts:
            if figure.holds(known, shown.card.as_of):
                found.append(known)
            if len(found) > limit:
                break
    page = found[:limit]
    return Behind(items=page, next=_cursor(page[-1]) if len(found) > limit else None)


async def compare(use: Use, who: Who, quarter: JalaliQuarter) -> list[Placed]:
    """All agencies' cards of a quarter, best first; those without a rank last."""
    if not access.sees_all(who):
        raise Forbidden(access.COMPARE)
    shown = [await _shown(use, agency_id, quarter) for agency_id in await use.directory.agencies()]
    scores = sorted((score for one in shown if (score := one.card.ranked_score) is not None), reverse=True)
    placed = [Placed(place=_place(one.card.ranked_score, scores), shown=one) for one in shown]
    return sorted(placed, key=lambda one: (one.place is None, one.place, one.shown.card.agency_id))


def _place(score: Fraction | None, best_first: list[Fraction]) -> int | None:
    return None if score is None else best_first.index(score) + 1


async def _shown(use: Use, agency_id: str, quarter: JalaliQuarter) -> Shown:
    issued = await _issued(use, agency_id, str(quarter))
    if issued is not None:
        copy = use.facts.frozen(agency_id, str(quarter), issued.state.evidence)
        return Shown(card=issued.state.card, evidence=copy, etag=issued.etag)
    now = use.clock.now()
    if quarter.starts_at > now:
        raise NotFound(str(quarter))
    evidence = use.facts.live(agency_id, str(quarter))
    return Shown(card=await _card(use, agency_id, quarter, evidence, now), evidence=evidence, etag=None)


async def _card(use: Use, agency_id: str, quarter: JalaliQuarter, evidence: Evidence, now: datetime) -> Card:
    facts = [known async for known in _all(evidence, tuple(Source), after=None)]
    return Card.of(agency_id, quarter, count(facts, now), await _figures(use), now)


async def _issued(use: Use, agency_id: str, quarter: str) -> Saved[ReportCard] | None:
    try:
        return await use.cards.get(agency_id, _card_id(agency_id, quarter))
    except NotFound:
        return None


def _card_id(agency_id: str, quarter: str) -> str:
    return derived_id("report-card", agency_id, quarter)


async def _figures(use: Use) -> Figures:
    """The province's: all agencies are measured alike."""
    return await use.directory.figures(PROVINCE)


async def _all(evidence: Evidence, sources: Sequence[Source], *, after: str | None) -> AsyncGenerator[Known]:
    """All facts of these sources, in order, from behind a cursor on."""
    start, last = _read_cursor(after, sources)
    for source in sources[start:]:
        while facts := await evidence.some(source, last, READ_AT_ONCE):
            for known in facts:
                yield known
            last = facts[-1].id
        last = None


def _cursor(known: Known) -> str:
    return f"{known.source}/{known.id}"


def _read_cursor(text: str | None, sources: Sequence[Source]) -> tuple[int, str | None]:
    if text is None:
        return 0, None
    name, _, id_ = text.partition("/")
    if name not in sources:
        raise BadCursor(text)
    return [*sources].index(Source(name)), id_
