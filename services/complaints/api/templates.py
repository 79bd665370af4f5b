"""Wordings of answers, and the draft of an answer from one."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.complaints import access
from services.complaints.api.notes import Writer, WrittenView, draft_view
from services.complaints.domain.template import Template
from services.complaints.usecases import templates
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.store.repository import Saved
from shared.web.fields import OfNobody
from shared.web.parts import V1, Body, IdempotencyKey, IfMatch, Pages, PageView, View, example, once, uses

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]
Reader = Annotated[Who, Depends(allowed(access.READ))]
Worder = Annotated[Who, Depends(allowed(access.WORD))]
TITLE_MAX, TEXT_MAX = 120, 3000


class TemplateBody(Body):
    """A wording. `{code}`, `{service}` and `{agency}` are filled in; nothing else may stand in braces."""

    model_config = example(
        title="دستگاه تعمیر شد",
        text="با سلام؛ دستگاه موضوع شکایت {code} تعمیر شد و «{service}» از سر گرفته شده است.",
    )

    title: Annotated[str, Field(min_length=1, max_length=TITLE_MAX), OfNobody]
    text: Annotated[str, Field(min_length=1, max_length=TEXT_MAX), OfNobody]


class TemplateView(View):
    """A wording of the agency's; a withdrawn one is offered no more."""

    id: str
    title: str
    text: str
    made_at: datetime
    withdrawn_at: datetime | None


class FromTemplateBody(Body):
    """In which wording to begin the answer."""

    template_id: str = Field(min_length=1, max_length=64)


@router.get("/answer-templates")
async def listed(who: Reader, use: UseIt, pages: Pages) -> PageView[TemplateView]:
    """The agency's wordings, oldest first, the withdrawn ones too."""
    page = await use.templates.page(who.agency_id, after=pages.after, limit=pages.limit)
    return PageView(items=[_view(saved.state) for saved in page.items], next=page.next)


@router.post("/answer-templates", status_code=201)
async def make(
    body: TemplateBody, who: Worder, use: UseIt, response: Response, key: IdempotencyKey = None
) -> TemplateView:
    """Add a wording. One that names what nothing fills is refused here, not when an answer is written."""
    first = once(key, who.agency_id, body, use.master_key)
    return _tagged(response, await templates.make(use, who, body.title, body.text, first))


@router.put("/answer-templates/{id_}")
async def reword(
    id_: str, body: TemplateBody, who: Worder, use: UseIt, response: Response, if_match: IfMatch
) -> TemplateView:
    """Change a wording for answers to come."""
    return _tagged(response, await templates.reword(use, who, id_, body.title, body.text, if_match))


@router.post("/answer-templates/{id_}/withdraw")
async def withdraw(id_: str, who: Worder, use: UseIt, response: Response) -> TemplateView:
    """Offer a wording no more."""
    return _tagged(response, await templates.withdraw(use, who, id_))


@router.put("/complaints/{id_}/draft/from-template")
async def draft_from(
    id_: str, body: FromTemplateBody, who: Writer, use: UseIt, response: Response, if_match: IfMatch
) -> WrittenView | None:
    """Begin the answer in a wording's words, in the place of the draft before."""
    saved = await templates.draft_from(use, who, id_, body.template_id, if_match)
    return await draft_view(use, response, saved)


def _tagged(response: Response, saved: Saved[Template]) -> TemplateView:
    response.headers["etag"] = saved.etag
    return _view(saved.state)


def _view(template: Template) -> TemplateView:
    return TemplateView(
        id=template.id,
        title=template.title,
        text=template.text,
        made_at=template.made_at,
        withdrawn_at=template.withdrawn_at,
    )
