"""Lists of media, guests and citizens: kept, and filled by hand or from a file."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from services.notifications import access
from services.notifications.api.parts import UseIt
from services.notifications.domain.contact_list import Closed, ContactList, ListKind
from services.notifications.domain.list_import import NAME_MAX, WORDS_MAX, EntryForm
from services.notifications.usecases import contact_lists, list_imports
from services.notifications.usecases.contact_lists import Shown
from services.notifications.usecases.list_imports import Course
from shared.access.guard import allowed
from shared.access.who import Who
from shared.events.contacts import ContactKind
from shared.language import Text
from shared.web.bodies import up_to
from shared.web.fields import JalaliInstant, Mobile, OfNobody, WorkEmail
from shared.web.parts import V1, Body, IdempotencyKey, Pages, PageView, View, example, once
from shared.web.problems import Problem, language_of
from shared.web.staff import ID_MAX
from shared.web.tables import CSV, must_have_no_problems, read_csv_body

router = APIRouter(prefix=V1, tags=["lists"])
Keeper = Annotated[Who, Depends(allowed(access.LISTS))]
ROWS_MAX = 100_000
FILE_BYTES_MAX = 16 * 1024 * 1024
"""Of a hundred thousand people, each in a row of 160 bytes."""
Words = Annotated[str, Field(min_length=1, max_length=WORDS_MAX), OfNobody]
LIST_CLOSED = Problem(
    409,
    "list-closed",
    Text(
        fa="این فهرست بسته است و کسی به آن افزوده نمی‌شود؛ نخست آن را دوباره باز کنید.",
        en="The list is closed, and nobody is put on it; open it again first.",
    ),
)
A_FILE: Mapping[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            CSV: {
                "schema": {"type": "string"},
                "example": "name,mobile,email,consent_at,basis,source\n"
                "مریم رضایی,09121234567,,1405/08/30,فرم رضایت,همایش آب ۱۴۰۵\n",
            }
        },
    },
    **up_to(FILE_BYTES_MAX),
}


class ListBody(Body):
    """A list of the agency's, or of a unit's: who may not keep the agency's makes it for their own unit."""

    model_config = example(kind="guests", name="مهمانان هفتهٔ دولت")

    kind: ListKind
    name: Annotated[str, Field(min_length=1, max_length=NAME_MAX), OfNobody]
    unit: Annotated[str | None, Field(max_length=ID_MAX)] = None


class ListView(View):
    """A list, and how many are on it. Of a closed one they leave at `empty_at`."""

    id: str
    kind: ListKind
    name: str
    unit: str | None
    made_at: datetime
    closed_at: datetime | None
    empty_at: datetime | None
    members: int


class MemberBody(Body):
    """Somebody for a list: a mobile or an e-mail address, one of the two.

    `basis` says how they agreed, or why else they may be written to; `source` where the number is from.
    """

    model_config = example(
        name="مریم رضایی",
        mobile="09121234567",
        consent_at="1405/08/30",
        basis="فرم رضایت",
        source="همایش آب ۱۴۰۵",
    )

    name: Annotated[str, Field(min_length=1, max_length=NAME_MAX), OfNobody]
    mobile: Mobile | None = None
    email: WorkEmail | None = None
    consent_at: JalaliInstant | None = None
    basis: Words
    source: Words

    def row(self) -> EntryForm:
        """As a row of a file would say it."""
        return EntryForm.model_construct(**dict(self))


class MemberView(View):
    """Somebody on a list. `number` is masked, null while it isn't known here yet; `added_by` is a post."""

    id: str
    name: str | None
    number: Annotated[str | None, Field(examples=["0912***4567"])]
    kind: ContactKind
    basis: str | None
    source: str | None
    consent_at: datetime | None
    added_by: str
    added_at: datetime


class ImportView(View):
    """How far a file is taken in; `added` are who weren't on the list before. Without `id`: a dry run."""

    id: str | None
    dry_run: bool
    rows: int
    rows_done: int
    added: int
    begun_at: datetime | None
    ended_at: datetime | None


@router.post("/contact-lists", status_code=201)
async def make(body: ListBody, who: Keeper, use: UseIt, key: IdempotencyKey = None) -> ListView:
    """Begin a list."""
    first = once(key, who.agency_id, body, use.master_key)
    made = await contact_lists.make(use, who, body.kind, body.name, body.unit, first)
    return _view(made, await contact_lists.count(use, made))


@router.get("/contact-lists")
async def listed(who: Keeper, use: UseIt, pages: Pages) -> PageView[ListView]:
    """The lists that the caller may send to."""
    page, counts = await contact_lists.listed(use, who, after=pages.after, limit=pages.limit)
    return PageView(
        items=[_view(saved.state, counts.get(saved.state.id, 0)) for saved in page.items], next=page.next
    )


@router.get("/contact-lists/{id_}")
async def one(id_: str, who: Keeper, use: UseIt) -> ListView:
    """One of them."""
    found, _ = await contact_lists.one(use, who, id_)
    return _view(found, await contact_lists.count(use, found))


@router.post("/contact-lists/{id_}/close")
async def close(id_: str, who: Keeper, use: UseIt) -> ListView:
    """Put nobody on it any more, and begin to send nothing to it. What is being sent goes on; who is on it
    stays for as long as it may be asked why they were written to.
    """
    closed = await contact_lists.close(use, who, id_)
    return _view(closed, await contact_lists.count(use, closed))


@router.post("/contact-lists/{id_}/reopen")
async def reopen(id_: str, who: Keeper, use: UseIt) -> ListView:
    """Use a closed one again, with whoever is on it still."""
    opened = await contact_lists.reopen(use, who, id_)
    return _view(opened, await contact_lists.count(use, opened))


@router.post("/contact-lists/{id_}/members", status_code=201)
async def put(id_: str, body: MemberBody, who: Keeper, use: UseIt) -> MemberView:
    """Put somebody on a list. Who stands on it stays as they are."""
    try:
        return _member(await contact_lists.put(use, who, id_, body.row()))
    except Closed:
        raise LIST_CLOSED from None


@router.get("/contact-lists/{id_}/members")
async def members(
    id_: str,
    who: Keeper,
    use: UseIt,
    pages: Pages,
    ending: Annotated[str | None, Query(pattern=r"^[0-9]{4}$", max_length=4, examples=["4567"])] = None,
) -> PageView[MemberView]:
    """Who is on a list, their numbers masked; those whose mobile ends with four digits."""
    found, following = await contact_lists.members(
        use, who, id_, ending=ending, after=pages.after, limit=pages.limit
    )
    return PageView(items=[_member(shown) for shown in found], next=following)


@router.delete("/contact-lists/{id_}/members/{member_id}", status_code=204)
async def take_off(id_: str, member_id: str, who: Keeper, use: UseIt) -> Response:
    """Take somebody off. Who is then on no list, and wrote nothing lately, is forgotten."""
    await contact_lists.take_off(use, who, id_, member_id)
    return Response(status_code=204)


@router.post("/contact-lists/{id_}/imports", status_code=202, openapi_extra=dict(A_FILE))
async def begin_import(
    id_: str, request: Request, who: Keeper, use: UseIt, dry_run: Annotated[bool, Query()] = False
) -> ImportView:
    """Take in a CSV file (UTF-8) of up to a hundred thousand rows: the same file again puts nobody on twice.

    One wrong row, and nothing is taken in: all of them are told. With `dry_run` that is all that is done.
    """
    table = await asyncio.to_thread(read_csv_body, await request.body(), rows_max=ROWS_MAX)
    try:
        begun = await list_imports.begin(use, who, id_, table, dry_run=dry_run)
    except Closed:
        raise LIST_CLOSED from None
    must_have_no_problems(begun.problems, language_of(request))
    if begun.file is not None:
        return _import(await list_imports.course(use, who, id_, begun.file.id))
    return ImportView(
        id=None, dry_run=dry_run, rows=begun.rows, rows_done=0, added=0, begun_at=None, ended_at=None
    )


@router.get("/contact-lists/{id_}/imports/{import_id}")
async def course(id_: str, import_id: str, who: Keeper, use: UseIt) -> ImportView:
    """How far a file is taken in."""
    return _import(await list_imports.course(use, who, id_, import_id))


def _view(one: ContactList, members: int) -> ListView:
    return ListView(
        id=one.id,
        kind=one.kind,
        name=one.name,
        unit=one.unit_id,
        made_at=one.made_at,
        closed_at=one.closed_at,
        empty_at=one.empty_at,
        members=members,
    )


def _member(shown: Shown) -> MemberView:
    member = shown.member
    return MemberView(
        id=member.id,
        name=shown.name,
        number=shown.number,
        kind=member.kind,
        basis=shown.basis,
        source=shown.source,
        consent_at=member.consent_at,
        added_by=member.post_id,
        added_at=member.added_at,
    )


def _import(one: Course) -> ImportView:
    return ImportView(
        id=one.file.id,
        dry_run=False,
        rows=one.file.rows,
        rows_done=one.rows_done,
        added=one.added,
        begun_at=one.file.begun_at,
        ended_at=one.file.ended_at,
    )
