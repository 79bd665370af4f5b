"""What a case went through at agencies that had it before, and to which one it goes on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.complaints.domain.clock import Round
from services.complaints.domain.identity import Look
from services.complaints.domain.written import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was done there: `by` is a post, or who else it was; never a person."""

    act: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Its time at one agency: what was done, asked and answered, and why it was handed over.

    Without what staff there wrote for each other. `satisfied` and `said` are the citizen's last word there.
    """

    agency_id: str
    complaint_id: str
    service_code: str
    ground: str
    until_at: datetime
    in_time: bool
    late_by: timedelta
    level: int
    rounds: tuple[Round, ...]
    deeds: tuple[Deed, ...] = ()
    looks: tuple[Look, ...] = ()
    satisfied: bool | None = None
    said: str | None = None
    reason: Sealed | None = None
    """None where nobody could open it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """To which agency it was handed over, as what, and what its clock was to do next.

    `arrived_at` is None while the case there isn't all there yet: as long it is needed here.
    """

    agency_id: str
    complaint_id: str
    service_code: str
    unit_id: str
    ground: str
    post_id: str
    at: datetime
    reason: Sealed | None
    in_time: bool
    late_by: timedelta
    escalates_at: datetime | None
    warns_at: datetime | None
    arrived_at: datetime | None = None
