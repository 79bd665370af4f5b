"""Files of a case: sent by the citizen with code and mobile, added and opened by staff."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from services.complaints import access
from services.complaints.api.citizens import FollowBody
from services.complaints.domain.attachment import Purpose, Scan
from services.complaints.usecases import attachments, citizens
from services.complaints.usecases.attachments import Listed, Opened, Sent
from services.complaints.usecases.use import Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.events.directory import Name
from shared.files.kinds import KINDS
from shared.web.downloads import A_FILE, file_answer, safe_name
from shared.web.limits import Tries
from shared.web.parts import V1, Body, View, example, uses
from shared.web.uploads import Reader, Upload, form_of

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]
Staff = Annotated[Who, Depends(allowed(access.READ))]
Clerk = Annotated[Who, Depends(allowed(access.TAKE_IN))]
Writer = Annotated[Who, Depends(allowed(access.WRITE))]
ID_MAX = 64


class OwnFileForm(FollowBody):
    """A citizen's own case, and beside it the file."""

    model_config = example(code="3TMJ-WP0K-48R6-TF3J", mobile="09121234567")


class FileForm(Body):
    """For whom the file is: `answer` goes to the citizen with the answer, `note` stays among staff."""

    model_config = example(purpose="note")

    purpose: Literal[Purpose.ANSWER, Purpose.NOTE]


class ScanForm(Body):
    """Nothing beside the file."""


class OwnFileBody(FollowBody):
    """Which of the case's files."""

    attachment_id: str = Field(min_length=1, max_length=ID_MAX)


class OpeningView(View):
    """By which post it was opened, on which day."""

    post_id: str
    post: Name | None
    day: date


class OwnFileView(View):
    """A file as the citizen sees it. `scan` says `not-scanned` where nothing looks for malware."""

    id: str
    purpose: Purpose
    name: str
    kind: str
    media_type: str
    bytes_count: int
    added_at: datetime
    scan: Scan
    openings: list[OpeningView]


class FileView(View):
    """A file as staff see it; `name` is a plain one once the citizen was forgotten, and nobody opens it."""

    id: str
    purpose: Purpose
    name: str
    kind: str
    media_type: str
    bytes_count: int
    added_at: datetime
    post_id: str | None
    scan: Scan


@router.post("/follow/attachments", status_code=201, openapi_extra=form_of(OwnFileForm))
@open_to_all(access.FOLLOW)
async def add_own(request: Request, use: UseIt, tries: Tries, reader: Reader) -> OwnFileView:
    """Send a file along with an open case. The same sent again is one file: so it may be repeated."""
    async with reader.of(request, OwnFileForm) as (said, upload):
        async with tries.of(said.code):  # no longer than that: a right try counts while it lasts
            found = await citizens.own(use, said.code, said.mobile)
        return _own_view(await attachments.add_own(use, found.state, _sent(upload)), {})


@router.post("/follow/attachments/list")
@open_to_all(access.FOLLOW)
async def list_own(body: FollowBody, use: UseIt, tries: Tries) -> list[OwnFileView]:
    """What one sent, and what came with answers; with the posts that opened what one sent."""
    async with tries.of(body.code):
        listed, titles = await attachments.list_own(use, body.code, body.mobile)
    return [_own_view(one, titles) for one in listed]


@router.post("/follow/attachments/content", response_class=Response, responses=A_FILE)
@open_to_all(access.FOLLOW)
async def open_own(body: OwnFileBody, use: UseIt, tries: Tries) -> Response:
    """The file itself: one's own, or one that came with an answer."""
    async with tries.of(body.code):
        return _given(await attachments.open_own(use, body.code, body.mobile, body.attachment_id))


@router.get("/complaints/{id_}/attachments")
async def list_all(id_: str, who: Staff, use: UseIt) -> list[FileView]:
    """All files of a case, oldest first."""
    return _views(await attachments.list_all(use, who, id_))


@router.post("/complaints/{id_}/attachments", status_code=201, openapi_extra=form_of(FileForm))
async def add(id_: str, request: Request, who: Writer, use: UseIt, reader: Reader) -> FileView:
    """Add a file to the answer that is owed, or to the notes. The same sent again is one file."""
    await use.complaints.get(who.agency_id, id_)  # before all of a file is read for nothing
    async with reader.of(request, FileForm) as (said, upload):
        [view] = _views([await attachments.add(use, who, id_, _sent(upload), said.purpose)])
    return view


@router.post("/complaints/{id_}/scan", status_code=201, openapi_extra=form_of(ScanForm))
async def add_scan(id_: str, request: Request, who: Clerk, use: UseIt, reader: Reader) -> FileView:
    """Add the scan of the letter or form that a case was entered from, as the evidence of its door."""
    await use.complaints.get(who.agency_id, id_)  # before all of a file is read for nothing
    async with reader.of(request, ScanForm) as (_, upload):
        [view] = _views([await attachments.add_scan(use, who, id_, _sent(upload))])
    return view


@router.get("/complaints/{id_}/attachments/{attachment_id}", response_class=Response, responses=A_FILE)
async def open_(id_: str, attachment_id: str, who: Staff, use: UseIt) -> Response:
    """The file itself. Opening what the citizen sent is noted, and the citizen sees by which post."""
    return _given(await attachments.open_(use, who, id_, attachment_id))


@router.delete("/complaints/{id_}/attachments/{attachment_id}", status_code=204)
async def withdraw(id_: str, attachment_id: str, who: Writer, use: UseIt) -> None:
    """Take away a file that staff added, until the citizen has it."""
    await attachments.withdraw(use, who, id_, attachment_id)


def _sent(upload: Upload) -> Sent:
    return Sent(name=upload.name, content=upload.content, sha256=upload.sha256)


def _given(opened: Opened) -> Response:
    name = safe_name(opened.name, opened.kind)
    return file_answer(opened.pieces, opened.kind, name, opened.bytes_count)


def _views(listed: Sequence[Listed]) -> list[FileView]:
    return [
        FileView(
            id=one.attachment.id,
            purpose=one.attachment.purpose,
            name=safe_name(one.name, KINDS[one.attachment.kind]),
            kind=one.attachment.kind,
            media_type=KINDS[one.attachment.kind].media_type,
            bytes_count=one.attachment.bytes_count,
            added_at=one.attachment.added_at,
            post_id=one.attachment.post_id,
            scan=one.attachment.scan,
        )
        for one in listed
    ]


def _own_view(one: Listed, titles: dict[str, Name]) -> OwnFileView:
    kept = one.attachment
    return OwnFileView(
        id=kept.id,
        purpose=kept.purpose,
        name=safe_name(one.name, KINDS[kept.kind]),
        kind=kept.kind,
        media_type=KINDS[kept.kind].media_type,
        bytes_count=kept.bytes_count,
        added_at=kept.added_at,
        scan=kept.scan,
        openings=[
            OpeningView(post_id=post_id, post=titles.get(post_id), day=day)
            for post_id, day in dict.fromkeys((by.post_id, by.day) for by in kept.openings)
        ],
    )
