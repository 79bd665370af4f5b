"""The citizens'-rights programmes, as they hold in this province."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.directory import access, rules
from services.directory.api.figures import AgreementView
from services.directory.domain.programmes import (
    PROGRAMMES,
    Adaptation,
    AdaptationForm,
    Audience,
    Measure,
    Often,
)
from services.directory.usecases import programmes as programme_cases
from services.directory.usecases.use import Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.calendar.calendar_data import Day
from shared.calendar.jalali import local_day
from shared.directives.catalogue import clause
from shared.events.directory import Name
from shared.language import Text
from shared.web.parts import V1, IfMatch, View, uses
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["directory"])
UseIt = Annotated[Use, Depends(uses)]


class AdaptationView(View):
    """What the province made of a measure, from a day on."""

    says: Name
    often: Often | None
    audience: list[Audience]
    because: str
    from_day: date
    agreement: AgreementView
    set_at: datetime


class MeasureView(View):
    """A measure by its clause: what the directive says, what holds instead, all that was ever adapted."""

    clause: str
    says: str
    in_force: AdaptationView | None
    adaptations: list[AdaptationView]


class ProgrammeView(View):
    """One of the nine."""

    number: int
    title: str
    measures: list[MeasureView]


class ProgrammesView(View):
    """All of them, on a day."""

    clause: str
    on: date
    programmes: list[ProgrammeView]


@router.get("/programmes")
@open_to_all(access.READ)
async def programmes(
    use: UseIt, request: Request, on: Annotated[Day | None, Query()] = None
) -> ProgrammesView:
    """The nine programmes with their measures, as they hold in this province on a day (today)."""
    adapted, language = await programme_cases.adapted(use), language_of(request)
    day = on or local_day(use.clock.now())
    return ProgrammesView(
        clause=rules.PROGRAMMES.clause,
        on=day,
        programmes=[
            ProgrammeView(
                number=one.number,
                title=one.title.in_(language),
                measures=[
                    _view(adapted.get(measure.id, Measure(id=measure.id)), day, measure.says.in_(language))
                    for measure in one.measures
                ],
            )
            for one in PROGRAMMES
        ],
    )


@router.post("/programmes/{id_}/adaptations", responses={404: {}})
async def adapt(
    id_: str,
    body: AdaptationForm,
    who: Annotated[Who, Depends(allowed(access.ADAPT))],
    use: UseIt,
    request: Request,
    response: Response,
    if_match: IfMatch,
) -> MeasureView:
    """Say what a measure is in this province from a day to come, as the central secretariat agreed."""
    saved = await programme_cases.adapt(use, who, id_, body, if_match)
    response.headers["etag"] = saved.etag
    return _view(saved.state, body.from_day, clause(id_).says.in_(language_of(request)))


def _view(measure: Measure, day: date, says: str) -> MeasureView:
    in_force = measure.on(day)
    return MeasureView(
        clause=measure.id,
        says=says,
        in_force=in_force and _adaptation(in_force),
        adaptations=[_adaptation(one) for one in measure.adaptations],
    )


def _adaptation(one: Adaptation) -> AdaptationView:
    return AdaptationView(
        says=_name(one.says),
        often=one.often,
        audience=list(one.audience),
        because=one.because,
        from_day=one.from_day,
        agreement=AgreementView(letter=one.agreement.letter, on=one.agreement.on),
        set_at=one.set_at,
    )


def _name(text: Text) -> Name:
    return Name(fa=text.fa, en=text.en)
