"""What the next meeting deals with, and when it is, stands in the minutes that members are sent."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from services.meetings.domain import minutes
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.status import Status
from services.meetings.usecases import committees
from shared.bus.effects import Reaction
from shared.bus.records import Received
from shared.calendar.jalali import JalaliMonth
from shared.events.meetings import DecisionsOverdue, DecisionsSent, MinutesSent
from shared.rule import PRESETS, Refused
from tests.meetings.groups import (
    AGENDA,
    CHAIR,
    COMMISSION,
    ENDS,
    HEAD,
    HOLIDAY,
    INSTANT,
    MEMBERS,
    NEXT,
    SECRETARY,
    STARTS,
    act,
    closed_meeting,
    closed_with_a_decision,
    commission,
    convened,
    group,
    joined,
    next_set,
    opened,
    ready_to_send,
    schedule,
    send,
    told,
    voted,
)
from tests.racing import after_the_first_look
from tests.serving import Serving, bearer

pytestmark = pytest.mark.clause("PORTAL-10-7")
DUE = ENDS + timedelta(hours=48)
AZAR = JalaliMonth(1405, 9)
SECRETARY_OF_COMMISSION = MEMBERS[4]
_OFFSETS = count()


def refused(clause: str, what: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(Refused) as refusal:
        what(*arguments, **named)
    assert refusal.value.rule.clause == clause
    return refusal.value.detail.en


def without_decisions() -> Meeting:
    closed, _ = voted(opened(), 2).close(CHAIR, ENDS)
    return closed


def test_decisions_do_not_go_out_without_the_next_agenda_and_an_empty_one_has_to_be_said() -> None:
    assert "set it first" in refused("PORTAL-10-7", send, closed_with_a_decision(), SECRETARY, DUE - INSTANT)
    empty, facts = next_set(closed_with_a_decision())
    sent, [event] = send(empty, SECRETARY, DUE - INSTANT)

    assert (list(facts), sent.is_sent) == ([], True)
    assert isinstance(event, DecisionsSent)
    assert (event.agenda_items, event.next_starts_at, event.in_time) == (0, NEXT, True)


def test_with_the_decisions_goes_how_much_is_on_the_agenda_and_when_and_no_word_of_it() -> None:
    _, [event] = send(ready_to_send(), SECRETARY, ENDS)

    assert isinstance(event, DecisionsSent)
    assert (event.clause, event.agenda_items, event.next_starts_at) == ("PORTAL-10-6", 2, NEXT)
    assert not any(item in event.model_dump_json() for item in AGENDA)


def test_a_time_that_nobody_knows_is_said_to_be_open_or_nothing_goes_out() -> None:
    closed = closed_with_a_decision()
    assert "call it first" in refused("PORTAL-10-7", next_set, closed, *AGENDA, starts_at=None)
    timed, _ = next_set(closed, *AGENDA)
    assert "call it first" in refused("PORTAL-10-7", minutes.send, timed, SECRETARY, None, ENDS)
    left_open, _ = next_set(closed, *AGENDA, starts_at=None, time_is_open=True)
    _, [event] = minutes.send(left_open, SECRETARY, None, ENDS)
    _, [called_meanwhile] = minutes.send(left_open, SECRETARY, NEXT, ENDS)

    assert isinstance(event, DecisionsSent)
    assert isinstance(called_meanwhile, DecisionsSent)
    assert (event.next_starts_at, called_meanwhile.next_starts_at) == (None, NEXT)


def test_it_is_set_anew_until_it_is_sent_and_then_stays_as_it_was_told() -> None:
    first, _ = next_set(voted(opened(), 3), "یک", now=STARTS)
    closed, _ = first.close(CHAIR, ENDS)
    again, _ = next_set(closed, *AGENDA)
    sent, _ = send(again, SECRETARY, ENDS)

    assert next_set(again, *AGENDA, now=ENDS + INSTANT) == (again, [])
    assert next_set(again, *AGENDA, starts_at=NEXT + INSTANT)[0].next_meeting != again.next_meeting
    assert "stay as they are" in refused("PORTAL-10-7", next_set, sent, "یک")
    assert next_set(sent, *AGENDA, starts_at=NEXT + INSTANT, now=DUE) == (sent, [])
    assert sent.next_meeting == again.next_meeting


def test_the_time_is_told_as_it_is_known_when_the_minutes_go_out() -> None:
    later = NEXT + timedelta(days=3)
    sent, [event] = minutes.send(ready_to_send(), SECRETARY, later, ENDS)

    assert isinstance(event, DecisionsSent)
    assert sent.next_meeting is not None
    assert (event.next_starts_at, sent.next_meeting.starts_at) == (later, later)


def test_it_is_the_secretarys_once_the_meeting_is_official() -> None:
    few, _ = convened().record(MEMBERS[:3], STARTS)
    not_official, _ = few.record_not_official(CHAIR, PRESETS, STARTS)
    lapsed, _ = convened().check_clock(ENDS)

    refused("PORTAL-10-7", next_set, closed_with_a_decision(), *AGENDA, by=CHAIR)
    for meeting in (convened(), not_official, lapsed):
        refused("PORTAL-10-7", next_set, meeting, *AGENDA, now=STARTS)


def test_an_agenda_that_comes_too_late_leaves_the_breach_where_it_is() -> None:
    late, [overdue] = next_set(closed_with_a_decision(), *AGENDA, now=DUE)
    _, [sent] = send(late, SECRETARY, DUE)

    assert isinstance(overdue, DecisionsOverdue)
    assert isinstance(sent, DecisionsSent)
    assert (sent.in_time, sent.agenda_items) == (False, 2)


def test_a_meeting_without_decisions_sends_what_comes_next_and_is_never_late() -> None:
    refused("PORTAL-10-7", send, without_decisions(), SECRETARY, ENDS)
    ready, _ = next_set(without_decisions(), *AGENDA)
    sent, [event] = send(ready, SECRETARY, DUE + timedelta(days=1))

    assert isinstance(event, MinutesSent)
    assert (event.clause, event.agenda_items, event.next_starts_at) == ("PORTAL-10-7", 2, NEXT)
    assert event.to_posts == (*MEMBERS, HEAD)
    assert sent.sending is not None
    assert (sent.sending.in_time, sent.sending.due_at) == (True, None)
    assert send(sent, SECRETARY, DUE + timedelta(days=2)) == (sent, [])
    assert sent.check_clock(DUE + timedelta(days=9)) == (sent, [])


def test_the_next_meeting_takes_the_agenda_over_once_it_was_sent_and_before_it_begins() -> None:
    sent, _ = send(ready_to_send(), SECRETARY, ENDS)
    coming = replace(convened(), id="m-2", month="1405-10")
    taken, facts = minutes.take_over(coming, sent)

    assert minutes.take_over(coming, ready_to_send()) == (coming, [])
    assert (taken.agenda, taken.agenda_from, list(facts)) == (AGENDA, "m-1", [])
    assert minutes.take_over(taken, sent) == (taken, [])
    begun = replace(coming, status=Status.OPEN)
    assert minutes.take_over(begun, sent) == (begun, [])


@pytest.mark.parametrize(
    ("now", "starts"),
    [(ENDS, NEXT), (NEXT - INSTANT, NEXT), (NEXT, datetime(2027, 2, 3, 9, 30, tzinfo=UTC))],
)
def test_after_a_months_meeting_comes_the_next_that_is_still_ahead(now: datetime, starts: datetime) -> None:
    assert schedule().following(AZAR, now).starts_at == starts


def test_a_holiday_puts_the_time_that_is_told_on_the_next_day_worked() -> None:
    closed = schedule(overrides=[{**HOLIDAY, "day": "2026-12-30"}])

    assert closed.following(AZAR, ENDS).starts_at == NEXT + timedelta(days=3)


async def set_(meetings: Serving, id_: str, *agenda: str, by: str = SECRETARY, **more: Any) -> httpx.Response:
    return await act(meetings, by, id_, "next-meeting", agenda=list(agenda), **more)


async def comes_back(meetings: Serving, kinds: Sequence[str] = ()) -> None:
    """The service's own events come to it from the bus, all of them (or those of these kinds) twice."""
    effect = next(one.effect for one in meetings.parts.subscriptions if one.name == "agendas")
    assert isinstance(effect, Reaction)
    for record in await meetings.published(meetings.parts.repositories[1]):
        if kinds and record["headers"]["ce_type"].split(".")[3] not in kinds:
            continue
        received = Received(
            topic=record["topic"],
            partition=0,
            offset=next(_OFFSETS),
            key=record["key"].encode(),
            value=record["value"],
            headers=tuple((name, text.encode()) for name, text in record["headers"].items()),
        )
        read = effect.read(received)
        if read is not None:
            await effect.work([read, read])


async def listed(meetings: Serving, committee_id: str = "water.portal-group") -> list[dict[str, Any]]:
    """The committee's meetings, the earliest first."""
    url = f"/v1/meetings?committee_id={committee_id}"
    return (await meetings.http.get(url, headers=bearer(HEAD))).json()["items"][::-1]


@pytest.mark.real
async def test_the_minutes_say_it_and_the_next_months_meeting_has_it_when_it_convenes(
    meetings: Serving,
) -> None:
    id_ = await closed_meeting(meetings)
    refused_ = await act(meetings, SECRETARY, id_, "send-decisions")
    said = await set_(meetings, id_, *AGENDA)
    sent = await act(meetings, SECRETARY, id_, "send-decisions")
    await comes_back(meetings)
    meetings.clock.set(NEXT - timedelta(days=7))
    await meetings.sweep()
    before = (await listed(meetings))[-1]
    await comes_back(meetings, ["MeetingConvened"])
    dey = (await listed(meetings))[-1]

    assert (refused_.status_code, refused_.json()["clause"]) == (409, "PORTAL-10-7")
    assert "نخست آن را تعیین کنید" in refused_.json()["detail"]
    following = said.json()["next_meeting"]
    assert (following["agenda"], following["starts"]) == (
        list(AGENDA),
        "چهارشنبه ۹ دی ۱۴۰۵، ساعت ۱۳:۰۰",
    )
    assert sent.json()["next_meeting"] == following
    assert (before["month"], before["agenda"]) == ("1405-10", [])
    assert (dey["agenda"], dey["agenda_from"], dey["status"]) == (list(AGENDA), id_, "convened")


@pytest.mark.real
async def test_sent_when_the_next_one_is_convened_already_it_still_gets_its_agenda_and_once(
    meetings: Serving,
) -> None:
    id_ = await closed_meeting(meetings)
    meetings.clock.set(NEXT - timedelta(days=7))
    await meetings.sweep()
    await set_(meetings, id_, *AGENDA)
    await comes_back(meetings)
    assert (await listed(meetings))[-1]["agenda"] == [], "nobody was told yet"
    sent = await act(meetings, SECRETARY, id_, "send-decisions")
    await asyncio.gather(*[comes_back(meetings, ["DecisionsSent"]) for _ in range(4)])
    dey = (await listed(meetings))[-1]
    history = await meetings.http.get(f"/v1/meetings/{dey['id']}/history", headers=bearer(SECRETARY))

    assert datetime.fromisoformat(sent.json()["next_meeting"]["starts_at"]) == NEXT
    assert (dey["agenda"], dey["agenda_from"]) == (list(AGENDA), id_)
    assert [entry["act"] for entry in history.json()] == ["convene", "take-over-agenda"]


@pytest.mark.real
async def test_what_a_lapsed_meeting_did_not_deal_with_is_the_next_ones(meetings: Serving) -> None:
    id_ = await closed_meeting(meetings)
    await set_(meetings, id_, *AGENDA)
    await act(meetings, SECRETARY, id_, "send-decisions")
    for now in (NEXT - timedelta(days=7), NEXT + timedelta(days=1), NEXT + timedelta(days=28)):
        meetings.clock.set(now)
        await meetings.sweep()
    await comes_back(meetings)

    assert [(one["month"], one["status"], one["agenda"]) for one in await listed(meetings)] == [
        ("1405-09", "closed", []),
        ("1405-10", "lapsed", []),
        ("1405-11", "convened", list(AGENDA)),
    ]


@pytest.mark.real
async def test_a_committee_that_is_called_says_when_or_that_its_time_is_open(meetings: Serving) -> None:
    await committees.constitute(meetings.parts.use, told(joined(group(), commission()), 2))

    async def call(day: str) -> dict[str, Any]:
        answer = await meetings.http.post(
            f"/v1/committees/{COMMISSION}/meetings",
            json={"day": day, "hours": "09:00-11:00"},
            headers=bearer(HEAD),
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    first = await call("2026-12-06")
    meetings.clock.set(datetime.fromisoformat(first["starts_at"]))
    for verb, body in (("attendance", {"posts": [HEAD, CHAIR]}), ("open", {}), ("close", {})):
        assert (await act(meetings, HEAD, first["id"], verb, **body)).status_code == 200
    unknown = await set_(meetings, first["id"], *AGENDA, by=SECRETARY_OF_COMMISSION)
    left_open = await set_(meetings, first["id"], *AGENDA, by=SECRETARY_OF_COMMISSION, time_is_open=True)
    far, near = await call("2026-12-20"), await call("2026-12-13")
    sent = await act(meetings, SECRETARY_OF_COMMISSION, first["id"], "send-decisions")
    await comes_back(meetings)

    assert (unknown.status_code, unknown.json()["clause"]) == (409, "PORTAL-10-7")
    assert left_open.json()["next_meeting"]["starts"] is None
    assert sent.json()["next_meeting"]["starts_at"] == near["starts_at"]
    assert [(one["id"], one["agenda"]) for one in await listed(meetings, COMMISSION)] == [
        (first["id"], []),
        (near["id"], list(AGENDA)),
        (far["id"], []),
    ]
    meetings.clock.set(datetime.fromisoformat(near["ends_at"]))
    await meetings.sweep()
    await comes_back(meetings, ["MeetingLapsed"])
    assert (await listed(meetings, COMMISSION))[-1]["agenda"] == list(AGENDA), (
        "the one before it was not held"
    )


@pytest.mark.real
async def test_no_other_committee_and_no_other_agency_has_the_agenda(meetings: Serving) -> None:
    use = meetings.parts.use
    theirs = commission(id="roads.commission", chair="roads.head", secretary="roads.pr.secretary")
    await committees.constitute(use, told(joined(group(), commission()), 2))
    await committees.constitute(use, told(joined(theirs, agency="roads")))
    id_ = await closed_meeting(meetings)
    day = {"day": "2026-12-06", "hours": "09:00-11:00"}
    for committee, by in ((COMMISSION, HEAD), ("roads.commission", "roads.head")):
        url = f"/v1/committees/{committee}/meetings"
        assert (await meetings.http.post(url, json=day, headers=bearer(by))).status_code == 201
    await set_(meetings, id_, *AGENDA)
    await act(meetings, SECRETARY, id_, "send-decisions")
    await comes_back(meetings)

    roads = await meetings.http.get("/v1/meetings", headers=bearer("roads.head"))
    assert [one["agenda"] for one in [*roads.json()["items"], *await listed(meetings, COMMISSION)]] == [
        [],
        [],
    ]


@pytest.mark.real
async def test_nothing_on_the_bus_holds_a_word_of_an_agenda(meetings: Serving) -> None:
    id_ = await closed_meeting(meetings)
    await set_(meetings, id_, *AGENDA)
    await act(meetings, SECRETARY, id_, "send-decisions")
    sent = b"".join(
        record["value"] for record in await meetings.published(meetings.parts.repositories[1])
    ).decode()

    assert '"agenda_items":2' in sent
    assert not any(item in sent for item in AGENDA)


@pytest.mark.real
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/agenda"),
        ({"agenda": "یک"}, "/agenda"),
        ({"agenda": ["یک"] * 31}, "/agenda"),
        ({"agenda": ["یک", " "]}, "/agenda/1"),
        ({"agenda": ["ا" * 301]}, "/agenda/0"),
        ({"agenda": ["با ۰۹۱۲۱۲۳۴۵۶۷ هماهنگ شود"]}, "/agenda/0"),
        ({"agenda": [], "time_is_open": "yes"}, "/time_is_open"),
        ({"agenda": [], "starts_at": "2026-12-30"}, "/starts_at"),
    ],
)
async def test_bad_input_is_told_where_it_is_wrong(
    meetings: Serving, body: dict[str, Any], pointer: str
) -> None:
    id_ = await closed_meeting(meetings)
    url = f"/v1/meetings/{id_}/next-meeting"
    wrong = await meetings.http.post(url, json=body, headers=bearer(SECRETARY))
    most = await set_(meetings, id_, *["ا" * 300] * 30)

    assert wrong.status_code == 422
    assert [error["pointer"] for error in wrong.json()["errors"]] == [pointer]
    assert most.status_code == 200


@pytest.mark.real
async def test_of_an_agenda_and_a_sending_at_once_what_was_sent_stays(meetings: Serving) -> None:
    id_ = await closed_meeting(meetings)
    await set_(meetings, id_, *AGENDA)
    repository = meetings.parts.repositories[1]
    after_the_first_look(repository, lambda: act(meetings, SECRETARY, id_, "send-decisions"))
    late = await set_(meetings, id_, "چیز دیگر")
    again = await set_(meetings, id_, *AGENDA)

    assert (late.status_code, late.json()["clause"]) == (409, "PORTAL-10-7")
    assert (again.status_code, again.json()["next_meeting"]["agenda"]) == (200, list(AGENDA))


@pytest.mark.real
async def test_who_saw_an_older_meeting_does_not_set_it(meetings: Serving) -> None:
    id_ = await closed_meeting(meetings)
    before = await meetings.http.get(f"/v1/meetings/{id_}", headers=bearer(SECRETARY))
    await set_(meetings, id_, *AGENDA)
    late = await meetings.http.post(
        f"/v1/meetings/{id_}/next-meeting",
        json={"agenda": []},
        headers={**bearer(SECRETARY), "if-match": before.headers["etag"]},
    )

    assert late.status_code == 412
