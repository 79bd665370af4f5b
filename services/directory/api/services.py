"""The catalogue of services."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.directory import access
from services.directory.domain import catalogue
from services.directory.domain.catalogue import CatalogueService, words_of
from services.directory.domain.workbook import XLSX, read_xlsx
from services.directory.storage import with_words
from services.directory.usecases import catalogue as catalogue_cases
from services.directory.usecases.use import Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.language import Text
from shared.store.repository import Saved
from shared.tables import Table
from shared.web.bodies import up_to
from shared.web.parts import V1, IfMatch, Pages, PageView, View, uses
from shared.web.problems import Problem, language_of
from shared.web.tables import CSV, must_have_no_problems, read_csv_body

router = APIRouter(prefix=V1, tags=["directory"])
CSV_EXAMPLE = (
    "code,title_fa,agency_id,unit_id,documents,duration,cost_rials,steps,online,url\n"
    "10011001100,صدور پروانهٔ چاه,water,water.groundwater,کارت ملی;سند,10d,1500000,ثبت;صدور,no,\n"
)
FILE_BYTES_MAX = 16 * 1024 * 1024
"""A province's catalogue in one file: 4,600 services are 1.4 MB."""
A_FILE = {
    "requestBody": {
        "required": True,
        "content": {
            CSV: {"schema": {"type": "string"}, "example": CSV_EXAMPLE},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    },
    **up_to(FILE_BYTES_MAX),
}
UseIt = Annotated[Use, Depends(uses)]


class FormerTitleView(View):
    """What a service was called, from a day on until another; the first day may not be known."""

    title: str
    from_day: date | None
    until_day: date


class ServiceView(View):
    """A service of the catalogue. `found_as` is the former title by which a search found it."""

    code: str
    title: str
    agency_id: str
    unit_id: str | None
    documents: list[str]
    duration: str
    cost_rials: int
    steps: list[str]
    online: bool
    url: str
    withdrawn: bool
    withdrawn_on: date | None
    former_titles: list[FormerTitleView]
    found_as: str | None = None


class ImportView(View):
    """What an import did, or would do. `renamed` are some of the changed."""

    dry_run: bool
    listed: int
    changed: int
    renamed: int
    unchanged: int


@router.get("/services")
@open_to_all(access.READ)
async def services(
    use: UseIt,
    pages: Pages,
    q: Annotated[str | None, Query(max_length=100, examples=["پروانه چاه"])] = None,
    agency_id: Annotated[str | None, Query(max_length=40)] = None,
) -> PageView[ServiceView]:
    """Services still given, by agency and by beginnings of words of their title in any spelling, or of a
    former title: then it says which.
    """
    words = words_of(q or "")
    page = await use.services.page(agency_id, where=with_words(words), after=pages.after, limit=pages.limit)
    return PageView(items=[_service_view(saved.state, words) for saved in page.items], next=page.next)


@router.post("/services/import", openapi_extra=A_FILE)
async def import_services(
    request: Request,
    who: Annotated[Who, Depends(allowed(access.LIST))],
    use: UseIt,
    dry_run: Annotated[bool, Query()] = False,
) -> ImportView:
    """List services from a CSV file (UTF-8) or an Excel workbook (XLSX), by the content type.

    A known code with another title is renamed. One wrong row, and nothing is changed: all of them are told.
    """
    table = await asyncio.to_thread(_reader(request), await request.body())
    imported = await catalogue_cases.import_services(use, who, table, dry_run=dry_run)
    must_have_no_problems(imported.problems, language_of(request))
    return ImportView(
        dry_run=dry_run,
        listed=imported.listed,
        changed=imported.changed,
        renamed=imported.renamed,
        unchanged=imported.unchanged,
    )


@router.get("/services/{code}")
@open_to_all(access.READ)
async def service(code: str, use: UseIt, response: Response) -> ServiceView:
    """One service, also when it is withdrawn: old cases name it."""
    return _tagged(response, await use.services.load(catalogue.id_of(code)))


@router.post("/services/{code}/withdraw")
async def withdraw(
    code: str,
    who: Annotated[Who, Depends(allowed(access.LIST))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> ServiceView:
    """It is no longer given: no new case can name it."""
    return _tagged(response, await catalogue_cases.withdraw(use, who, code, if_match))


def _reader(request: Request) -> Callable[[bytes], Table]:
    """By the content type; CSV where none is given."""
    kind = request.headers.get("content-type", CSV).split(";")[0].strip().lower()
    try:
        return {CSV: read_csv_body, XLSX: read_xlsx}[kind]
    except KeyError:
        raise Problem(
            415,
            "no-table",
            Text(fa="فایل باید CSV یا اکسل (XLSX) باشد.", en="The file must be CSV or Excel (XLSX)."),
        ) from None


def _tagged(response: Response, saved: Saved[CatalogueService]) -> ServiceView:
    response.headers["etag"] = saved.etag
    return _service_view(saved.state)


def _service_view(state: CatalogueService, words: Sequence[str] = ()) -> ServiceView:
    form = state.form
    return ServiceView(
        code=form.code,
        title=form.title_fa,
        agency_id=state.agency_id,
        unit_id=form.unit_id,
        documents=list(form.documents),
        duration=form.duration,
        cost_rials=form.cost_rials,
        steps=list(form.steps),
        online=form.online,
        url=form.url,
        withdrawn=state.withdrawn,
        withdrawn_on=state.withdrawn_on,
        former_titles=[
            FormerTitleView(title=one.title, from_day=one.from_day, until_day=one.until_day)
            for one in state.former
        ],
        found_as=state.found_as(words),
    )
