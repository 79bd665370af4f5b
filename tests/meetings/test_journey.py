from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.meetings.groups import (
    CHAIR,
    CONVENES,
    ENDS,
    GUEST,
    HEAD,
    INSTANT,
    MEMBERS,
    SECRETARY,
    STARTS,
    act,
    azar,
    closed_meeting,
    event_names,
    seen,
)
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real


@pytest.mark.clause("PORTAL-10-1")
async def test_the_months_meeting_convenes_itself_once_seven_days_before(meetings: Serving) -> None:
    meetings.clock.set(CONVENES - INSTANT)
    assert await meetings.sweep() == 0
    meetings.clock.set(CONVENES)
    assert (await meetings.sweep(), await meetings.sweep()) == (1, 0)
    meeting = await seen(meetings)

    assert (meeting["month"], meeting["status"]) == ("1405-09", "convened")
    assert meeting["starts"] == "چهارشنبه ۱۱ آذر ۱۴۰۵، ساعت ۱۳:۰۰"
    assert await event_names(meetings) == ["MeetingConvened"]


@pytest.mark.clause("PORTAL-10-1")
async def test_a_year_of_sweeps_convenes_twelve_meetings_and_each_once(meetings: Serving) -> None:
    meetings.clock.set(CONVENES)
    for _ in range(52):
        await meetings.sweep()
        meetings.clock.forward(days=7)
    answer = await meetings.http.get("/v1/meetings?limit=100", headers=bearer(SECRETARY))
    months = [one["month"] for one in reversed(answer.json()["items"])]

    assert months == [f"1405-{n:02}" for n in range(9, 13)] + [f"1406-{n:02}" for n in range(1, 9)]
    names = await event_names(meetings)
    assert (names.count("MeetingConvened"), names.count("MeetingLapsed")) == (12, 12)


@pytest.mark.clause("PORTAL-10-1")
async def test_months_that_an_outage_swallowed_are_on_record_as_lapsed(meetings: Serving) -> None:
    meetings.clock.set(STARTS + timedelta(days=70))
    for _ in range(5):
        await meetings.sweep()
    answer = await meetings.http.get("/v1/meetings", headers=bearer(SECRETARY))

    assert [(one["month"], one["status"]) for one in answer.json()["items"]] == [
        ("1405-11", "lapsed"),
        ("1405-10", "lapsed"),
        ("1405-09", "lapsed"),
    ]


@pytest.mark.clause("PORTAL-10-3")
@pytest.mark.clause("PORTAL-10-6")
async def test_it_is_held_decides_by_majority_and_its_decisions_are_sent_in_time(
    meetings: Serving,
) -> None:
    id_ = (await azar(meetings))["id"]
    await act(meetings, SECRETARY, id_, "attendance", posts=[*MEMBERS[:3], GUEST])
    refused = await act(meetings, CHAIR, id_, "open")
    assert (refused.status_code, refused.json()["clause"]) == (409, "PORTAL-10-3")
    assert refused.json()["detail"] == "از ۶ عضو، ۳ نفر حاضرند و جلسه به حد نصاب نمی‌رسد."

    recorded = await act(meetings, SECRETARY, id_, "attendance", posts=[*MEMBERS[:4], GUEST])
    assert (recorded.json()["present"], recorded.json()["guests"]) == (list(MEMBERS[:4]), [GUEST])
    assert (await act(meetings, CHAIR, id_, "open")).json()["status"] == "open"
    motions = [(await act(meetings, CHAIR, id_, "motions", text=text)).json()["id"] for text in ("الف", "ب")]
    for motion, votes_for in zip(motions, (3, 2), strict=True):
        for number, post in enumerate(MEMBERS[:4]):
            choice = "for" if number < votes_for else "against"
            voted = await act(meetings, post, id_, f"motions/{motion}/votes", choice=choice)
            assert voted.status_code == 200, voted.text
    counted = [(await act(meetings, CHAIR, id_, f"motions/{one}/count")).json() for one in motions]
    assert [one["decision"] for one in counted] == [1, None]

    meetings.clock.set(ENDS)
    closed = await act(meetings, CHAIR, id_, "close")
    due = ENDS + timedelta(hours=48)
    assert datetime.fromisoformat(closed.json()["sending"]["due_at"]) == due
    meetings.clock.set(due - INSTANT)
    assert await meetings.sweep() == 0
    await act(meetings, SECRETARY, id_, "next-meeting", agenda=[])
    sent = (await act(meetings, SECRETARY, id_, "send-decisions")).json()["sending"]

    assert (sent["in_time"], sent["to_posts"]) == (True, [*MEMBERS, HEAD])
    assert await event_names(meetings) == [
        "MeetingConvened",
        "DecisionAdopted",
        "MeetingHeld",
        "DecisionsSent",
    ]


@pytest.mark.clause("PORTAL-10-6")
async def test_unsent_after_48_hours_the_breach_is_known_once_and_a_late_sending_stays_late(
    meetings: Serving,
) -> None:
    id_ = await closed_meeting(meetings)
    meetings.clock.set(ENDS + timedelta(hours=48) - INSTANT)
    assert await meetings.sweep() == 0
    meetings.clock.set(ENDS + timedelta(hours=48))
    assert (await meetings.sweep(), await meetings.sweep()) == (1, 0)
    meetings.clock.forward(hours=1)
    await act(meetings, SECRETARY, id_, "next-meeting", agenda=[])
    first = await act(meetings, SECRETARY, id_, "send-decisions")
    again = await act(meetings, SECRETARY, id_, "send-decisions")

    assert (first.json()["sending"]["in_time"], again.json()) == (False, first.json())
    assert (await event_names(meetings))[-2:] == ["DecisionsOverdue", "DecisionsSent"]


@pytest.mark.clause("PORTAL-10-3")
async def test_without_a_quorum_it_is_recorded_as_not_official(meetings: Serving) -> None:
    id_ = (await azar(meetings))["id"]
    await act(meetings, SECRETARY, id_, "attendance", posts=list(MEMBERS[:3]))
    ended = await act(meetings, CHAIR, id_, "not-official")

    assert ended.json()["status"] == "not-official"
    assert await event_names(meetings) == ["MeetingConvened", "MeetingNotOfficial"]


@pytest.mark.clause("PORTAL-10-4")
@pytest.mark.clause("PORTAL-10-5")
async def test_another_member_presides_only_when_the_head_handed_the_chair_over(meetings: Serving) -> None:
    id_ = (await azar(meetings))["id"]
    deputy = MEMBERS[1]
    await act(meetings, SECRETARY, id_, "attendance", posts=list(MEMBERS[1:]))
    refused = await act(meetings, deputy, id_, "open")
    assert (refused.status_code, refused.json()["clause"]) == (409, "PORTAL-10-4")

    handed = await act(meetings, CHAIR, id_, "chair", post_id=deputy)
    opened = await act(meetings, deputy, id_, "open")
    assert (handed.json()["presiding"], opened.json()["status"]) == (deputy, "open")


async def test_who_has_no_seat_does_nothing_there_and_another_agency_finds_nothing(
    meetings: Serving,
) -> None:
    id_ = (await azar(meetings))["id"]
    attempts: list[tuple[str, str, dict[str, Any], int]] = [
        (HEAD, "open", {}, 403),
        (GUEST, "open", {}, 403),
        (MEMBERS[1], "attendance", {"posts": []}, 403),
        (CHAIR, "send-decisions", {}, 403),
        (CHAIR, "next-meeting", {"agenda": []}, 403),
        ("roads.pr.secretary", "next-meeting", {"agenda": []}, 404),
        ("roads.pr.head", "open", {}, 404),
        ("roads.pr.secretary", "attendance", {"posts": []}, 404),
    ]
    for post, verb, body, status in attempts:
        assert (await act(meetings, post, id_, verb, **body)).status_code == status, (post, verb)
    stranger = await meetings.http.get("/v1/meetings", headers=bearer("roads.pr.head"))
    assert stranger.json()["items"] == []
    assert (await meetings.http.get(f"/v1/meetings/{id_}")).status_code == 401


@pytest.mark.parametrize(
    ("verb", "body", "pointer"),
    [
        ("attendance", {"posts": [CHAIR, "roads.pr.head"]}, "/posts/1"),
        ("attendance", {"posts": [{"$ne": ""}]}, "/posts/0"),
        ("attendance", {}, "/posts"),
        ("attendance", {"posts": [CHAIR] * 201}, "/posts"),
        ("motions", {"text": " "}, "/text"),
        ("motions", {"text": "الف", "decision": 1}, "/decision"),
    ],
)
async def test_bad_input_is_told_where_it_is_wrong(
    meetings: Serving, verb: str, body: dict[str, object], pointer: str
) -> None:
    id_ = (await azar(meetings))["id"]
    answer = await meetings.http.post(f"/v1/meetings/{id_}/{verb}", json=body, headers=bearer(CHAIR))

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_motion_sent_twice_under_one_key_is_put_once(meetings: Serving) -> None:
    id_ = (await azar(meetings))["id"]
    await act(meetings, SECRETARY, id_, "attendance", posts=list(MEMBERS))
    await act(meetings, CHAIR, id_, "open")
    url, headers = f"/v1/meetings/{id_}/motions", {**bearer(CHAIR), "idempotency-key": "abc"}
    first = await meetings.http.post(url, json={"text": "الف"}, headers=headers)
    second = await meetings.http.post(url, json={"text": "الف"}, headers=headers)
    other = await meetings.http.post(url, json={"text": "ب"}, headers=headers)

    assert (first.status_code, second.json()) == (201, first.json())
    assert (other.status_code, other.json()["type"]) == (422, "urn:paygir:problem:idempotency-key-reused")
    assert len((await seen(meetings))["motions"]) == 1


async def test_a_vote_on_an_unknown_motion_finds_nothing(meetings: Serving) -> None:
    id_ = (await azar(meetings))["id"]

    for verb, body in (("votes", {"choice": "for"}), ("count", {})):
        assert (await act(meetings, CHAIR, id_, f"motions/nothing/{verb}", **body)).status_code == 404


async def test_a_lost_race_is_refused_by_if_match(meetings: Serving) -> None:
    id_ = (await azar(meetings))["id"]
    before = await meetings.http.get(f"/v1/meetings/{id_}", headers=bearer(SECRETARY))
    await act(meetings, SECRETARY, id_, "attendance", posts=list(MEMBERS))
    late = await meetings.http.post(
        f"/v1/meetings/{id_}/attendance",
        json={"posts": []},
        headers={**bearer(CHAIR), "if-match": before.headers["etag"]},
    )

    assert late.status_code == 412


async def test_the_history_names_who_did_what(meetings: Serving) -> None:
    id_ = await closed_meeting(meetings)
    answer = await meetings.http.get(f"/v1/meetings/{id_}/history", headers=bearer(SECRETARY))

    acts = [(entry["act"], entry["by"].split()[0]) for entry in answer.json()]
    assert acts[:4] == [
        ("convene", "clock"),
        ("record-attendance", f"post:{SECRETARY}"),
        ("open", f"post:{CHAIR}"),
        ("put-motion", f"post:{CHAIR}"),
    ]
    assert acts[-1] == ("close", f"post:{CHAIR}")


async def test_nothing_on_the_bus_holds_a_word_of_a_motion(meetings: Serving) -> None:
    await closed_meeting(meetings)
    records = await meetings.published(meetings.parts.repositories[1])
    sent = b"".join(record["value"] for record in records).decode()

    assert {record["topic"] for record in records} == {"paygir.meetings.events"}
    assert "الف" not in sent


async def test_the_list_is_narrowed_by_status_and_committee(meetings: Serving) -> None:
    await azar(meetings)
    found: list[int] = []
    for query in ("status=convened", "status=open", "committee_id=water.portal-group", "committee_id=other"):
        answer = await meetings.http.get(f"/v1/meetings?{query}", headers=bearer(SECRETARY))
        found.append(len(answer.json()["items"]))

    assert found == [1, 0, 1, 0]
