"""Tables as people hand them in: rows of cells by their lines, from CSV text; and what is wrong with them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.language import Text

ROWS_MAX = 20_000
"""Four times the catalogue of a province."""


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

    def takes(self, line: int, cells: Sequence[str]) -> bool:
        """Take a row in; False, and said, when there are too many."""
        if not any(cell.strip() for cell in cells):
            return True
        if len(self.rows) >= ROWS_MAX:
            self.problems.append(RowProblem(line, "row", _TOO_MANY))
            return False
        self.rows[line] = list(cells)
        return True


_TOO_MANY = Text(
    fa=f"بیش از {ROWS_MAX} ردیف پذیرفته نمی‌شود؛ فایل را بخش‌بخش بفرستید.",
    en=f"More than {ROWS_MAX} rows are not taken; send the file in parts.",
)


def read_csv(text: str) -> Table:
    """CSV text. A quoted cell may span lines: a row is named by the line on which it begins."""
    table, rows = Table(), csv.reader(io.StringIO(text), strict=True)
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
