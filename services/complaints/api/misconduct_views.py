"""How a record of misconduct is shown: masked, or with whom it names."""

from datetime import date, datetime

from pydantic import Field

from services.complaints.domain.misconduct import (
    Cause,
    Degree,
    Guidance,
    Measure,
    Misconduct,
    Source,
    Standing,
    Step,
)
from services.complaints.domain.register_look import LookedAt
from shared.events.directory import Name
from shared.web.parts import View

ENDS = 2


class RecordView(View):
    """A record with the person masked, and without what was written."""

    id: str
    person: str = Field(examples=["p-***er"])
    unit_id: str | None
    service_code: str
    step: Step
    cause: Cause
    source: Source
    happened_on: date
    opened_at: datetime
    standing: Standing
    guided: int
    heard: bool
    finding: Degree | None
    measure: Measure | None
    repeated: bool | None
    objection_until: datetime | None
    objected: bool
    referred_at: datetime | None
    ended_at: datetime | None


class GuidedView(View):
    """That the person was guided, by which post."""

    kind: Guidance
    on: date
    note: str
    by: str


class StatementView(View):
    """What the person said; null for who was asked and said nothing."""

    text: str | None
    at: datetime


class FindingView(View):
    """What was found, why, and what follows."""

    degree: Degree
    reasons: str
    measure: Measure
    repeated: bool
    by: str
    at: datetime


class ObjectionView(View):
    """The person's objection; `upheld` is null while nothing was decided on it."""

    text: str
    at: datetime
    upheld: bool | None
    reasons: str | None


class OutcomeView(View):
    """What the board decided; no sanction for who was acquitted."""

    sanction: str | None
    decision_number: str
    decided_on: date


class WholeRecordView(RecordView):
    """A record with all that is in it, for who said why they look."""

    person_id: str
    post_id: str
    post: Name
    complaint_id: str | None
    reference: str | None
    what: str
    evidence: list[str]
    guidance: list[GuidedView]
    statements: list[StatementView]
    found: FindingView | None
    objection: ObjectionView | None
    outcome: OutcomeView | None
    why_withdrawn: str | None


class DoneView(View):
    """One entry of the history, with the hash that chains it to the one before."""

    version: int
    at: datetime
    act: str
    by: str
    before: str
    hash: str


class BoardFileView(View):
    """All in one document: the record, the earlier ones, what was done, the hash over that; and in print."""

    record: WholeRecordView
    earlier: list[WholeRecordView]
    done: list[DoneView]
    history_hash: str
    made_at: datetime
    text: str


class RegisterLookView(View):
    """Who saw a record, as what, and why if a name was opened."""

    what: LookedAt
    post_id: str
    person_id: str
    reason: str | None
    at: datetime


def masked_person(person_id: str) -> str:
    """Enough to tell two apart in a list, too little to know somebody by."""
    return f"{person_id[:ENDS]}***{person_id[-ENDS:]}"


def record_view(record: Misconduct) -> RecordView:
    """As lists show it."""
    finding = record.finding
    return RecordView(
        id=record.id,
        person=masked_person(record.named.person_id),
        unit_id=record.named.unit_id,
        service_code=record.service_code,
        step=record.step,
        cause=record.cause,
        source=record.origin.source,
        happened_on=record.happened_on,
        opened_at=record.opened_at,
        standing=record.standing,
        guided=len(record.guidance),
        heard=bool(record.statements),
        finding=finding and finding.degree,
        measure=finding and finding.measure,
        repeated=finding and finding.repeated,
        objection_until=finding and finding.objection_until,
        objected=record.objection is not None,
        referred_at=record.referred_at,
        ended_at=record.ended_at,
    )


def whole_view(record: Misconduct) -> WholeRecordView:
    """With whom it names and what was written."""
    finding, objection, outcome = record.finding, record.objection, record.outcome
    return WholeRecordView(
        **record_view(record).model_dump(),
        person_id=record.named.person_id,
        post_id=record.named.post_id,
        post=record.named.post_title,
        complaint_id=record.origin.complaint_id,
        reference=record.origin.reference,
        what=record.what,
        evidence=list(record.evidence),
        guidance=[GuidedView(kind=one.kind, on=one.on, note=one.note, by=one.by) for one in record.guidance],
        statements=[StatementView(text=one.text, at=one.at) for one in record.statements],
        found=finding
        and FindingView(
            degree=finding.degree,
            reasons=finding.reasons,
            measure=finding.measure,
            repeated=finding.repeated,
            by=finding.by,
            at=finding.at,
        ),
        objection=objection
        and ObjectionView(
            text=objection.text, at=objection.at, upheld=objection.upheld, reasons=objection.reasons
        ),
        outcome=outcome
        and OutcomeView(
            sanction=outcome.sanction,
            decision_number=outcome.decision_number,
            decided_on=outcome.decided_on,
        ),
        why_withdrawn=record.why_withdrawn,
    )
