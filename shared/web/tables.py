"""Tables as people send them in requests, and how what is wrong in them is answered."""

from collections.abc import Sequence

from shared.language import Text
from shared.tables import ROWS_MAX, RowProblem, Table, read_csv
from shared.web.problems import Problem

CSV = "text/csv"
PROBLEMS_TOLD_MAX = ROWS_MAX


def read_csv_body(body: bytes, *, rows_max: int | None = None) -> Table:
    """CSV in UTF-8; 400 for what is not UTF-8."""
    try:
        return read_csv(
            body.decode("utf-8-sig"), rows_max=rows_max
        )  # spreadsheets put a mark before the first column's name
    except UnicodeDecodeError:
        raise Problem(400, "not-utf-8", Text(fa="متن UTF-8 نیست.", en="The text is not UTF-8.")) from None


def must_have_no_problems(problems: Sequence[RowProblem], language: str) -> None:
    """422 that names each wrong row by its line and column."""
    if problems:
        raise Problem(
            422,
            "rows-wrong",
            Text(
                fa="در ردیف‌ها ایراد هست و چیزی تغییر نکرد.",
                en="Rows are wrong, and nothing was changed.",
            ),
            count=len(problems),
            errors=[
                {"line": one.line, "column": one.column, "detail": one.reason.in_(language)}
                for one in problems[:PROBLEMS_TOLD_MAX]
            ],
        )
