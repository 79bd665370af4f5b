"""What a province makes of the programmes' measures, as the central secretariat agreed."""

from collections.abc import Mapping

from services.directory import access, rules
from services.directory.domain.programmes import AdaptationForm, Measure, measure_of
from services.directory.usecases.use import Use, everything, named
from shared.access.who import Who
from shared.events.directory import PROVINCE
from shared.store.history import Act
from shared.store.repository import NotFound, Saved
from shared.store.store import DuplicateId


async def adapt(use: Use, who: Who, id_: str, form: AdaptationForm, if_match: int | None) -> Saved[Measure]:
    """Adapt a measure from a day on; NotFound where no programme has it."""
    if measure_of(id_) is None:
        raise NotFound(id_)
    now = use.clock.now()
    letter = f", agreement {form.agreement.letter} of {form.agreement.on}" if form.agreement else ""
    act = Act(
        name="adapt-programme",
        by=named(who, access.ADAPT, PROVINCE),
        at=now,
        clause=rules.PROGRAMMES.clause,
        note=f"from {form.from_day}{letter}",
    )
    if if_match is None:
        try:
            return await use.measures.add(act, Measure(id=id_).adapt(form, now))
        except DuplicateId:
            pass  # it was adapted before
    return await use.measures.change(
        PROVINCE, id_, act, lambda measure: measure.adapt(form, now), if_match=if_match
    )


async def adapted(use: Use) -> Mapping[str, Measure]:
    """All measures that were ever adapted, by clause."""
    return {saved.state.id: saved.state for saved in await everything(use.measures)}
