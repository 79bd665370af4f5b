"""What a complaint is; how it moves is in `moves.py`. No clock, no database, no bus."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from services.complaints.domain.as_filed import AsFiled
from services.complaints.domain.clock import Round
from services.complaints.domain.contact import Contact
from services.complaints.domain.door import Door, Entry
from services.complaints.domain.identity import Identity, Look
from services.complaints.domain.link import Link
from services.complaints.domain.past import Onward, Stay
from services.complaints.domain.written import Written
from shared.events.directory import Post, Role
from shared.events.event import Event

Facts = list[Event]


class Status(StrEnum):
    """Where a complaint stands."""

    FILED = "filed"
    TAKEN = "taken"
    WAITING = "waiting"
    ANSWERED = "answered"
    OUTSIDE = "outside"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"


ENDED = frozenset({Status.CLOSED, Status.WITHDRAWN, Status.TRANSFERRED})
"""Nothing happens to it any more; what was handed over goes on as a case of another agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """To whom it went, when it should have gone and when it did."""

    level: int
    post_id: str
    due_at: datetime
    escalated_at: datetime


class Case(TypedDict):
    """Which complaint an event is of, and whose."""

    agency_id: str
    tracking_code: str
    contact_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A citizen's complaint about how a service was given."""

    id: str
    agency_id: str
    tracking_code: str
    service_code: str
    unit_id: str
    ground: str
    as_filed: AsFiled | None = None
    """What it came as, where a desk said since what its citizen hadn't; None while nobody did."""
    text: str
    door: Door
    entry: Entry | None = None
    """Who entered it, and what shows how it came; None where the citizen filed it themselves."""
    contact: Contact
    identity: Identity | None = None
    looks: tuple[Look, ...] = ()
    filed_at: datetime
    status: Status = Status.FILED
    rounds: tuple[Round, ...]
    taken_by: str | None = None
    level: int = 0
    level_post: str | None = None
    escalations: tuple[Escalation, ...] = ()
    escalates_at: datetime | None = None
    measured_by: str | None = None
    """The calendar that its clock was last set by; None while none runs."""
    warns_at: datetime | None = None
    """When whoever has it is told that the deadline is near; None once they were."""
    waits_until_at: datetime | None = None
    """Until when the citizen's reply is waited for; None while nothing is asked."""
    rate_by_at: datetime | None = None
    satisfied: bool | None = None
    score: int | None = None
    """The verdict as a digit of five, where it came so."""
    reason: str | None = None
    closed_at: datetime | None = None
    notes: tuple[Written, ...] = ()
    draft: Written | None = None
    link: Link | None = None
    """Whose repeat it is, or was taken for."""
    heard: tuple[str, ...] = ()
    """The requests by SMS that have had their effect on it."""
    has_words: bool = True
    """False once what was written in it was erased."""
    agencies_before: int = 0
    """How many had it. All these cases have one code: its citizen's is the one that most had before."""
    past: tuple[Stay, ...] = ()
    """What happened at each of them, the first one first."""
    onward: Onward | None = None
    """To which agency it was handed over."""

    @property
    def case(self) -> Case:
        """How each of its events names it."""
        return Case(
            agency_id=self.agency_id,
            tracking_code=self.tracking_code,
            contact_id=self.contact.reached_by,
        )

    @property
    def is_anonymous(self) -> bool:
        """Filed by somebody who can't be reached or asked, and wanted it so."""
        return self.door is Door.WEB and self.contact.sealed is None

    @property
    def round(self) -> Round:
        """The one that runs, or the last."""
        return self.rounds[-1]

    @property
    def is_open(self) -> bool:
        """Somebody owes an answer."""
        return self.status in (Status.FILED, Status.TAKEN)

    @property
    def all_looks(self) -> tuple[Look, ...]:
        """Those of agencies before, too."""
        return (*(look for one in self.past for look in one.looks), *self.looks)

    @property
    def repeats(self) -> str | None:
        """The id of its first, where it is a repeat."""
        return None if self.link is None or self.link.unlinked_at else self.link.first_id

    def reached(self, post: Post) -> bool:
        """Whether time or an unhappy citizen ever took it up to this post."""
        took = {*(one.post_id for one in self.escalations), *(one.opened_to for one in self.rounds)}
        return post.id == self.level_post or post.id in took

    def may_be_worked_by(self, post: Post) -> bool:
        """Its unit's desk, the post it was escalated to, and the agency's head and inspector."""
        above = post.role in (Role.HEAD, Role.INSPECTOR)
        return above or post.unit_id == self.unit_id or post.id == self.level_post
