"""What stands in the register of misconduct: who is named, what was found, what followed; who may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from shared.directory.chart import Chart
from shared.events.directory import Name
from shared.events.event import Event

Facts = list[Event]


class Step(StrEnum):
    """At which step of a service it happened."""

    INFORMATION = "information"
    RECEPTION = "reception"
    DOCUMENTS = "documents"
    EXAMINATION = "examination"
    DECISION = "decision"
    PAYMENT = "payment"
    DELIVERY = "delivery"
    FOLLOW_UP = "follow-up"


class Cause(StrEnum):
    """What was done wrong, and so where to look for what leads to it."""

    DISRESPECT = "disrespect"
    DISCRIMINATION = "discrimination"
    DELAY = "delay"
    ABSENCE = "absence"
    AGAINST_THE_RULES = "against-the-rules"
    UNDUE_DEMAND = "undue-demand"
    PRIVACY = "privacy"
    NEGLIGENCE = "negligence"


class Source(StrEnum):
    """From where inspection knows of it."""

    COMPLAINT = "complaint"
    VISIT = "visit"
    OVERSIGHT = "oversight"


class Guidance(StrEnum):
    """How somebody is guided (RIGHTS-P4-2)."""

    COURSE = "course"
    REMINDER = "reminder"
    COUNSEL = "counsel"


class Degree(StrEnum):
    """What the finding says of the person (RIGHTS-P9-3)."""

    UNAWARE = "unaware"
    CARELESS = "careless"
    DEFIANT = "defiant"


class Measure(StrEnum):
    """What follows from a finding."""

    GUIDANCE = "guidance"
    WARNING = "warning"
    REFERRAL = "referral"


class Standing(StrEnum):
    """Where a record stands."""

    OPEN = "open"
    FOUND = "found"
    REFERRED = "referred"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({Standing.SETTLED, Standing.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Whom a record names: a person of the directory in a post of theirs. Never a name."""

    agency_id: str
    person_id: str
    post_id: str
    post_title: Name
    unit_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """From where inspection knows of it: a complaint of the agency's, or a visit's or report's number."""

    source: Source
    complaint_id: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guided:
    """That the person was guided, by which post."""

    kind: Guidance
    on: date
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What the person said when heard; None of who was asked to speak and didn't."""

    text: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What inspection found, why, and what followed from it by the table of that moment."""

    degree: Degree
    reasons: str
    measure: Measure
    repeated: bool
    by: str
    at: datetime
    objection_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What the person says against the finding, and what was decided on it; None while it isn't."""

    text: str
    at: datetime
    upheld: bool | None = None
    reasons: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the board decided: a sanction of the law, or None for who was acquitted."""

    sanction: str | None
    decision_number: str
    decided_on: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What of a record may be told outside: codes, each None where it would be as good as a name."""

    unit_id: str | None
    service_code: str | None
    step: str | None
    cause: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconduct:
    """A record of the register. `agency_id` is whose inspection keeps it."""

    id: str
    agency_id: str
    named: Named
    origin: Origin
    service_code: str
    step: Step
    cause: Cause
    happened_on: date
    what: str
    evidence: tuple[str, ...] = ()
    opened_at: datetime
    opened_by: str
    told: Told
    standing: Standing = Standing.OPEN
    guidance: tuple[Guided, ...] = ()
    statements: tuple[Statement, ...] = ()
    finding: Finding | None = None
    turn: int | None = None
    """Which finding of this person it is, counted from 1: two at once can't be the same."""
    objection: Objection | None = None
    referred_at: datetime | None = None
    outcome: Outcome | None = None
    why_withdrawn: str | None = None
    ended_at: datetime | None = None
    has_words: bool = True
    """False once what was written in it was erased."""

    @property
    def counts(self) -> bool:
        """Whether a later finding repeats it: warned or referred, neither withdrawn nor acquitted."""
        acquitted = self.outcome is not None and self.outcome.sanction is None
        warned = self.finding is not None and self.finding.measure is not Measure.GUIDANCE
        return warned and not acquitted and self.standing is not Standing.WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which records a list is asked for; None for all."""

    standing: Standing | None = None
    unit_id: str | None = None
    service_code: str | None = None
    step: Step | None = None
    cause: Cause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Somebody who asks for the register, with all units they are of now, whether or not they act there."""

    person_id: str
    agency_id: str
    units: frozenset[str] = frozenset()
    colleagues: frozenset[str] = frozenset()

    @classmethod
    def of(cls, chart: Chart | None, agency_id: str, person_id: str, now: datetime) -> Self:
        """By the agency's chart. Who is away from a post, or stands in at one, is of its unit too."""
        if chart is None:
            return cls(person_id=person_id, agency_id=agency_id)
        units = units_of(chart, person_id, now)
        colleagues = people_in(chart, units, now) - {person_id}
        return cls(person_id=person_id, agency_id=agency_id, units=units, colleagues=colleagues)

    def is_barred_from(self, named: Named) -> bool:
        """Who is named, and everybody of their unit: of that time and of now."""
        of_unit = named.agency_id == self.agency_id and named.unit_id in self.units
        return of_unit or named.person_id in {self.person_id, *self.colleagues}


def units_of(chart: Chart, person_id: str, now: datetime) -> frozenset[str]:
    """Every unit in which the person holds a post or stands in at one."""
    posts = [
        chart.posts[post_id]
        for post_id, holdings in chart.holdings.items()
        if post_id in chart.posts and any(one.person_id == person_id and one.is_at(now) for one in holdings)
    ]
    return frozenset(post.unit_id for post in posts if post.unit_id is not None)


def people_in(chart: Chart, units: Iterable[str], now: datetime) -> frozenset[str]:
    """Everybody who holds a post or stands in at one in any of these units."""
    wanted = set(units)
    return frozenset(
        one.person_id
        for post in chart.posts.values()
        if post.unit_id in wanted
        for one in chart.holdings.get(post.id, ())
        if one.is_at(now)
    )
