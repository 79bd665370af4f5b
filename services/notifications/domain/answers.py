"""What who sends an SMS is answered: the state of their case, or how to ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notifications.domain.case import KnownCase, Standing
from services.notifications.domain.inbound import Wants
from services.notifications.domain.message import Cause, Message
from services.notifications.domain.templates import TEMPLATES, Template
from services.notifications.domain.words import AGENCY, filled
from shared.calendar.jalali import show_instant
from shared.events.directory import PROVINCE
from shared.events.requests import RequestKind
from shared.identity import show_code
from shared.persian import persian_digits


def _code(case: KnownCase) -> str:
    return show_code(case.tracking_code)


def _level(case: KnownCase) -> str:
    return persian_digits(str(case.level))


def _instant(at: datetime | None) -> str:
    return "" if at is None else show_instant(at).fa


ASKED: Mapping[str, Callable[[KnownCase], str]] = {
    "code": _code,
    "level": _level,
    "due": lambda case: _instant(case.due_at),
    "reply_by": lambda case: _instant(case.reply_by_at),
    "rate_by": lambda case: _instant(case.rate_by_at),
}
"""What a case gives to the words about its state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The words of one answer."""

    name: str
    text: str
    version: int = 1

    def variables(self, case: KnownCase | None) -> dict[str, str]:
        """What the case fills in, as people read it."""
        return {} if case is None else {name: show(case) for name, show in ASKED.items()}

    def render(self, variables: Mapping[str, str], *, agency: str) -> str:
        """The message as it is sent."""
        return self.text.format_map({**variables, AGENCY: agency})


_CODE = " کد پیگیری:\n{code}"
_HOW = "برای دانستن وضعیت شکایت خود، کد پیگیری ۱۶ نویسه‌ای آن را از همان شماره‌ای بفرستید که با آن ثبت شده است."

STATES: Mapping[Standing, Answer] = {
    standing: Answer(name=f"asked-{standing.value}", text=text)
    for standing, text in {
        Standing.FILED: "شکایت شما در {agency} ثبت شده و در نوبت رسیدگی است." + _CODE + "\nمهلت پاسخ: {due}.",
        Standing.TAKEN: "شکایت شما در {agency} در دست رسیدگی است." + _CODE + "\nمهلت پاسخ: {due}.",
        Standing.WAITING: (
            "{agency} از شما پرسشی دارد و مهلت آن تا پاسخ شما متوقف است."
            + _CODE
            + "\nمهلت پاسخ شما: {reply_by}."
        ),
        Standing.ESCALATED: (
            "شکایت شما از {agency} در مهلت مقرر پاسخ نگرفت و نزد مقام بالاتر (سطح {level}) است." + _CODE
        ),
        Standing.ANSWERED: (
            "{agency} به شکایت شما پاسخ داده است."
            + _CODE
            + "\nمهلت اعلام نظر شما، با یک رقم از ۱ (ناراضی) تا ۵ (راضی): {rate_by}."
        ),
        Standing.OUTSIDE: (
            "{agency} پاسخ داده است که موضوع شما در اینجا رسیدگی نمی‌شود و جای درست آن را گفته است."
            + _CODE
            + "\nمهلت اعلام نارضایتی شما: {rate_by}."
        ),
        Standing.REOPENED: (
            "شکایت شما از {agency} برای رسیدگی دوباره نزد مقام بالاتر (سطح {level}) است."
            + _CODE
            + "\nمهلت پاسخ: {due}."
        ),
        Standing.WITHDRAWN: "شکایت شما از {agency} به خواست خودتان پس گرفته شده است." + _CODE,
        Standing.CLOSED: "شکایت شما از {agency} بسته شده است." + _CODE,
        Standing.HANDED_OVER: (
            "شکایت شما از سوی {agency} به دستگاه دیگری سپرده می‌شود؛ کد و مهلت آن همان است." + _CODE
        ),
    }.items()
}
HELP = Answer(
    name="inbound-help",
    text="پیام شما به {agency} رسید. " + _HOW + " برای ثبت شکایت، پیامی بفرستید که با واژهٔ «شکایت» آغاز شود.",
)
HELP_OF_PROVINCE = Answer(name="inbound-help-province", text="پیام شما به سامانهٔ پیگیری استان رسید. " + _HOW)
_STILL = (
    "خبر ثبت، پرسش، سپردن به دستگاه دیگر، پاسخ، رسیدگی دوباره و بسته‌شدن شکایت خودتان "
    "و پاسخ پیامک‌هایتان همچنان فرستاده می‌شود. برای دریافت دوباره: «شروع»"
)
STOP = Answer(
    name="inbound-stop",
    version=2,
    text="دیگر خبرهای میانی رسیدگی، اطلاعیه و نظرسنجی از {agency} برای شما فرستاده نمی‌شود. " + _STILL,
)
STOP_OF_PROVINCE = Answer(
    name="inbound-stop-province",
    text=(
        "دیگر خبرهای میانی رسیدگی، اطلاعیه و نظرسنجی از هیچ دستگاهی در این سامانه برای شما فرستاده نمی‌شود. "
        + _STILL
    ),
)
START = Answer(
    name="inbound-start",
    text="از این پس همهٔ پیامک‌های {agency} برای شما فرستاده می‌شود. برای دریافت نکردن: «لغو»",
)
START_OF_PROVINCE = Answer(
    name="inbound-start-province",
    text="از این پس پیامک‌های همهٔ دستگاه‌ها در این سامانه برای شما فرستاده می‌شود. برای دریافت نکردن: «لغو»",
)
REFUSED: Mapping[str, Answer] = {
    RequestKind.RATE: Answer(
        name="inbound-rating-refused",
        text=(
            "نظر شما دربارهٔ پاسخ {agency} ثبت نشد: پیش‌تر نظر داده‌اید، مهلت آن گذشته است یا هنوز پاسخی نیست."
            + _CODE
        ),
    ),
    RequestKind.REPLY: Answer(
        name="inbound-reply-refused",
        text="پیام شما به شکایت افزوده نشد: {agency} اکنون پرسشی بی‌پاسخ از شما ندارد." + _CODE,
    ),
    RequestKind.FILE: Answer(
        name="inbound-filing-refused",
        text=(
            "پیام شما به {agency} رسید، اما شکایت با پیامک ثبت نشد. "
            "لطفاً آن را حضوری، تلفنی یا در وبگاه ثبت کنید."
        ),
    ),
}
ANSWERS: Mapping[str, Answer] = {
    one.name: one
    for one in (
        *STATES.values(),
        *REFUSED.values(),
        *(HELP, HELP_OF_PROVINCE),
        *(STOP, STOP_OF_PROVINCE, START, START_OF_PROVINCE),
    )
}
EXPLAINED = Answer(name="explained", text="{words}")
"""A rule in an agency's own words, or which there are: nobody words that once more."""
WORDINGS: Mapping[str, Answer | Template] = {**TEMPLATES, **ANSWERS, EXPLAINED.name: EXPLAINED}
"""All wordings that come with the release, by name."""


def words_of(message: Message, agency: str) -> str:
    """What a message says: in its own wording, else in the release's; once claimed, the same for ever."""
    if message.text is not None:
        return message.text
    if message.wording is not None:
        return filled(message.wording, message.variables, agency=agency)
    return WORDINGS[message.template].render(message.variables, agency=agency)


def answer_to(wants: Wants, case: KnownCase | None, agency_id: str) -> Answer | None:
    """The words for what somebody wants; None where nothing is to be said."""
    of_province = agency_id == PROVINCE
    help_ = HELP_OF_PROVINCE if of_province else HELP
    match wants:
        case Wants.STATE:
            return help_ if case is None else STATES[case.standing]
        case Wants.HELP | Wants.EXPLAIN:
            return help_
        case Wants.STOP:
            return STOP_OF_PROVINCE if of_province else STOP
        case Wants.START:
            return START_OF_PROVINCE if of_province else START
        case _:
            return None


def refusal_of(kind: RequestKind, case: KnownCase | None, agency_id: str) -> Answer:
    """The words for what complaints refused."""
    if case is None and kind is not RequestKind.FILE:
        return HELP_OF_PROVINCE if agency_id == PROVINCE else HELP
    return REFUSED[kind]


def message_of(
    answer: Answer,
    *,
    id_: str,
    agency_id: str,
    cause: Cause,
    contact_id: str,
    variables: Mapping[str, str],
    now: datetime,
    lasts: timedelta,
) -> Message:
    """The answer as a message, to be queued like every other, and of no use once it has lasted so long."""
    return Message(
        id=id_,
        agency_id=agency_id,
        cause=cause,
        template=answer.name,
        template_version=answer.version,
        variables=variables,
        contact_id=contact_id,
        queued_at=now,
        status_at=now,
        send_at=now,
        expires_at=now + lasts,
    )
