"""The report card: numbers, shares, score, rank, what follows, and when it is issued."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Self

from services.reporting import rules
from services.reporting.domain.figures import WITH_GAPS
from shared.calendar.jalali import JalaliQuarter
from shared.events.reporting import ReportCardIssued
from shared.language import Text
from shared.rule import Figures, Rule

Events = list[ReportCardIssued]


class Rank(StrEnum):
    """How an agency does. The last two are no judgement: there is nothing to judge."""

    EXCELLENT = "excellent"
    GOOD = "good"
    MEDIUM = "medium"
    WEAK = "weak"
    NOT_YET = "not-yet"
    NO_CASES = "no-cases"


class Follow(StrEnum):
    """What a rank leads to (FOAD-8)."""

    REWARD = "reward"
    TRAINING_THEN_DECISION = "training-then-decision"
    NOTHING = "nothing"


RANK_SAYS = {
    Rank.EXCELLENT: Text(fa="عالی", en="excellent"),
    Rank.GOOD: Text(fa="خوب", en="good"),
    Rank.MEDIUM: Text(fa="متوسط", en="medium"),
    Rank.WEAK: Text(fa="ضعیف", en="weak"),
    Rank.NOT_YET: Text(fa="هنوز قابل ارزیابی نیست", en="too early to tell"),
    Rank.NO_CASES: Text(fa="بدون شکایت", en="no cases"),
}
FOLLOW_SAYS = {
    Follow.REWARD: Text(fa="دستگاه مورد تشویق قرار می‌گیرد.", en="The agency is rewarded."),
    Follow.TRAINING_THEN_DECISION: Text(
        fa="دستگاه آموزش لازم را دریافت می‌کند و سپس دربارهٔ آن تصمیم‌گیری می‌شود.",
        en="The agency gets training; then a decision is taken on it.",
    ),
    Follow.NOTHING: Text(fa="اقدامی در پی ندارد.", en="Nothing follows."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share that the score is made of: one figure beside the one that makes it up to the whole."""

    name: str
    says: Text
    part: str
    rest: str
    weight: Rule[Fraction]

    def of(self, counts: Mapping[str, int]) -> Fraction | None:
        """Exactly; None where there was no occasion."""
        return rules.share(part=counts[self.part], rest=counts[self.rest])


IN_TIME = Share(
    name="in-time",
    says=Text(fa="سهم رسیدگی در مهلت", en="Share handled in time"),
    part="in-time",
    rest="late",
    weight=rules.WEIGHT_IN_TIME,
)
SATISFIED = Share(
    name="satisfied",
    says=Text(fa="سهم شهروندان راضی از اعلام‌نظرکنندگان", en="Share satisfied of those who gave a verdict"),
    part="satisfied",
    rest="not-satisfied",
    weight=rules.WEIGHT_SATISFIED,
)
MEETINGS_OFFICIAL = Share(
    name="meetings-official",
    says=Text(fa="سهم جلسات رسمی", en="Share of official meetings"),
    part="meetings-official",
    rest="meetings-not-official",
    weight=rules.WEIGHT_MEETINGS,
)
DECISIONS_IN_TIME = Share(
    name="decisions-in-time",
    says=Text(fa="سهم ارسال به‌موقع تصمیمات جلسات", en="Share of meetings whose decisions were sent in time"),
    part="decisions-in-time",
    rest="decisions-late",
    weight=rules.WEIGHT_DECISIONS,
)
SHARES = (IN_TIME, SATISFIED, MEETINGS_OFFICIAL, DECISIONS_IN_TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An agency's quarter as it stood at an instant, with the weights it was judged by."""

    agency_id: str
    quarter: str
    as_of: datetime
    counts: Mapping[str, int]
    weights: Mapping[str, Fraction]
    score: Fraction | None
    rank: Rank
    figures_version: int

    @classmethod
    def of(
        cls,
        agency_id: str,
        quarter: JalaliQuarter,
        counts: Mapping[str, int],
        figures: Figures,
        now: datetime,
    ) -> Self:
        """Judged by the province's figures of the quarter's last day: one measure for all its days."""
        weights = {share.name: figures.of(share.weight, quarter.last_day) for share in SHARES}
        score = rules.score((share.of(counts), weights[share.name]) for share in SHARES)
        return cls(
            agency_id=agency_id,
            quarter=str(quarter),
            as_of=now,
            counts=counts,
            weights=weights,
            score=score,
            rank=_rank(counts, score, figures, quarter),
            figures_version=figures.version,
        )

    @property
    def follows(self) -> Follow:
        """What the rank leads to. The source names nothing for a weak one: no less than for a medium one."""
        match self.rank:
            case Rank.EXCELLENT | Rank.GOOD:
                return Follow.REWARD
            case Rank.MEDIUM | Rank.WEAK:
                return Follow.TRAINING_THEN_DECISION
            case Rank.NOT_YET | Rank.NO_CASES:
                return Follow.NOTHING

    @property
    def ranked_score(self) -> Fraction | None:
        """The score, where there is a rank to compare by."""
        return None if self.rank in (Rank.NOT_YET, Rank.NO_CASES) else self.score

    @property
    def with_gaps(self) -> int:
        """How many facts behind it lack an event: its numbers may still change by a replay."""
        return self.counts[WITH_GAPS.name]


def _rank(
    counts: Mapping[str, int], score: Fraction | None, figures: Figures, quarter: JalaliQuarter
) -> Rank:
    """Without a case there is no rank: meetings alone don't show how people were served."""
    if not counts["received"]:
        return Rank.NO_CASES
    if score is None or IN_TIME.of(counts) is None:
        return Rank.NOT_YET
    ladder = ((Rank.EXCELLENT, rules.EXCELLENT), (Rank.GOOD, rules.GOOD), (Rank.MEDIUM, rules.MEDIUM))
    for rank, rule in ladder:
        if score >= figures.of(rule, quarter.last_day):
            return rank
    return Rank.WEAK


def percent(share: Fraction) -> Decimal:
    """For reading: one decimal, half a tenth upwards (2/3 is 66.7). Nothing is decided by it."""
    return Decimal(floor(share * 1000 + Fraction(1, 2))).scaleb(-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCard:
    """An issued card: nothing changes it. `evidence` names the copy of the facts it was reckoned from."""

    id: str
    agency_id: str
    card: Card
    evidence: str

    @classmethod
    def issue(cls, *, id_: str, card: Card, evidence: str) -> tuple[Self, Events]:
        """For good, and told to all."""
        issued = ReportCardIssued(
            agency_id=card.agency_id,
            clause=rules.ISSUED_AFTER.clause,
            quarter=card.quarter,
            rank=card.rank.value,
            follows=card.follows.value,
            score=None if card.score is None else str(card.score),
            figures=dict(card.counts),
            issued_at=card.as_of,
        )
        return cls(id=id_, agency_id=card.agency_id, card=card, evidence=evidence), [issued]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """An agency's turn: which quarter's card is next, and when. Its id is the agency's."""

    id: str
    agency_id: str
    quarter: str
    issues_at: datetime

    @classmethod
    def begin(cls, agency_id: str, joined_at: datetime, figures: Figures) -> tuple[Self, Events]:
        """The quarter in which it joined is its first."""
        quarter = JalaliQuarter.at(joined_at)
        issues_at = _issues_at(quarter, figures)
        return cls(id=agency_id, agency_id=agency_id, quarter=str(quarter), issues_at=issues_at), []

    def is_due(self, now: datetime) -> bool:
        """Whether the next card is to be issued."""
        return now >= self.issues_at

    def issued(self, quarter: str, figures: Figures) -> tuple[Self, Events]:
        """On to the next quarter, once for each: word of another quarter changes nothing."""
        if quarter != self.quarter:
            return self, []
        following = JalaliQuarter.parse(quarter).next()
        moved = replace(self, quarter=str(following), issues_at=_issues_at(following, figures))
        return moved, []


def _issues_at(quarter: JalaliQuarter, figures: Figures) -> datetime:
    return quarter.ends_at + figures.of(rules.ISSUED_AFTER, quarter.last_day)
