"""How a head of public relations is appointed (PR-1), and what they are besides (PR-2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.directory import rules
from services.directory.domain.forms import AppointmentForm
from services.directory.domain.holdings import Held
from shared.calendar.jalali import local_day
from shared.events.directory import AdviserNamed, Name, Post, PostFilled, Role
from shared.language import Text
from shared.rule import Invalid, Refused

ADVISER = Name(fa="مشاور مدیر دستگاه", en="Adviser to the agency's head")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """The record by which one person came to hold one post from an instant on."""

    post_id: str
    person_id: str
    from_at: datetime
    record: AppointmentForm

    def is_of(self, held: Held) -> bool:
        """Whether it is the record of this time in the post."""
        return (self.post_id, self.person_id, self.from_at) == (held.post_id, held.person_id, held.from_at)


def needs_record(post: Post | None) -> bool:
    """Whether nobody may hold the post without a record."""
    return post is not None and post.role is rules.APPOINTMENT.preset


def clause_of_filling(post: Post) -> str | None:
    """Under which clause somebody comes to the post, if under any."""
    return rules.APPOINTMENT.clause if needs_record(post) else None


def lawful(record: AppointmentForm | None, now: datetime) -> AppointmentForm:
    """The record; raises Refused if it lacks something, Invalid for an agreement of a day to come."""
    lacks = list(_lacking(record))
    if record is None or lacks:
        fa, en = "، ".join(one.fa for one in lacks), ", ".join(one.en for one in lacks)
        raise Refused(
            rules.APPOINTMENT,
            Text(
                fa=f"انتصاب مدیر روابط عمومی این‌ها را کم دارد: {fa}.",
                en=f"The appointment of the head of public relations lacks: {en}.",
            ),
        )
    for name, letter in (("ministry", record.ministry), ("governorate", record.governorate)):
        if letter is not None and local_day(now) < letter.day:
            raise Invalid(
                f"/appointment/{name}/day",
                Text(fa="تاریخ موافقت هنوز نرسیده است.", en="The agreement's day is yet to come."),
            )
    return record


def must_need_record(post: Post, record: AppointmentForm | None) -> None:
    """Raises Invalid for a record of a post that has none."""
    if record is not None and not needs_record(post):
        raise Invalid(
            "/appointment",
            Text(
                fa="این سابقه تنها برای انتصاب مدیر روابط عمومی است.",
                en="Only the appointment of a head of public relations has this record.",
            ),
        )


def advised_head(posts: Mapping[str, Post]) -> str | None:
    """The post of the agency's head; None where there is none, as in the governorate."""
    return next((post.id for post in posts.values() if post.role is Role.HEAD), None)


def named_adviser(filled: PostFilled, posts: Mapping[str, Post]) -> list[AdviserNamed]:
    """That the new holder is adviser too (PR-2); nothing for a post that brings no such title."""
    head = advised_head(posts)
    if head is None or filled.stand_in or not needs_record(posts.get(filled.post_id)):
        return []
    about = filled.model_dump(include={"agency_id", "post_id", "person_id", "from_at"})
    return [AdviserNamed(**about, clause=rules.ADVISER.clause, head_post_id=head)]


def _lacking(record: AppointmentForm | None) -> Iterator[Text]:
    if record is None or not record.conditions:
        yield Text(fa="شرایط احراز پست", en="the conditions of the post, met")
    if record is None or record.ministry is None:
        yield Text(fa="موافقت وزارتخانه", en="the agreement of the ministry")
    if record is None or record.governorate is None:
        yield Text(fa="موافقت استانداری", en="the agreement of the governorate")
