from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.meetings.domain.motion import Choice
from services.meetings.domain.status import Status
from shared.events.meetings import (
    DecisionAdopted,
    DecisionsOverdue,
    DecisionsSent,
    MeetingHeld,
    MeetingLapsed,
    MeetingNotOfficial,
)
from shared.rule import PRESETS, Figure, Figures, Invalid, Refused
from tests.meetings.groups import (
    CHAIR,
    ENDS,
    GUEST,
    HEAD,
    INSTANT,
    MEMBERS,
    MIDNIGHT,
    SECRETARY,
    STARTS,
    closed_with_a_decision,
    committee,
    convened,
    group,
    opened,
    ready_to_send,
    send,
    voted,
)

DUE = ENDS + timedelta(hours=48)


def refused(clause: str, act: Callable[..., Any], *arguments: Any) -> None:
    with pytest.raises(Refused) as refusal:
        act(*arguments)
    assert refusal.value.rule.clause == clause


@pytest.mark.clause("PORTAL-10-3")
@pytest.mark.parametrize(("present", "official"), [(3, False), (4, True), (6, True)])
def test_it_is_official_with_four_of_six_and_not_with_three(present: int, official: bool) -> None:
    recorded, _ = convened().record(MEMBERS[:present], STARTS)

    if not official:
        refused("PORTAL-10-3", recorded.open, CHAIR, PRESETS, STARTS)
        return
    meeting, _ = recorded.open(CHAIR, PRESETS, STARTS)
    assert (meeting.status, meeting.present_at_opening) == (Status.OPEN, present)
    assert meeting.open(CHAIR, PRESETS, STARTS + INSTANT) == (meeting, [])


@pytest.mark.clause("PORTAL-10-3")
def test_guests_have_no_weight_in_the_quorum_and_no_vote() -> None:
    recorded, _ = convened().record((*MEMBERS[:3], GUEST, SECRETARY, GUEST), STARTS)
    refused("PORTAL-10-3", recorded.open, CHAIR, PRESETS, STARTS)

    with_guest, _ = opened().record((*MEMBERS[:4], GUEST), STARTS)
    put, _ = with_guest.put(CHAIR, "motion-1", "…", STARTS)
    refused("PORTAL-10-3", put.vote, GUEST, "motion-1", Choice.FOR, STARTS)


@pytest.mark.clause("PORTAL-10-3")
def test_the_members_of_a_meeting_are_those_of_the_committee_when_it_opens() -> None:
    grown = committee(members=[{"post": post} for post in (*MEMBERS, HEAD)])
    recorded, _ = convened().seated(grown).record(MEMBERS[:4], STARTS)

    refused("PORTAL-10-3", recorded.open, CHAIR, PRESETS, STARTS)  # four of seven
    assert opened().seated(grown) == opened()


@pytest.mark.clause("PORTAL-10-4")
def test_only_who_presides_declares_it_official_puts_counts_and_closes() -> None:
    recorded, _ = convened().record(MEMBERS, STARTS)
    refused("PORTAL-10-4", recorded.open, MEMBERS[1], PRESETS, STARTS)
    refused("PORTAL-10-4", recorded.open, SECRETARY, PRESETS, STARTS)
    refused("PORTAL-10-4", recorded.record_not_official, MEMBERS[1], PRESETS, STARTS)
    refused("PORTAL-10-4", opened().put, MEMBERS[1], "motion-1", "…", STARTS)
    refused("PORTAL-10-4", voted(opened(), 3).count, MEMBERS[1], "motion-1", STARTS)
    refused("PORTAL-10-4", opened().close, MEMBERS[1], STARTS)


@pytest.mark.clause("PORTAL-10-4")
def test_who_presides_must_be_there_to_declare_it_official() -> None:
    recorded, _ = convened().record(MEMBERS[1:], STARTS)

    refused("PORTAL-10-4", recorded.open, CHAIR, PRESETS, STARTS)


@pytest.mark.clause("PORTAL-10-5")
def test_an_absent_head_hands_the_chair_to_another_member_who_then_presides() -> None:
    handed, _ = convened().hand_over(CHAIR, MEMBERS[1], STARTS - timedelta(days=1))
    recorded, _ = handed.record(MEMBERS[1:5], STARTS)
    refused("PORTAL-10-4", recorded.open, CHAIR, PRESETS, STARTS)
    meeting, _ = recorded.open(MEMBERS[1], PRESETS, STARTS)

    assert meeting.status is Status.OPEN
    assert meeting.hand_over(CHAIR, CHAIR, STARTS)[0].presiding == CHAIR


@pytest.mark.clause("PORTAL-10-5")
@pytest.mark.parametrize(("by", "to"), [(CHAIR, GUEST), (MEMBERS[1], MEMBERS[2]), (SECRETARY, MEMBERS[2])])
def test_the_chair_is_handed_over_by_the_head_alone_and_to_a_member_only(by: str, to: str) -> None:
    refused("PORTAL-10-5", convened().hand_over, by, to, STARTS)


def test_a_new_head_of_the_group_presides_and_a_chair_handed_over_stays_so() -> None:
    headed_anew = committee(chair=MEMBERS[2])
    handed, _ = convened().hand_over(CHAIR, MEMBERS[1], STARTS)

    assert convened().seated(headed_anew).presiding == MEMBERS[2]
    assert handed.seated(headed_anew).presiding == MEMBERS[1]
    assert handed.seated(committee(members=group()["members"][2:])).presiding == CHAIR


@pytest.mark.clause("PORTAL-10-1")
def test_nothing_begins_before_its_hour() -> None:
    early = STARTS - INSTANT
    refused("PORTAL-10-1", convened().record, MEMBERS, early)
    refused("PORTAL-10-1", convened().record_not_official, CHAIR, PRESETS, early)
    recorded, _ = convened().record(MEMBERS, STARTS)
    refused("PORTAL-10-1", recorded.open, CHAIR, PRESETS, early)


@pytest.mark.clause("PORTAL-10-1")
@pytest.mark.parametrize(("now", "lapses"), [(ENDS - INSTANT, False), (ENDS, True)])
def test_unopened_it_lapses_when_its_time_is_over(now: datetime, lapses: bool) -> None:
    meeting, events = convened().check_clock(now)

    assert [type(event) for event in events] == [MeetingLapsed] * lapses
    assert meeting.check_clock(now + timedelta(days=1))[1] == [] or not lapses
    if lapses:
        refused("PORTAL-10-4", meeting.open, CHAIR, PRESETS, now)
        refused("PORTAL-10-3", meeting.record, MEMBERS, now)


@pytest.mark.clause("PORTAL-10-1")
def test_it_can_not_be_opened_when_its_time_is_over_even_if_no_sweep_came_by() -> None:
    recorded, _ = convened().record(MEMBERS, STARTS)

    assert recorded.open(CHAIR, PRESETS, ENDS - INSTANT)[0].status is Status.OPEN
    refused("PORTAL-10-4", recorded.open, CHAIR, PRESETS, ENDS)


@pytest.mark.clause("PORTAL-10-3")
def test_without_a_quorum_the_chair_records_that_it_is_not_official_and_with_one_cannot() -> None:
    few, _ = convened().record(MEMBERS[:3], STARTS)
    enough, _ = convened().record(MEMBERS[:4], STARTS)
    meeting, [event] = few.record_not_official(CHAIR, PRESETS, STARTS)

    assert isinstance(event, MeetingNotOfficial)
    assert (event.clause, event.present, event.members) == ("PORTAL-10-3", 3, 6)
    assert meeting.record_not_official(CHAIR, PRESETS, STARTS) == (meeting, [])
    assert meeting.check_clock(DUE) == (meeting, [])
    refused("PORTAL-10-3", enough.record_not_official, CHAIR, PRESETS, STARTS)
    refused("PORTAL-10-4", meeting.open, CHAIR, PRESETS, STARTS)


@pytest.mark.clause("PORTAL-10-3")
@pytest.mark.parametrize(
    ("present", "votes_for", "adopted"),
    [(4, 2, False), (4, 3, True), (5, 2, False), (5, 3, True), (6, 3, False)],
)
def test_a_motion_is_adopted_by_more_than_half_of_those_present(
    present: int, votes_for: int, adopted: bool
) -> None:
    meeting, events = voted(opened(present), votes_for).count(CHAIR, "motion-1", STARTS)

    assert [type(event) for event in events] == [DecisionAdopted] * adopted
    assert [one.decision for one in meeting.decisions] == [1] * adopted
    assert meeting.count(CHAIR, "motion-1", STARTS) == (meeting, [])
    refused("PORTAL-10-3", meeting.vote, MEMBERS[3], "motion-1", Choice.AGAINST, STARTS)


@pytest.mark.clause("PORTAL-10-3")
def test_an_abstention_weighs_like_a_no_and_the_event_tells_all_votes() -> None:
    meeting = voted(opened(6), 4)
    meeting, _ = meeting.vote(MEMBERS[4], "motion-1", Choice.ABSTAIN, STARTS)
    meeting, _ = meeting.vote(MEMBERS[5], "motion-1", Choice.AGAINST, STARTS)
    _, [event] = meeting.count(CHAIR, "motion-1", STARTS)

    assert isinstance(event, DecisionAdopted)
    assert (event.number, event.present) == (1, 6)
    assert (event.votes_for, event.votes_against, event.abstained) == (4, 1, 1)


@pytest.mark.clause("PORTAL-10-3")
def test_a_member_votes_once_and_the_same_vote_again_is_nothing_new() -> None:
    meeting = voted(opened(), 1)

    assert meeting.vote(CHAIR, "motion-1", Choice.FOR, STARTS + INSTANT) == (meeting, [])
    refused("PORTAL-10-3", meeting.vote, CHAIR, "motion-1", Choice.AGAINST, STARTS)
    refused("PORTAL-10-3", meeting.vote, MEMBERS[4], "motion-1", Choice.FOR, STARTS)  # absent


@pytest.mark.clause("PORTAL-10-3")
def test_who_leaves_still_counts_and_who_comes_later_does_not_vote_on_what_was_put_before() -> None:
    put, _ = opened(4).put(CHAIR, "motion-1", "…", STARTS)
    changed, _ = put.record((*MEMBERS[:2], *MEMBERS[4:]), STARTS)
    refused("PORTAL-10-3", changed.vote, MEMBERS[4], "motion-1", Choice.FOR, STARTS)
    for post in MEMBERS[:2]:
        changed, _ = changed.vote(post, "motion-1", Choice.FOR, STARTS)

    assert changed.count(CHAIR, "motion-1", STARTS)[0].decisions == ()  # two of four


@pytest.mark.clause("PORTAL-10-3")
def test_a_meeting_that_melted_below_two_thirds_puts_nothing_to_the_vote() -> None:
    melted, _ = opened(5).record(MEMBERS[:3], STARTS)

    refused("PORTAL-10-3", melted.put, CHAIR, "motion-1", "…", STARTS)


def test_a_motion_put_twice_under_one_id_is_put_once() -> None:
    meeting, _ = opened().put(CHAIR, "motion-1", "…", STARTS)

    assert meeting.put(CHAIR, "motion-1", "…", STARTS + INSTANT) == (meeting, [])


@pytest.mark.clause("PORTAL-10-3")
def test_what_was_not_counted_is_counted_at_closing_and_decisions_are_numbered_as_adopted() -> None:
    meeting = voted(voted(voted(opened(), 3, "a"), 2, "b"), 4, "c")
    meeting, _ = meeting.count(CHAIR, "c", STARTS)
    closed, events = meeting.close(CHAIR, ENDS)

    assert [(one.id, one.decision) for one in closed.decisions] == [("c", 1), ("a", 2)]
    assert [type(event) for event in events] == [DecisionAdopted, MeetingHeld]
    assert closed.close(CHAIR, ENDS + INSTANT) == (closed, [])


@pytest.mark.clause("PORTAL-10-6")
def test_closing_tells_how_many_came_and_when_the_decisions_must_be_sent() -> None:
    _, events = voted(opened(5), 3).close(CHAIR, ENDS)
    held = events[-1]

    assert isinstance(held, MeetingHeld)
    assert (held.present, held.members, held.decisions, held.send_by_at) == (5, 6, 1, DUE)


@pytest.mark.clause("PORTAL-10-6")
@pytest.mark.parametrize(
    ("now", "in_time", "late_by_s"),
    [(DUE - INSTANT, True, 0), (DUE, False, 0), (DUE + timedelta(hours=1), False, 3600)],
)
def test_sent_before_48_hours_are_over_is_in_time_and_after_that_it_is_late_for_ever(
    now: datetime, in_time: bool, late_by_s: int
) -> None:
    meeting, events = send(ready_to_send(), SECRETARY, now)
    sent = events[-1]

    assert isinstance(sent, DecisionsSent)
    assert (sent.clause, sent.due_at, sent.in_time, sent.late_by_s) == (
        "PORTAL-10-6",
        DUE,
        in_time,
        late_by_s,
    )
    assert sent.to_posts == (*MEMBERS, HEAD)
    # A late sending is overdue first, whether or not a sweep came by.
    assert [type(event) for event in events[:-1]] == [DecisionsOverdue] * (not in_time)
    assert send(meeting, SECRETARY, now + timedelta(days=1)) == (meeting, [])
    assert meeting.check_clock(DUE + timedelta(days=9)) == (meeting, [])


@pytest.mark.clause("PORTAL-10-6")
@pytest.mark.parametrize(("now", "overdue"), [(DUE - INSTANT, False), (DUE, True)])
def test_unsent_at_48_hours_the_breach_is_told_and_only_once(now: datetime, overdue: bool) -> None:
    meeting, events = ready_to_send().check_clock(now)

    assert [type(event) for event in events] == [DecisionsOverdue] * overdue
    if overdue:
        assert meeting.check_clock(now + timedelta(days=1)) == (meeting, [])
        assert [type(event) for event in send(meeting, SECRETARY, now)[1]] == [DecisionsSent]


@pytest.mark.clause("PORTAL-10-6")
def test_the_48_hours_are_real_hours_and_those_in_force_when_the_meeting_opened() -> None:
    tighter = Figures.made_of([Figure(name="PORTAL-10-6", value="PT24H", from_day=STARTS.date())], version=1)
    closed, _ = voted(opened(figures=tighter), 3).close(CHAIR, ENDS)

    assert closed.sending is not None
    assert closed.sending.due_at == ENDS + timedelta(hours=24)  # over Wednesday night and Thursday


@pytest.mark.clause("PORTAL-10-6")
def test_only_the_secretary_sends_and_only_once_the_meeting_is_over() -> None:
    refused("PORTAL-10-6", send, ready_to_send(), CHAIR, ENDS)
    refused("PORTAL-10-6", send, opened(), SECRETARY, STARTS)


def test_a_meeting_without_decisions_owes_none() -> None:
    closed, [held] = voted(opened(), 2).close(CHAIR, ENDS)

    assert isinstance(held, MeetingHeld)
    assert (held.decisions, held.send_by_at) == (0, None)
    assert closed.check_clock(DUE) == (closed, [])


@pytest.mark.clause("PORTAL-10-6")
@pytest.mark.parametrize(("now", "ends"), [(MIDNIGHT - INSTANT, False), (MIDNIGHT, True)])
def test_a_meeting_that_nobody_closes_ends_with_its_day_so_that_the_48_hours_begin(
    now: datetime, ends: bool
) -> None:
    meeting, events = voted(opened(), 3).check_clock(now)

    assert [type(event) for event in events] == [DecisionAdopted, MeetingHeld] * ends
    if ends:
        assert meeting.sending is not None
        assert meeting.sending.due_at == MIDNIGHT + timedelta(hours=48)


@pytest.mark.clause("PORTAL-10-6")
def test_a_sweep_days_late_ends_it_and_tells_the_breach_in_one_go() -> None:
    meeting, events = voted(opened(), 3).check_clock(MIDNIGHT + timedelta(hours=48))

    assert [type(event) for event in events] == [DecisionAdopted, MeetingHeld, DecisionsOverdue]
    assert meeting.closed_at == MIDNIGHT


def test_a_closed_meeting_changes_no_more() -> None:
    closed = closed_with_a_decision()
    refused("PORTAL-10-4", closed.put, CHAIR, "other", "…", ENDS)
    refused("PORTAL-10-3", closed.vote, MEMBERS[3], "motion-1", Choice.FOR, ENDS)
    refused("PORTAL-10-3", closed.record, MEMBERS, ENDS)
    refused("PORTAL-10-5", closed.hand_over, CHAIR, MEMBERS[1], ENDS)


def test_fifty_motions_are_put_in_one_meeting_and_not_one_more() -> None:
    meeting = opened()
    for number in range(50):
        meeting, _ = meeting.put(CHAIR, f"motion-{number}", "…", STARTS)

    with pytest.raises(Invalid):
        meeting.put(CHAIR, "motion-50", "…", STARTS)
