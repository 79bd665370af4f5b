"""The catalogue of services (FOAD-4): one service, and the rows that list many."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from pydantic import ValidationError

from services.directory import rules
from services.directory.domain.forms import ServiceForm, reason
from shared.events.directory import Name, ServiceListed, ServiceWithdrawn
from shared.events.event import Event
from shared.language import Text
from shared.persian import fold

COLUMNS = tuple(ServiceForm.model_fields)
Owners = Mapping[str, frozenset[str]]
"""Each agency that may own services, with the ids of its units; none where only its name is known."""


def id_of(code: str) -> str:
    """A service's id, by its code."""
    return f"service:{code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueService:
    """A service that an agency gives. `words` are what it is searched by, folded."""

    id: str
    agency_id: str
    form: ServiceForm
    words: tuple[str, ...]
    withdrawn: bool = False

    @classmethod
    def list_(cls, form: ServiceForm) -> tuple[Self, list[Event]]:
        """It comes into the catalogue."""
        listed = cls(id=id_of(form.code), agency_id=form.agency_id, form=form, words=words_of(form.title_fa))
        return listed, [listed._told()]

    def relist(self, form: ServiceForm) -> tuple[Self, list[Event]]:
        """As it stands now; nothing where nothing changed. A withdrawn one is given again."""
        if form == self.form and not self.withdrawn:
            return self, []
        listed = replace(self, form=form, words=words_of(form.title_fa), withdrawn=False)
        return listed, [listed._told()]

    def withdraw(self) -> tuple[Self, list[Event]]:
        """It is no longer given; a second time changes nothing."""
        if self.withdrawn:
            return self, []
        gone = ServiceWithdrawn(agency_id=self.agency_id, clause=rules.CATALOGUE.clause, code=self.form.code)
        return replace(self, withdrawn=True), [gone]

    def _told(self) -> ServiceListed:
        return ServiceListed(
            agency_id=self.agency_id,
            clause=rules.CATALOGUE.clause,
            code=self.form.code,
            title=Name(fa=self.form.title_fa),
            unit_id=self.form.unit_id,
            online=self.form.online,
        )


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a title or of a search, each once."""
    return tuple(sorted(set(fold(text).split())))


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong in a file of rows. `line` counts from 1; 0 where it concerns the file as a whole."""

    line: int
    column: str
    reason: Text


@dataclass(slots=True)
class Rows:
    """What a file of rows holds: services by the line where each begins, or what is wrong with it."""

    services: dict[int, ServiceForm] = field(default_factory=dict[int, ServiceForm])
    problems: list[RowProblem] = field(default_factory=list[RowProblem])


def read_rows(text: str, owners: Owners) -> Rows:
    """A catalogue's CSV text. Everything wrong is told at once, not only the first."""
    found, seen = Rows(), _Seen()
    rows = csv.reader(io.StringIO(text), strict=True)
    try:
        if tuple(next(rows, ())) != COLUMNS:
            wanted = ", ".join(COLUMNS)
            why = Text(fa=f"ستون‌ها باید این باشند: {wanted}", en=f"columns must be: {wanted}")
            found.problems.append(RowProblem(0, "header", why))
            return found
        # A quoted cell may span lines: a row is named by the line on which it begins.
        line = rows.line_num + 1
        for cells in rows:
            if cells:
                _read_row(line, cells, owners, seen, found)
            line = rows.line_num + 1
    except csv.Error as error:
        why = Text(fa=f"فایل CSV درست نیست: {error}", en=f"not well-formed CSV: {error}")
        found.problems.append(RowProblem(0, "csv", why))
    return found


def disagreements(
    services: Mapping[int, ServiceForm], known: Sequence[CatalogueService]
) -> Iterator[RowProblem]:
    """What rows say that the catalogue as it stands doesn't allow: each code and title has one owner."""
    owner = {one.form.code: one.agency_id for one in known}
    coming = {form.code for form in services.values()}
    titles = {
        (one.agency_id, one.form.title_fa)
        for one in known
        if not one.withdrawn and one.form.code not in coming
    }
    for line, form in services.items():
        if owner.get(form.code, form.agency_id) != form.agency_id:
            why = Text(fa="این کد از آنِ دستگاه دیگری است.", en="This code belongs to another agency.")
            yield RowProblem(line, "code", why)
        if (form.agency_id, form.title_fa) in titles:
            yield RowProblem(line, "title_fa", _TITLE_TAKEN)


_TITLE_TAKEN = Text(
    fa="این عنوان برای همین دستگاه پیش‌تر آمده است.",
    en="This agency has a service of this title already.",
)


class _Seen:
    """What must be unique in a file."""

    def __init__(self) -> None:
        self.codes: set[str] = set()
        self.titles: set[tuple[str, str]] = set()


def _read_row(line: int, cells: list[str], owners: Owners, seen: _Seen, found: Rows) -> None:
    if len(cells) != len(COLUMNS):
        why = Text(
            fa=f"باید {len(COLUMNS)} ستون باشد و {len(cells)} ستون دارد.",
            en=f"It has {len(cells)} columns instead of {len(COLUMNS)}.",
        )
        found.problems.append(RowProblem(line, "row", why))
        return
    try:
        service = ServiceForm.model_validate(dict(zip(COLUMNS, cells, strict=True)))
    except ValidationError as error:
        found.problems += [
            RowProblem(line, str(e["loc"][0]), reason(e["type"], e["msg"])) for e in error.errors()
        ]
        return
    found.services[line] = service
    found.problems += _of_service(line, service, owners, seen)


def _of_service(line: int, service: ServiceForm, owners: Owners, seen: _Seen) -> Iterator[RowProblem]:
    units = owners.get(service.agency_id)
    if units is None:
        yield RowProblem(line, "agency_id", _not_known(service.agency_id))
    elif (units or service.unit_id) and service.unit_id not in units:
        yield RowProblem(line, "unit_id", _not_known(service.unit_id or ""))
    if service.code in seen.codes:
        why = Text(fa="این کد پیش‌تر آمده است.", en="This code was given before.")
        yield RowProblem(line, "code", why)
    if (service.agency_id, service.title_fa) in seen.titles:
        yield RowProblem(line, "title_fa", _TITLE_TAKEN)
    seen.codes.add(service.code)
    seen.titles.add((service.agency_id, service.title_fa))


def _not_known(id_: str) -> Text:
    return Text(fa=f"«{id_}» شناخته نیست.", en=f"{id_ or 'an empty cell'} is not known.")
