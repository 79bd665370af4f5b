"""What went up to the posts of whoever asks: for the governorate's inspection, from every agency."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.complaints import access
from services.complaints.api.cases import StaffView, staff_view
from services.complaints.usecases import reached
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.web.parts import V1, Pages, PageView, uses

router = APIRouter(prefix=V1, tags=["complaints"])


@router.get("/reached-complaints")
async def reached_complaints(
    who: Annotated[Who, Depends(allowed(access.READ))], use: Annotated[Use, Depends(uses)], pages: Pages
) -> PageView[StaffView]:
    """What lies with the caller's posts, newest first; of who complains nothing is shown."""
    page = await reached.at_ones_posts(use, who, after=pages.after, limit=pages.limit)
    return PageView(items=[staff_view(saved, {}, is_own=False) for saved in page.items], next=page.next)
