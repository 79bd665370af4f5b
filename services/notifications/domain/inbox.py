"""What a post is told inside the system. It belongs to the post: who holds it now reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from services.notifications.domain.next_meeting import next_meeting
from shared.calendar.jalali import JalaliMonth, show_instant
from shared.events.complaints import ComplaintEscalated, ComplaintReopened
from shared.events.complaints_course import (
    ComplaintAssigned,
    ComplaintCitizenReplied,
    ComplaintDeadlineNear,
    ComplaintGivenBack,
    ComplaintRouted,
    ComplaintTakenOver,
)
from shared.events.meetings import (
    DecisionsOverdue,
    DecisionsSent,
    MeetingLapsed,
    MeetingMoved,
    MeetingNotOfficial,
    MinutesSent,
)
from shared.identity import show_code
from shared.language import Text
from shared.persian import persian_digits

Breach = DecisionsOverdue | MeetingNotOfficial | MeetingLapsed
Owed = (
    ComplaintAssigned
    | ComplaintGivenBack
    | ComplaintRouted
    | ComplaintTakenOver
    | ComplaintCitizenReplied
    | ComplaintDeadlineNear
    | ComplaintEscalated
    | ComplaintReopened
)
"""What makes a post go on with a complaint: `post_id` names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing told to one post; `cause` is what it is about, a meeting for example."""

    id: str
    agency_id: str
    post_id: str
    kind: str
    cause: str
    fa: str
    en: str
    at: datetime

    @classmethod
    def of_minutes(cls, event: DecisionsSent | MinutesSent, *, id_: str, post_id: str) -> Self:
        """That a meeting's decisions, or its minutes, are there to be read; and when the next one is."""
        kind, says = _minutes_say(event)
        following = next_meeting(event)
        return cls(
            id=id_,
            agency_id=event.agency_id,
            post_id=post_id,
            kind=kind,
            cause=event.meeting_id,
            fa=f"{says.fa} {following.fa}".rstrip(),
            en=f"{says.en} {following.en}".rstrip(),
            at=event.sent_at,
        )

    @classmethod
    def of_move(cls, event: MeetingMoved, *, id_: str, post_id: str) -> Self:
        """That a meeting is on another day than its members were told."""
        was, now = show_instant(event.was_starts_at), show_instant(event.starts_at)
        return cls(
            id=id_,
            agency_id=event.agency_id,
            post_id=post_id,
            kind="meeting-moved",
            cause=event.meeting_id,
            fa=f"زمان جلسهٔ {was.fa} تغییر کرد: {now.fa}.",
            en=f"The meeting of {was.en} is on another day: {now.en}.",
            at=event.moved_at,
        )

    @classmethod
    def of_breach(cls, event: Breach, *, id_: str, post_id: str) -> Self:
        """That a meeting was not held or its decisions were not sent: to who watches over it."""
        month = JalaliMonth.parse(event.month).title
        match event:
            case DecisionsOverdue():
                kind, at = "decisions-overdue", event.overdue_at
                says = Text(
                    fa=f"تصمیمات جلسهٔ {month.fa} در مهلت خود ارسال نشد.",
                    en=f"The decisions of the meeting of {month.en} were not sent within their time.",
                )
            case MeetingNotOfficial():
                kind, at = "meeting-not-official", event.recorded_at
                says = Text(
                    fa=f"جلسهٔ {month.fa} به حد نصاب نرسید و رسمیت نیافت.",
                    en=f"The meeting of {month.en} lacked its quorum.",
                )
            case MeetingLapsed():
                kind, at = "meeting-lapsed", event.lapsed_at
                says = Text(
                    fa=f"زمان جلسهٔ {month.fa} گذشت و برگزار نشد.",
                    en=f"The time of the meeting of {month.en} passed without it.",
                )
        return cls(
            id=id_,
            agency_id=event.agency_id,
            post_id=post_id,
            kind=kind,
            cause=event.meeting_id,
            fa=says.fa,
            en=says.en,
            at=at,
        )

    @classmethod
    def of_case(cls, event: Owed, *, id_: str, agency_id: str, post_id: str, cause: str) -> Self:
        """That a post is to go on with a complaint, or see that one does; `agency_id` is the post's own."""
        kind, at, says = _case_says(event)
        return cls(
            id=id_,
            agency_id=agency_id,
            post_id=post_id,
            kind=kind,
            cause=cause,
            fa=says.fa,
            en=says.en,
            at=at,
        )

    @property
    def says(self) -> Text:
        """As it is read."""
        return Text(fa=self.fa, en=self.en)


def _minutes_say(event: DecisionsSent | MinutesSent) -> tuple[str, Text]:
    month = JalaliMonth.parse(event.month).title
    match event:
        case DecisionsSent():
            count = str(event.decisions)
            return "decisions-sent", Text(
                fa=f"تصمیمات جلسهٔ {month.fa} برای شما ارسال شد. شمار تصمیمات: {persian_digits(count)}.",
                en=f"The decisions of the meeting of {month.en} were sent to you. Decisions: {count}.",
            )
        case MinutesSent():
            return "minutes-sent", Text(
                fa=f"صورت‌جلسهٔ {month.fa} برای شما ارسال شد.",
                en=f"The minutes of the meeting of {month.en} were sent to you.",
            )


def _case_says(event: Owed) -> tuple[str, datetime, Text]:
    code = show_code(event.tracking_code)
    match event:
        case ComplaintAssigned():
            kind, at = "complaint-assigned", event.assigned_at
            says = Text(
                fa=f"شکایت {code} به شما سپرده شد.", en=f"Complaint {code} was given to you to answer."
            )
        case ComplaintGivenBack():
            kind, at = "complaint-given-back", event.given_back_at
            says = Text(
                fa=f"شکایت {code} بازگردانده شد و در دست کسی نیست.",
                en=f"Complaint {code} was given back, and nobody has it.",
            )
        case ComplaintRouted():
            kind, at = "complaint-routed", event.routed_at
            says = Text(
                fa=f"شکایت {code} از واحد دیگری به واحد شما فرستاده شد؛ مهلت آن همان است.",
                en=f"Complaint {code} came from another unit to yours; its deadline is the same.",
            )
        case ComplaintTakenOver():
            kind, at, due = "complaint-taken-over", event.taken_over_at, show_instant(event.reply_due_at)
            says = Text(
                fa=f"شکایت {code} از دستگاه دیگری به دستگاه شما سپرده شد؛ مهلت آن همان است: {due.fa}.",
                en=f"Complaint {code} came to yours from another agency; its deadline is the same: {due.en}.",
            )
        case _:
            return _clock_says(event, code)
    return kind, at, says


def _clock_says(
    event: ComplaintCitizenReplied | ComplaintDeadlineNear | ComplaintEscalated | ComplaintReopened, code: str
) -> tuple[str, datetime, Text]:
    match event:
        case ComplaintCitizenReplied():
            kind, at = "complaint-citizen-replied", event.replied_at
            says = Text(
                fa=f"شهروند به پرسش شما در شکایت {code} پاسخ داد.",
                en=f"The citizen replied to what you asked in complaint {code}.",
            )
        case ComplaintDeadlineNear():
            kind, at, due = "complaint-deadline-near", event.warned_at, show_instant(event.reply_due_at)
            says = Text(
                fa=f"مهلت پاسخ شکایت {code} نزدیک است: {due.fa}.",
                en=f"The answer to complaint {code} is due soon: {due.en}.",
            )
        case ComplaintEscalated():
            kind, at, level = "complaint-escalated", event.escalated_at, str(event.level)
            says = Text(
                fa=f"شکایت {code} پاسخ نگرفت و به شما رسید (سطح {persian_digits(level)}).",
                en=f"Complaint {code} was not answered and came to you (level {level}).",
            )
        case ComplaintReopened():
            kind, at, level = "complaint-reopened", event.reopened_at, str(event.level)
            says = Text(
                fa=f"شهروند راضی نبود و شکایت {code} به شما رسید (سطح {persian_digits(level)}).",
                en=f"The citizen was not satisfied: complaint {code} came to you (level {level}).",
            )
    return kind, at, says
