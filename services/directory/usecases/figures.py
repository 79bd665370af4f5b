"""An agency's own figures: set from a day on, and what holds on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from services.directory import access, rules
from services.directory.domain.agency import Agency
from services.directory.domain.figures import FigureForm, OwnFigure, figures_of, lawful
from services.directory.usecases.use import Use, named
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.events.directory import PROVINCE, Role
from shared.events.event import Event
from shared.figures import ADAPTABLE, Adaptable
from shared.store.history import Act
from shared.store.repository import NotFound, Saved


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """One figure on one day, and all that was ever set for it: the province's, then the agency's own."""

    adaptable: Adaptable
    value: str
    of_province: Sequence[OwnFigure]
    own: Sequence[OwnFigure]


async def set_figure(
    use: Use, who: Who, id_: str, form: FigureForm, if_match: int | None
) -> tuple[Saved[Agency], InForce]:
    """Set it: the head tighter than it is, the governorate with an agreement looser, too."""
    now, by = use.clock.now(), named(who, access.SET_FIGURE, id_)
    by_province, province = Role.GOVERNORATE in who.roles, await _of_province(use, id_)
    saved = await use.agencies.change(
        id_,
        id_,
        _act(form, by, now),
        lambda agency: agency.set_figure(
            lawful(form, province=province, own=agency.figures, by_province=by_province, now=now)
        ),
        if_match=if_match,
    )
    return saved, _in_force(ADAPTABLE[form.figure], saved.state, province, form.from_day)


async def settle_figures(use: Use, by: str, forms: Sequence[FigureForm]) -> None:
    """The province's figures for all its agencies. What was set before stays, also when its day has come."""
    for form in forms:
        now = use.clock.now()
        await use.agencies.change(PROVINCE, PROVINCE, _act(form, by, now), partial(_settled, form, now))


def _act(form: FigureForm, by: str, now: datetime) -> Act:
    letter = f", agreement {form.agreement.letter} of {form.agreement.on}" if form.agreement else ""
    note = f"{form.figure} = {form.value} from {form.from_day}{letter}"
    return Act(name="set-figure", by=by, at=now, clause=rules.ADAPTATION.clause, note=note)


def _settled(form: FigureForm, now: datetime, governorate: Agency) -> tuple[Agency, list[Event]]:
    known = [(one.figure, one.from_day) for one in governorate.figures]
    if (form.figure, form.from_day) in known:
        return governorate, []
    own = lawful(form, province=(), own=governorate.figures, by_province=True, now=now)
    return governorate.set_figure(own)


async def figures(use: Use, id_: str, on: date | None) -> tuple[Saved[Agency], list[InForce]]:
    """What holds for an agency on a day, today if none is given."""
    saved, province = await use.agencies.get(id_, id_), await _of_province(use, id_)
    day = on or local_day(use.clock.now())
    return saved, [_in_force(one, saved.state, province, day) for one in ADAPTABLE.values()]


def _in_force(adaptable: Adaptable, agency: Agency, province: Sequence[OwnFigure], on: date) -> InForce:
    rule = adaptable.rule
    return InForce(
        adaptable=adaptable,
        value=rule.write(figures_of(province, agency.figures).of(rule, on)),
        of_province=[one for one in province if one.figure == rule.figure],
        own=[one for one in agency.figures if one.figure == rule.figure],
    )


async def _of_province(use: Use, agency_id: str) -> Sequence[OwnFigure]:
    """What the province set for all; nothing beside its own for itself."""
    if agency_id == PROVINCE:
        return ()
    try:
        return (await use.agencies.load(PROVINCE)).state.figures
    except NotFound:
        return ()
