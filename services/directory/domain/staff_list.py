"""The list of an agency's staff with how they are reached, as a page and as a file."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from services.directory.domain.contacts import Reached
from shared.directory.staff import Employee, Group
from shared.phone import at_home

HEADER = ("post", "title_fa", "role", "unit", "office", "person", "mobile", "office_phone", "work_email")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Somebody of the staff; nobody reaches them by what is None."""

    employee: Employee
    reached: Reached


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPage:
    """Some lines of a group's list, and how many of the whole group have a mobile. `next` is the cursor."""

    group: Group
    lines: Sequence[Line]
    staff: int
    with_mobile: int
    next: str | None


def as_csv(lines: Sequence[Line]) -> str:
    """As spreadsheets open it. Numbers as they are dialled; no cell is taken for a formula."""
    file = StringIO()
    file.write("\ufeff")
    writer = csv.writer(file)
    writer.writerow(HEADER)
    writer.writerows([_cell(one) for one in _cells(line)] for line in lines)
    return file.getvalue()


def _cells(line: Line) -> tuple[str | None, ...]:
    post, reached = line.employee.post, line.reached
    return (
        post.id,
        post.title.fa,
        post.role.value,
        post.unit_id,
        line.employee.office,
        line.employee.person_id,
        _dialled(reached.mobile),
        _dialled(reached.office_phone),
        reached.work_email,
    )


def _dialled(number: str | None) -> str | None:
    """Masked ones are written so already."""
    return at_home(number) if number is not None and number.startswith("+") else number


def _cell(text: str | None) -> str:
    return f"'{text}" if text is not None and text.startswith(_FORMULA) else text or ""
