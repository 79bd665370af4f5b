"""Names an error without quoting it: a library's message may hold a citizen's words or number."""

from collections.abc import Iterator
from pathlib import Path
from traceback import walk_tb
from typing import Any

from pymongo.errors import BulkWriteError

_ROOT = Path(__file__).parents[2]
_OURS = tuple(str(_ROOT / name) for name in ("shared", "services", "tests"))


class Tellable(Exception):
    """An error whose text is our own words alone, so that logs may say it: where and what, never a value."""


def fault_of(error: BaseException) -> str:
    """Type, code, and our line that met it: `DuplicateKeyError 11000 at shared/bus/effects.py:131`."""
    words = [type(error).__name__, *_codes(error)]
    if isinstance(error, BaseExceptionGroup):
        inner: tuple[BaseException, ...] = error.exceptions  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        return f"{words[0]} ({', '.join(fault_of(one) for one in inner)})"
    if isinstance(error, Tellable):
        return f"{words[0]}: {error}"
    return " ".join([*words, *_place(error)])


def trail_of(error: BaseException) -> list[str]:
    """The error and those that led to it, each with the lines it passed: a traceback without the messages."""
    trail: list[str] = []
    found: BaseException | None = error
    while found is not None:
        trail.append(fault_of(found))
        frames = walk_tb(found.__traceback__)
        trail += [f"  {frame.f_code.co_filename}:{line} {frame.f_code.co_name}" for frame, line in frames]
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return trail


def _codes(error: BaseException) -> Iterator[str]:
    """The numbers and clauses that name a fault: a server's, the machine's, the directive's."""
    found: list[Any] = [getattr(error, "code", None), getattr(error, "errno", None)]
    if isinstance(error, BulkWriteError):
        found += sorted({item["code"] for item in error.details["writeErrors"]})
    yield from (str(code) for code in found if isinstance(code, int))
    clause = getattr(getattr(error, "rule", None), "clause", None)
    if clause is not None:
        yield str(clause)


def _place(error: BaseException) -> Iterator[str]:
    passed = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    ours = [(name, line) for name, line in passed if name.startswith(_OURS)]
    if ours:
        name, line = ours[-1]
        yield f"at {Path(name).relative_to(_ROOT)}:{line}"
