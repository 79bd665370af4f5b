"""The rows that list many services: each checked by itself, against the others, and against the catalogue."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.directory.domain.catalogue import CatalogueService
from services.directory.domain.forms import ServiceForm
from shared.language import Text
from shared.tables import RowProblem, Table, read_forms

COLUMNS = tuple(ServiceForm.model_fields)
Owners = Mapping[str, frozenset[str]]
"""Each agency that may own services, with the ids of its units; none where only its name is known."""


@dataclass(slots=True)
class Rows:
    """What a file of rows holds: services by the line where each begins, or what is wrong with it."""

    services: dict[int, ServiceForm] = field(default_factory=dict[int, ServiceForm])
    problems: list[RowProblem] = field(default_factory=list[RowProblem])


def read_rows(table: Table, owners: Owners) -> Rows:
    """The catalogue's rows. Everything wrong is told at once, not only the first."""
    read, seen = read_forms(table, ServiceForm), _Seen()
    found = Rows(services=read.rows, problems=read.problems)
    for line, service in read.rows.items():
        found.problems += _of_service(line, service, owners, seen)
    found.problems.sort(key=lambda one: one.line)
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
