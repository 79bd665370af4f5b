"""What people ask in the media, and how it is answered in public. No clock, no database, no bus.

seen --send--> sent --draft--> drafted --approve--> answered --published--> published
  |              ^                |                    ^                        |
  +----draft-----|----------------+--return--> sent    +----off the site--------+
seen or sent, its citizen known: made a complaint
overdue until it is published: to the head of public relations, then to the agency's head
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypedDict

from services.complaints import rules
from services.complaints.domain.complaint import Escalation
from services.complaints.domain.deadline import Deadline, Owed
from shared.events.complaints_press import MediumKind, PressEvent, PressKind

PressFacts = list[PressEvent]
ANSWER_OWED = Owed(within=rules.PRESS, ladder=rules.PRESS_LADDER)
PUBLICATION_OWED = Owed(within=rules.PRESS_PUBLISHED, ladder=rules.PRESS_LADDER)


class PressStatus(StrEnum):
    """Where it stands. The last two owe nothing."""

    SEEN = "seen"
    SENT = "sent"
    DRAFTED = "drafted"
    ANSWERED = "answered"
    PUBLISHED = "published"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clipping:
    """What appeared, where and on which day; `text` and `headline` hold no number of a person."""

    medium: MediumKind
    medium_name: str
    seen_on: date
    headline: str
    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """To which office it went, and before which head; `urged_at` is when it was last followed up."""

    unit_id: str
    by_post: str
    to_post: str | None
    at: datetime
    urged_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A wording of the answer; `returned` is why headquarters didn't approve it."""

    number: int
    text: str
    by_post: str
    at: datetime
    returned: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PressAnswer:
    """The approved draft, and whether it was in time."""

    draft: int
    by_post: str
    at: datetime
    due_at: datetime
    late_by: timedelta

    @property
    def in_time(self) -> bool:
        """Before the deadline: at exactly that instant it is late."""
        return self.at < self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Where the public reads the answer: an item of the site, or a link and why it isn't there."""

    at: datetime
    due_at: datetime
    late_by: timedelta
    item_id: str | None = None
    link: str | None = None
    reason: str | None = None

    @property
    def in_time(self) -> bool:
        """Before the deadline: at exactly that instant it is late."""
        return self.at < self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The last that content told of an item with the answer: what is older changes nothing any more."""

    item_id: str
    sequence: int


class PressName(TypedDict):
    """Which case an event is of."""

    agency_id: str
    press_case_id: str
    unit_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PressCase:
    """Something that people ask, doubt, want or complain of in a medium."""

    id: str
    agency_id: str
    kind: PressKind
    clipping: Clipping
    unit_id: str | None = None
    found_by: str
    entered_at: datetime
    status: PressStatus = PressStatus.SEEN
    sendings: tuple[Sending, ...] = ()
    drafts: tuple[Draft, ...] = ()
    answer: PressAnswer | None = None
    publication: Publication | None = None
    heard: Heard | None = None
    complaint_id: str | None = None
    deadline: Deadline | None = None
    """Of what is owed now, the answer or its publication; None once nothing is."""
    escalations: tuple[Escalation, ...] = ()

    @property
    def case(self) -> PressName:
        """How each of its events names it."""
        return PressName(agency_id=self.agency_id, press_case_id=self.id, unit_id=self.unit_id)

    @property
    def owed(self) -> Owed:
        """Whose figures its deadline is set by."""
        return PUBLICATION_OWED if self.status is PressStatus.ANSWERED else ANSWER_OWED

    @property
    def is_unanswered(self) -> bool:
        """An answer is owed still."""
        return self.status in (PressStatus.SEEN, PressStatus.SENT, PressStatus.DRAFTED)

    @property
    def is_with_office(self) -> bool:
        """An office or unit has it, not headquarters."""
        return bool(self.sendings)
