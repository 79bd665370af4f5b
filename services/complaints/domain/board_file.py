"""The file with which somebody is referred to the board: a record whole, bound to its history by a hash."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from services.complaints.domain.misconduct import Cause, Degree, Guidance, Measure, Misconduct, Step
from services.complaints.domain.sanctions import LAW, SANCTIONS
from shared.calendar.jalali import show_day, show_instant
from shared.language import Text

SAYS: Mapping[StrEnum, Text] = {
    Step.INFORMATION: Text(fa="اطلاع‌رسانی", en="information"),
    Step.RECEPTION: Text(fa="پذیرش", en="reception"),
    Step.DOCUMENTS: Text(fa="دریافت مدارک", en="documents"),
    Step.EXAMINATION: Text(fa="بررسی", en="examination"),
    Step.DECISION: Text(fa="تصمیم‌گیری", en="decision"),
    Step.PAYMENT: Text(fa="پرداخت", en="payment"),
    Step.DELIVERY: Text(fa="تحویل", en="delivery"),
    Step.FOLLOW_UP: Text(fa="پیگیری", en="follow-up"),
    Cause.DISRESPECT: Text(fa="بی‌احترامی به ارباب‌رجوع", en="disrespect of a client"),
    Cause.DISCRIMINATION: Text(fa="تبعیض میان مراجعان", en="discrimination between clients"),
    Cause.DELAY: Text(fa="تأخیر ناموجه", en="delay without reason"),
    Cause.ABSENCE: Text(fa="ترک محل خدمت", en="absence from the desk"),
    Cause.AGAINST_THE_RULES: Text(fa="رفتار خلاف ضوابط", en="acting against the rules"),
    Cause.UNDUE_DEMAND: Text(fa="درخواست نابجا از مراجع", en="an undue demand of a client"),
    Cause.PRIVACY: Text(fa="نقض حریم خصوصی", en="breach of privacy"),
    Cause.NEGLIGENCE: Text(fa="سهل‌انگاری", en="negligence"),
    Guidance.COURSE: Text(fa="دورهٔ آموزشی", en="course"),
    Guidance.REMINDER: Text(fa="تذکر ارشادی", en="reminder"),
    Guidance.COUNSEL: Text(fa="مشاوره", en="counsel"),
    Degree.UNAWARE: Text(fa="ناآگاه", en="unaware"),
    Degree.CARELESS: Text(fa="غافل", en="careless"),
    Degree.DEFIANT: Text(fa="متمرد", en="defiant"),
    Measure.GUIDANCE: Text(fa="ارشاد", en="guidance"),
    Measure.WARNING: Text(fa="تذکر", en="warning"),
    Measure.REFERRAL: Text(fa="معرفی به هیئت رسیدگی به تخلفات اداری", en="referral to the board"),
}
"""What each code is called in print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFile:
    """The record, the earlier ones that make it a repetition, what was done, and the hash over that."""

    record: Misconduct
    earlier: tuple[Misconduct, ...]
    done: tuple[Mapping[str, Any], ...]
    history_hash: str
    made_at: datetime

    @classmethod
    def of(
        cls,
        record: Misconduct,
        earlier: Sequence[Misconduct],
        history: Sequence[Mapping[str, Any]],
        now: datetime,
    ) -> Self:
        """The newest entry's hash covers every entry before it, and the record as it stands."""
        return cls(
            record=record,
            earlier=tuple(earlier),
            done=tuple(history),
            history_hash=history[-1]["hash"],
            made_at=now,
        )

    @property
    def text(self) -> str:
        """To be printed, in Persian."""
        return "\n".join([*self._heading(), *self._course(), *self._ending()])

    def _heading(self) -> Iterator[str]:
        record, named = self.record, self.record.named
        yield "پروندهٔ ارجاع به هیئت رسیدگی به تخلفات اداری"
        yield f"شمارهٔ پرونده: {record.id}"
        yield f"دستگاه: {named.agency_id}"
        yield f"فرد: {named.person_id}، پست: {named.post_title.fa} ({named.post_id})"
        yield f"خدمت: {record.service_code}، مرحله: {SAYS[record.step].fa}، موضوع: {SAYS[record.cause].fa}"
        yield f"روز رویداد: {show_day(record.happened_on).fa}"
        yield f"منشأ: {record.origin.complaint_id or record.origin.reference or ''}"
        yield f"شرح: {record.what}"
        yield from (f"مدرک {number}: {one}" for number, one in enumerate(record.evidence, start=1))

    def _course(self) -> Iterator[str]:
        record, finding = self.record, self.record.finding
        for guided in record.guidance:
            yield f"ارشاد: {SAYS[guided.kind].fa}، {show_day(guided.on).fa}. {guided.note}"
        for said in record.statements:
            yield f"توضیح فرد ({show_instant(said.at).fa}): {said.text or 'فراخوانده شد و توضیحی نداد.'}"
        if finding is not None:
            yield f"تشخیص: {SAYS[finding.degree].fa} ({show_instant(finding.at).fa}). {finding.reasons}"
            yield f"نتیجه: {SAYS[finding.measure].fa}{'، به سبب تکرار' if finding.repeated else ''}"
        if record.objection is not None:
            yield f"اعتراض فرد: {record.objection.text}"
            yield f"پاسخ اعتراض: {record.objection.reasons or 'هنوز داده نشده است.'}"
        if record.outcome is not None:
            sanction = record.outcome.sanction
            decided = "برائت" if sanction is None else f"{SANCTIONS[sanction].fa}، {LAW.fa}"
            yield f"رأی هیئت ({record.outcome.decision_number}): {decided}"

    def _ending(self) -> Iterator[str]:
        for one in self.earlier:
            if one.finding is not None:
                yield (
                    f"سابقه: {show_instant(one.finding.at).fa}، {SAYS[one.cause].fa}، "
                    f"{SAYS[one.finding.degree].fa}، {SAYS[one.finding.measure].fa}"
                )
        for entry in self.done:
            yield f"{entry['version']}. {show_instant(entry['at']).fa}: {entry['act']} ({entry['by']})"
        yield f"درهم‌سازی تاریخچه (SHA-256): {self.history_hash}"
        yield f"تاریخ تهیه: {show_instant(self.made_at).fa}"
