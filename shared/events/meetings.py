"""What meetings tells: how a committee's month went. Ids of posts and figures, never a word that was said."""

from datetime import datetime
from typing import ClassVar

from shared.events.event import Event
from shared.language import Text


class MeetingEvent(Event):
    """`month` is the Jalali month whose meeting it is, such as `1405-09`; the subject is the meeting.

    Where something was not carried out, `overseen_by` is the post that watches over it: the group's head.
    """

    publisher: ClassVar[str] = "meetings"

    meeting_id: str
    committee_id: str
    month: str


class MeetingConvened(MeetingEvent):
    """A meeting is convened: the month's by the clock, another by the post that called it.

    `place_unit` is public relations.
    """

    says: ClassVar[Text] = Text(fa="جلسه فراخوانده شد.", en="A meeting was convened.")

    convened_at: datetime
    starts_at: datetime
    ends_at: datetime
    place_unit: str | None = None
    to_posts: tuple[str, ...]
    called_by: str | None = None


class MeetingMoved(MeetingEvent):
    """Its day was closed after it was convened, or opened again: it is on another, at the same hours.

    `calendar` is the owner and the version of the one by which it moved.
    """

    says: ClassVar[Text] = Text(
        fa="جلسه به‌سبب تعطیلی، روز دیگری برگزار می‌شود.", en="A meeting moved to another day."
    )

    was_starts_at: datetime
    starts_at: datetime
    ends_at: datetime
    place_unit: str | None = None
    to_posts: tuple[str, ...]
    moved_at: datetime
    calendar: str


class MeetingHeld(MeetingEvent):
    """An official meeting is over. `present` of `members` had come when it was declared official.

    `send_by_at` is when its decisions must have been sent; None where it adopted none.
    """

    says: ClassVar[Text] = Text(fa="جلسه با رسمیت برگزار شد.", en="A meeting was held, and was official.")

    opened_at: datetime
    closed_at: datetime
    present: int
    members: int
    decisions: int
    send_by_at: datetime | None


class MeetingNotOfficial(MeetingEvent):
    """Too few came; the chair recorded it."""

    says: ClassVar[Text] = Text(fa="جلسه به حد نصاب نرسید و رسمیت نیافت.", en="A meeting lacked its quorum.")

    recorded_at: datetime
    present: int
    members: int
    overseen_by: str | None = None


class MeetingLapsed(MeetingEvent):
    """Its time passed and nobody opened it, or it could not even be convened (`convened` is False)."""

    says: ClassVar[Text] = Text(fa="زمان جلسه گذشت و برگزار نشد.", en="A meeting's time passed without it.")

    starts_at: datetime
    ends_at: datetime
    lapsed_at: datetime
    convened: bool = True
    overseen_by: str | None = None


class DecisionAdopted(MeetingEvent):
    """A motion got the votes of a majority of those present. `number` counts from 1 in its meeting."""

    says: ClassVar[Text] = Text(fa="تصمیمی با رأی اکثریت تصویب شد.", en="A majority adopted a decision.")

    number: int
    motion_id: str
    adopted_at: datetime
    present: int
    votes_for: int
    votes_against: int
    abstained: int


class DecisionsSent(MeetingEvent):
    """The secretary sent the meeting's decisions to the members and the head. `late_by_s` is real time.

    With them went the next meeting's agenda of so many items, and its time, None while it is not called.
    `agenda_items` is None where nothing was said of it, as before PORTAL-10-7 was carried out.
    """

    says: ClassVar[Text] = Text(fa="تصمیمات جلسه ارسال شد.", en="A meeting's decisions were sent.")

    decisions: int
    to_posts: tuple[str, ...]
    sent_at: datetime
    due_at: datetime
    in_time: bool
    late_by_s: int
    agenda_items: int | None = None
    next_starts_at: datetime | None = None


class MinutesSent(MeetingEvent):
    """The secretary sent the minutes of a meeting that adopted no decision, for what the next one deals with.

    `next_starts_at` is None while that is not called.
    """

    says: ClassVar[Text] = Text(
        fa="صورت‌جلسهٔ جلسه‌ای بی‌تصمیم ارسال شد.", en="The minutes of a meeting without decisions were sent."
    )

    to_posts: tuple[str, ...]
    sent_at: datetime
    agenda_items: int
    next_starts_at: datetime | None


class DecisionsOverdue(MeetingEvent):
    """The time for sending is over and nothing was sent; told once. `post_id` is whoever owes it."""

    says: ClassVar[Text] = Text(
        fa="مهلت ارسال تصمیمات جلسه گذشت.", en="The time to send a meeting's decisions is over."
    )

    decisions: int
    post_id: str
    head_post: str | None
    due_at: datetime
    overdue_at: datetime
    overseen_by: str | None = None
