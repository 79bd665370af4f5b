"""Another system registers, and is sent signed events that the official library verifies."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from standardwebhooks import WebhookVerificationError

from services.notifications.usecases import delivering, subscriptions
from services.notifications.usecases.use import Use
from shared.clock import wall_now
from shared.events.complaints import ComplaintClosed, ComplaintFiled, ComplaintTaken
from shared.keys.wrapping import LocalWrapper
from shared.observe import metrics
from shared.sealing import Unopenable
from tests.notifications.cases import later
from tests.notifications.receiver import (
    CLOSED,
    FILED,
    ROUTE,
    System,
    asked,
    beside_others,
    comes,
    happened,
    log,
    registered,
    send,
)
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real


@pytest.fixture
async def running(database: AsyncDatabase[dict[str, Any]]) -> AsyncIterator[Serving]:
    """Other systems may live on the same machine."""
    async with beside_others(database) as one:
        yield one


async def test_an_event_reaches_another_system_signed_so_that_the_official_library_verifies_it(
    running: Serving, other: System
) -> None:
    told, secret = await registered(running, other.url)
    envelope = happened(running, ComplaintFiled)
    await comes(running, envelope)
    await send(running)

    [got] = other.got
    event = got.verified(secret)
    assert got.headers["content-type"] == "application/cloudevents+json"
    assert (event["specversion"], event["id"], event["type"]) == ("1.0", "case-1:1", FILED)
    assert (event["source"], event["subject"], event["sequence"]) == ("/paygir/complaints", "case-1", 1)
    assert (event["agency"], event["datacontenttype"]) == ("water", "application/json")
    assert (event["data"]["service_code"], event["data"]["door"]) == ("1001", "web")
    [line] = await log(running, told["id"])
    assert (line["id"], line["status"], line["next_at"]) == (got.id, "delivered", None)
    assert [one["code"] for one in line["tries"]] == ["204"]


async def test_a_forged_a_changed_and_an_old_one_are_refused_by_the_same_library(
    running: Serving, other: System
) -> None:
    _, secret = await registered(running, other.url)
    _, another = await registered(running, other.url)
    await comes(running, happened(running, ComplaintFiled))
    await send(running)

    got = next(one for one in other.got if _verifies(one, secret))
    for wrong in (
        replace(got, body=got.body.replace(b"water", b"roads")),
        replace(got, headers={**got.headers, "webhook-id": "another"}),
        replace(got, headers={**got.headers, "webhook-timestamp": "1700000000"}),
    ):
        with pytest.raises(WebhookVerificationError):
            wrong.verified(secret)
    with pytest.raises(WebhookVerificationError):
        got.verified(another)


def _verifies(got: Any, secret: str) -> bool:
    try:
        got.verified(secret)
    except WebhookVerificationError:
        return False
    return True


async def test_the_same_event_again_is_no_second_delivery(running: Serving, other: System) -> None:
    await registered(running, other.url)
    envelope = happened(running, ComplaintFiled)
    await comes(running, envelope)
    await send(running)
    await comes(running, envelope, envelope)
    await send(running)

    assert other.subjects == [("case-1", 1)]


async def test_only_what_was_wished_for_is_sent_by_type_agency_field_and_time(
    running: Serving, other: System
) -> None:
    await comes(running, happened(running, ComplaintFiled, "before"))
    running.clock.forward(seconds=1)
    await registered(running, other.url, where=[{"field": "tracking_code", "equals": "3TMJWP0K48R6TF3J"}])
    await comes(
        running,
        happened(running, ComplaintFiled, "wished"),
        happened(running, ComplaintTaken, "another type"),
        happened(running, ComplaintFiled, "another agency's", agency_id="roads"),
        happened(running, ComplaintFiled, "another code", tracking_code="0TMJWP0K48R6TF3J"),
        happened(running, ComplaintClosed, "wished too"),
    )
    await send(running)

    assert sorted(subject for subject, _ in other.subjects) == ["wished", "wished too"]


async def test_an_event_of_before_the_registration_is_not_sent_however_late_it_comes(
    running: Serving, other: System
) -> None:
    early = happened(running, ComplaintFiled)
    running.clock.forward(milliseconds=1)
    await registered(running, other.url)
    await comes(running, early)
    await send(running)

    assert other.got == []


async def test_yes_or_no_and_numbers_are_wished_for_as_json_writes_them(
    running: Serving, other: System
) -> None:
    await registered(
        running,
        other.url,
        types=[CLOSED],
        where=[{"field": "satisfied", "equals": "false"}, {"field": "level", "equals": "2"}],
    )
    for subject, fields in (
        ("satisfied", {"satisfied": True, "level": 2}),
        ("at another level", {"satisfied": False, "level": 1}),
        ("wished", {"satisfied": False, "level": 2}),
    ):
        await comes(running, happened(running, ComplaintClosed, subject, **fields))
    await send(running)

    assert other.subjects == [("wished", 1)]


async def test_the_governorate_is_sent_all_agencies_events_or_those_of_one(
    running: Serving, other: System
) -> None:
    _, all_ = await registered(running, other.url, as_="governorate.head")
    _, one = await registered(running, other.url, as_="governorate.head", agency="roads")
    await comes(
        running,
        happened(running, ComplaintFiled, "water's"),
        happened(running, ComplaintFiled, "roads'", agency_id="roads"),
    )
    await send(running)

    def got(secret: str) -> list[str]:
        return sorted(one.verified(secret)["subject"] for one in other.got if _verifies(one, secret))

    assert (got(all_), got(one)) == (["roads'", "water's"], ["roads'"])


@pytest.mark.parametrize(
    ("wrong", "status", "pointer"),
    [
        ({"types": ["ir.paygir.complaints.Nothing.v1"]}, 422, "/types/0"),
        ({"types": [FILED, "ir.paygir.contacts.SealedContact"]}, 422, "/types/1"),
        ({"types": ["ir.paygir.keys.WrappedKey"]}, 422, "/types/0"),
        ({"types": []}, 422, "/types"),
        ({"where": [{"field": "satisfied", "equals": "true"}]}, 422, "/where/0/field"),
        ({"where": [{"field": "door", "equals": "09121234567"}]}, 422, "/where/0/equals"),
        ({"url": "https://10.0.0.1/"}, 422, "/url"),
        ({"agency": "roads"}, 404, None),
        ({"secret": "whsec_AAAA"}, 422, "/secret"),
    ],
)
async def test_what_nobody_may_have_is_not_registered(
    running: Serving, other: System, wrong: dict[str, Any], status: int, pointer: str | None
) -> None:
    body = {"name": "x", "types": [FILED, CLOSED], "url": other.url, **wrong}
    answer = await running.http.post(ROUTE, json=body, headers=bearer("water.head"))

    assert answer.status_code == status, answer.text
    assert pointer in {one["pointer"] for one in answer.json().get("errors", [{"pointer": None}])}
    assert await running.database["subscriptions"].count_documents({}) == 0


async def test_an_agency_has_fifty_and_another_after_one_was_deleted(running: Serving, other: System) -> None:
    made = [(await registered(running, other.url))[0]["id"] for _ in range(50)]
    body = {"name": "x", "types": [FILED], "url": other.url}
    answer = await running.http.post(ROUTE, json=body, headers=bearer("water.head"))
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:paygir:problem:too-many-subscriptions")

    await running.http.delete(f"{ROUTE}/{made[0]}", headers=bearer("water.head"))
    await registered(running, other.url)


async def test_a_change_holds_from_the_next_event_on_and_only_for_who_saw_the_last_one(
    running: Serving, other: System
) -> None:
    told, _ = await registered(running, other.url)
    body = {"name": "y", "types": [CLOSED], "url": other.url + "/changed"}
    path = f"{ROUTE}/{told['id']}"
    lost = await running.http.put(path, json=body, headers={**bearer("water.head"), "if-match": '"7"'})
    done = await running.http.put(path, json=body, headers={**bearer("water.head"), "if-match": '"1"'})
    await comes(running, happened(running, ComplaintFiled), happened(running, ComplaintClosed, "closed"))
    await send(running)

    assert (lost.status_code, done.status_code, done.headers["etag"]) == (412, 200, '"2"')
    assert other.subjects == [("closed", 1)]


async def test_what_happens_while_it_is_paused_waits_until_it_is_resumed(
    running: Serving, other: System
) -> None:
    told, _ = await registered(running, other.url)
    assert (await asked(running, told["id"], "pause"))["status"] == "paused"
    await comes(running, happened(running, ComplaintFiled))
    await send(running)
    assert other.got == []

    assert (await asked(running, told["id"], "resume"))["status"] == "active"
    await send(running)
    assert other.subjects == [("case-1", 1)]


async def test_a_deleted_one_is_not_found_is_sent_nothing_and_keeps_no_secret(
    running: Serving, other: System
) -> None:
    told, _ = await registered(running, other.url)
    await comes(running, happened(running, ComplaintFiled))
    path = f"{ROUTE}/{told['id']}"
    deleted = await running.http.delete(path, headers=bearer("water.head"))
    await comes(running, happened(running, ComplaintFiled, "later"))
    await send(running)

    assert (deleted.json()["status"], other.got) == ("deleted", [])
    [kept] = await running.database["subscriptions"].find().to_list()
    assert kept["state"]["secrets"] == []
    for verb, way in (("get", ""), ("post", "/resume"), ("post", "/ping"), ("get", "/deliveries")):
        answer = await running.http.request(verb, path + way, headers=bearer("water.head"))
        assert answer.status_code == 404, way
    assert (await running.http.get(ROUTE, headers=bearer("water.head"))).json()["items"] == []


async def test_its_secret_is_told_once_and_lies_sealed(running: Serving, other: System) -> None:
    told, secret = await registered(running, other.url)
    plain = secret.removeprefix("whsec_")

    for path in (ROUTE, f"{ROUTE}/{told['id']}"):
        assert plain not in (await running.http.get(path, headers=bearer("water.head"))).text
    await comes(running, happened(running, ComplaintFiled))
    await send(running)
    for name in await running.database.list_collection_names():
        assert plain not in str(await running.database[name].find().to_list()), name
    use: Use = running.parts.use
    assert plain not in str(await running.published(use.webhooks.subscriptions))


async def test_after_a_rotation_both_secrets_verify_for_a_day_and_then_the_new_one_alone(
    running: Serving, other: System
) -> None:
    told, old = await registered(running, other.url)
    new = (await asked(running, told["id"], "rotate-secret"))["secret"]
    day = timedelta(hours=24)
    for subject, ahead in (("at once", timedelta()), ("before", day - timedelta(minutes=1)), ("after", day)):
        await comes(running, happened(running, ComplaintFiled, subject))
        await send(running, real_now=later(seconds=ahead.total_seconds()))

    signatures = [len(one.headers["webhook-signature"].split()) for one in other.got]
    assert signatures == [2, 2, 1]
    assert _verifies(other.got[0], old)
    assert _verifies(other.got[0], new)
    newest = (await asked(running, told["id"], "rotate-secret"))["secret"]
    await comes(running, happened(running, ComplaintFiled, "rotated again"))
    await send(running)
    assert [_verifies(other.got[-1], one) for one in (old, new, newest)] == [False, True, True]


async def test_secrets_are_wrapped_anew_under_another_master_key(running: Serving, other: System) -> None:
    told, secret = await registered(running, other.url)
    await asked(running, told["id"], "rotate-secret")
    use: Use = running.parts.use
    rotated = LocalWrapper([bytes(range(1, 33)), running.master_key.secret])
    done = [await subscriptions.rewrap(use.webhooks.subscriptions, rotated, wall_now()) for _ in range(2)]
    newest = LocalWrapper([bytes(range(1, 33))])
    await comes(running, happened(running, ComplaintFiled))
    await send(running, wrapper=newest)

    assert done == [2, 0]
    assert _verifies(other.got[0], secret)
    found = (await use.webhooks.subscriptions.load(told["id"])).state
    with pytest.raises(Unopenable):
        await LocalWrapper([running.master_key.secret]).unwrap(found.secrets[0].wrapped, about=told["id"])


async def test_a_ping_is_signed_and_its_owner_sees_what_was_answered(running: Serving, other: System) -> None:
    told, secret = await registered(running, other.url)
    answer = await asked(running, told["id"], "ping")
    other.says = lambda _: "500 Oh"
    failed = await asked(running, told["id"], "ping")

    assert other.got[0].verified(secret)["type"] == "ir.paygir.notifications.Ping.v1"
    assert ((answer["code"], answer["taken"]), (failed["code"], failed["taken"])) == (
        ("204", True),
        ("500", False),
    )
    assert await log(running, told["id"]) == []


async def test_the_oldest_that_was_not_taken_and_each_failure_are_shown_by_subscription(
    running: Serving, other: System
) -> None:
    told, _ = await registered(running, other.url)
    other.says = lambda _: "503 Busy"
    await comes(running, happened(running, ComplaintFiled))
    running.clock.forward(seconds=90)
    await send(running)

    oldest = metrics.WEBHOOK_OLDEST_S.labels(told["id"])
    assert oldest._value.get() == 90  # pyright: ignore[reportPrivateUsage]
    assert metrics.WEBHOOK_FAILURES.labels(told["id"])._value.get() == 1  # pyright: ignore[reportPrivateUsage]
    other.says = lambda _: "204 No Content"
    await send(running, real_now=later(minutes=1))
    await delivering.begin_all(running.parts.use, delivering.Rounds())
    assert oldest._value.get() == 0  # pyright: ignore[reportPrivateUsage]
