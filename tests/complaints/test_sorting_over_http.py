"""A letter and an SMS are sorted over HTTP: into the lists, the history and what repeats what."""

import asyncio
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import httpx
import orjson
import pytest

from shared.bus.effects import Projection, Reaction
from shared.bus.records import Received
from shared.directory.replica import COLLECTION, fold
from shared.events.directory import DirectoryEvent, Name, ServiceListed, ServiceWithdrawn
from shared.events.requests import RequestKind
from tests.complaints.cases import act, event_names, file
from tests.complaints.cases import verdict as rated
from tests.complaints.handing_over import bring, hand_over
from tests.complaints.letters import door, letter
from tests.complaints.requests import wants
from tests.province import told
from tests.serving import Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-10")]
GROUND, OTHER_GROUND = "nobody-at-the-desk", "broken-equipment"
CASE = "5f0f4c1e-0000-5000-8000-000000000001"
DESK, HEAD = "water.desk.officer", "water.head"
WORDS = "سه بار برای انشعاب مراجعه کردم و هر بار گفتند کارشناس نیست و فردا بیا"


async def tell(complaints: Serving, code: str, *events: DirectoryEvent) -> None:
    """What the directory tells of a service."""
    copy = Projection(complaints.database[COLLECTION], fold)
    await copy.work(told(f"service:{code}", events))


def listed(code: str, unit_id: str | None) -> ServiceListed:
    return ServiceListed(agency_id="water", code=code, title=Name(fa="انشعاب"), unit_id=unit_id)


async def by_sms(complaints: Serving, text: str = WORDS, id_: str = CASE) -> str:
    """One that came by SMS: its id."""
    said = {"text": text, "case_id": id_, "line": "30001234", "reference": "kannel-1"}
    await wants(complaints, RequestKind.FILE, id_, said=said)
    return id_


async def say(
    complaints: Serving, id_: str, post: str = DESK, code: str = "1001", ground: str = GROUND
) -> httpx.Response:
    return await act(complaints, post, "sort", id_, service_code=code, ground=ground)


async def found(complaints: Serving, as_: str = HEAD, **narrowed: str) -> list[str]:
    """The ids in the list that is narrowed so, and in that of what is owed."""
    lists: list[list[str]] = []
    for path in ("", "/work"):
        answer = await complaints.http.get(f"/v1/complaints{path}", params=narrowed, headers=bearer(as_))
        assert answer.status_code == 200, answer.text
        lists.append([one["id"] for one in answer.json()["items"]])
    assert lists[0] == lists[1]
    return lists[0]


async def history(complaints: Serving, id_: str) -> list[dict[str, Any]]:
    url = f"/v1/complaints/{id_}/history"
    return (await complaints.http.get(url, headers=bearer(HEAD))).json()


async def test_a_letter_is_sorted_over_http_and_stands_in_the_lists_of_its_service_ground_and_unit(
    complaints: Serving,
) -> None:
    await tell(complaints, "1002", listed("1002", "pr"))
    async with door(complaints) as post:
        await post.send(letter())
    [id_] = await found(complaints)
    before = (await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer(HEAD))).json()
    answer = await say(complaints, id_, code="1002")
    after = answer.json()

    assert answer.status_code == 200, answer.text
    assert (after["service_code"], after["ground"], after["unit_id"]) == ("1002", GROUND, "pr")
    for kept in ("reply_due_at", "filed_at", "escalates_at", "text", "status", "door"):
        assert after[kept] == before[kept]
    for new in ({"service": "1002"}, {"ground": GROUND}, {"unit": "pr"}):
        assert await found(complaints, **new) == [id_]
    for old in ({"service": "unsorted"}, {"ground": "none-of-these"}, {"unit": "desk"}):
        assert await found(complaints, **old) == []
    assert await event_names(complaints) == ["ComplaintFiled", "ComplaintSorted", "ComplaintRouted"]
    entry = (await history(complaints, id_))[-1]
    assert (entry["act"], entry["note"]) == ("sort", f"unsorted, none-of-these > 1002, {GROUND}")
    assert entry["by"].startswith(f"post:{DESK} ")
    # It is another unit's now: its old desk has no more to say.
    assert (await say(complaints, id_)).status_code == 403
    assert (await say(complaints, id_, HEAD)).status_code == 200


async def test_what_is_not_possible_is_refused_and_nothing_is_half_done(complaints: Serving) -> None:
    await tell(complaints, "1002", listed("1002", "pr"), ServiceWithdrawn(agency_id="water", code="1002"))
    id_ = await by_sms(complaints)
    refused: Mapping[str, tuple[httpx.Response, int]] = {
        "withdrawn": (await say(complaints, id_, code="1002"), 422),
        "another agency's": (await say(complaints, id_, code="2001"), 422),
        "of nobody": (await say(complaints, id_, code="nothing"), 422),
        "unsorted again": (await say(complaints, id_, code="unsorted"), 422),
        "no ground": (await say(complaints, id_, ground="none-of-these"), 409),
        "unknown ground": (await say(complaints, id_, ground="slow"), 409),
        "not one's desk": (await say(complaints, id_, "water.deputy"), 403),
        "not of the line": (await say(complaints, id_, "water.pr.secretary"), 403),
        "not one's agency": (await say(complaints, id_, "roads.desk.head", code="2001"), 404),
        "without a ground": (await act(complaints, DESK, "sort", id_, service_code="1001"), 422),
    }

    assert {why: one.status_code for why, (one, _) in refused.items()} == {
        why: status for why, (_, status) in refused.items()
    }
    for why in ("withdrawn", "another agency's", "of nobody", "unsorted again"):
        assert [one["pointer"] for one in refused[why][0].json()["errors"]] == ["/service_code"]
    assert refused["no ground"][0].json()["clause"] == "FOAD-5"
    assert [one["act"] for one in await history(complaints, id_)] == ["file"]


async def test_what_was_answered_closed_or_handed_over_is_not_sorted_any_more(complaints: Serving) -> None:
    receipt = await file(complaints)
    [web] = await found(complaints)
    gone, sms = await by_sms(complaints), await by_sms(complaints, "آب نداریم", f"{CASE[:-1]}2")
    assert (await hand_over(complaints, gone)).is_success
    await bring(complaints)
    statuses = [(await say(complaints, one)).status_code for one in (web, gone)]
    for id_ in (web, sms):
        assert (await act(complaints, DESK, "answer", id_, text="شد.")).is_success
        statuses.append((await say(complaints, id_, code="1001")).status_code)
    assert (await rated(complaints, receipt, satisfied=True)).is_success
    statuses.append((await say(complaints, web)).status_code)

    assert statuses == [409] * 5


async def test_desks_that_sort_at_once_do_so_one_after_the_other_and_the_last_word_holds(
    complaints: Serving,
) -> None:
    await tell(complaints, "1004", listed("1004", "desk"))
    id_ = await by_sms(complaints)
    answers = await asyncio.gather(
        *[
            say(complaints, id_, code=code, ground=ground)
            for code in ("1001", "1004")
            for ground in (GROUND, OTHER_GROUND)
        ],
        *[say(complaints, id_, "water.desk.head") for _ in range(4)],
    )

    assert {one.status_code for one in answers} == {200}
    records = await complaints.published(complaints.parts.repositories[0])
    told_of = [orjson.loads(one["value"]) for one in records if "Sorted" in one["headers"].get("ce_type", "")]
    names = [(one["was_service_code"], one["was_ground"]) for one in told_of]
    names.append((told_of[-1]["service_code"], told_of[-1]["ground"]))
    assert names[0] == ("unsorted", "none-of-these")
    assert [(one["service_code"], one["ground"]) for one in told_of] == names[1:]
    assert all(before != after for before, after in pairwise(names))
    assert [one["act"] for one in await history(complaints, id_)] == ["file", *["sort"] * len(told_of)]
    assert await found(complaints, service=names[-1][0]) == [id_]
    assert await found(complaints, ground=names[-1][1]) == [id_]


async def test_who_saw_an_older_state_sorts_nothing(complaints: Serving) -> None:
    id_ = await by_sms(complaints)
    seen = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer(DESK))
    assert (await act(complaints, DESK, "take", id_)).is_success
    headers = {**bearer(DESK), "if-match": seen.headers["etag"]}
    body = {"service_code": "1001", "ground": GROUND}
    answer = await complaints.http.post(f"/v1/complaints/{id_}/sort", json=body, headers=headers)

    assert answer.status_code == 412


async def hear(complaints: Serving, *, of: str = "") -> None:
    """What was told comes back over the bus, to the service's own subscription: all, or of a kind."""
    [one] = [one for one in complaints.parts.subscriptions if one.name == "repeats"]
    assert isinstance(one.effect, Reaction)
    records = [
        Received(
            topic=record["topic"],
            partition=0,
            offset=offset,
            key=record["key"].encode(),
            value=record["value"],
            headers=tuple((name, text.encode()) for name, text in record["headers"].items()),
        )
        for offset, record in enumerate(await complaints.published(complaints.parts.repositories[0]))
        if of in record["headers"].get("ce_type", "") and "ce_type" in record["headers"]
    ]
    await one.effect.work([one.effect.read(record) for record in records])


async def test_a_repeat_is_found_once_what_repeats_is_sorted_however_often_that_is_told(
    complaints: Serving,
) -> None:
    await file(complaints, text=WORDS, ground=GROUND)
    [first] = await found(complaints)
    complaints.clock.forward(minutes=5)
    id_ = await by_sms(complaints)
    await hear(complaints)
    assert "ComplaintLinked" not in await event_names(complaints)

    assert (await say(complaints, id_)).is_success
    await hear(complaints, of="ComplaintSorted")
    assert (await event_names(complaints)).count("ComplaintLinked") == 1
    await hear(complaints)

    seen = (await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer(DESK))).json()
    assert seen["repeats"] == first
    assert (await event_names(complaints)).count("ComplaintLinked") == 1
