"""The province itself."""

from services.directory import access, rules
from services.directory.domain.forms import ProvinceForm
from services.directory.domain.province import Province
from services.directory.usecases.use import Use, named
from shared.access.who import Who
from shared.events.directory import PROVINCE
from shared.store.history import Act
from shared.store.repository import Saved
from shared.store.store import DuplicateId


async def found(use: Use, who: Who, form: ProvinceForm, if_match: int | None) -> Saved[Province]:
    """Say what the province is made of."""
    return await settle_province(use, named(who, access.FOUND, PROVINCE), form, if_match)


async def settle_province(
    use: Use, by: str, form: ProvinceForm, if_match: int | None = None
) -> Saved[Province]:
    """The province as the form has it, however it was."""
    act = Act(name="found", by=by, at=use.clock.now(), clause=rules.JOINING.clause)
    if if_match is None:
        try:
            return await use.provinces.add(act, Province.found(form))
        except DuplicateId:
            pass  # it is there: restated below
    return await use.provinces.change(
        PROVINCE, PROVINCE, act, lambda province: province.restate(form), if_match=if_match
    )
