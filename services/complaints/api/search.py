"""One box by which staff find a case. A body, not an address: what is typed there may name somebody."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from services.complaints import access
from services.complaints.api.cases import StaffView
from services.complaints.api.lists import rows
from services.complaints.domain.search import By, read
from services.complaints.usecases import search
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.store.repository import PAGE_MAX
from shared.web.parts import V1, Body, View, example, uses

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]
WANTED_MAX, CURSOR_MAX = 200, 1000


class SearchBody(Body):
    """A tracking code, a mobile, its last four digits, or words of the complaint; in any digits and letters.

    `after` is the `next` of the page before.
    """

    model_config = example(wanted="۴۵۶۷")

    wanted: str = Field(min_length=1, max_length=WANTED_MAX)
    after: str | None = Field(default=None, max_length=CURSOR_MAX)
    limit: int = Field(default=50, ge=1, le=PAGE_MAX, strict=True)


class FoundView(View):
    """What was found, newest first, and as what the words were read. A page may be short though `next` tells
    of more: in a search by several words only so much is looked through at once.
    """

    by: By
    items: list[StaffView]
    next: str | None


@router.post("/complaints/search")
async def find(body: SearchBody, who: Annotated[Who, Depends(allowed(access.READ))], use: UseIt) -> FoundView:
    """Find a case of the agency. What was written is found whatever its ی, ک, digits and half-spaces."""
    wanted = read(body.wanted)
    page = await search.search(use, who, wanted, after=body.after, limit=body.limit)
    shown = await rows(use, who, page)
    return FoundView(by=wanted.by, items=shown.items, next=shown.next)
