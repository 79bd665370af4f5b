"""A workbook says the same as its CSV text, and whatever else lies in one is told by its cell."""
# pyright: basic

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from services.directory.domain.rows import Rows, read_rows
from services.directory.domain.workbook import UNPACKED_BYTES_MAX, read_xlsx
from shared import tables
from shared.tables import read_csv
from tests.directory.forms import HEADER, row, workbook_of, xlsx_of

OWNERS = {"power": frozenset({"power.works"}), "gas": frozenset[str]()}
LINES = [HEADER.split(","), *[row(10011001100 + n).split(",") for n in range(3)]]
WORDS = st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="\x85\xa0"), max_size=12)
CELLS = {
    "code": st.sampled_from(["10011001100", "10011001101", "۱۰۰۱۱۰۰۱۱۰۲", "1", "", "x"]) | WORDS,
    "title_fa": st.sampled_from(["صدور پروانه", "كتاب‌هاي ۱۲", " ", ""]) | WORDS,
    "agency_id": st.sampled_from(["power", "gas", "nobody", ""]),
    "unit_id": st.sampled_from(["power.works", "power.none", ""]),
    "documents": st.sampled_from(["کارت ملی;نقشه", "", ";"]) | WORDS,
    "duration": st.sampled_from(["10d", "۱۰d", "4h", "0d", "soon", ""]),
    "cost_rials": st.sampled_from(["1500000", "۱۵۰۰", "-1", "1.5", "1e3", "", "NaN"]) | WORDS,
    "steps": st.sampled_from(["ثبت;صدور", "=A1", "#N/A", "TRUE"]) | WORDS,
    "online": st.sampled_from(["yes", "no", "", "YES"]),
    "url": st.sampled_from(["", "https://water.example/a", "javascript:alert(1)"]),
}


def rows_of(content: bytes) -> Rows:
    return read_rows(read_xlsx(content), OWNERS)


def told(content: bytes) -> list[tuple[int, str]]:
    return [(one.line, one.column) for one in rows_of(content).problems]


def as_csv(lines: Sequence[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(*CELLS.values()) | st.just(("",) * 10), max_size=6))
def test_the_same_rows_as_csv_and_as_a_workbook_give_the_same_result(rows: list[tuple[str, ...]]) -> None:
    lines = [HEADER.split(","), *map(list, rows)]
    from_text, from_workbook = read_rows(read_csv(as_csv(lines)), OWNERS), rows_of(workbook_of(lines))

    assert from_workbook.services == from_text.services
    assert from_workbook.problems == from_text.problems


def with_cell(column: int, value: Any) -> bytes:
    """The lawful rows, the second with another value in a cell."""
    return workbook_of([*LINES[:2], [*LINES[2][: column - 1], value, *LINES[2][column:]], LINES[3]])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (1, 10011001101),
        (1, 10011001101.0),
        (1, "۱۰۰۱۱۰۰۱۱۰۱"),
        (7, 1500000),
        (7, 1500000.0),
        (7, "۱۵۰۰۰۰۰"),
        (9, False),
    ],
)
def test_what_excel_makes_of_a_value_is_read_as_what_was_meant(column: int, value: Any) -> None:
    assert rows_of(with_cell(column, value)) == rows_of(workbook_of(LINES))


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (6, date(2026, 10, 4), "Excel has made a date of it; make the cell text and write it again."),
        (6, time(10, 0), "Excel has made a date of it; make the cell text and write it again."),
        (7, 1.5, "It must be a number."),
        (1, True, "It does not have the right form."),
    ],
)
def test_a_value_that_is_no_text_is_told_by_its_cell(column: int, value: Any, said: str) -> None:
    found = rows_of(with_cell(column, value))
    header = HEADER.split(",")[column - 1]

    assert [(one.line, one.column, one.reason.en) for one in found.problems] == [(3, header, said)]
    assert list(found.services) == [2, 4]


def of_type(cell: str, value: str, kind: str) -> Callable[[Workbook, Any], object]:
    def change(_: Workbook, sheet: Any) -> None:
        sheet[cell] = value
        sheet[cell].data_type = kind

    return change


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (of_type("G3", "=1500*1000", "f"), [(3, "cost_rials")]),
        (of_type("G3", "#N/A", "e"), [(3, "cost_rials")]),
        (lambda _, sheet: sheet.merge_cells("E3:E4"), [(3, "documents"), (4, "documents")]),
        (lambda _, sheet: sheet.merge_cells("A1:B1"), [(0, "header")]),
        (lambda _, sheet: sheet.cell(4, 12, "یادداشت"), [(4, "row")]),
        (lambda book, _: book.create_sheet("دوم").append(["یادداشت"]), [(0, "xlsx")]),
        (lambda book, _: book.create_sheet("خالی"), []),
        (lambda _, sheet: sheet.cell(60, 3, " "), []),
        (lambda _, sheet: sheet.insert_rows(1, 2), []),
        (lambda _, sheet: sheet.insert_rows(3), []),
        (lambda _, sheet: setattr(sheet, "print_title_rows", "1:1"), []),
    ],
)
def test_what_else_lies_in_a_workbook_is_told_or_does_no_harm(
    change: Callable[[Workbook, Any], object], problems: list[tuple[int, str]]
) -> None:
    found = workbook_of(LINES, change)

    assert told(found) == problems
    assert problems or len(rows_of(found).services) == 3


def test_a_hidden_sheet_is_not_read_and_a_hidden_catalogue_is_none() -> None:
    def hide(book: Workbook, sheet: Any) -> None:
        book.create_sheet("یادداشت").append(["یادداشت"])
        book["یادداشت"].sheet_state = "hidden"

    def hide_the_rows(book: Workbook, sheet: Any) -> None:
        book.active = book.create_sheet("خالی")
        sheet.sheet_state = "veryHidden"

    assert rows_of(workbook_of(LINES, hide)) == rows_of(workbook_of(LINES))
    assert told(workbook_of(LINES, hide_the_rows)) == [(0, "xlsx")]


def repacked(change: Callable[[str, bytes], bytes], extra: int = 0) -> bytes:
    """A lawful workbook, its parts changed."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook_of(LINES))) as whole,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in whole.namelist():
            archive.writestr(name, change(name, whole.read(name)))
        for number in range(extra):
            archive.writestr(f"xl/{number}", b"")
    return made.getvalue()


def in_sheet(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, part: part.replace(old, new, 1) if name.endswith("sheet1.xml") else part


def test_what_a_sheet_says_of_its_own_size_cuts_no_row_off() -> None:
    lying = repacked(in_sheet(b'ref="A1:J4"', b'ref="A1:B2"'))

    assert lying != workbook_of(LINES)
    assert rows_of(lying) == rows_of(workbook_of(LINES))


def with_entities(name: str, part: bytes) -> bytes:
    """Its title is ten thousand times ten thousand letters."""
    if not name.endswith("sheet1.xml"):
        return part
    a, b = b'<!ENTITY a "' + b"a" * 10_000 + b'">', b'<!ENTITY b "' + b"&a;" * 10_000 + b'">'
    return b"<!DOCTYPE worksheet [" + a + b + b"]>" + part.replace(b"</worksheet>", b"&b;</worksheet>")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        HEADER.encode(),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),  # with a password, Excel writes this
        repacked(lambda _, part: part, extra=1000),
        repacked(in_sheet(b"</worksheet>", b" " * UNPACKED_BYTES_MAX + b"</worksheet>")),
        repacked(in_sheet(b'<row r="4"', b'<row r="999999999999"')),
        repacked(with_entities),
        repacked(lambda name, part: b"" if name.endswith("workbook.xml") else part),
        repacked(lambda name, part: part[:-20] if name.endswith("sheet1.xml") else part),
    ],
    ids=[
        "empty",
        "cut off",
        "CSV",
        "with a password",
        "many parts",
        "a bomb",
        "a far row",
        "entities",
        "no book",
        "torn",
    ],
)
def test_what_is_no_workbook_or_a_trap_is_told_and_read_no_further(content: bytes) -> None:
    assert len(content) < 1024 * 1024
    assert told(content) == [(0, "xlsx")]


WHOLE = xlsx_of(row())
"""Made once: a workbook says when it was made, so that another is not always as long."""


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_damage_to_a_workbook_raises(data: st.DataObject) -> None:
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    rows_of(bytes(content))


def test_one_row_more_than_a_file_may_have_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS_MAX", 2)

    assert told(workbook_of(LINES[:3])) == []
    assert told(workbook_of(LINES)) == [(4, "row")]
    assert [one.line for one in read_rows(read_csv(as_csv(LINES)), OWNERS).problems] == [4]
