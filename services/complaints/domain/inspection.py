"""What inspection does with a record: guides, hears, finds, refers, and takes back what was unfounded."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypedDict

from services.complaints import rules
from services.complaints.domain.misconduct import (
    ENDED,
    Degree,
    Facts,
    Finding,
    Guidance,
    Guided,
    Measure,
    Misconduct,
    Objection,
    Outcome,
    Standing,
    Statement,
)
from shared.calendar.jalali import local_day
from shared.events.complaints import MisconductFound, MisconductSettled, MisconductWithdrawn
from shared.events.directory import Post
from shared.language import Text
from shared.rule import Figures, Refused, Rule

CARRIED_OUT: Mapping[Measure, str] = {
    Measure.GUIDANCE: rules.GUIDANCE.clause,
    Measure.WARNING: rules.REPETITION.clause,
    Measure.REFERRAL: rules.SANCTIONS.clause,
}
"""By which clause a record ends."""


def guide(
    record: Misconduct, kind: Guidance, on: date, note: str, post: Post, now: datetime
) -> tuple[Misconduct, Facts]:
    """The person went to a course, was reminded, was counselled: before any finding, or after one."""
    _must_stand(record, rules.GUIDANCE, Standing.OPEN, Standing.FOUND)
    guided = Guided(kind=kind, on=on, note=note, by=post.id, at=now)
    return replace(record, guidance=(*record.guidance, guided)), []


def hear(record: Misconduct, text: str | None, post: Post, now: datetime) -> tuple[Misconduct, Facts]:
    """What the person says, before anything is found."""
    _must_stand(record, rules.HEARING, Standing.OPEN)
    return replace(record, statements=(*record.statements, Statement(text=text, by=post.id, at=now))), []


def find(
    record: Misconduct,
    degree: Degree,
    reasons: str,
    post: Post,
    now: datetime,
    *,
    others: Sequence[Misconduct],
    figures: Figures,
) -> tuple[Misconduct, Facts]:
    """What the person did wrong, and so what follows. `others` are their other records with a finding."""
    _must_stand(record, rules.FINDING, Standing.OPEN)
    if not record.statements:
        raise Refused(
            rules.HEARING,
            Text(
                fa="پیش از احراز تخلف باید توضیح فرد شنیده شود یا از او خواسته شده باشد.",
                en="The person must be heard, or asked to speak, before anything is found.",
            ),
        )
    day = local_day(now)
    earlier = [one.finding.at for one in others if one.finding is not None and one.counts]
    repeated = rules.is_repetition(earlier=earlier, found_at=now, period=figures.of(rules.REPETITION, day))
    follows = rules.what_follows(degree.value, cause=record.cause.value, repeated=repeated)
    if follows is None:
        raise Refused(
            rules.FINDING,
            Text(
                fa="کسی که در این مدت تذکر گرفته است ناآگاه شمرده نمی‌شود.",
                en="Who was warned within the period is not unaware.",
            ),
        )
    finding = Finding(
        degree=degree,
        reasons=reasons,
        measure=Measure(follows),
        repeated=repeated,
        by=post.id,
        at=now,
        objection_until=now + figures.of(rules.OBJECTION, day),
    )
    turn = 1 + max((one.turn or 0 for one in others), default=0)
    found = replace(record, standing=Standing.FOUND, finding=finding, turn=turn)
    return found, [
        MisconductFound(
            **_codes(record),
            clause=rules.FINDING.clause,
            finding=degree.value,
            measure=follows,
            repeated=repeated,
            found_at=now,
        )
    ]


def object_to(record: Misconduct, text: str, now: datetime) -> tuple[Misconduct, Facts]:
    """The person says that the finding is wrong; once, while there is time. The board hears them itself."""
    finding = _finding_of(record)
    if (
        record.objection is not None
        or record.referred_at is not None
        or record.standing is Standing.WITHDRAWN
    ):
        raise _not_now(record, rules.OBJECTION)
    if now >= finding.objection_until:
        raise Refused(
            rules.OBJECTION,
            Text(fa="مهلت اعتراض به این تشخیص گذشته است.", en="The time to object to this finding is over."),
        )
    return replace(record, objection=Objection(text=text, at=now)), []


def decide_objection(
    record: Misconduct, reasons: str, now: datetime, *, upheld: bool
) -> tuple[Misconduct, Facts]:
    """An objection that is right takes the finding back."""
    if record.objection is None or record.objection.upheld is not None:
        raise _not_now(record, rules.OBJECTION)
    objection = replace(record.objection, upheld=upheld, reasons=reasons, decided_at=now)
    decided = replace(record, objection=objection)
    return _withdrawn(decided, reasons, now) if upheld else (decided, [])


def settle(record: Misconduct, now: datetime) -> tuple[Misconduct, Facts]:
    """It ends with what followed: guided before any finding or after one, or warned."""
    _must_stand(record, rules.FINDING, Standing.OPEN, Standing.FOUND)
    _must_be_decided(record)
    measure = Measure.GUIDANCE if record.finding is None else record.finding.measure
    if measure is Measure.REFERRAL:
        raise Refused(
            rules.REPETITION,
            Text(
                fa="این پرونده باید به هیئت رسیدگی به تخلفات اداری معرفی شود.",
                en="This goes to the board of administrative misconduct.",
            ),
        )
    since = record.opened_at if record.finding is None else record.finding.at
    if measure is Measure.GUIDANCE and not any(one.at >= since for one in record.guidance):
        raise Refused(
            rules.GUIDANCE,
            Text(
                fa="نخست باید ارشاد شود: دوره، تذکر یا مشاوره.",
                en="The person is to be guided first: a course, a reminder or counsel.",
            ),
        )
    return _ended(record, now, measure, sanctioned=False)


def refer(record: Misconduct, now: datetime) -> tuple[Misconduct, Facts]:
    """To the board, with the file: only what the finding leads there."""
    _must_stand(record, rules.REPETITION, Standing.FOUND)
    _must_be_decided(record)
    if _finding_of(record).measure is not Measure.REFERRAL:
        raise Refused(
            rules.REPETITION,
            Text(
                fa="نخست ارشاد یا تذکر؛ معرفی به هیئت تنها در صورت تکرار یا تمرد است.",
                en="Guidance or a warning comes first: only the repeated and the defiant go to the board.",
            ),
        )
    return replace(record, standing=Standing.REFERRED, referred_at=now), []


def close(
    record: Misconduct, sanction: str | None, decision_number: str, decided_on: date, now: datetime
) -> tuple[Misconduct, Facts]:
    """What the board decided: one of the law's sanctions, or none for who was acquitted."""
    _must_stand(record, rules.SANCTIONS, Standing.REFERRED)
    if sanction is not None and sanction not in rules.SANCTIONS.preset:
        raise Refused(
            rules.SANCTIONS,
            Text(
                fa="این تنبیه در قانون رسیدگی به تخلفات اداری نیست.",
                en=f"The law knows no such sanction: {', '.join(rules.SANCTIONS.preset)}.",
            ),
        )
    outcome = Outcome(sanction=sanction, decision_number=decision_number, decided_on=decided_on, at=now)
    closed = replace(record, outcome=outcome)
    return _ended(closed, now, Measure.REFERRAL, sanctioned=sanction is not None)


def withdraw(record: Misconduct, reason: str, now: datetime) -> tuple[Misconduct, Facts]:
    """It was unfounded: it stays to be read, and counts no more."""
    _must_stand(record, rules.REGISTER, Standing.OPEN, Standing.FOUND)
    return _withdrawn(record, reason, now)


def forget_words(record: Misconduct, _: datetime) -> Misconduct:
    """What was written in it is erased; what was found and done stays. A running one needs its words."""
    if record.standing not in ENDED or not record.has_words:
        return record
    return replace(
        record,
        what="",
        evidence=(),
        guidance=tuple(replace(one, note="") for one in record.guidance),
        statements=tuple(replace(one, text=None) for one in record.statements),
        finding=record.finding and replace(record.finding, reasons=""),
        objection=record.objection and replace(record.objection, text="", reasons=None),
        why_withdrawn=None,
        has_words=False,
    )


def _ended(
    record: Misconduct, now: datetime, measure: Measure, *, sanctioned: bool
) -> tuple[Misconduct, Facts]:
    settled = MisconductSettled(
        **_codes(record),
        clause=CARRIED_OUT[measure],
        finding=record.finding and record.finding.degree.value,
        measure=measure.value,
        sanctioned=sanctioned,
        settled_at=now,
    )
    return replace(record, standing=Standing.SETTLED, ended_at=now), [settled]


def _withdrawn(record: Misconduct, reason: str, now: datetime) -> tuple[Misconduct, Facts]:
    withdrawn = replace(record, standing=Standing.WITHDRAWN, why_withdrawn=reason, ended_at=now)
    told = MisconductWithdrawn(**_codes(record), withdrawn_at=now)
    return withdrawn, [] if record.finding is None else [told]


class _Codes(TypedDict):
    agency_id: str
    unit_id: str | None
    service_code: str | None
    step: str | None
    cause: str | None


def _codes(record: Misconduct) -> _Codes:
    told = record.told
    return _Codes(
        agency_id=record.agency_id,
        unit_id=told.unit_id,
        service_code=told.service_code,
        step=told.step,
        cause=told.cause,
    )


def _finding_of(record: Misconduct) -> Finding:
    if record.finding is None:
        raise _not_now(record, rules.FINDING)
    return record.finding


def _must_stand(record: Misconduct, rule: Rule[Any], *where: Standing) -> None:
    if record.standing not in where:
        raise _not_now(record, rule)


def _must_be_decided(record: Misconduct) -> None:
    if record.objection is not None and record.objection.upheld is None:
        raise Refused(
            rules.OBJECTION,
            Text(
                fa="نخست باید دربارهٔ اعتراض فرد تصمیم گرفته شود.",
                en="The person's objection is to be decided first.",
            ),
        )


def _not_now(record: Misconduct, rule: Rule[Any]) -> Refused:
    said = SAYS[record.standing]
    return Refused(
        rule,
        Text(
            fa=f"این کار در وضعیت «{said.fa}» ممکن نیست.",
            en=f"The record is {said.en}: this can't be done now.",
        ),
    )


SAYS = {
    Standing.OPEN: Text(fa="در دست بررسی", en="open"),
    Standing.FOUND: Text(fa="احرازشده", en="found"),
    Standing.REFERRED: Text(fa="معرفی‌شده به هیئت", en="referred to the board"),
    Standing.SETTLED: Text(fa="پایان‌یافته", en="settled"),
    Standing.WITHDRAWN: Text(fa="پس‌گرفته‌شده", en="withdrawn"),
}
