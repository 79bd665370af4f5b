"""Tables as people hand them in: rows of cells by their lines, from CSV text; and what is wrong with them."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from shared.language import Text

FormT = TypeVar("FormT", bound=BaseModel)
ROWS_MAX = 20_000
"""Four times the catalogue of a province."""
_REASONS = {
    "missing": Text(fa="این فیلد لازم است.", en="This field is required."),
    "extra_forbidden": Text(fa="چنین فیلدی وجود ندارد.", en="There is no such field."),
    "string_pattern_mismatch": Text(fa="شکل آن درست نیست.", en="It does not have the right form."),
    "string_too_short": Text(fa="نباید خالی باشد.", en="It must not be empty."),
    "enum": Text(fa="از مقدارهای مجاز نیست.", en="It is not one of the allowed values."),
    "bool_type": Text(fa="باید yes یا no باشد.", en="It must be yes or no."),
    "int_parsing": Text(fa="باید عدد باشد.", en="It must be a number."),
}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong in a file of rows. `line` counts from 1; 0 where it concerns the file as a whole."""

    line: int
    column: str
    reason: Text


@dataclass(slots=True)
class Table:
    """The header, then rows by the line where each begins. An empty row is none, whatever wrote the file."""

    header: tuple[str, ...] = ()
    rows: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    problems: list[RowProblem] = field(default_factory=list[RowProblem])
    rows_max: int | None = None

    def takes(self, line: int, cells: Sequence[str]) -> bool:
        """Take a row in; False, and said, when there are too many."""
        if not any(cell.strip() for cell in cells):
            return True
        most = self.rows_max or ROWS_MAX
        if len(self.rows) >= most:
            self.problems.append(RowProblem(line, "row", _too_many(most)))
            return False
        self.rows[line] = list(cells)
        return True


def _too_many(rows_max: int) -> Text:
    return Text(
        fa=f"بیش از {rows_max} ردیف پذیرفته نمی‌شود؛ فایل را بخش‌بخش بفرستید.",
        en=f"More than {rows_max} rows are not taken; send the file in parts.",
    )


def read_csv(text: str, *, rows_max: int | None = None) -> Table:
    """CSV text. A quoted cell may span lines: a row is named by the line on which it begins."""
    table, rows = Table(rows_max=rows_max), csv.reader(io.StringIO(text), strict=True)
    try:
        table.header = tuple(next(rows, ()))
        line = rows.line_num + 1
        for cells in rows:
            if not table.takes(line, cells):
                break
            line = rows.line_num + 1
    except csv.Error as error:
        why = Text(fa=f"فایل CSV درست نیست: {error}", en=f"not well-formed CSV: {error}")
        table.problems.append(RowProblem(0, "csv", why))
    return table


@dataclass(slots=True)
class Forms(Generic[FormT]):
    """The rows of a table by the line where each begins, as far as they fit their form, and what is wrong."""

    rows: dict[int, FormT] = field(default_factory=dict[int, FormT])
    problems: list[RowProblem] = field(default_factory=list[RowProblem])


def read_forms(table: Table, kind: type[FormT]) -> Forms[FormT]:
    """Each row as its form, whose fields are the columns in their order. Everything wrong is told at once."""
    found = Forms[FormT](problems=[problem for problem in table.problems if not problem.line])
    if found.problems and not table.header:
        return found
    columns = tuple(kind.model_fields)
    if table.header != columns:
        wanted = ", ".join(columns)
        why = Text(fa=f"ستون‌ها باید این باشند: {wanted}", en=f"columns must be: {wanted}")
        found.problems.append(RowProblem(0, "header", why))
        return found
    in_cells: dict[int, list[RowProblem]] = {}
    for problem in table.problems:
        in_cells.setdefault(problem.line, []).append(problem)
    for line, cells in table.rows.items():
        known_wrong = in_cells.pop(line, [])
        found.problems += known_wrong
        _read_row(line, cells, columns, kind, found, told={problem.column for problem in known_wrong})
    found.problems += [one for line, some in in_cells.items() if line for one in some]
    return found


def _read_row(
    line: int,
    cells: Sequence[str],
    columns: Sequence[str],
    kind: type[FormT],
    found: Forms[FormT],
    *,
    told: set[str],
) -> None:
    if len(cells) != len(columns):
        why = Text(
            fa=f"باید {len(columns)} ستون باشد و {len(cells)} ستون دارد.",
            en=f"It has {len(cells)} columns instead of {len(columns)}.",
        )
        found.problems.append(RowProblem(line, "row", why))
        return
    try:
        form = kind.model_validate(dict(zip(columns, cells, strict=True)))
    except ValidationError as error:
        found.problems += [
            RowProblem(line, str(e["loc"][0]), reason(e)) for e in error.errors() if e["loc"][0] not in told
        ]
        return
    if not told:
        found.rows[line] = form


def reason(item: Mapping[str, Any]) -> Text:
    """What is wrong with a cell, as people read it: our own words for it, else for what pydantic calls it."""
    error = item.get("ctx", {}).get("error")  # ours is an exception with a Text; pydantic's own, a str
    if isinstance(error, ValueError) and error.args and isinstance(error.args[0], Text):
        return error.args[0]
    return _REASONS.get(item["type"]) or Text(fa=f"پذیرفته نیست: {item['msg']}", en=item["msg"])
