"""What posts are told inside the system."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.bus.effects import Reaction
from shared.cloudevents import Envelope, envelope_of
from shared.events.meetings import DecisionsSent
from tests.notifications.cases import subscription
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
SENT = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)


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
    assert told[0][0]["text"] == "تصمیمات جلسهٔ آذر ۱۴۰۵ برای شما ارسال شد. شمار تصمیمات: ۳"
    [english] = await inbox(running, "water.head", **{"accept-language": "en"})
    assert english["text"] == "The decisions of the meeting of Azar 1405 were sent to you. Decisions: 3"


async def test_what_was_left_half_done_is_done_and_nothing_twice(running: Serving) -> None:
    await come(running, sent())
    await running.database["inbox"].delete_one({"state.post_id": "water.it.member"})
    await come(running, sent())

    assert len(await inbox(running, "water.it.member")) == 1
    assert len(await inbox(running, "water.head")) == 1


async def test_an_inbox_is_newest_first_and_its_posts_alone_read_it(running: Serving) -> None:
    await come(running, sent("meeting-1"), sent("meeting-2", SENT + timedelta(days=28)))

    assert [one["cause"] for one in await inbox(running, "water.head")] == ["meeting-2", "meeting-1"]
    assert await inbox(running, "water.desk.officer") == []
    assert await inbox(running, "roads.head") == []
    assert (await running.http.get("/v1/inbox")).status_code == 401
