"""The page on how a complaint moves: drawn from the table that decides it."""

from collections.abc import Iterator

from services.complaints.domain.complaint import Status
from services.complaints.domain.moves import CLOCK, COURSES, STATUS_SAYS, Course, Move, possible

_HEAD = """# How a complaint moves

Drawn by `paygir docs` from `services/complaints/domain/moves.py`; nothing else decides what is allowed. What
isn't here is refused, with the state the complaint is in and what would be possible instead.
"""


def page() -> str:
    """`docs/complaints.md`."""
    return "\n".join([_HEAD, *_picture(), "", *_moves(), "", *_states(), ""])


def _picture() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield "    [*] --> filed"
    for move, course in COURSES.items():
        for status in _in_order(course):
            yield f"    {status} --> {course.to or status}: {move}"
    yield "```"


def _moves() -> Iterator[str]:
    yield "| move | | out of | to | who may | clause |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for move, course in COURSES.items():
        cells = (move, course.says.fa, ", ".join(_in_order(course)), course.to or "stays", _who(course))
        yield f"| {' | '.join(cells)} | {course.rule.clause} |"


def _states() -> Iterator[str]:
    yield "| state | | what may happen |"
    yield "| --- | --- | --- |"
    for status in Status:
        moves: tuple[Move, ...] = possible(status)
        yield f"| {status} | {STATUS_SAYS[status].fa} | {', '.join(moves) or 'nothing'} |"


def _in_order(course: Course) -> list[Status]:
    return [status for status in Status if status in course.out_of]


def _who(course: Course) -> str:
    if course.by is CLOCK:
        return "the clock"
    return "the citizen" if course.by.to_all else ", ".join(sorted(course.by.roles))
