"""Members of a committee are told by SMS of its meetings and their decisions: each person once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifications.usecases.use import Use
from shared.bus.effects import Projection, Reaction
from shared.cloudevents import Envelope, envelope_of
from shared.directory.replica import COLLECTION, fold
from shared.events.directory import PostFilled
from shared.events.meetings import DecisionsSent, MeetingConvened, MeetingEvent, MeetingMoved, MinutesSent
from tests.notifications.cases import phone, send, states, subscription
from tests.notifications.staff import Number
from tests.province import agency_events, holder, told
from tests.serving import Serving

pytestmark = pytest.mark.real
HEAD, MEMBER = "water.head", "water.it.member"
SENT, STARTS = datetime(2026, 12, 2, 12, 0, tzinfo=UTC), datetime(2026, 12, 9, 9, 30, tzinfo=UTC)
ABOUT: dict[str, Any] = {
    "agency_id": "water",
    "meeting_id": "meeting-1",
    "committee_id": "water.portal-group",
    "month": "1405-09",
}
KINDS: dict[type[MeetingEvent], dict[str, Any]] = {
    DecisionsSent: {
        "decisions": 3,
        "sent_at": SENT,
        "due_at": SENT + timedelta(hours=48),
        "in_time": True,
        "late_by_s": 0,
    },
    MinutesSent: {"sent_at": SENT, "agenda_items": 2, "next_starts_at": STARTS},
    MeetingConvened: {
        "convened_at": SENT,
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=1),
        "place_unit": "pr",
    },
    MeetingMoved: {
        "was_starts_at": STARTS,
        "starts_at": STARTS + timedelta(days=1),
        "ends_at": STARTS + timedelta(days=1, hours=1),
        "moved_at": SENT,
        "calendar": "governorate 2",
    },
}


def news(
    kind: type[MeetingEvent] = DecisionsSent, *posts: str, sequence: int = 4, **changes: Any
) -> Envelope:
    event = kind.model_validate({**ABOUT, **KINDS[kind], "to_posts": posts or (HEAD, MEMBER), **changes})
    return envelope_of(event, subject=event.meeting_id, sequence=sequence, time=SENT, traceparent=None)


async def comes(running: Serving, *envelopes: Envelope) -> None:
    """By the service's own subscription."""
    effect = subscription(running, "meeting-members").effect
    assert isinstance(effect, Reaction)
    await effect.work(envelopes)


@pytest.fixture
async def staff(running: Serving) -> Serving:
    """The head and the member have a mobile; it is the moment at which decisions were sent."""
    await Number(person=holder(HEAD), contact="c-head", mobile="+989121110000").comes(running)
    await Number(person=holder(MEMBER), contact="c-member", mobile="+989122220000").comes(running)
    running.clock.set(SENT)
    return running


async def to(running: Serving) -> list[str]:
    use: Use = running.parts.use
    return sorted(saved.state.contact_id or "" for saved in (await use.messages.page(None)).items)


@pytest.mark.clause("PORTAL-10-6")
async def test_that_decisions_were_sent_is_told_to_the_head_and_the_members_by_sms(staff: Serving) -> None:
    await comes(staff, news())
    assert await send(staff) == 2

    assert await to(staff) == ["c-head", "c-member"]
    said = (
        "تصمیمات جلسهٔ آذر ۱۴۰۵ در دستگاه water برای شما فرستاده شد. شمار تصمیمات: ۳. "
        "متن آن‌ها را در سامانه بخوانید."
    )
    assert await phone(staff) == [said, said]


@pytest.mark.clause("PORTAL-10-6")
async def test_however_often_the_event_comes_each_person_is_told_of_a_meetings_decisions_once(
    staff: Serving,
) -> None:
    await comes(staff, news(), news())
    await send(staff)
    await comes(staff, news(), news(sequence=5))
    await send(staff)

    assert len(await phone(staff)) == 2
    await comes(staff, news(meeting_id="meeting-2"))
    assert await send(staff) == 2


@pytest.mark.clause("PORTAL-10-7")
@pytest.mark.parametrize(
    ("items", "starts_at", "told_so"),
    [
        (2, STARTS, "جلسهٔ بعدی: چهارشنبه ۱۸ آذر ۱۴۰۵، ساعت ۱۳:۰۰؛ شمار موارد دستور: ۲. "),
        (0, STARTS, "جلسهٔ بعدی: چهارشنبه ۱۸ آذر ۱۴۰۵، ساعت ۱۳:۰۰؛ بدون دستور. "),
        (1, None, "زمان جلسهٔ بعدی هنگام فراخواندن آن گفته می‌شود؛ شمار موارد دستور: ۱. "),
        (None, None, ""),
    ],
)
async def test_with_the_decisions_members_are_told_when_the_next_meeting_is_and_how_much_it_deals_with(
    staff: Serving, items: int | None, starts_at: datetime | None, told_so: str
) -> None:
    await comes(staff, news(DecisionsSent, MEMBER, agenda_items=items, next_starts_at=starts_at))
    await send(staff)

    said = (
        "تصمیمات جلسهٔ آذر ۱۴۰۵ در دستگاه water برای شما فرستاده شد. شمار تصمیمات: ۳. "
        f"{told_so}متن آن‌ها را در سامانه بخوانید."
    )
    assert await phone(staff) == [said]


@pytest.mark.clause("PORTAL-10-7")
async def test_the_minutes_of_a_meeting_without_decisions_tell_each_person_of_the_next_one_once(
    staff: Serving,
) -> None:
    await comes(staff, news(MinutesSent), news(MinutesSent, sequence=5))
    await send(staff)
    await comes(staff, news(MinutesSent))
    await send(staff)

    said = (
        "صورت‌جلسهٔ آذر ۱۴۰۵ در دستگاه water برای شما فرستاده شد. جلسهٔ بعدی: چهارشنبه ۱۸ آذر ۱۴۰۵، "
        "ساعت ۱۳:۰۰؛ شمار موارد دستور: ۲. متن آن را در سامانه بخوانید."
    )
    assert (await to(staff), await phone(staff)) == (["c-head", "c-member"], [said, said])


@pytest.mark.parametrize(("clause", "shown"), [("PORTAL-10-6", "PORTAL-10-6"), (None, "COUNTY-B11")])
async def test_it_is_sent_by_the_clause_that_meetings_went_by(
    staff: Serving, clause: str | None, shown: str
) -> None:
    await comes(staff, news(DecisionsSent, MEMBER, clause=clause))

    use: Use = staff.parts.use
    assert [saved.state.clause for saved in (await use.messages.page(None)).items] == [shown]


async def test_who_acts_for_two_posts_is_told_once(staff: Serving) -> None:
    stands_in = PostFilled(
        agency_id="water",
        post_id=MEMBER,
        person_id=holder(HEAD),
        from_at=SENT - timedelta(days=1),
        stand_in=True,
    )
    copy = Projection(staff.database[COLLECTION], fold)
    await copy.work(told("water", [stands_in], after=len(agency_events("water"))))
    await comes(staff, news())

    assert await to(staff) == ["c-head"]


async def test_who_has_no_mobile_or_no_post_here_is_told_by_no_sms(staff: Serving) -> None:
    await comes(staff, news(DecisionsSent, "water.deputy", "roads.head", "nothing", MEMBER))

    assert await to(staff) == ["c-member"]


async def test_another_agencys_number_of_the_same_person_is_not_used(running: Serving) -> None:
    await Number(person=holder(HEAD), contact="c-roads", agency="roads").comes(running)
    running.clock.set(SENT)
    await comes(running, news())

    assert await to(running) == []


async def test_when_and_where_a_meeting_is_and_that_it_moved_is_told_to_its_members(staff: Serving) -> None:
    await comes(staff, news(MeetingConvened, MEMBER, sequence=1))
    await send(staff)
    staff.clock.forward(seconds=1)
    await comes(staff, news(MeetingMoved, MEMBER, sequence=2))
    await send(staff)

    convened, moved = await phone(staff)
    assert convened == (
        "جلسهٔ آذر ۱۴۰۵ در دستگاه water فراخوانده شد: چهارشنبه ۱۸ آذر ۱۴۰۵، ساعت ۱۳:۰۰، محل: pr."
    )
    assert moved == (
        "زمان جلسهٔ آذر ۱۴۰۵ در دستگاه water تغییر کرد: به جای چهارشنبه ۱۸ آذر ۱۴۰۵، ساعت ۱۳:۰۰، "
        "پنج‌شنبه ۱۹ آذر ۱۴۰۵، ساعت ۱۳:۰۰."
    )


@pytest.mark.parametrize(
    ("kind", "of_use_until"),
    [
        (DecisionsSent, SENT + timedelta(hours=48)),
        (MinutesSent, SENT + timedelta(hours=48)),
        (MeetingConvened, STARTS),
        (MeetingMoved, STARTS + timedelta(days=1)),
    ],
)
async def test_what_is_of_no_use_any_more_is_not_sent(
    staff: Serving, kind: type[MeetingEvent], of_use_until: datetime
) -> None:
    staff.clock.set(of_use_until - timedelta(milliseconds=1))
    await comes(staff, news(kind, MEMBER))
    staff.clock.set(of_use_until)
    await comes(staff, news(kind, HEAD, meeting_id="meeting-2"))
    await send(staff)

    assert [(status, reason) for _, status, reason in await states(staff)] == [
        ("expired", "too-late-to-be-of-use")
    ]
    assert await phone(staff) == []


async def test_a_members_message_that_waits_holds_up_nobody_elses(staff: Serving) -> None:
    await comes(staff, news(MeetingConvened, sequence=1))
    await staff.database["contacts"].update_one({"_id": "c-head"}, {"$set": {"value.sealed": "broken"}})
    await send(staff)
    await comes(staff, news(sequence=2))
    await send(staff)

    assert sorted((name, status) for name, status, _ in await states(staff)) == [
        ("decisions-sent", "delivered"),
        ("decisions-sent", "queued"),
        ("meeting-convened", "delivered"),
        ("meeting-convened", "held"),
    ]
