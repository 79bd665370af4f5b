"""Cases: worked by staff."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.complaints import access
from services.complaints.api.questions import QuestionView, question_view
from services.complaints.domain.clock import Round
from services.complaints.domain.complaint import Complaint, Status
from services.complaints.domain.door import Door, Entry
from services.complaints.domain.past import Onward
from services.complaints.usecases import handling, looks, persons
from services.complaints.usecases.use import Use, seen
from shared.access.guard import allowed
from shared.access.who import Who
from shared.events.contacts import ContactKind
from shared.identity import show_code
from shared.store.repository import Saved
from shared.web.history import HistoryView, history_views
from shared.web.parts import V1, Body, IfMatch, View, uses

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]
ANSWER_MAX = 4000


class RoundView(View):
    """From filing or reopening to the answer."""

    started_at: datetime
    due_at: datetime
    answered_at: datetime | None
    in_time: bool
    late_by_s: int
    answer: str | None
    upheld: bool | None
    pointed_to: str | None
    questions: list[QuestionView]


class EntryView(View):
    """Who entered a complaint for the citizen, when, and what shows how it came."""

    at: datetime
    post_id: str | None
    reference: str | None
    medium: str | None


class HandedOverView(View):
    """To which agency it was handed over, as which service of it, by which post and when."""

    agency_id: str
    service_code: str
    post_id: str
    at: datetime


class StaffView(View):
    """What staff see: the number masked, and no identity; `identity_told` says if one may be looked at.

    `repeats` is the id of the first of its matter, where it is a repeat; `came_from` are the agencies that
    had it before, the first one first.
    """

    id: str
    agency_id: str
    tracking_code: str
    service_code: str
    unit_id: str
    ground: str
    text: str
    door: Door
    entry: EntryView | None
    mobile: str | None = Field(examples=["0912***4567"])
    email: str | None = Field(examples=["z***@example.ir"])
    identity_told: bool
    status: Status
    filed_at: datetime
    reply_due_at: datetime
    taken_by: str | None
    level: int
    level_post: str | None
    escalates_at: datetime | None
    satisfied: bool | None
    reason: str | None
    repeats: str | None
    came_from: list[str]
    handed_over: HandedOverView | None
    rounds: list[RoundView]


class AnswerBody(Body):
    """The answer that the citizen reads; `upheld` says whether the complaint was right."""

    text: str = Field(min_length=1, max_length=ANSWER_MAX)
    upheld: bool | None = Field(default=None, strict=True)


@router.get("/complaints/{id_}")
async def complaint(
    id_: str, who: Annotated[Who, Depends(allowed(access.READ))], use: UseIt, response: Response
) -> StaffView:
    """One complaint of the agency, or one that reached the caller at the governorate."""
    return await tagged(use, who, response, await seen(use, who, id_))


@router.get("/complaints/{id_}/history")
async def history(
    id_: str, who: Annotated[Who, Depends(allowed(access.READ))], use: UseIt
) -> list[HistoryView]:
    """Who did what and when, oldest first; reasons for as long as the citizen is known."""
    return history_views(await looks.history(use, who, id_))


@router.post("/complaints/{id_}/take")
async def take(
    id_: str,
    who: Annotated[Who, Depends(allowed(access.TAKE))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> StaffView:
    """Take it: it is yours to answer."""
    return await tagged(use, who, response, await handling.take(use, who, id_, if_match))


@router.post("/complaints/{id_}/answer")
async def answer(
    id_: str,
    body: AnswerBody,
    who: Annotated[Who, Depends(allowed(access.ANSWER))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> StaffView:
    """Answer it; the citizen is told and asked for a verdict."""
    saved = await handling.answer(use, who, id_, body.text, if_match, upheld=body.upheld)
    return await tagged(use, who, response, saved)


async def tagged(use: Use, who: Who, response: Response, saved: Saved[Complaint]) -> StaffView:
    """As it stands, with its ETag. Of who complains only their own agency sees anything."""
    response.headers["etag"] = saved.etag
    is_own = saved.state.agency_id == who.agency_id
    contacts = await persons.masked_contacts(use, who.agency_id, [saved.state])
    return staff_view(saved, contacts, is_own=is_own)


def staff_view(saved: Saved[Complaint], contacts: Mapping[str, str], *, is_own: bool = True) -> StaffView:
    """Without the contact of whom `contacts` doesn't have; no other agency is told of an identity."""
    state = saved.state
    by_mail = state.contact.kind is ContactKind.EMAIL
    return StaffView(
        id=state.id,
        agency_id=state.agency_id,
        tracking_code=show_code(state.tracking_code),
        service_code=state.service_code,
        unit_id=state.unit_id,
        ground=state.ground,
        text=state.text,
        door=state.door,
        entry=state.entry and _entry_view(state.entry),
        mobile=None if by_mail else contacts.get(state.id),
        email=contacts.get(state.id) if by_mail else None,
        identity_told=is_own and state.identity is not None and state.identity.consent,
        status=state.status,
        filed_at=state.filed_at,
        reply_due_at=state.round.due_at,
        taken_by=state.taken_by,
        level=state.level,
        level_post=state.level_post,
        escalates_at=state.escalates_at,
        satisfied=state.satisfied,
        reason=state.reason,
        repeats=state.repeats,
        came_from=[one.agency_id for one in state.past],
        handed_over=state.onward and _handed_over_view(state.onward),
        rounds=round_views(state.rounds),
    )


def round_views(rounds: Sequence[Round]) -> list[RoundView]:
    """Oldest first."""
    return [
        RoundView(
            started_at=one.started_at,
            due_at=one.due_at,
            answered_at=one.answered_at,
            in_time=one.in_time,
            late_by_s=round(one.late_by.total_seconds()),
            answer=one.answer,
            upheld=one.upheld,
            pointed_to=one.pointed_to,
            questions=[question_view(question) for question in one.questions],
        )
        for one in rounds
    ]


def _handed_over_view(onward: Onward) -> HandedOverView:
    return HandedOverView(
        agency_id=onward.agency_id, service_code=onward.service_code, post_id=onward.post_id, at=onward.at
    )


def _entry_view(entry: Entry) -> EntryView:
    return EntryView(at=entry.at, post_id=entry.post_id, reference=entry.reference, medium=entry.medium)
