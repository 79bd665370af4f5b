"""Problems of offices before headquarters, with what would solve them (COUNTY-B4, COUNTY-D3)."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from services.complaints import access
from services.complaints.domain.problem import SOLUTIONS_MAX, Noticed, Problem, ProblemStatus
from services.complaints.storage.owed import DUE_AT, owed_at, those
from services.complaints.usecases import problems
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.events.complaints_problems import NoticedBy
from shared.store.repository import Page, Saved
from shared.web.fields import OfNobody
from shared.web.history import HistoryView, history_views
from shared.web.parts import V1, Body, IdempotencyKey, IfMatch, Pages, PageView, View, example, once, uses

router = APIRouter(prefix=V1, tags=["problems"])
ID_MAX, TITLE_MAX, TEXT_MAX = 64, 300, 4000
UseIt = Annotated[Use, Depends(uses)]
Reader = Annotated[Who, Depends(allowed(access.PROBLEM_READ))]
Office = Annotated[Who, Depends(allowed(access.PROBLEM_PASS))]
Headquarters = Annotated[Who, Depends(allowed(access.PROBLEM_ANSWER))]
Words = Annotated[str, Field(min_length=1, max_length=TEXT_MAX), OfNobody]


class ProblemBody(Body):
    """A problem of one's own office. Nobody's number belongs in it."""

    model_config = example(
        noticed_by="people",
        title="صف طولانی در روزهای پایان ماه",
        text="مراجعان در سه روز پایان ماه بیش از دو ساعت در صف می‌مانند.",
    )

    noticed_by: NoticedBy
    title: Annotated[str, Field(min_length=1, max_length=TITLE_MAX), OfNobody]
    text: Words


class SolutionBody(Body):
    """What would solve it, and who thinks so."""

    model_config = example(proposed_by="staff", text="نوبت‌دهی اینترنتی در سه روز پایان ماه")

    proposed_by: NoticedBy
    text: Words


class WordBody(Body):
    """What becomes of it, and by their numbers the solutions that are taken up."""

    model_config = example(text="نوبت‌دهی از ماه آینده آغاز می‌شود.", taken_up=[1])

    text: Words
    taken_up: Annotated[
        list[Annotated[int, Field(ge=1, le=SOLUTIONS_MAX, strict=True)]], Field(max_length=SOLUTIONS_MAX)
    ] = []


class SolutionView(View):
    """A solution that was proposed."""

    number: int
    proposed_by: NoticedBy
    text: str
    by_post: str
    at: datetime


class WordView(View):
    """What headquarters said of it, and whether in time."""

    text: str
    taken_up: list[int]
    by_post: str
    at: datetime
    in_time: bool
    late_by_s: int


class ProblemRow(View):
    """A problem in a list. `due_at` is of headquarters' word, null while none is owed."""

    id: str
    unit_id: str
    noticed_by: NoticedBy
    title: str
    status: ProblemStatus
    passed_at: datetime
    due_at: datetime | None
    level: int
    level_post: str | None
    solutions: int


class ProblemView(View):
    """A problem with all that became of it."""

    problem: ProblemRow
    text: str
    passed_by: str
    solutions: list[SolutionView]
    words: list[WordView]


@router.post("/problems", status_code=201)
async def pass_on(
    body: ProblemBody, who: Office, use: UseIt, response: Response, key: IdempotencyKey = None
) -> ProblemView:
    """Pass a problem of one's office to headquarters, which owes a word on it (COUNTY-B4)."""
    noticed = Noticed(by=body.noticed_by, title=body.title, text=body.text)
    first = once(key, who.agency_id, body, use.master_key)
    return _tagged(response, await problems.pass_on(use, who, noticed, first))


@router.get("/problems")
async def listed(
    who: Reader,
    use: UseIt,
    pages: Pages,
    status: Annotated[ProblemStatus | None, Query()] = None,
    unit_id: Annotated[str | None, Query(max_length=ID_MAX)] = None,
) -> PageView[ProblemRow]:
    """The problems of the agency's offices, the last passed on first."""
    page = await use.problems.page(
        who.agency_id,
        where=those(status, unit_id),
        by="state.passed_at",
        newest_first=True,
        after=pages.after,
        limit=pages.limit,
    )
    return _rows(page)


@router.get("/problems/owed")
async def owed(
    who: Reader,
    use: UseIt,
    pages: Pages,
    unit_id: Annotated[str | None, Query(max_length=ID_MAX)] = None,
) -> PageView[ProblemRow]:
    """Those that headquarters owes a word on, the most urgent first."""
    where = {**those(None, unit_id), **owed_at(None)}
    return _rows(
        await use.problems.page(who.agency_id, where=where, by=DUE_AT, after=pages.after, limit=pages.limit)
    )


@router.get("/problems/{id_}")
async def problem(id_: str, who: Reader, use: UseIt, response: Response) -> ProblemView:
    """One problem of the agency."""
    return _tagged(response, await use.problems.get(who.agency_id, id_))


@router.get("/problems/{id_}/history")
async def history(id_: str, who: Reader, use: UseIt) -> list[HistoryView]:
    """Who did what and when, oldest first."""
    return history_views(await use.problems.history(who.agency_id, id_))


@router.post("/problems/{id_}/solutions")
async def propose(
    id_: str, body: SolutionBody, who: Office, use: UseIt, response: Response, if_match: IfMatch
) -> ProblemView:
    """Pass on what would solve it (COUNTY-D3). After headquarters' word, another is owed."""
    return _tagged(response, await problems.propose(use, who, id_, body.proposed_by, body.text, if_match))


@router.post("/problems/{id_}/answer")
async def answer(
    id_: str, body: WordBody, who: Headquarters, use: UseIt, response: Response, if_match: IfMatch
) -> ProblemView:
    """Say what becomes of it, and which solutions are taken up."""
    return _tagged(response, await problems.answer(use, who, id_, body.text, body.taken_up, if_match))


def _rows(page: Page[Problem]) -> PageView[ProblemRow]:
    return PageView(items=[_row(saved.state) for saved in page.items], next=page.next)


def _row(problem: Problem) -> ProblemRow:
    owed = problem.deadline
    return ProblemRow(
        id=problem.id,
        unit_id=problem.unit_id,
        noticed_by=problem.noticed.by,
        title=problem.noticed.title,
        status=problem.status,
        passed_at=problem.passed_at,
        due_at=owed and owed.due_at,
        level=owed.level if owed else 0,
        level_post=owed and owed.level_post,
        solutions=len(problem.solutions),
    )


def _tagged(response: Response, saved: Saved[Problem]) -> ProblemView:
    response.headers["etag"] = saved.etag
    state = saved.state
    return ProblemView(
        problem=_row(state),
        text=state.noticed.text,
        passed_by=state.passed_by,
        solutions=[
            SolutionView(number=one.number, proposed_by=one.by, text=one.text, by_post=one.by_post, at=one.at)
            for one in state.solutions
        ],
        words=[
            WordView(
                text=one.text,
                taken_up=list(one.taken_up),
                by_post=one.by_post,
                at=one.at,
                in_time=one.in_time,
                late_by_s=round(one.late_by.total_seconds()),
            )
            for one in state.words
        ],
    )
