"""A file of people for a list: read and looked at as a whole, then taken in piece by piece."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.notifications.domain.contact_list import Entry, ListKind
from shared.events.contacts import ContactKind
from shared.language import Text
from shared.tables import RowProblem
from shared.web.fields import JalaliInstant, Mobile, OfNobody, WorkEmail

NAME_MAX, WORDS_MAX = 100, 200
PIECE_ROWS = 200
"""As many as one page of keys is read by."""
_NO_REACH = Text(
    fa="شمارهٔ همراه یا نشانی رایانامه لازم است، یکی از دو.",
    en="A mobile or an e-mail address is needed, one of the two.",
)
_NO_CONSENT = Text(fa="روز رضایت شهروند لازم است.", en="The day on which the citizen agreed is needed.")
_TO_COME = Text(fa="رضایت نمی‌تواند در آینده باشد.", en="Consent can't lie in the future.")
Empty = BeforeValidator(lambda cell: cell or None)


class EntryForm(BaseModel):
    """A person as one row."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, Field(min_length=1, max_length=NAME_MAX), OfNobody]
    mobile: Annotated[Mobile | None, Empty]
    email: Annotated[WorkEmail | None, Empty]
    consent_at: Annotated[JalaliInstant | None, Empty]
    basis: Annotated[str, Field(min_length=1, max_length=WORDS_MAX), OfNobody]
    source: Annotated[str, Field(min_length=1, max_length=WORDS_MAX), OfNobody]

    def entry(self) -> Entry:
        """As the domain has it; `wrong_in` has nothing against it."""
        return Entry(
            name=self.name,
            number=self.mobile or self.email or "",
            kind=ContactKind.MOBILE if self.mobile else ContactKind.EMAIL,
            basis=self.basis,
            source=self.source,
            consent_at=self.consent_at,
        )


def wrong_in(row: EntryForm, kind: ListKind, now: datetime) -> Iterator[tuple[str, Text]]:
    """What keeps somebody off a list of this kind, by column."""
    if (row.mobile is None) is (row.email is None):
        yield "mobile", _NO_REACH
    if row.consent_at is None and kind is ListKind.CITIZENS:
        yield "consent_at", _NO_CONSENT
    if row.consent_at is not None and row.consent_at > now:
        yield "consent_at", _TO_COME


def disagreements(rows: Mapping[int, EntryForm], kind: ListKind, now: datetime) -> Iterator[RowProblem]:
    """What is wrong with the rows of a file: each for itself, and who stands in it twice."""
    seen: dict[str, int] = {}
    for line, row in rows.items():
        for column, why in wrong_in(row, kind, now):
            yield RowProblem(line, column, why)
        number = (row.mobile or row.email or "").lower()
        first = seen.setdefault(number, line)
        if number and first != line:
            column = "mobile" if row.mobile else "email"
            yield RowProblem(line, column, _twice(first))


def _twice(line: int) -> Text:
    return Text(fa=f"همین در ردیف {line} هم آمده است.", en=f"The same stands in row {line} too.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListImport:
    """A file being taken in. `key_id` is whose key its pieces are sealed under: its own, of nobody."""

    id: str
    agency_id: str
    list_id: str
    post_id: str
    key_id: str
    rows: int
    pieces: int
    pieces_done: int = 0
    begun_at: datetime
    ended_at: datetime | None = None
    work_at: datetime | None = None
    """While there is something to do."""

    def took(self, piece: int, now: datetime) -> Self:
        """A piece is in. One that was taken in before changes nothing."""
        if piece != self.pieces_done or self.ended_at is not None:
            return self
        done = replace(self, pieces_done=piece + 1)
        return done if done.pieces_done < self.pieces else done.end(now)

    def end(self, now: datetime) -> Self:
        """Nothing more of it is taken in."""
        return self if self.ended_at is not None else replace(self, ended_at=now, work_at=None)
