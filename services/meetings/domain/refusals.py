"""What is said when a directive does not allow something in a meeting."""

from datetime import date, datetime

from services.meetings.domain.status import Status
from shared.calendar.jalali import show_day, show_instant
from shared.language import Text
from shared.persian import persian_digits

NOT_NOW = {
    Status.CONVENED: Text(
        fa="رسمیت جلسه هنوز اعلام نشده است.", en="The meeting is not declared official yet."
    ),
    Status.OPEN: Text(fa="جلسه هنوز پایان نیافته است.", en="The meeting is not over yet."),
    Status.CLOSED: Text(fa="جلسه پایان یافته است.", en="The meeting is over."),
    Status.NOT_OFFICIAL: Text(fa="این جلسه رسمیت نیافته است.", en="This meeting was not official."),
    Status.LAPSED: Text(fa="زمان این جلسه گذشته است.", en="This meeting's time has passed."),
}
NOT_THE_HEAD = Text(
    fa="تنها رئیس گروه می‌تواند ادارهٔ جلسه را بسپارد.",
    en="Only the head of the group can hand the chair over.",
)
NOT_TO_A_MEMBER = Text(
    fa="ادارهٔ جلسه تنها به یکی از اعضای گروه سپرده می‌شود.",
    en="The chair can be handed to a member of the group only.",
)
NOT_PRESIDING = Text(fa="این کار بر عهدهٔ رئیس جلسه است.", en="This is for whoever presides over the meeting.")
CHAIR_AWAY = Text(fa="حضور رئیس جلسه ثبت نشده است.", en="Whoever presides is not recorded as present.")
QUORUM_IS_THERE = Text(
    fa="حد نصاب حاصل است و جلسه می‌تواند رسمیت یابد.", en="There is a quorum: the meeting can be official."
)
NOT_THE_SECRETARY = Text(
    fa="ارسال تصمیمات بر عهدهٔ دبیر گروه است.", en="Sending the decisions is the secretary's."
)
AGENDA_IS_THE_SECRETARYS = Text(
    fa="تعیین دستور جلسهٔ بعدی در صورت‌جلسه بر عهدهٔ دبیر گروه است.",
    en="Setting the next meeting's agenda in the minutes is the secretary's.",
)
NO_AGENDA = Text(
    fa="دستور جلسهٔ بعدی در صورت‌جلسه نیامده است: نخست آن را تعیین کنید؛ اگر دستوری نیست، آن را تهی بفرستید.",
    en="The minutes lack the next meeting's agenda: set it first; where there is none, set an empty one.",
)
NO_TIME = Text(
    fa="زمان جلسهٔ بعدی معلوم نیست: نخست آن را فرابخوانید، یا بگویید که زمان آن هنوز معین نیست.",
    en="The next meeting's time isn't known: call it first, or say that its time is open.",
)
MINUTES_ARE_SENT = Text(
    fa="صورت‌جلسه ارسال شده است و دیگر تغییر نمی‌کند.", en="The minutes are sent, and stay as they are."
)
NO_VOTER = Text(
    fa="تنها اعضایی رأی می‌دهند که هنگام طرح موضوع حاضر بوده‌اند.",
    en="Only members present when a motion was put may vote on it.",
)
ONE_VOTE = Text(
    fa="هر عضو یک رأی دارد و رأی داده‌شده عوض نمی‌شود.", en="Each member has one vote, and it stands."
)
COUNTED = Text(fa="آرای این موضوع شمرده شده است.", en="The votes on this motion are counted.")

IS_OVER = Text(
    fa="زمان جلسه باید در آینده باشد.", en="That time is over: a meeting is called for a time to come."
)
TOO_FAR_AHEAD = Text(
    fa="جلسه را تا یک سال پیش از زمان آن می‌توان فراخواند.", en="A meeting is called a year ahead at most."
)
TAKEN = Text(fa="در همان زمان جلسهٔ دیگری فراخوانده شده است.", en="Another meeting is called for that time.")
DISSOLVED = Text(
    fa="نمودار دستگاه دیگر چنین گروهی ندارد.", en="The agency's chart has no such committee any more."
)
NO_HOURS = Text(
    fa="ساعت جلسه را مانند 09:00-11:00 بنویسید؛ پایان پس از آغاز و در همان روز است.",
    en="Write the hours like 09:00-11:00: a meeting ends after it begins, on the same day.",
)
CONVENES_ITSELF = Text(
    fa="جلسهٔ این گروه هر ماه خود فراخوانده می‌شود.", en="This group's meetings convene themselves each month."
)


def closed_on(day: date) -> Text:
    """The agency does not work that day."""
    shown = show_day(day)
    return Text(fa=f"دستگاه در {shown.fa} تعطیل است.", en=f"The agency is closed on {shown.en}.")


def no_quorum(*, present: int, members: int) -> Text:
    """Too few are here."""
    return Text(
        fa=persian_digits(f"از {members} عضو، {present} نفر حاضرند و جلسه به حد نصاب نمی‌رسد."),
        en=f"{present} of {members} members are present: no quorum.",
    )


def not_begun(starts_at: datetime) -> Text:
    """Too early."""
    begins = show_instant(starts_at)
    return Text(fa=f"زمان جلسه هنوز نرسیده است: {begins.fa}.", en=f"The meeting begins later: {begins.en}.")


def too_many(most: int) -> Text:
    """A limit of the system's own."""
    return Text(
        fa=persian_digits(f"در یک جلسه بیش از {most} موضوع به رأی گذاشته نمی‌شود."),
        en=f"No more than {most} motions are put in one meeting.",
    )


def too_many_called(most: int) -> Text:
    """The same, of meetings."""
    return Text(
        fa=persian_digits(f"بیش از {most} جلسه پیشاپیش فراخوانده نمی‌شود."),
        en=f"No more than {most} meetings are called ahead.",
    )
