"""What isn't taken is sent again, over three days; nothing is lost, and none is held up by another."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.notifications.domain.delivery import Answer, Delivery, pause
from services.notifications.sweeps import keep_delivering
from services.notifications.usecases.use import Use
from services.notifications.usecases.webhooks import Webhooks
from shared.clock import wall_now
from shared.events.complaints import ComplaintFiled
from shared.events.notifications_subscriptions import SubscriptionDisabled
from tests.notifications.cases import later
from tests.notifications.receiver import (
    FILED,
    Got,
    System,
    asked,
    beside_others,
    comes,
    happened,
    log,
    registered,
    seen,
    send,
    system,
)
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
NOW = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
DOWN = Answer(code="503", took_ms=1)


@pytest.fixture
async def running(database: AsyncDatabase[dict[str, Any]]) -> AsyncIterator[Serving]:
    """Other systems have a second to answer."""
    async with beside_others(database, patience_s=1.0) as one:
        yield one


def refuses(_: Got) -> str:
    return "503 Busy"


def takes(_: Got) -> str:
    return "200 OK"


def delivery(**changes: Any) -> Delivery:
    given: dict[str, Any] = {
        "id": "d",
        "agency_id": "water",
        "subscription_id": "s",
        "type": FILED,
        "subject": "case-1",
        "sequence": 1,
        "at": NOW,
        "body": "{}",
        "kept_until": NOW,
        "send_at": NOW,
        "opened_at": NOW,
    }
    return Delivery(**{**given, **changes})


def tried(one: Delivery, at: datetime, answer: Answer = DOWN) -> Delivery:
    claimed = one.claimed("c", until=at + timedelta(seconds=30), real_now=at)
    return claimed.settled(answer, claim="c", real_now=at, jitter=0.5)


def test_pauses_grow_from_seconds_to_hours_until_three_days_are_over() -> None:
    one, at, pauses = delivery(), NOW, list[timedelta]()
    while one.status != "failed":
        one = tried(one, at)
        assert one.send_at is not None
        pauses.append(one.send_at - at)
        at = one.send_at

    assert pauses[:4] == [timedelta(seconds=seconds) for seconds in (5, 15, 45, 135)]
    assert max(pauses) == timedelta(hours=8)
    assert at == NOW + timedelta(days=3)
    assert len(one.tries) == 18


def test_it_gives_up_when_three_days_are_over_and_not_an_instant_before() -> None:
    one = tried(delivery(), NOW)
    end = NOW + timedelta(days=3)
    for at, gives_up in ((end - INSTANT, False), (end, True)):
        due = delivery(began_at=one.began_at, tried=17, send_at=at, status=one.status)
        assert (tried(due, at).status == "failed") is gives_up


def test_a_pause_is_a_fifth_shorter_or_longer_by_chance() -> None:
    assert [pause(1, None, jitter) for jitter in (0.0, 0.5, 1.0)] == [
        timedelta(seconds=seconds) for seconds in (4, 5, 6)
    ]


def test_a_receiver_says_how_long_to_wait_up_to_a_day_but_not_that_we_come_sooner() -> None:
    for asked_for, waits in (
        (timedelta(minutes=2), timedelta(minutes=2)),
        (timedelta(seconds=1), timedelta(seconds=5)),
        (timedelta(days=900), timedelta(days=1)),
    ):
        assert pause(1, asked_for, 0.5) == waits


def test_one_sender_at_a_time_has_a_delivery_and_only_its_word_counts() -> None:
    until = NOW + timedelta(seconds=30)
    first = delivery().claimed("first", until=until, real_now=NOW)
    for at, has_it in ((NOW, "first"), (until - INSTANT, "first"), (until, "second")):
        assert first.claimed("second", until=at + timedelta(seconds=30), real_now=at).claim == has_it
    second = first.claimed("second", until=until + timedelta(seconds=30), real_now=until)
    assert second.settled(Answer(code="204", took_ms=1), claim="first", real_now=until, jitter=0) == second


@pytest.mark.parametrize(
    ("code", "taken"), [("199", False), ("200", True), ("299", True), ("300", False), ("timeout", False)]
)
def test_only_a_2xx_is_taken(code: str, taken: bool) -> None:
    assert Answer(code=code, took_ms=1).is_taken is taken


async def test_what_failed_is_sent_again_under_the_same_id_with_the_same_bytes(
    running: Serving, other: System
) -> None:
    told, secret = await registered(running, other.url)
    other.says = refuses
    await comes(running, happened(running, ComplaintFiled))
    await send(running)
    await send(running)
    assert len(other.got) == 1  # not before its pause is over
    other.says = takes
    await send(running, real_now=later(seconds=7))

    first, second = other.got
    assert (first.id, first.body) == (second.id, second.body)
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    second.verified(secret)
    [line] = await log(running, told["id"])
    assert ([one["code"] for one in line["tries"]], line["status"]) == (["503", "200"], "delivered")


async def test_redirects_are_not_followed_and_are_no_success(running: Serving, other: System) -> None:
    told, _ = await registered(running, other.url)
    async with system() as inside:
        other.says = lambda _: f"307 Elsewhere\r\nlocation: {inside.url}"
        await comes(running, happened(running, ComplaintFiled))
        await send(running)

        assert (len(other.got), inside.got) == (1, [])
    [line] = await log(running, told["id"])
    assert [one["code"] for one in line["tries"]] == ["307"]


async def test_who_never_answers_is_broken_off_and_keeps_no_other_from_its_events(
    running: Serving, other: System
) -> None:
    await registered(running, other.url)
    other.holds = asyncio.Event()
    async with system() as well:
        await registered(running, well.url)
        await comes(*(running, *[happened(running, ComplaintFiled, f"case-{n}") for n in range(12)]))
        sending = asyncio.create_task(keep_delivering(running.parts.use))
        async with asyncio.timeout(5):
            await well.has(12)
        assert (len(other.got), other.most_at_once) == (4, 4)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        assert len(other.got) == 4
    other.holds.set()


async def test_a_slow_answer_counts_as_none(running: Serving, other: System) -> None:
    told, _ = await registered(running, other.url)
    other.holds = asyncio.Event()
    await comes(running, happened(running, ComplaintFiled))
    await send(running)

    [line] = await log(running, told["id"])
    assert [one["code"] for one in line["tries"]] == ["timeout"]


async def test_where_nobody_listens_it_is_tried_again(running: Serving) -> None:
    told, _ = await registered(running, "http://127.0.0.1:1/")
    await comes(running, happened(running, ComplaintFiled))
    await send(running)

    [line] = await log(running, told["id"])
    assert ([one["code"] for one in line["tries"]], line["status"]) == (["no-connection"], "waiting")


async def test_with_in_order_an_event_waits_for_the_one_before_it_and_other_aggregates_do_not(
    running: Serving, other: System
) -> None:
    await registered(running, other.url, in_order=True)
    other.says = lambda got: "503 Busy" if _is(got, "case-1", 1) else "200 OK"
    await comes(
        running,
        *[happened(running, ComplaintFiled, "case-1", number) for number in (1, 2, 3)],
        *[happened(running, ComplaintFiled, "case-2", number) for number in (1, 2)],
    )
    await send(running)
    await send(running, real_now=later(minutes=1))
    assert [one for one in other.subjects if one[0] == "case-2"] == [("case-2", 1), ("case-2", 2)]
    assert {one for one in other.subjects if one[0] == "case-1"} == {("case-1", 1)}

    other.says, before = takes, len(other.got)
    await send(running, real_now=later(hours=1))
    assert other.subjects[before:] == [("case-1", 1), ("case-1", 2), ("case-1", 3)]


def _is(got: Got, subject: str, sequence: int) -> bool:
    event = orjson.loads(got.body)
    return (event["subject"], event["sequence"]) == (subject, sequence)


async def test_without_in_order_one_that_fails_holds_up_nothing(running: Serving, other: System) -> None:
    told, _ = await registered(running, other.url)
    other.says = lambda got: "503 Busy" if _is(got, "case-1", 1) else "200 OK"
    await comes(running, *[happened(running, ComplaintFiled, "case-1", number) for number in (1, 2, 3)])
    await send(running)

    assert [one["status"] for one in await log(running, told["id"])] == ["waiting", "delivered", "delivered"]


async def test_who_asks_for_quiet_is_sent_nothing_else_meanwhile(running: Serving, other: System) -> None:
    told, _ = await registered(running, other.url)
    other.says = lambda _: "429 Slowly\r\nretry-after: 120"
    await comes(running, *[happened(running, ComplaintFiled, f"case-{n}") for n in range(40)])
    began = wall_now()
    await send(running)

    assert len(other.got) <= 4
    tried_ = [one for one in await log(running, told["id"]) if one["tries"]]
    assert min(datetime.fromisoformat(one["next_at"]) for one in tried_) >= began + timedelta(seconds=120)


async def test_after_three_days_it_is_disabled_its_owner_told_once_and_what_is_left_goes_on_when_they_say(
    running: Serving, other: System
) -> None:
    told, _ = await registered(running, other.url)
    other.says = refuses
    await comes(running, happened(running, ComplaintFiled))
    await send(running)
    for ahead in (timedelta(days=3) - timedelta(minutes=1), timedelta(days=3)):
        assert (await seen(running, told["id"]))["status"] == "active"
        await send(running, real_now=later(seconds=ahead.total_seconds()))
        await send(running, real_now=later(seconds=ahead.total_seconds() + 61))
        if (await seen(running, told["id"]))["status"] == "disabled":
            break

    after = await seen(running, told["id"])
    assert (after["status"], after["reason"]) == ("disabled", "failed")
    use: Use = running.parts.use
    [record] = await running.published(use.webhooks.subscriptions)
    event = orjson.loads(record["value"])
    assert (record["headers"]["ce_type"], event["reason"]) == (SubscriptionDisabled.type_name(), "failed")
    assert other.url not in str(record)
    envelope = happened(running, SubscriptionDisabled.model_validate(event), told["id"])
    await comes(running, envelope)
    await comes(running, envelope)
    inbox = (await running.http.get("/v1/inbox", headers=bearer("water.head"))).json()["items"]
    assert [(one["kind"], one["cause"]) for one in inbox] == [("subscription-disabled", told["id"])]
    assert "سه روز" in inbox[0]["text"]

    await comes(running, happened(running, ComplaintFiled, "meanwhile"))
    got = len(other.got)
    await send(running, real_now=later(days=4))
    assert len(other.got) == got
    other.says = takes
    await asked(running, told["id"], "resume")
    await send(running)
    assert sorted(other.subjects[got:]) == [("case-1", 1), ("meanwhile", 1)]
    assert {one["status"] for one in await log(running, told["id"])} == {"delivered"}


async def test_410_disables_it_at_once_and_the_rest_of_its_events_stay(
    running: Serving, other: System
) -> None:
    told, _ = await registered(running, other.url, in_order=True)
    other.says = lambda _: "410 Gone"
    await comes(running, *[happened(running, ComplaintFiled, "case-1", number) for number in (1, 2)])
    await send(running)

    after = await seen(running, told["id"])
    assert (after["status"], after["reason"], len(other.got)) == ("disabled", "gone", 1)
    assert [one["status"] for one in await log(running, told["id"])] == ["failed", "waiting"]
    other.says = takes
    await asked(running, told["id"], "resume")
    await send(running, real_now=later(minutes=2))
    assert other.subjects[1:] == [("case-1", 1), ("case-1", 2)]


async def test_killed_after_the_claim_or_after_the_sending_it_is_sent_again_under_the_same_id(
    running: Serving, other: System
) -> None:
    await registered(running, other.url)
    await comes(running, happened(running, ComplaintFiled))

    class Dies(Exception):
        pass

    class Dying:
        """A receiver at whose door the sender dies: before it hands over, or after."""

        def __init__(self, *, after: bool) -> None:
            self._after = after

        async def look_at(self, url: str) -> None:
            raise AssertionError(url)

        async def post(self, url: str, **how: Any) -> Answer:
            if self._after:
                await running.parts.use.webhooks.receiver.post(url, **how)
            raise Dies

    minutes = 0
    for dies_after in (False, True):
        minutes += 2
        webhooks: Webhooks = running.parts.use.webhooks
        dying = replace(webhooks, receiver=Dying(after=dies_after))
        with pytest.raises(Dies):
            await send(running, webhooks=dying, real_now=later(minutes=minutes))
    minutes += 2
    await send(running, real_now=later(minutes=minutes))
    await send(running, real_now=later(minutes=minutes + 2))

    first, second = other.got
    assert first.id == second.id


async def test_two_senders_at_once_send_each_event_once(running: Serving, other: System) -> None:
    await registered(running, other.url)
    await comes(running, *[happened(running, ComplaintFiled, f"case-{n}") for n in range(30)])
    await asyncio.gather(send(running), send(running), send(running))

    assert sorted(other.subjects) == sorted((f"case-{n}", 1) for n in range(30))


async def test_a_replay_sends_again_what_happened_since_then_and_in_order(
    running: Serving, other: System
) -> None:
    told, _ = await registered(running, other.url, in_order=True)
    await comes(running, happened(running, ComplaintFiled, "case-1", 1))
    running.clock.forward(hours=1)
    await comes(running, *[happened(running, ComplaintFiled, "case-1", number) for number in (2, 3)])
    await send(running)
    ids = [one.id for one in other.got]
    assert (await asked(running, told["id"], "replay", since="1405/08/30 10:00"))["replay_since"]
    await send(running)
    assert len(other.got) == 3  # not before all of it is laid out
    assert await running.sweep() == 1
    await send(running)
    await running.sweep()
    await send(running)

    assert other.subjects[3:] == [("case-1", 2), ("case-1", 3)]
    assert [one.id for one in other.got[3:]] == ids[1:]
    assert (await seen(running, told["id"]))["replay_since"] is None


@pytest.mark.parametrize(("since", "status"), [("1405/07/29 23:59", 422), ("1405/09/01", 422)])
async def test_a_replay_reaches_as_far_as_events_are_kept_and_not_into_the_future(
    running: Serving, other: System, since: str, status: int
) -> None:
    told, _ = await registered(running, other.url)
    answer = await running.http.post(
        f"/v1/subscriptions/{told['id']}/replay", json={"since": since}, headers=bearer("water.head")
    )

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, "/since")


async def test_thirty_days_after_it_came_a_delivery_is_gone(running: Serving, other: System) -> None:
    told, _ = await registered(running, other.url)
    await comes(running, happened(running, ComplaintFiled))
    await send(running)
    running.clock.forward(days=30, milliseconds=-1)
    assert await running.sweep() == 0
    running.clock.forward(milliseconds=1)

    assert (await running.sweep(), await running.sweep()) == (1, 0)
    assert await log(running, told["id"]) == []


async def test_the_log_has_pages(running: Serving, other: System) -> None:
    told, _ = await registered(running, other.url)
    for number in range(5):
        running.clock.forward(seconds=1)
        await comes(running, happened(running, ComplaintFiled, f"case-{number}"))
    found, after = list[str](), None
    while True:
        page = await running.http.get(
            f"/v1/subscriptions/{told['id']}/deliveries",
            params={"limit": 2, **({"after": after} if after else {})},
            headers=bearer("water.head"),
        )
        found += [one["subject"] for one in page.json()["items"]]
        after = page.json()["next"]
        if after is None:
            break

    assert found == [f"case-{number}" for number in (4, 3, 2, 1, 0)]


async def test_each_question_of_a_sender_is_answered_by_an_index(running: Serving, other: System) -> None:
    await registered(running, other.url)
    asked_ = running.database["deliveries"]
    of, open_ = {"state.subscription_id": "s"}, {"state.send_at": {"$type": "date"}}
    due = {**of, "state.send_at": {"$lte": NOW, "$type": "date"}}
    for query, order, index in (
        (due, [("state.send_at", 1), ("_id", 1)], "open_send_at"),
        ({**of, "state.subject": "x", **open_}, [("state.sequence", 1)], "open_subject"),
        ({**of, **open_}, [("state.at", 1)], "open_at"),
        (of, [("state.at", -1), ("_id", -1)], "log"),
        ({"state.kept_until": {"$lte": NOW}}, [("state.kept_until", 1)], "end"),
    ):
        plan = str((await asked_.find(query).sort(order).explain())["queryPlanner"]["winningPlan"])
        assert f"'indexName': '{index}'" in plan, query
        assert "'SORT'" not in plan, query
