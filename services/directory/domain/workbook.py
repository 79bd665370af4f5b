"""Excel workbooks (XLSX) as tables. Nothing in one is trusted: not its sizes, not its types."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, cast
from xml.etree import ElementTree

import openpyxl
from openpyxl.utils import range_boundaries

from shared.language import Text
from shared.tables import RowProblem, Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNPACKED_BYTES_MAX = 32 * 1024 * 1024
"""A province's catalogue unpacks to 4 MB; a small file that unpacks to gigabytes is no catalogue."""
PARTS_MAX = 1_000
COLUMNS_MAX = 32
LINES_MAX = 1_048_576
"""Excel's own; a made-up sheet may say that its next row is the billionth."""


class _NoTable(Exception):
    """The workbook holds no one table; `why` is for people."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


def read_xlsx(content: bytes) -> Table:
    """The one visible sheet that holds anything. Whatever is wrong with the file is told, never raised."""
    table = Table()
    try:
        _must_be_small(content)
        _read(content, table)
    except _NoTable as error:
        table.problems.append(RowProblem(0, "xlsx", error.why))
    except Exception:  # noqa: BLE001 - what a broken or hostile file makes the library raise has no bounds
        table.problems.append(RowProblem(0, "xlsx", _UNREADABLE))
    return table


def _must_be_small(content: bytes) -> None:
    """By what the archive says of itself: a part that unpacks to more than it says can't be read on."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX:
        raise _NoTable(_TOO_LARGE)


def _read(content: bytes, table: Table) -> None:
    # Its formulas as formulas: the values that a program left beside them may be old, or made up.
    workbook: Any = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    try:
        visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        filled = [sheet for sheet in visible if _holds_anything(sheet)]
        if len(filled) != 1:
            raise _NoTable(_MANY_SHEETS if filled else _NO_SHEET)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            merged = list(_merged(archive, filled[0]))
        _read_sheet(filled[0], merged, table)
    finally:
        workbook.close()


def _holds_anything(sheet: Any) -> bool:  # noqa: ANN401 - openpyxl has no types
    return any(cell.value not in (None, "") for _, row in _lines(sheet) for cell in row)


def _lines(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:  # noqa: ANN401 - openpyxl has no types
    """All lines, numbered from 1. What the sheet says of its own size may be wrong, and would cut it off."""
    sheet.reset_dimensions()
    for line, row in enumerate(sheet.iter_rows(max_col=COLUMNS_MAX), start=1):
        if line > LINES_MAX:
            raise _NoTable(_TOO_LARGE)
        yield line, row


def _merged(archive: zipfile.ZipFile, sheet: Any) -> Iterator[tuple[int, int]]:  # noqa: ANN401
    """Line and column of each merged cell: reading by lines shows the rest of it as empty."""
    part = cast("str | None", getattr(sheet, "_worksheet_path", None))
    with archive.open(part or "") as source:
        for _, element in ElementTree.iterparse(source):  # noqa: S314 - expat bounds what entities grow to
            if element.tag.endswith("}mergeCell"):
                column, line, _, _ = range_boundaries(element.get("ref", ""))
                yield line or 0, column or 0
            element.clear()


def _read_sheet(sheet: Any, merged: Sequence[tuple[int, int]], table: Table) -> None:  # noqa: ANN401
    header_line = 0
    for line, row in _lines(sheet):
        cells, wrong = _cells(row)
        if not header_line:
            if any(cells):
                header_line, table.header = line, tuple(_trimmed(cells))
            continue
        if not table.takes(line, _padded(_trimmed(cells), len(table.header))):
            return
        table.problems += [RowProblem(line, _name(table, column), why) for column, why in wrong]
    table.problems += [RowProblem(line, _name(table, column), _MERGED) for line, column in merged]


def _name(table: Table, column: int) -> str:
    """A column as its header names it; columns count from 1."""
    return table.header[column - 1] if 0 < column <= len(table.header) else "row"


def _cells(row: Sequence[Any]) -> tuple[list[str], list[tuple[int, Text]]]:
    """The row as text, and which of its columns hold what is no text, with the reason."""
    cells: list[str] = []
    wrong: list[tuple[int, Text]] = []
    for column, cell in enumerate(row, start=1):
        text = _text(cell.value) if cell.data_type in _PLAIN else None
        if text is None:
            wrong.append((column, _WRONG_TYPES.get(cell.data_type, _NO_TEXT)))
        cells.append(_PLACE_HOLDER if text is None else text)
    return cells, wrong


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever a cell holds
    """As a CSV file would have it: 1500000.0 is how Excel keeps 1500000; None for what is no text."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case str() | int() | float():
            return str(value)
        case _:
            return None


def _trimmed(cells: list[str]) -> list[str]:
    """Without the empty cells at its end."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _padded(cells: list[str], columns: int) -> list[str]:
    return [*cells, *[""] * (columns - len(cells))]


_PLAIN = frozenset({"n", "s", "b", "str", "inlineStr"})
_PLACE_HOLDER = "?"
_WRONG_TYPES = {
    "f": Text(fa="فرمول پذیرفته نمی‌شود؛ مقدار آن را بنویسید.", en="A formula is not taken; write its value."),
    "e": Text(fa="این خانه خطای محاسبه دارد.", en="The cell holds an error of calculation."),
    "d": Text(
        fa="اکسل این را تاریخ کرده است؛ خانه را متنی کنید و دوباره بنویسید.",
        en="Excel has made a date of it; make the cell text and write it again.",
    ),
}
_NO_TEXT = Text(fa="این خانه متن یا عدد نیست.", en="The cell is neither text nor a number.")
_MERGED = Text(
    fa="خانه‌های ادغام‌شده را جدا کنید و هر کدام را پر کنید.", en="Split the merged cells and fill each."
)
_TOO_LARGE = Text(
    fa="این فایل پس از بازشدن بزرگ‌تر از اندازهٔ مجاز است.", en="Unpacked, the file is larger than allowed."
)
_MANY_SHEETS = Text(
    fa="بیش از یک برگهٔ پر در فایل هست؛ تنها برگهٔ خدمات را نگه دارید.",
    en="More than one sheet holds something; keep the one with the services only.",
)
_NO_SHEET = Text(fa="همهٔ برگه‌های دیدنی فایل خالی‌اند.", en="All visible sheets are empty.")
_UNREADABLE = Text(
    fa="این فایل، فایل اکسل (XLSX) درستی نیست یا رمز دارد.",
    en="The file is no proper Excel workbook (XLSX), or it has a password.",
)
