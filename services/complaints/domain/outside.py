"""What lies outside the grounds is pointed to the right door, with an answer: counted, never dropped."""

from datetime import datetime
from enum import StrEnum

from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint, Facts
from services.complaints.domain.handling import answered
from services.complaints.domain.line import Lines
from services.complaints.domain.moves import Move
from shared.events.complaints_course import ComplaintPointedElsewhere
from shared.events.directory import Post


class RightDoor(StrEnum):
    """Where it belongs: what was decided rather than how, somebody else's matter, an idea, a wish."""

    OBJECT = "object-of-the-case"
    AUTHORITY = "other-authority"
    SUGGESTION = "suggestion"
    REQUEST = "request"


def point_elsewhere(
    complaint: Complaint,
    door: RightDoor,
    text: str,
    post: Post,
    now: datetime,
    lines: Lines,
    measure: Measure,
) -> tuple[Complaint, Facts]:
    """An answer like any other: in time or late, and the citizen may contest it before a higher post."""
    pointed, facts, told = answered(
        complaint, Move.POINT_ELSEWHERE, text, post, now, lines(complaint.unit_id), measure, pointed_to=door
    )
    return pointed, [*facts, ComplaintPointedElsewhere(**told, right_door=door)]
