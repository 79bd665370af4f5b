"""The province itself."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.directory import access
from services.directory.domain.forms import ProvinceForm
from services.directory.usecases import provinces as province_cases
from services.directory.usecases.use import Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.events.directory import PROVINCE
from shared.web.parts import V1, IfMatch, uses

router = APIRouter(prefix=V1, tags=["directory"])
UseIt = Annotated[Use, Depends(uses)]


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
    saved = await province_cases.found(use, who, body, if_match)
    response.headers["etag"] = saved.etag
    return saved.state.form
