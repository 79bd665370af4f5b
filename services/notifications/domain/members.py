"""What who acts for a post is told by SMS of the meetings that they belong to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notifications import rules
from services.notifications.domain.lane import Lane
from services.notifications.domain.message import Cause, Message
from services.notifications.domain.next_meeting import next_meeting
from shared.calendar.jalali import JalaliMonth, show_instant
from shared.directory.chart import Chart
from shared.events.meetings import DecisionsSent, MeetingConvened, MeetingMoved, MinutesSent
from shared.persian import persian_digits

MeetingNews = DecisionsSent | MinutesSent | MeetingConvened | MeetingMoved
MINUTES_ARE_NEWS_FOR = timedelta(hours=48)
"""That a meeting is to be is news until it begins; that its minutes were sent, for so long after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One message for all who are told: its words, what fills them in, and until when it is of use."""

    template: str
    wording: str
    variables: dict[str, str]
    clause: str
    expires_at: datetime
    version: int = 1

    @classmethod
    def of(cls, event: MeetingNews, chart: Chart) -> "News":
        """By the clause that meetings went by; else by that of the lists that staff are reached by."""
        month, clause = JalaliMonth.parse(event.month).title.fa, event.clause or rules.STAFF_LIST.clause
        match event:
            case DecisionsSent():
                return cls(
                    template="decisions-sent",
                    version=2,
                    wording=(
                        "تصمیمات جلسهٔ {month} در {agency} برای شما فرستاده شد. شمار تصمیمات: {count}. "
                        "{next}متن آن‌ها را در سامانه بخوانید."
                    ),
                    variables={
                        "month": month,
                        "count": persian_digits(str(event.decisions)),
                        "next": _next(event),
                    },
                    clause=clause,
                    expires_at=event.sent_at + MINUTES_ARE_NEWS_FOR,
                )
            case MinutesSent():
                return cls(
                    template="minutes-sent",
                    wording=(
                        "صورت‌جلسهٔ {month} در {agency} برای شما فرستاده شد. {next}متن آن را در سامانه بخوانید."
                    ),
                    variables={"month": month, "next": _next(event)},
                    clause=clause,
                    expires_at=event.sent_at + MINUTES_ARE_NEWS_FOR,
                )
            case MeetingConvened():
                return cls(
                    template="meeting-convened",
                    wording="جلسهٔ {month} در {agency} فراخوانده شد: {starts}{place}.",
                    variables={"month": month, "starts": _at(event.starts_at), "place": _place(event, chart)},
                    clause=clause,
                    expires_at=event.starts_at,
                )
            case MeetingMoved():
                return cls(
                    template="meeting-moved",
                    wording="زمان جلسهٔ {month} در {agency} تغییر کرد: به جای {was}، {starts}{place}.",
                    variables={
                        "month": month,
                        "was": _at(event.was_starts_at),
                        "starts": _at(event.starts_at),
                        "place": _place(event, chart),
                    },
                    clause=clause,
                    expires_at=event.starts_at,
                )

    def message(self, *, id_: str, agency_id: str, contact_id: str, cause: Cause, now: datetime) -> Message:
        """To one of them."""
        return Message(
            id=id_,
            agency_id=agency_id,
            cause=cause,
            lane=Lane.STATUS,
            clause=self.clause,
            template=self.template,
            template_version=self.version,
            variables=self.variables,
            wording=self.wording,
            contact_id=contact_id,
            queued_at=now,
            status_at=now,
            send_at=now,
            expires_at=self.expires_at,
        )


def acting(event: MeetingNews, chart: Chart, now: datetime) -> dict[str, str]:
    """Who acts for the posts that are told, each person once, with the first of their posts."""
    people: dict[str, str] = {}
    for post_id in event.to_posts:
        person_id = chart.holder(post_id, now)
        if person_id is not None:
            people.setdefault(person_id, post_id)
    return people


def _next(event: DecisionsSent | MinutesSent) -> str:
    return f"{next_meeting(event).fa} ".lstrip()


def _at(instant: datetime) -> str:
    return show_instant(instant).fa


def _place(event: MeetingConvened | MeetingMoved, chart: Chart) -> str:
    unit = chart.units.get(event.place_unit or "")
    return "" if unit is None else f"، محل: {unit.name.fa}"
