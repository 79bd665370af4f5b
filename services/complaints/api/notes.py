"""What staff write for each other: notes and drafts. Nothing here is ever shown to a citizen."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.complaints import access
from services.complaints.api.cases import ANSWER_MAX
from services.complaints.domain.complaint import Complaint
from services.complaints.usecases import notes
from services.complaints.usecases.notes import Read
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.store.repository import Saved
from shared.web.parts import V1, Body, IfMatch, View, example, uses

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]
Reader = Annotated[Who, Depends(allowed(access.READ))]
Writer = Annotated[Who, Depends(allowed(access.WRITE))]
NOTE_MAX = 2000


class NoteBody(Body):
    """A note for colleagues. The same said twice in a row is one note, so it may be sent again."""

    model_config = example(text="با انبار تماس گرفته شد؛ قطعه فردا می‌رسد.")

    text: str = Field(min_length=1, max_length=NOTE_MAX)


class DraftBody(Body):
    """An answer as it stands so far."""

    model_config = example(text="با سلام، دستگاه تعمیر شد.")

    text: str = Field(min_length=1, max_length=ANSWER_MAX)


class WrittenView(View):
    """By which post what was written, and when; `text` is null once the citizen was forgotten.

    `post_id` is null for what came from the citizen by mail or from their system.
    """

    post_id: str | None
    at: datetime
    text: str | None


@router.get("/complaints/{id_}/notes")
async def read_notes(id_: str, who: Reader, use: UseIt) -> list[WrittenView]:
    """The notes of a case, oldest first. They are for staff: a citizen gets answers."""
    found = await use.complaints.get(who.agency_id, id_)
    return [_view(one) for one in await notes.read_notes(use, found.state)]


@router.post("/complaints/{id_}/notes", status_code=201)
async def note(id_: str, body: NoteBody, who: Writer, use: UseIt) -> list[WrittenView]:
    """Add a note; the answer has them all."""
    saved = await notes.note(use, who, id_, body.text)
    return [_view(one) for one in await notes.read_notes(use, saved.state)]


@router.get("/complaints/{id_}/draft")
async def read_draft(id_: str, who: Reader, use: UseIt, response: Response) -> WrittenView | None:
    """The draft of the answer; null where there is none."""
    return await draft_view(use, response, await use.complaints.get(who.agency_id, id_))


@router.put("/complaints/{id_}/draft")
async def draft(
    id_: str, body: DraftBody, who: Writer, use: UseIt, response: Response, if_match: IfMatch
) -> WrittenView | None:
    """Keep the draft of the answer. Answering ends it; with If-Match nobody's newer one is overwritten."""
    return await draft_view(use, response, await notes.draft(use, who, id_, body.text, if_match))


@router.delete("/complaints/{id_}/draft", status_code=204)
async def drop_draft(id_: str, who: Writer, use: UseIt) -> None:
    """Throw the draft away."""
    await notes.drop_draft(use, who, id_)


async def draft_view(use: Use, response: Response, saved: Saved[Complaint]) -> WrittenView | None:
    """The draft as it stands, with its ETag; None where there is none."""
    response.headers["etag"] = saved.etag
    read = await notes.read_draft(use, saved.state)
    return read and _view(read)


def _view(read: Read) -> WrittenView:
    return WrittenView(post_id=read.written.post_id, at=read.written.at, text=read.words)
