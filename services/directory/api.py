"""HTTP in, HTTP out. Decides nothing."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.directory import access, usecases
from services.directory.domain import calendar as calendars
from services.directory.domain import catalogue
from services.directory.domain.agency import Agency
from services.directory.domain.calendar import Calendar
from services.directory.domain.catalogue import CatalogueService
from services.directory.domain.forms import AgencyForm, CommitteeForm, ProvinceForm
from services.directory.storage import with_words
from services.directory.usecases import Imported, Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.calendar.calendar_data import CalendarData
from shared.events.directory import PROVINCE, Name, Post, Unit
from shared.language import Text
from shared.store.repository import Saved
from shared.web.parts import V1, IdempotencyKey, IfMatch, Pages, PageView, View, once, uses
from shared.web.problems import Problem, language_of

router = APIRouter(prefix=V1, tags=["directory"])
PROBLEMS_TOLD_MAX = 500
CSV_EXAMPLE = (
    "code,title_fa,agency_id,unit_id,documents,duration,cost_rials,steps,online,url\n"
    "10011001100,صدور پروانهٔ چاه,water,water.groundwater,کارت ملی;سند,10d,1500000,ثبت;صدور,no,\n"
)
CSV_FILE = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string"}, "example": CSV_EXAMPLE}},
    }
}
UseIt = Annotated[Use, Depends(uses)]


class AgencyLine(View):
    """An agency in a list."""

    id: str
    name: Name


class DutyView(View):
    """Who carries out one clause about the agency's portal: an agency, posts or a unit, by id."""

    clause: str
    says: str
    by: list[str]


class AgencyView(AgencyLine):
    """An agency's chart, without its people."""

    units: list[Unit]
    posts: list[Post]
    committees: list[CommitteeForm]
    portal: list[DutyView]


class ServiceView(View):
    """A service of the catalogue."""

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


class ImportView(View):
    """What an import did, or would do."""

    dry_run: bool
    listed: int
    changed: int
    unchanged: int


@router.get("/province", responses={404: {}})
@open_to_all(access.READ)
async def province(use: UseIt, response: Response) -> ProvinceForm:
    """The province's counties, and the agencies that own services but haven't joined."""
    saved = await use.provinces.load(PROVINCE)
    response.headers["etag"] = saved.etag
    return saved.state.form


@router.put("/province")
async def found(
    body: ProvinceForm,
    who: Annotated[Who, Depends(allowed(access.FOUND))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> ProvinceForm:
    """Say what the province is made of, whole."""
    saved = await usecases.found(use, who, body, if_match)
    response.headers["etag"] = saved.etag
    return saved.state.form


@router.get("/agencies")
@open_to_all(access.READ)
async def agencies(use: UseIt, pages: Pages) -> PageView[AgencyLine]:
    """The agencies that have joined, the governorate among them."""
    page = await use.agencies.page(None, after=pages.after, limit=pages.limit)
    lines = [AgencyLine(id=saved.state.id, name=saved.state.structure.name) for saved in page.items]
    return PageView(items=lines, next=page.next)


@router.post("/agencies", status_code=201)
async def join(
    body: AgencyForm,
    who: Annotated[Who, Depends(allowed(access.JOIN))],
    use: UseIt,
    response: Response,
    key: IdempotencyKey = None,
) -> AgencyView:
    """An agency joins, whole, by this one call: all services know it as soon as the event reaches them."""
    saved = await usecases.join(use, who, body, once(key, who.agency_id, body, use.master_key))
    return _agency_view(response, saved)


@router.get("/agencies/{id_}")
@open_to_all(access.READ)
async def agency(id_: str, use: UseIt, response: Response) -> AgencyView:
    """An agency's chart, and who answers for its portal."""
    return _agency_view(response, await use.agencies.get(id_, id_))


@router.put("/agencies/{id_}")
async def arrange(
    id_: str,
    body: AgencyForm,
    who: Annotated[Who, Depends(allowed(access.ARRANGE))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> AgencyView:
    """Say anew, whole: chart, who holds its posts, who stands in. What is the same is not told again."""
    return _agency_view(response, await usecases.arrange(use, who, id_, body, if_match))


@router.get("/agencies/{id_}/holders")
async def holders(
    id_: str, who: Annotated[Who, Depends(allowed(access.SEE_HOLDERS))], use: UseIt
) -> dict[str, str]:
    """Who acts for each filled post now, stand-ins before holders."""
    return await usecases.holders(use, who, id_)


@router.get("/services")
@open_to_all(access.READ)
async def services(
    use: UseIt,
    pages: Pages,
    q: Annotated[str | None, Query(max_length=100, examples=["پروانه چاه"])] = None,
    agency_id: Annotated[str | None, Query(max_length=40)] = None,
) -> PageView[ServiceView]:
    """Services still given, by beginnings of words of their title in any spelling, and by agency."""
    page = await use.services.page(agency_id, where=with_words(q), after=pages.after, limit=pages.limit)
    return PageView(items=[_service_view(saved.state) for saved in page.items], next=page.next)


@router.post("/services/import", openapi_extra=CSV_FILE)
async def import_services(
    request: Request,
    who: Annotated[Who, Depends(allowed(access.LIST))],
    use: UseIt,
    dry_run: Annotated[bool, Query()] = False,
) -> ImportView:
    """List services from a CSV file (UTF-8). One wrong row, and nothing is changed: all of them are told."""
    text = _text(await request.body())
    imported = await usecases.import_services(use, who, text, dry_run=dry_run)
    _must_have_no_problems(imported, language_of(request))
    return ImportView(
        dry_run=dry_run,
        listed=imported.listed,
        changed=imported.changed,
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
    return _tagged(response, await usecases.withdraw(use, who, code, if_match))


@router.get("/calendars/{agency_id}")
@open_to_all(access.READ)
async def calendar(agency_id: str, use: UseIt, response: Response) -> CalendarData:
    """The working calendar of the province (its owner is the governorate) or of an agency with its own."""
    return _calendar_view(response, await use.calendars.get(agency_id, calendars.id_of(agency_id)))


@router.put("/calendars/{agency_id}")
async def set_calendar(
    agency_id: str,
    body: CalendarData,
    who: Annotated[Who, Depends(allowed(access.SET_CALENDAR))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> CalendarData:
    """Set it, whole. Clocks that run keep their deadlines; a change needs a higher version."""
    return _calendar_view(response, await usecases.set_calendar(use, who, agency_id, body, if_match))


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")  # spreadsheets put a mark before the first column's name
    except UnicodeDecodeError:
        raise Problem(400, "not-utf-8", Text(fa="متن UTF-8 نیست.", en="The text is not UTF-8.")) from None


def _must_have_no_problems(imported: Imported, language: str) -> None:
    if imported.problems:
        raise Problem(
            422,
            "rows-wrong",
            Text(
                fa="در ردیف‌ها ایراد هست و چیزی تغییر نکرد.",
                en="Rows are wrong, and nothing was changed.",
            ),
            count=len(imported.problems),
            errors=[
                {"line": one.line, "column": one.column, "detail": one.reason.in_(language)}
                for one in imported.problems[:PROBLEMS_TOLD_MAX]
            ],
        )


def _agency_view(response: Response, saved: Saved[Agency]) -> AgencyView:
    response.headers["etag"] = saved.etag
    structure = saved.state.structure
    return AgencyView(
        id=saved.state.id,
        name=structure.name,
        units=list(structure.units),
        posts=list(structure.posts),
        committees=list(structure.committees),
        portal=[
            DutyView(clause=duty.rule.clause, says=duty.rule.says, by=list(duty.by))
            for duty in saved.state.portal()
        ],
    )


def _tagged(response: Response, saved: Saved[CatalogueService]) -> ServiceView:
    response.headers["etag"] = saved.etag
    return _service_view(saved.state)


def _service_view(state: CatalogueService) -> ServiceView:
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
    )


def _calendar_view(response: Response, saved: Saved[Calendar]) -> CalendarData:
    response.headers["etag"] = saved.etag
    return CalendarData.model_validate(saved.state.calendar)
