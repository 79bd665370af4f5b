"""Which change of a case is told with a later one, so that its citizen gets the latest state and no pile.

News of how a case goes on gives way to whatever tells more. What must be known gives way only to what must be
known as well: its receiver can't have refused it. A question is told as long as its reply is waited for, and
that a case was filed, or handed over, always.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.notifications.domain.status import WAITING, Reason, Status
from services.notifications.domain.templates import TEMPLATES

ROUTED, ROUTED_WAITING, TAKEN = "complaint-routed", "complaint-routed-waiting", "complaint-taken"
ESCALATED, MOVED = "complaint-escalated", "complaint-deadline-moved"
REPLY_TAKEN, WENT_ON = "complaint-reply-taken", "complaint-went-on"
FILED, TAKEN_OVER, ASKED = "complaint-filed", "complaint-taken-over", "complaint-citizen-asked"
ANSWERED, POINTED = "complaint-answered", "complaint-pointed-elsewhere"
REOPENED, WITHDRAWN = "complaint-reopened", "complaint-withdrawn"
CLOSED = frozenset({"complaint-closed", "complaint-closed-not-satisfied", "complaint-closed-unrated"})

PROGRESS = frozenset({TAKEN, ROUTED, ROUTED_WAITING, REPLY_TAKEN, WENT_ON, ESCALATED, MOVED})
"""How a case goes on: nothing follows from it for its citizen."""
_DECIDED = frozenset({ANSWERED, POINTED, REOPENED, WITHDRAWN, *CLOSED})
_GONE_ON = frozenset({REPLY_TAKEN, WENT_ON})

TOLD_WITH: Mapping[str, frozenset[str]] = {
    TAKEN: frozenset({ROUTED, ROUTED_WAITING, ESCALATED, ASKED, *_GONE_ON, *_DECIDED}),
    ROUTED: frozenset({ROUTED, ROUTED_WAITING, TAKEN, ESCALATED, ASKED, *_GONE_ON, *_DECIDED}),
    ROUTED_WAITING: frozenset({ROUTED, ROUTED_WAITING, TAKEN, ESCALATED, ASKED, *_GONE_ON, *_DECIDED}),
    # Each of these tells the deadline, or that there is none, or that it is over. That it is at another unit
    # tells it too, but may go itself with what doesn't.
    MOVED: frozenset({MOVED, ESCALATED, ASKED, *_GONE_ON, *_DECIDED}),
    REPLY_TAKEN: frozenset({ESCALATED, ASKED, *_GONE_ON, *_DECIDED}),
    WENT_ON: frozenset({ESCALATED, ASKED, *_GONE_ON, *_DECIDED}),
    # Not by a question: a reply would take that away again, and this with it.
    ESCALATED: frozenset({ESCALATED, *_DECIDED}),
    # The receipt of what was filed is what its citizen shows, whatever came of it since.
    FILED: frozenset(),
    TAKEN_OVER: frozenset(),
    ASKED: frozenset(),
    # Until when a verdict may be given is news only until it was given, or the time for it is over.
    ANSWERED: _DECIDED,
    POINTED: _DECIDED,
    REOPENED: _DECIDED,
    WITHDRAWN: frozenset(),
    **dict.fromkeys(CLOSED, frozenset[str]()),
}
"""By which later changes each is told as well, if they are told."""
NO_LONGER_SO_AFTER: Mapping[str, frozenset[str]] = {ASKED: _GONE_ON | _DECIDED}
"""After which ones it would be untrue, whether or not they are told: nobody waits for a reply any more."""
REACHES = frozenset(Status) - {Status.SUPPRESSED, Status.FAILED, Status.EXPIRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A case's message as far as it matters here."""

    id: str
    sequence: int
    at: datetime
    template: str
    status: Status


def told_before(template: str, sequence: int, told: Iterable[Told]) -> bool:
    """Whether what is news only once was told earlier, or is going to be."""
    return TEMPLATES[template].once and any(
        one.template == template and one.sequence < sequence and one.status is not Status.SUPPRESSED
        for one in told
    )


def given_way(new: Told, told: Iterable[Told]) -> Mapping[str, Reason]:
    """Which earlier messages, if nobody has begun to send them, are not sent now that this one is there."""
    earlier = [one for one in told if one.sequence < new.sequence and one.status in WAITING]
    reasons = {one.id: _reason(one, new) for one in earlier}
    return {id_: reason for id_, reason in reasons.items() if reason is not None}


def comes_too_late(new: Told, told: Iterable[Told]) -> Reason | None:
    """Why one isn't sent that comes out of its order, from the dead letters, when later ones are there."""
    later = sorted((one for one in told if one.sequence > new.sequence), key=lambda one: one.sequence)
    return next((reason for one in later if (reason := _reason(new, one)) is not None), None)


def _reason(earlier: Told, later: Told) -> Reason | None:
    if later.template in NO_LONGER_SO_AFTER.get(earlier.template, ()):
        return Reason.NO_LONGER_SO
    if later.status not in REACHES or later.template not in TOLD_WITH.get(earlier.template, ()):
        return None
    return Reason.SAME_ACT if later.at == earlier.at else Reason.OVERTAKEN
