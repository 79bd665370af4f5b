"""Figures of clauses, as they hold for an agency."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.directory import access
from services.directory.domain.agency import Agency
from services.directory.domain.figures import FigureForm, OwnFigure
from services.directory.usecases import figures as figure_cases
from services.directory.usecases.figures import InForce
from services.directory.usecases.use import Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.calendar.calendar_data import Day
from shared.directives.catalogue import clause
from shared.store.repository import Saved
from shared.web.parts import V1, IfMatch, View, uses
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["directory"])
UseIt = Annotated[Use, Depends(uses)]


class AgreementView(View):
    """The central secretariat's letter."""

    letter: str
    on: date


class SetView(View):
    """What was set for a figure, from a day on; `for_all` was set by the province for all its agencies."""

    value: str
    from_day: date
    for_all: bool
    agreement: AgreementView | None


class FigureView(View):
    """A figure in force, and how far it can be set otherwise."""

    figure: str
    service: str
    clause: str
    clause_says: str
    says: str
    value: str
    preset: str
    tightest: str
    loosest: str
    sets: list[SetView]


@router.get("/agencies/{id_}/figures")
@open_to_all(access.READ)
async def figures(
    id_: str,
    use: UseIt,
    request: Request,
    response: Response,
    on: Annotated[Day | None, Query()] = None,
) -> list[FigureView]:
    """The figures in force for an agency on a day (today), each with all that was ever set for it."""
    saved, found = await figure_cases.figures(use, id_, on)
    return [_tagged(request, response, saved, one) for one in found]


@router.post("/agencies/{id_}/figures")
async def set_figure(
    id_: str,
    body: FigureForm,
    who: Annotated[Who, Depends(allowed(access.SET_FIGURE))],
    use: UseIt,
    request: Request,
    response: Response,
    if_match: IfMatch,
) -> FigureView:
    """Set one from a day to come: tighter freely, looser by the governorate as agreed (RIGHTS-G9)."""
    saved, found = await figure_cases.set_figure(use, who, id_, body, if_match)
    return _tagged(request, response, saved, found)


def _tagged(request: Request, response: Response, saved: Saved[Agency], one: InForce) -> FigureView:
    response.headers["etag"] = saved.etag
    rule, entry = one.adaptable.rule, one.adaptable.entry()
    return FigureView(
        figure=rule.figure,
        service=one.adaptable.service,
        clause=rule.clause,
        clause_says=clause(rule.clause).says.in_(language_of(request)),
        says=rule.says,
        value=one.value,
        preset=rule.write(rule.preset),
        tightest=str(entry["tightest"]),
        loosest=str(entry["loosest"]),
        sets=[
            *[_set_view(own, for_all=True) for own in one.of_province],
            *[_set_view(own, for_all=False) for own in one.own],
        ],
    )


def _set_view(own: OwnFigure, *, for_all: bool) -> SetView:
    letter = own.agreement and AgreementView(letter=own.agreement.letter, on=own.agreement.on)
    return SetView(value=own.value, from_day=own.from_day, for_all=for_all, agreement=letter)
