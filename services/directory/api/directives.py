"""The directives that all of this carries out, for whoever asks by what law they are served."""

from fastapi import APIRouter

from services.directory import access
from shared.access.guard import open_to_all
from shared.directives.catalogue import DIRECTIVES
from shared.events.directory import Name
from shared.language import Text
from shared.web.parts import V1, View

router = APIRouter(prefix=V1, tags=["directory"])


class DirectiveView(View):
    """A directive; what it doesn't say of itself is null. `approved_on` is a Jalali day."""

    id: str
    title: Name
    source: Name
    articles: int | None
    approved_on: str | None
    approved_by: Name | None
    clauses: int


class DirectivesView(View):
    """All of them."""

    directives: list[DirectiveView]


@router.get("/directives")
@open_to_all(access.READ)
async def directives() -> DirectivesView:
    """Which directives are carried out here, and what each says of itself."""
    return DirectivesView(
        directives=[
            DirectiveView(
                id=one.id,
                title=_name(one.title),
                source=_name(one.source),
                articles=one.articles,
                approved_on=one.approved_on,
                approved_by=one.approved_by and _name(one.approved_by),
                clauses=len(one.clauses),
            )
            for one in DIRECTIVES
        ]
    )


def _name(text: Text) -> Name:
    return Name(fa=text.fa, en=text.en)
