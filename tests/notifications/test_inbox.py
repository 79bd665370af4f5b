"""What posts are told inside the system."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from shared.bus.effects import Reaction
from shared.cloudevents import Envelope, envelope_of
from shared.events.complaints import ComplaintEscalated, ComplaintReopened
from shared.events.complaints_course import (
    ComplaintAssigned,
    ComplaintCitizenReplied,
    ComplaintDeadlineNear,
    ComplaintGivenBack,
    ComplaintRouted,
    ComplaintTakenOver,
)
from shared.events.event import Event
from shared.events.meetings import (
    DecisionsOverdue,
    DecisionsSent,
    MeetingLapsed,
    MeetingMoved,
    MeetingNotOfficial,
    MinutesSent,
)
from tests.notifications.cases import CODE, CODE_SHOWN, subscription
from tests.notifications.cases import event as told_of
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
SENT = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)
ABOUT: dict[str, Any] = {
    "agency_id": "water",
    "meeting_id": "meeting-1",
    "committee_id": "water.portal-group",
    "month": "1405-09",
    "overseen_by": "water.pr.head",
}


def sent(meeting: str = "meeting-1", at: datetime = SENT) -> Envelope:
    event = DecisionsSent(
        agency_id="water",
        meeting_id=meeting,
        committee_id="water.portal-group",
        month="1405-09",
        decisions=3,
        to_posts=("water.head", "water.it.member"),
        sent_at=at,
        due_at=at + timedelta(hours=48),
        in_time=True,
        late_by_s=0,
    )
    return envelope_of(event, subject=meeting, sequence=4, time=at, traceparent=None)


CASE: dict[str, Any] = {"agency_id": "water", "tracking_code": CODE, "contact_id": "c1"}


async def case_comes(running: Serving, event: Event, *, times: int = 2) -> None:
    effect = subscription(running, "complaint-posts").effect
    assert isinstance(effect, Reaction)
    told = envelope_of(event, subject="case-1", sequence=3, time=SENT, traceparent=None)
    await effect.work([told] * times)


async def come(running: Serving, *envelopes: Envelope) -> None:
    effect = subscription(running, "meetings").effect
    assert isinstance(effect, Reaction)
    await effect.work(envelopes)


async def inbox(running: Serving, post: str, **more: str) -> list[dict[str, Any]]:
    answer = await running.http.get("/v1/inbox", headers={**bearer(post), **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_each_post_that_decisions_are_sent_to_is_told_once(running: Serving) -> None:
    await come(running, sent(), sent())
    await come(running, sent())
    told = [await inbox(running, post) for post in ("water.head", "water.it.member")]

    assert [[one["post_id"] for one in notices] for notices in told] == [["water.head"], ["water.it.member"]]
    assert {one["cause"] for [one] in told} == {"meeting-1"}
    assert told[0][0]["text"] == "تصمیمات جلسهٔ آذر ۱۴۰۵ برای شما ارسال شد. شمار تصمیمات: ۳."
    [english] = await inbox(running, "water.head", **{"accept-language": "en"})
    assert english["text"] == "The decisions of the meeting of Azar 1405 were sent to you. Decisions: 3."


@pytest.mark.clause("PORTAL-10-7")
@pytest.mark.parametrize(
    ("kind", "fa", "en"),
    [
        (
            DecisionsSent,
            "تصمیمات جلسهٔ آذر ۱۴۰۵ برای شما ارسال شد. شمار تصمیمات: ۳.",
            "The decisions of the meeting of Azar 1405 were sent to you. Decisions: 3.",
        ),
        (
            MinutesSent,
            "صورت‌جلسهٔ آذر ۱۴۰۵ برای شما ارسال شد.",
            "The minutes of the meeting of Azar 1405 were sent to you.",
        ),
    ],
)
async def test_with_the_minutes_each_post_reads_when_the_next_meeting_is_and_how_much_it_deals_with(
    running: Serving, kind: type[Event], fa: str, en: str
) -> None:
    more = {"agenda_items": 2, "next_starts_at": datetime(2026, 12, 30, 9, 30, tzinfo=UTC)}
    event = kind.model_validate({**orjson.loads(sent().data), **more})
    told = envelope_of(event, subject="meeting-1", sequence=4, time=SENT, traceparent=None)
    await come(running, told, told)
    [persian] = await inbox(running, "water.it.member")
    [english] = await inbox(running, "water.it.member", **{"accept-language": "en"})

    assert persian["text"] == f"{fa} جلسهٔ بعدی: چهارشنبه ۹ دی ۱۴۰۵، ساعت ۱۳:۰۰؛ شمار موارد دستور: ۲."
    assert english["text"].startswith(f"{en} The next meeting: Wednesday 9 Dey 1405")
    assert english["text"].endswith("; items on its agenda: 2.")


async def test_what_was_left_half_done_is_done_and_nothing_twice(running: Serving) -> None:
    await come(running, sent())
    await running.database["inbox"].delete_one({"state.post_id": "water.it.member"})
    await come(running, sent())

    assert len(await inbox(running, "water.it.member")) == 1
    assert len(await inbox(running, "water.head")) == 1


async def test_everybody_invited_is_told_once_that_a_meeting_is_on_another_day(running: Serving) -> None:
    moved = MeetingMoved(
        **ABOUT,
        was_starts_at=SENT,
        starts_at=SENT + timedelta(days=3),
        ends_at=SENT + timedelta(days=3, hours=1),
        to_posts=("water.pr.head", "water.pr.secretary"),
        moved_at=SENT - timedelta(days=1),
        calendar="governorate/2",
    )
    told = envelope_of(moved, subject="meeting-1", sequence=2, time=SENT, traceparent=None)
    await come(running, told, told)

    [notice] = await inbox(running, "water.pr.secretary")
    assert (notice["kind"], notice["cause"]) == ("meeting-moved", "meeting-1")
    assert notice["text"] == (
        "زمان جلسهٔ چهارشنبه ۱۱ آذر ۱۴۰۵، ساعت ۱۵:۳۰ تغییر کرد: شنبه ۱۴ آذر ۱۴۰۵، ساعت ۱۵:۳۰."
    )
    [english] = await inbox(running, "water.pr.head", **{"accept-language": "en"})
    assert "is on another day: " in english["text"]
    assert await inbox(running, "water.head") == []


async def test_an_inbox_is_newest_first_and_its_posts_alone_read_it(running: Serving) -> None:
    await come(running, sent("meeting-1"), sent("meeting-2", SENT + timedelta(days=28)))

    assert [one["cause"] for one in await inbox(running, "water.head")] == ["meeting-2", "meeting-1"]
    assert await inbox(running, "water.desk.officer") == []
    assert await inbox(running, "roads.head") == []
    assert (await running.http.get("/v1/inbox")).status_code == 401


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (
            DecisionsOverdue(
                **ABOUT,
                decisions=1,
                post_id="water.pr.secretary",
                head_post=None,
                due_at=SENT,
                overdue_at=SENT,
            ),
            "تصمیمات جلسهٔ آذر ۱۴۰۵ در مهلت خود ارسال نشد.",
        ),
        (
            MeetingNotOfficial(**ABOUT, recorded_at=SENT, present=3, members=6),
            "جلسهٔ آذر ۱۴۰۵ به حد نصاب نرسید و رسمیت نیافت.",
        ),
        (
            MeetingLapsed(**ABOUT, starts_at=SENT, ends_at=SENT, lapsed_at=SENT),
            "زمان جلسهٔ آذر ۱۴۰۵ گذشت و برگزار نشد.",
        ),
    ],
)
async def test_who_watches_over_the_rules_is_told_once_of_what_was_not_carried_out(
    running: Serving, event: Event, text: str
) -> None:
    told = envelope_of(event, subject="meeting-1", sequence=4, time=SENT, traceparent=None)
    nobodys = event.model_copy(update={"overseen_by": None})
    await come(running, told, told)
    await come(running, envelope_of(nobodys, subject="meeting-2", sequence=4, time=SENT, traceparent=None))

    [notice] = await inbox(running, "water.pr.head")
    assert (notice["text"], notice["cause"]) == (text, "meeting-1")
    assert await inbox(running, "water.head") == []


@pytest.mark.clause("FOAD-6")
@pytest.mark.parametrize(
    ("event", "post", "text"),
    [
        (
            ComplaintAssigned(
                **CASE, post_id="water.desk.officer", by_post="water.desk.head", assigned_at=SENT
            ),
            "water.desk.officer",
            f"شکایت {CODE_SHOWN} به شما سپرده شد.",
        ),
        (
            ComplaintGivenBack(
                **CASE, was_with="water.desk.officer", post_id="water.desk.head", given_back_at=SENT
            ),
            "water.desk.head",
            f"شکایت {CODE_SHOWN} بازگردانده شد و در دست کسی نیست.",
        ),
        (
            ComplaintRouted(
                **CASE,
                was_unit_id="desk",
                unit_id="pr",
                level=0,
                post_id="water.pr.head",
                routed_at=SENT,
                reply_due_at=SENT,
            ),
            "water.pr.head",
            f"شکایت {CODE_SHOWN} از واحد دیگری به واحد شما فرستاده شد؛ مهلت آن همان است.",
        ),
        (
            ComplaintCitizenReplied(**CASE, post_id="water.desk.officer", replied_at=SENT),
            "water.desk.officer",
            f"شهروند به پرسش شما در شکایت {CODE_SHOWN} پاسخ داد.",
        ),
        (
            ComplaintDeadlineNear(
                **CASE, post_id="water.desk.officer", reply_due_at=SENT, warned_at=SENT - timedelta(hours=1)
            ),
            "water.desk.officer",
            f"مهلت پاسخ شکایت {CODE_SHOWN} نزدیک است: چهارشنبه ۱۱ آذر ۱۴۰۵، ساعت ۱۵:۳۰.",
        ),
        (
            ComplaintEscalated(
                **CASE, level=4, post_id="governorate.inspection", due_at=SENT, escalated_at=SENT
            ),
            "governorate.inspection",
            f"شکایت {CODE_SHOWN} پاسخ نگرفت و به شما رسید (سطح ۴).",
        ),
        (
            ComplaintReopened(**CASE, level=2, post_id="water.deputy", reopened_at=SENT, reply_due_at=SENT),
            "water.deputy",
            f"شهروند راضی نبود و شکایت {CODE_SHOWN} به شما رسید (سطح ۲).",
        ),
    ],
)
async def test_a_post_that_comes_to_owe_an_answer_is_told_once_wherever_it_is(
    running: Serving, event: Event, post: str, text: str
) -> None:
    await case_comes(running, event)
    await case_comes(running, event)

    [notice] = await inbox(running, post)
    assert (notice["text"], notice["cause"], notice["post_id"]) == (text, "case-1", post)
    assert await inbox(running, "water.head") == []


@pytest.mark.clause("RIGHTS-P4-4")
async def test_what_came_from_another_agency_is_told_to_who_answers_for_it_and_to_its_inspection_once(
    running: Serving,
) -> None:
    for overseen_by in ("water.inspector", "water.inspector", None):
        await case_comes(running, told_of(ComplaintTakenOver, overseen_by=overseen_by))

    due = "شنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰"
    for post in ("water.desk.head", "water.inspector"):
        [notice] = await inbox(running, post)
        assert notice["text"] == (
            f"شکایت {CODE_SHOWN} از دستگاه دیگری به دستگاه شما سپرده شد؛ مهلت آن همان است: {due}."
        )
    assert await inbox(running, "water.head") == []
