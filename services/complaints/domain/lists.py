"""The lists that staff live in: which there are, and in which a complaint stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NotRequired, TypedDict

from services.complaints.domain.complaint import Complaint, Status
from services.complaints.domain.words import words_of
from shared.language import Text
from shared.rule import Invalid

ANY = "any"
NOBODY = "nobody"
MERGED_MAX = 200
"""Ranges of an index that the database merges in their order; beyond that it would sort what it finds."""


class WorkList(StrEnum):
    """What somebody looks for when they come to work. `owed` is all that waits for an answer."""

    OWED = "owed"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    AT_RISK = "at-risk"
    LATE = "late"
    ESCALATED = "escalated"
    WAITING_FOR_CITIZEN = "waiting-for-citizen"
    WAITING_FOR_VERDICT = "waiting-for-verdict"


WAITING: Mapping[WorkList, tuple[Status, ...]] = {
    WorkList.WAITING_FOR_CITIZEN: (Status.WAITING,),
    WorkList.WAITING_FOR_VERDICT: (Status.ANSWERED, Status.OUTSIDE),
}
"""Those in which nobody of the agency owes anything: by where a complaint stands."""


class Facet(StrEnum):
    """What a list may be narrowed by."""

    UNIT = "unit"
    GROUND = "ground"
    SERVICE = "service"
    DOOR = "door"

    def key(self, value: str) -> str:
        """As it stands in an index."""
        return self + ":" + value


class Listing(TypedDict):
    """What a complaint is listed and found by; each field but `due_at` is many keys of one index."""

    under: tuple[str, ...]
    owed: NotRequired[tuple[str, ...]]
    due_at: NotRequired[datetime]
    words: NotRequired[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A list of all that was filed, newest first: under these keys, in one of these states."""

    under: tuple[str, ...]
    statuses: tuple[Status, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A list of what waits for an answer, the most urgent first: whose, and due after and until when."""

    keys: tuple[str, ...]
    after: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whoever asks for a list: for which posts, at which time, and until when something is at risk."""

    posts: Collection[str]
    now: datetime
    at_risk_until: datetime


def listing(complaint: Complaint) -> Listing:
    """Drawn from it anew whenever it is saved; what there is none of is left out."""
    under = (
        ANY,
        Facet.UNIT.key(complaint.unit_id),
        Facet.GROUND.key(complaint.ground),
        Facet.SERVICE.key(complaint.service_code),
        Facet.DOOR.key(complaint.door),
    )
    drawn = Listing(under=under)
    if complaint.is_open:
        drawn["owed"] = tuple(_owed(whose, key) for whose in _whose(complaint) for key in under)
        drawn["due_at"] = complaint.round.due_at
    if words := words_of(complaint.text):
        drawn["words"] = words
    return drawn


def filed(under: Sequence[str], status: Status | None) -> Filed:
    """All that was filed, or what stands somewhere."""
    statuses = tuple(Status) if status is None else (status,)
    return Filed(under=tuple(under), statuses=statuses)


def work(which: WorkList, under: Sequence[str], asked: Asked) -> Filed | Owed:
    """A list of work; `under` are the keys that it is narrowed to."""
    if which in WAITING:
        return Filed(under=tuple(under), statuses=WAITING[which])
    match which:
        case WorkList.MINE:
            whose = [_taken_by(post_id) for post_id in sorted(asked.posts)]
        case WorkList.ESCALATED:
            whose = [_before(post_id) for post_id in sorted(asked.posts)]
        case WorkList.UNASSIGNED:
            whose = [NOBODY]
        case _:
            whose = [ANY]
    keys = tuple(_owed(one, key) for one in whose for key in under)
    match which:
        case WorkList.LATE:
            return Owed(keys=keys, until=asked.now)
        case WorkList.AT_RISK:
            return Owed(keys=keys, after=asked.now, until=asked.at_risk_until)
        case _:
            return Owed(keys=keys)


def check_size(wanted: Filed | Owed) -> None:
    """Invalid where so much is asked for together that it would no longer be one walk through an index."""
    ranges = len(wanted.keys) if isinstance(wanted, Owed) else len(wanted.under) * len(wanted.statuses)
    if ranges > MERGED_MAX:
        raise Invalid(
            "/county",
            Text(
                fa="واحدهای این شهرستان برای یک فهرست زیادند؛ یک واحد یا یک وضعیت را برگزینید.",
                en="This county has too many units for one list: choose a unit or a state.",
            ),
        )


def _whose(complaint: Complaint) -> list[str]:
    taken_by, level_post = complaint.taken_by, complaint.level_post
    held = NOBODY if taken_by is None else _taken_by(taken_by)
    return [ANY, held, *([] if level_post is None else [_before(level_post)])]


def _taken_by(post_id: str) -> str:
    return f"taken:{post_id}"


def _before(post_id: str) -> str:
    return f"before:{post_id}"


def _owed(whose: str, key: str) -> str:
    return f"{whose} {key}"
