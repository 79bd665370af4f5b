"""The head of the group watches over the rules: what was not carried out is in one place (PORTAL-10-16)."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from services.meetings.usecases import committees
from tests.meetings.groups import (
    CHAIR,
    COMMISSION,
    CONVENES,
    ENDS,
    GROUP,
    HEAD,
    INSTANT,
    MEMBERS,
    SECRETARY,
    STARTS,
    act,
    azar,
    commission,
    group,
    joined,
    told,
)
from tests.serving import Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("PORTAL-10-16")]
DUE = ENDS + timedelta(hours=48)


async def seen(meetings: Serving, by: str = CHAIR, **query: Any) -> list[dict[str, Any]]:
    """What was not carried out in meetings; what the chart of the tests lacks is left aside."""
    answer = await meetings.http.get("/v1/oversight", params=query, headers=bearer(by))
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json()["items"] if one["meeting_id"] is not None]


async def held(meetings: Serving, id_: str) -> None:
    await act(meetings, SECRETARY, id_, "attendance", posts=list(MEMBERS))
    assert (await act(meetings, CHAIR, id_, "open")).status_code == 200


async def with_a_decision(meetings: Serving) -> str:
    """Azar's meeting, closed at its end."""
    id_ = (await azar(meetings))["id"]
    await held(meetings, id_)
    motion = (await act(meetings, CHAIR, id_, "motions", text="الف")).json()["id"]
    for post in MEMBERS[:4]:
        await act(meetings, post, id_, f"motions/{motion}/votes", choice="for")
    meetings.clock.set(ENDS)
    await act(meetings, CHAIR, id_, "close")
    return id_


@pytest.mark.parametrize("swept", [True, False])
async def test_decisions_not_sent_in_48_hours_are_the_secretarys_breach_until_they_are_sent(
    meetings: Serving, swept: bool
) -> None:
    id_ = await with_a_decision(meetings)
    meetings.clock.set(DUE - INSTANT)
    before = await seen(meetings)
    meetings.clock.set(DUE)
    if swept:
        await meetings.sweep()
    [late] = await seen(meetings)
    meetings.clock.forward(hours=1)
    await act(meetings, SECRETARY, id_, "next-meeting", agenda=[])
    await act(meetings, SECRETARY, id_, "send-decisions")
    [mended] = await seen(meetings)

    assert before == []
    assert (late["clause"], late["duty_of"], late["mended_at"]) == ("PORTAL-10-6", [SECRETARY], None)
    assert datetime.fromisoformat(late["since"]) == DUE
    assert datetime.fromisoformat(mended["mended_at"]) == DUE + timedelta(hours=1)
    assert {**mended, "mended_at": None} == late


async def test_decisions_sent_in_time_are_no_breach(meetings: Serving) -> None:
    id_ = await with_a_decision(meetings)
    meetings.clock.set(DUE - INSTANT)
    await act(meetings, SECRETARY, id_, "next-meeting", agenda=[])
    await act(meetings, SECRETARY, id_, "send-decisions")
    meetings.clock.forward(days=1)
    await meetings.sweep()

    assert [one for one in await seen(meetings) if one["clause"] == "PORTAL-10-6"] == []


@pytest.mark.parametrize("swept", [True, False])
async def test_a_meeting_that_nobody_opened_is_the_heads_until_the_group_meets_again(
    meetings: Serving, swept: bool
) -> None:
    await azar(meetings)
    meetings.clock.set(ENDS - INSTANT)
    before = await seen(meetings)
    meetings.clock.set(ENDS)
    if swept:
        await meetings.sweep()
    [lapsed] = await seen(meetings)
    meetings.clock.forward(days=21)
    await meetings.sweep()
    answer = await meetings.http.get("/v1/meetings", headers=bearer(SECRETARY))
    following = answer.json()["items"][0]
    begins = datetime.fromisoformat(following["starts_at"])
    meetings.clock.set(begins)
    await held(meetings, following["id"])
    [mended] = await seen(meetings)

    assert before == []
    assert (lapsed["clause"], lapsed["month"], lapsed["duty_of"]) == ("PORTAL-10-1", "1405-09", [CHAIR])
    assert (datetime.fromisoformat(lapsed["since"]), lapsed["mended_at"]) == (ENDS, None)
    assert lapsed["says"] == "زمان جلسه گذشت و برگزار نشد."
    assert (mended["meeting_id"], datetime.fromisoformat(mended["mended_at"])) == (
        lapsed["meeting_id"],
        begins,
    )


async def test_a_meeting_that_could_not_be_convened_in_time_says_so(meetings: Serving) -> None:
    meetings.clock.set(STARTS)
    await meetings.sweep()

    assert [one["says"] for one in await seen(meetings)] == ["جلسه به‌موقع فراخوانده نشد."]


async def test_where_two_thirds_did_not_come_it_was_for_those_who_stayed_away(meetings: Serving) -> None:
    id_ = (await azar(meetings))["id"]
    await act(meetings, SECRETARY, id_, "attendance", posts=list(MEMBERS[:3]))
    await act(meetings, CHAIR, id_, "not-official")
    [breach] = await seen(meetings)

    assert (breach["clause"], breach["duty_of"]) == ("PORTAL-10-3", list(MEMBERS[3:]))
    assert (datetime.fromisoformat(breach["since"]), breach["mended_at"]) == (STARTS, None)


async def test_what_the_chart_lacks_is_the_agencys_heads_until_it_is_arranged(meetings: Serving) -> None:
    answer = await meetings.http.get("/v1/oversight", headers=bearer(CHAIR))
    lacking = answer.json()["items"]
    await committees.constitute(meetings.parts.use, told(joined(group(clause="PR-3")), 2))
    arranged = await meetings.http.get("/v1/oversight", headers=bearer(CHAIR))

    assert {(one["committee_id"], *one["duty_of"]) for one in lacking} == {(GROUP, HEAD)}
    assert "PORTAL-5-1" in {one["clause"] for one in lacking}
    assert arranged.json()["items"] == []


async def test_each_breach_is_told_as_a_fact_that_names_who_watches(meetings: Serving) -> None:
    await with_a_decision(meetings)
    meetings.clock.set(DUE)
    await meetings.sweep()
    for _ in range(2):
        meetings.clock.forward(days=28)
        await meetings.sweep()
    records = await meetings.published(meetings.parts.repositories[1])
    told_of = {
        record["headers"]["ce_type"].split(".")[3]: orjson.loads(record["value"])["overseen_by"]
        for record in records
        if "overseen_by" in orjson.loads(record["value"])
    }

    assert told_of == {"DecisionsOverdue": CHAIR, "MeetingLapsed": CHAIR}


async def test_a_head_of_one_group_sees_its_own_and_the_agencys_head_sees_all(meetings: Serving) -> None:
    await committees.constitute(meetings.parts.use, told(joined(group(), commission(chair=MEMBERS[1])), 2))
    body = {"day": "2026-12-02", "hours": "13:00-14:00"}
    url = f"/v1/committees/{COMMISSION}/meetings"
    assert (await meetings.http.post(url, json=body, headers=bearer(MEMBERS[1]))).status_code == 201
    meetings.clock.set(CONVENES)
    await meetings.sweep()
    meetings.clock.set(ENDS)
    theirs = {by: [one["committee_id"] for one in await seen(meetings, by)] for by in (CHAIR, MEMBERS[1])}

    assert theirs == {CHAIR: [GROUP], MEMBERS[1]: [COMMISSION]}
    assert sorted(one["committee_id"] for one in await seen(meetings, HEAD)) == [GROUP, COMMISSION]


async def test_it_is_read_in_pages_and_nobody_else_sees_a_thing(meetings: Serving) -> None:
    meetings.clock.forward(days=100)
    for _ in range(5):
        await meetings.sweep()
    whole = [one["month"] for one in await seen(meetings)]
    paged: list[str] = []
    after: dict[str, str] = {}
    while True:
        query: dict[str, Any] = {"limit": 1, **after}
        page = (await meetings.http.get("/v1/oversight", params=query, headers=bearer(CHAIR))).json()
        paged += [one["month"] for one in page["items"] if one["month"] is not None]
        if page["next"] is None:
            break
        after = {"after": page["next"]}

    assert paged == whole == ["1405-11", "1405-10", "1405-09"]
    for other in (MEMBERS[1], "roads.pr.head", "roads.head"):
        assert await seen(meetings, other) == []
    refused = await meetings.http.get("/v1/oversight", headers=bearer(SECRETARY))
    assert refused.status_code == 403
