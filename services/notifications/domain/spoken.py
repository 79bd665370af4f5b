"""The state of a case in short sentences, to be read aloud: no code, no abbreviation, no brackets."""

from collections.abc import Mapping, Sequence

from services.notifications.domain.case import KnownCase, Standing
from shared.calendar.jalali import show_instant
from shared.language import Text
from shared.persian import persian_digits

SPOKEN: Mapping[Standing, Text] = {
    Standing.FILED: Text(
        fa="شکایت شما در {agency} ثبت شده و در نوبت رسیدگی است.",
        en="Your complaint is filed with {agency} and waits its turn.",
    ),
    Standing.TAKEN: Text(
        fa="شکایت شما در {agency} در دست رسیدگی است.", en="{agency} is working on your complaint."
    ),
    Standing.WAITING: Text(
        fa="{agency} از شما پرسشی دارد و منتظر پاسخ شماست.", en="{agency} has a question, and waits for you."
    ),
    Standing.ESCALATED: Text(
        fa="شکایت شما از {agency} در مهلت پاسخ نگرفت و نزد مقام بالاتر در سطح {level} است.",
        en="{agency} didn't answer in time; your complaint is with a higher post, at level {level}.",
    ),
    Standing.ANSWERED: Text(
        fa="{agency} به شکایت شما پاسخ داده است.", en="{agency} has answered your complaint."
    ),
    Standing.OUTSIDE: Text(
        fa="{agency} پاسخ داده است که موضوع شما در جای دیگری رسیدگی می‌شود.",
        en="{agency} has answered that your matter is dealt with elsewhere.",
    ),
    Standing.REOPENED: Text(
        fa="شکایت شما از {agency} برای رسیدگی دوباره نزد مقام بالاتر در سطح {level} است.",
        en="Your complaint about {agency} is looked at again by a higher post, at level {level}.",
    ),
    Standing.WITHDRAWN: Text(
        fa="شکایت شما از {agency} به خواست خودتان پس گرفته شده است.",
        en="You took your complaint about {agency} back.",
    ),
    Standing.CLOSED: Text(
        fa="شکایت شما از {agency} بسته شده است.", en="Your complaint about {agency} is closed."
    ),
    Standing.HANDED_OVER: Text(
        fa="شکایت شما از سوی {agency} به دستگاه دیگری سپرده می‌شود.",
        en="{agency} is handing your complaint over to another agency.",
    ),
}
ANSWER_DUE = Text(fa="مهلت پاسخ {at} است.", en="The answer is due by {at}.")
REPLY_BY = Text(fa="مهلت پاسخ شما {at} است.", en="You have until {at} to reply.")
RATE_BY = Text(fa="تا {at} می‌توانید نظر دهید.", en="You have until {at} to say if you are content.")


def sentences(case: KnownCase, agency: Text) -> Sequence[Text]:
    """What is read to its citizen: where it stands, then the next deadline, if there is one."""
    level = Text(fa=persian_digits(str(case.level)), en=str(case.level))
    said = [
        Text(
            fa=SPOKEN[case.standing].fa.format(agency=agency.fa, level=level.fa),
            en=SPOKEN[case.standing].en.format(agency=agency.en, level=level.en),
        )
    ]
    for words, at in (
        (ANSWER_DUE, case.answer_due_at),
        (REPLY_BY, case.waits_until),
        (RATE_BY, case.rated_until),
    ):
        if at is not None:
            shown = show_instant(at)
            said.append(Text(fa=words.fa.format(at=shown.fa), en=words.en.format(at=shown.en)))
    return said
