"""What citizens are told: which change is told by which words.

Each says what happened, the tracking code and what comes next; never the citizen's name or their own text.
The code has a line to itself: in the middle of a Persian line its groups would change places on the screen.
A changed text gets the next `version`, so that a sent message says which words it had. A name is for ever:
messages that wait are rendered by it.
An agency may have words of its own instead (`wordings.py`): these hold where it, and the province, has none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Any

from services.notifications.domain.words import AGENCY
from shared.calendar.jalali import show_instant
from shared.events.complaints import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintDeadlineMoved,
    ComplaintEscalated,
    ComplaintEvent,
    ComplaintFiled,
    ComplaintReopened,
    ComplaintTaken,
)
from shared.events.complaints_course import (
    ComplaintCitizenAsked,
    ComplaintPointedElsewhere,
    ComplaintRouted,
    ComplaintTakenOver,
    ComplaintWentOn,
    ComplaintWithdrawn,
)
from shared.events.event import Event
from shared.identity import show_code
from shared.persian import persian_digits

Variables = Mapping[str, Callable[[Any], str]]


class UnknownVariable(ValueError):
    """A template asks for what its event doesn't give."""


def _code(event: ComplaintEvent) -> str:
    return show_code(event.tracking_code)


def _level(event: ComplaintEscalated | ComplaintReopened) -> str:
    return persian_digits(str(event.level))


def _reply_by(event: ComplaintCitizenAsked) -> str:
    return _instant(event.reply_by_at)


def _due(
    event: ComplaintFiled
    | ComplaintDeadlineMoved
    | ComplaintReopened
    | ComplaintRouted
    | ComplaintTakenOver
    | ComplaintWentOn,
) -> str:
    return _instant(event.reply_due_at)


def _rate_by(event: ComplaintAnswered | ComplaintPointedElsewhere) -> str:
    return _instant(event.rate_by_at)


def _instant(at: datetime) -> str:
    return show_instant(at).fa


GIVEN: Mapping[type[Event], Variables] = {
    ComplaintFiled: {"code": _code, "due": _due},
    ComplaintTaken: {"code": _code},
    ComplaintRouted: {"code": _code, "due": _due},
    ComplaintTakenOver: {"code": _code, "due": _due},
    ComplaintCitizenAsked: {"code": _code, "reply_by": _reply_by},
    ComplaintWentOn: {"code": _code, "due": _due},
    ComplaintEscalated: {"code": _code, "level": _level},
    ComplaintDeadlineMoved: {"code": _code, "due": _due},
    ComplaintAnswered: {"code": _code, "rate_by": _rate_by},
    ComplaintPointedElsewhere: {"code": _code, "rate_by": _rate_by},
    ComplaintWithdrawn: {"code": _code},
    ComplaintReopened: {"code": _code, "level": _level, "due": _due},
    ComplaintClosed: {"code": _code},
}
"""What each event gives to the words about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The words for one change. Refused as soon as it is written with a variable that nobody fills.

    `once` is for what is news only the first time in a case.
    """

    name: str
    event: type[Event]
    text: str
    version: int = 1
    once: bool = False

    def __post_init__(self) -> None:
        asked = {name for _, name, _, _ in Formatter().parse(self.text) if name is not None}
        unknown = asked - {AGENCY, *GIVEN[self.event]}
        if unknown:
            raise UnknownVariable(f"{self.name}: {', '.join(sorted(map(repr, unknown)))}")

    def variables(self, event: Event) -> dict[str, str]:
        """What the event fills in, as people read it."""
        return {name: show(event) for name, show in GIVEN[self.event].items()}

    def render(self, variables: Mapping[str, str], *, agency: str) -> str:
        """The message as it is sent."""
        return self.text.format_map({**variables, AGENCY: agency})


_CODE = " کد پیگیری:\n{code}\n"

TEMPLATES: Mapping[str, Template] = {
    template.name: template
    for template in (
        Template(
            name="complaint-filed",
            event=ComplaintFiled,
            text="شکایت شما از {agency} ثبت شد." + _CODE + "مهلت پاسخ: {due}.",
        ),
        Template(
            name="complaint-taken",
            event=ComplaintTaken,
            once=True,  # that another officer takes over is no news to the citizen
            text="رسیدگی به شکایت شما در {agency} آغاز شد." + _CODE + "نتیجه با پیامک به اطلاع شما می‌رسد.",
        ),
        Template(
            name="complaint-routed",
            event=ComplaintRouted,
            text=(
                "شکایت شما برای رسیدگی به واحد دیگری از {agency} فرستاده شد."
                + _CODE
                + "مهلت پاسخ تغییری نمی‌کند: {due}."
            ),
        ),
        Template(
            name="complaint-routed-waiting",
            event=ComplaintRouted,
            text=(
                "شکایت شما برای رسیدگی به واحد دیگری از {agency} فرستاده شد."
                + _CODE
                + "پرسشی که از شما شده است هنوز پاسخ می‌خواهد و مهلت دستگاه تا آن هنگام متوقف است."
            ),
        ),
        Template(
            name="complaint-taken-over",
            event=ComplaintTakenOver,
            text=(
                "شکایت شما با پیشینهٔ آن برای رسیدگی به {agency} سپرده شد."
                + _CODE
                + "کد پیگیری و مهلت پاسخ تغییری نمی‌کند: {due}."
            ),
        ),
        Template(
            name="complaint-citizen-asked",
            event=ComplaintCitizenAsked,
            text=(
                "{agency} برای رسیدگی به شکایت شما پرسشی دارد."
                + _CODE
                + "پرسش را با این کد و شمارهٔ همراه خود ببینید و تا {reply_by} پاسخ دهید؛ "
                "با پیامک: کد و پاسخ. مهلت دستگاه تا آن هنگام متوقف است."
            ),
            version=2,
        ),
        Template(
            name="complaint-reply-taken",
            event=ComplaintWentOn,
            text="پاسخ شما به {agency} رسید و رسیدگی ادامه یافت." + _CODE + "مهلت پاسخ دستگاه: {due}.",
        ),
        Template(
            name="complaint-went-on",
            event=ComplaintWentOn,
            text=(
                "پاسخی از شما به پرسش {agency} نرسید و رسیدگی بدون آن ادامه یافت."
                + _CODE
                + "مهلت پاسخ دستگاه: {due}."
            ),
        ),
        Template(
            name="complaint-escalated",
            event=ComplaintEscalated,
            text=(
                "شکایت شما از {agency} در مهلت مقرر پاسخ نگرفت "
                "و برای رسیدگی به مقام بالاتر (سطح {level}) ارجاع شد."
                + _CODE
                + "نتیجه با پیامک به اطلاع شما می‌رسد."
            ),
        ),
        Template(
            name="complaint-deadline-moved",
            event=ComplaintDeadlineMoved,
            text=(
                "با تغییر روزها یا ساعت‌های کاری، مهلت پاسخ {agency} به شکایت شما جابه‌جا شد."
                + _CODE
                + "مهلت تازه: {due}."
            ),
        ),
        Template(
            name="complaint-answered",
            event=ComplaintAnswered,
            version=2,
            text=(
                "{agency} به شکایت شما پاسخ داد." + _CODE + "پاسخ را با این کد ببینید "
                "و تا {rate_by} نظر دهید؛ با پیامک: رقمی از ۱ (ناراضی) تا ۵ (راضی) و دلیل آن."
            ),
        ),
        Template(
            name="complaint-pointed-elsewhere",
            event=ComplaintPointedElsewhere,
            text=(
                "{agency} پاسخ داد که موضوع شما در اینجا رسیدگی نمی‌شود و جای درست آن را گفت."
                + _CODE
                + "لطفاً پاسخ را با این کد و شمارهٔ همراه خود ببینید؛ "
                "اگر نمی‌پذیرید، تا {rate_by} اعلام نارضایتی کنید."
            ),
        ),
        Template(
            name="complaint-withdrawn",
            event=ComplaintWithdrawn,
            text="شکایت شما از {agency} به خواست خودتان پس گرفته شد." + _CODE.rstrip(),
        ),
        Template(
            name="complaint-reopened",
            event=ComplaintReopened,
            text=(
                "نارضایتی شما ثبت شد و شکایت شما از {agency} "
                "برای رسیدگی دوباره به مقام بالاتر (سطح {level}) ارجاع شد." + _CODE + "مهلت پاسخ: {due}."
            ),
        ),
        Template(
            name="complaint-closed",
            event=ComplaintClosed,
            text="از اعلام رضایت شما سپاسگزاریم. شکایت شما از {agency} بسته شد." + _CODE.rstrip(),
        ),
        Template(
            name="complaint-closed-not-satisfied",
            event=ComplaintClosed,
            text=(
                "نارضایتی شما ثبت شد. شکایت شما از {agency} در بالاترین سطح نیز پاسخ گرفته بود "
                "و با اعلام نارضایتی شما بسته شد." + _CODE.rstrip()
            ),
        ),
        Template(
            name="complaint-closed-unrated",
            event=ComplaintClosed,
            text=(
                "مهلت اعلام نظر شما دربارهٔ پاسخ {agency} به پایان رسید و شکایت بسته شد."
                + _CODE
                + "اگر موضوع حل نشده است، می‌توانید شکایت تازه‌ای ثبت کنید."
            ),
        ),
    )
}


CLOSED = {
    True: "complaint-closed",
    False: "complaint-closed-not-satisfied",
    None: "complaint-closed-unrated",
}
"""By what the citizen said last."""


def template_of(event: Event) -> Template:
    """The words for this change; which of two where an event has two meanings."""
    if isinstance(event, ComplaintClosed):
        return TEMPLATES[CLOSED[event.satisfied]]
    if isinstance(event, ComplaintWentOn):
        return TEMPLATES["complaint-reply-taken" if event.replied else "complaint-went-on"]
    if isinstance(event, ComplaintRouted):
        return TEMPLATES["complaint-routed-waiting" if event.waits_for_citizen else "complaint-routed"]
    return next(template for template in TEMPLATES.values() if template.event is type(event))
