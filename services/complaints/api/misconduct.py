"""Inspection keeps the register of misconduct."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.complaints import access
from services.complaints.api.misconduct_views import RecordView, record_view
from services.complaints.domain.misconduct import Cause, Degree, Guidance, Misconduct, Source, Step
from services.complaints.usecases import misconduct
from services.complaints.usecases.misconduct import Decision, Opening
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.calendar.calendar_data import Day
from shared.store.repository import Saved
from shared.web.parts import V1, Body, IdempotencyKey, IfMatch, example, once, uses

router = APIRouter(prefix=V1, tags=["misconduct"])
UseIt = Annotated[Use, Depends(uses)]
Inspector = Annotated[Who, Depends(allowed(access.INSPECT))]
TEXT_MAX, NOTE_MAX, LINE_MAX, CODE_MAX, EVIDENCE_MAX, WHY_MIN = 4000, 1000, 300, 64, 20, 10
Reasons = Annotated[str, Field(min_length=WHY_MIN, max_length=TEXT_MAX)]


class OpeningBody(Body):
    """Whom it is of, by the directory's ids, and what happened. `at_agency_id` is for the governorate."""

    model_config = example(
        person_id="p-water.desk.officer",
        post_id="water.desk.officer",
        source="visit",
        reference="۱۴۰۵/ب/۳۱۸",
        service_code="1001",
        step="reception",
        cause="disrespect",
        happened_on="2026-11-18",
        what="در بازدید از میز خدمت دیده شد که با مراجع با بی‌احترامی رفتار شد.",
        evidence=["صورت‌جلسهٔ بازدید"],
    )

    at_agency_id: str | None = Field(default=None, min_length=1, max_length=CODE_MAX)
    person_id: str = Field(min_length=1, max_length=CODE_MAX)
    post_id: str = Field(min_length=1, max_length=CODE_MAX)
    source: Source
    complaint_id: str | None = Field(default=None, max_length=CODE_MAX)
    reference: str | None = Field(default=None, min_length=1, max_length=LINE_MAX)
    service_code: str = Field(max_length=CODE_MAX)
    step: Step
    cause: Cause
    happened_on: Day
    what: str = Field(min_length=1, max_length=TEXT_MAX)
    evidence: list[Annotated[str, Field(min_length=1, max_length=LINE_MAX)]] = Field(
        default_factory=list, max_length=EVIDENCE_MAX
    )


class GuidanceBody(Body):
    """A course, a reminder or counsel, and the day of it."""

    kind: Guidance
    on: Day
    note: str = Field(min_length=1, max_length=NOTE_MAX)


class StatementBody(Body):
    """What the person says; null for who was asked to speak and didn't."""

    text: str | None = Field(min_length=1, max_length=TEXT_MAX)


class FindingBody(Body):
    """What inspection finds, and why."""

    degree: Degree
    reasons: Reasons


class ObjectionBody(Body):
    """What the person says against the finding."""

    text: str = Field(min_length=1, max_length=TEXT_MAX)


class ObjectionDecisionBody(Body):
    """Whether the objection is right, and why."""

    upheld: bool = Field(strict=True)
    reasons: Reasons


class OutcomeBody(Body):
    """What the board decided: a sanction of the law, null for who was acquitted."""

    model_config = example(sanction="written-reprimand", decision_number="۱۴۰۵/ه/۷۱", decided_on="2026-11-21")

    sanction: str | None = Field(max_length=CODE_MAX)
    decision_number: str = Field(min_length=1, max_length=LINE_MAX)
    decided_on: Day


class WithdrawalBody(Body):
    """Why the record is unfounded."""

    reason: Reasons


@router.post("/misconduct", status_code=201)
async def enter(
    body: OpeningBody, who: Inspector, use: UseIt, response: Response, key: IdempotencyKey = None
) -> RecordView:
    """Open a record, from a complaint that was right or from a visit or a report."""
    said = Opening(
        agency_id=body.at_agency_id or who.agency_id,
        person_id=body.person_id,
        post_id=body.post_id,
        source=body.source,
        complaint_id=body.complaint_id,
        reference=body.reference,
        service_code=body.service_code,
        step=body.step,
        cause=body.cause,
        happened_on=body.happened_on,
        what=body.what,
        evidence=tuple(body.evidence),
    )
    first = once(key, f"{who.agency_id}:misconduct:{who.subject}", body, use.master_key)
    return _tagged(response, await misconduct.enter(use, who, said, first))


@router.post("/misconduct/{id_}/guidance")
async def guide(
    id_: str, body: GuidanceBody, who: Inspector, use: UseIt, response: Response, if_match: IfMatch
) -> RecordView:
    """Note that the person was guided: before any finding (RIGHTS-P4-2), or after one."""
    day: date = body.on
    return _tagged(response, await misconduct.guide(use, who, id_, body.kind, day, body.note, if_match))


@router.post("/misconduct/{id_}/statement")
async def hear(
    id_: str, body: StatementBody, who: Inspector, use: UseIt, response: Response, if_match: IfMatch
) -> RecordView:
    """Note what the person says, before anything is found."""
    return _tagged(response, await misconduct.hear(use, who, id_, body.text, if_match))


@router.post("/misconduct/{id_}/finding")
async def find(
    id_: str, body: FindingBody, who: Inspector, use: UseIt, response: Response, if_match: IfMatch
) -> RecordView:
    """Find what the person did; the measure follows from it (RIGHTS-P9-3, RIGHTS-P4-6)."""
    return _tagged(response, await misconduct.find(use, who, id_, body.degree, body.reasons, if_match))


@router.post("/misconduct/{id_}/objection")
async def object_to(
    id_: str, body: ObjectionBody, who: Inspector, use: UseIt, response: Response, if_match: IfMatch
) -> RecordView:
    """Note the person's objection to the finding, while there is time."""
    return _tagged(response, await misconduct.object_to(use, who, id_, body.text, if_match))


@router.post("/misconduct/{id_}/objection/decision")
async def decide_objection(
    id_: str, body: ObjectionDecisionBody, who: Inspector, use: UseIt, response: Response, if_match: IfMatch
) -> RecordView:
    """Decide on the objection: one that is right takes the finding back."""
    saved = await misconduct.decide_objection(use, who, id_, body.reasons, if_match, upheld=body.upheld)
    return _tagged(response, saved)


@router.post("/misconduct/{id_}/settlement")
async def settle(id_: str, who: Inspector, use: UseIt, response: Response, if_match: IfMatch) -> RecordView:
    """End it: the person was guided, or warned."""
    return _tagged(response, await misconduct.settle(use, who, id_, if_match))


@router.post("/misconduct/{id_}/referral")
async def refer(id_: str, who: Inspector, use: UseIt, response: Response, if_match: IfMatch) -> RecordView:
    """Refer it to the board of administrative misconduct (RIGHTS-P4-6)."""
    return _tagged(response, await misconduct.refer(use, who, id_, if_match))


@router.post("/misconduct/{id_}/outcome")
async def close(
    id_: str, body: OutcomeBody, who: Inspector, use: UseIt, response: Response, if_match: IfMatch
) -> RecordView:
    """Note what the board decided, which ends it (RIGHTS-P9-4)."""
    said = Decision(sanction=body.sanction, number=body.decision_number, decided_on=body.decided_on)
    return _tagged(response, await misconduct.close(use, who, id_, said, if_match))


@router.post("/misconduct/{id_}/withdrawal")
async def withdraw(
    id_: str, body: WithdrawalBody, who: Inspector, use: UseIt, response: Response, if_match: IfMatch
) -> RecordView:
    """Take it back as unfounded: it counts no more."""
    return _tagged(response, await misconduct.withdraw(use, who, id_, body.reason, if_match))


def _tagged(response: Response, saved: Saved[Misconduct]) -> RecordView:
    response.headers["etag"] = saved.etag
    return record_view(saved.state)
