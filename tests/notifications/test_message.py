"""How a message moves. No database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from services.notifications import rules
from services.notifications.domain.message import Cause, Message
from services.notifications.domain.outcome import NOT_REACHED, Outcome, Verdict, accepted, delivered, refused
from services.notifications.domain.status import Reason, Status, why
from services.notifications.domain.templates import template_of
from shared.events.complaints import ComplaintEvent, ComplaintFiled
from shared.events.notifications import MessageDelivered, MessageFailed
from tests.notifications.cases import event

NOW = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
UNTIL = NOW + timedelta(seconds=15)
INSTANT = timedelta(milliseconds=1)
PAUSE = timedelta(seconds=15)


def message(
    kind: type[ComplaintEvent] = ComplaintFiled,
    *,
    contact_id: str | None = "c1",
    pushed: tuple[str, ...] = rules.TOLD.preset,
    told_before: bool = False,
) -> Message:
    about = event(kind, contact_id=contact_id)
    return Message.about(
        about,
        id_="m1",
        cause=Cause(event_id="case:1", subject="case", sequence=1, at=NOW),
        template=template_of(about),
        pushed=pushed,
        told_before=told_before,
        now=NOW,
    )


def sending(claim: str = "a", claims: int = 0) -> Message:
    return message().claimed(
        claim, "text", claims=claims, gateway="kannel", until=UNTIL, now=NOW, real_now=NOW
    )


def not_there(state: Message) -> Message:
    """Its sender fell silent, and its gateway surely hasn't got it."""
    return state.doubt(UNTIL, NOW, pause=PAUSE).wait_again(NOW, claims=state.claims)


def settled(state: Message, verdict: Verdict, claim: str | None = "a", reason: str = "") -> Message:
    outcome = Outcome(verdict=verdict, reason=reason)
    return state.settle(outcome, claim=claim, now=NOW, ask_at=UNTIL)[0]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (message(), "waits-for-its-turn"),
        (sending(), "is-being-handed-over"),
        (settled(sending(), Verdict.ACCEPTED), "taken-by-the-gateway"),
        (settled(sending(), Verdict.DELIVERED), "has-arrived"),
        (settled(sending(), Verdict.REFUSED, reason="blocked"), "blocked"),
        (settled(sending(), Verdict.REFUSED), "refused-without-a-code"),
        (settled(sending(), Verdict.UNKNOWN), "no-word-from-the-gateway"),
        (message().hold(Reason.NO_GATEWAY, NOW, claims=0), "no-gateway-takes-it-now"),
        (replace(message(), expires_at=NOW).expire(NOW)[0], "too-late-to-be-of-use"),
        (message().suppress(Reason.OVERTAKEN, NOW), "told-with-a-later-change"),
    ],
)
def test_each_state_has_a_reason(state: Message, reason: str) -> None:
    assert why(state.status, state.reason) == reason


def test_a_message_is_due_at_once_unless_it_waits_for_more() -> None:
    assert message().send_at == NOW
    assert message().wait(timedelta(seconds=2)).send_at == NOW + timedelta(seconds=2)
    assert message(contact_id=None).wait(timedelta(seconds=2)).send_at is None


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (message(contact_id=None), "no-contact"),
        (message(pushed=("complaint-taken",)), "change-is-not-pushed"),
        (message(told_before=True), "told-before"),
    ],
)
def test_what_is_not_told_is_kept_with_its_reason_and_never_due(made: Message, reason: str) -> None:
    assert (made.status, made.reason, made.send_at) == (Status.SUPPRESSED, reason, None)
    assert made.claimed("a", "text", claims=0, gateway="kannel", until=UNTIL, now=NOW, real_now=NOW) == made


def test_only_one_sender_gets_it() -> None:
    first = sending("a")

    assert (first.status, first.claim, first.claims, first.ask_at) == (Status.SENDING, "a", 1, UNTIL)
    assert first.claimed("b", "text", claims=0, gateway="kannel", until=UNTIL, now=NOW, real_now=NOW) == first
    assert first.claimed("b", "text", claims=1, gateway="kannel", until=UNTIL, now=NOW, real_now=NOW) == first


def test_delivered_is_told_once_and_nothing_moves_it_again() -> None:
    delivered, [told] = sending().settle(Outcome(verdict=Verdict.DELIVERED), claim="a", now=NOW, ask_at=UNTIL)

    assert (delivered.status, delivered.ask_at) == (Status.DELIVERED, None)
    assert isinstance(told, MessageDelivered)
    assert (told.template, told.cause, told.kind, told.clause) == (
        "complaint-filed",
        "case",
        "sms",
        "RIGHTS-P5-6",
    )
    for verdict in Verdict:
        outcome = Outcome(verdict=verdict)
        assert delivered.settle(outcome, claim="a", now=NOW, ask_at=UNTIL) == (delivered, [])
    assert delivered.suppress(Reason.SAME_ACT, NOW) == delivered
    assert delivered.release(NOW) == delivered
    assert delivered.doubt(UNTIL, NOW, pause=PAUSE) == delivered
    assert delivered.hold(Reason.NO_CONTACT_YET, NOW, claims=1) == delivered


def test_a_receipt_moves_an_accepted_message_on_and_a_late_acceptance_moves_nothing_back() -> None:
    accepted = settled(sending(), Verdict.ACCEPTED)
    delivered = settled(accepted, Verdict.DELIVERED, claim=None)

    assert (accepted.status, delivered.status) == (Status.ACCEPTED, Status.DELIVERED)
    assert settled(accepted, Verdict.UNKNOWN) == settled(accepted, Verdict.ACCEPTED) == accepted
    assert settled(delivered, Verdict.ACCEPTED) == delivered


def test_a_refusal_fails_it_and_says_the_gateways_code() -> None:
    failed, [told] = sending().settle(
        Outcome(verdict=Verdict.REFUSED, reason="blocked"), claim="a", now=NOW, ask_at=UNTIL
    )

    assert (failed.status, failed.reason) == (Status.FAILED, "blocked")
    assert isinstance(told, MessageFailed)
    assert told.reason == "blocked"


def test_bad_news_of_a_sender_that_lost_its_claim_changes_nothing_but_good_news_holds() -> None:
    second = not_there(sending("a")).claimed(
        "b", "text", claims=1, gateway="kannel", until=UNTIL, now=NOW, real_now=NOW
    )

    assert settled(second, Verdict.REFUSED, claim="a") == second
    assert settled(second, Verdict.UNKNOWN, claim="a") == second
    assert settled(second, Verdict.DELIVERED, claim="a").status is Status.DELIVERED


def test_good_news_holds_even_when_the_message_was_put_back_meanwhile() -> None:
    held = not_there(sending("a")).hold(Reason.CANNOT_BE_OPENED, NOW, claims=1)

    assert held.status is Status.HELD
    assert settled(held, Verdict.DELIVERED).status is Status.DELIVERED


def test_a_sender_is_doubted_when_its_time_is_over_and_again_after_a_pause() -> None:
    state = sending()
    assert state.doubt(UNTIL - INSTANT, NOW, pause=PAUSE) == state

    once = state.doubt(UNTIL, NOW, pause=PAUSE)
    assert (once.status, once.reason, once.ask_at) == (
        Status.UNKNOWN,
        "no-word-from-the-gateway",
        UNTIL + PAUSE,
    )
    assert once.doubt(UNTIL + PAUSE - INSTANT, NOW, pause=PAUSE) == once
    twice = once.doubt(UNTIL + PAUSE, NOW, pause=PAUSE)
    assert twice.ask_at == UNTIL + 3 * PAUSE


def test_who_asked_before_another_sent_it_again_gets_no_claim() -> None:
    asked = not_there(sending("a"))
    again = asked.claimed("b", "text", claims=1, gateway="kannel", until=UNTIL, now=NOW, real_now=NOW)
    unsure = settled(again, Verdict.UNKNOWN, claim="b")
    waiting = unsure.wait_again(NOW, claims=unsure.claims)

    assert unsure.status is Status.UNKNOWN
    assert unsure.wait_again(NOW, claims=asked.claims) == unsure
    assert (
        waiting.claimed(
            "c", "text", claims=asked.claims, gateway="kannel", until=UNTIL, now=NOW, real_now=NOW
        )
        == waiting
    )
    assert (
        waiting.claimed(
            "c", "text", claims=unsure.claims, gateway="kannel", until=UNTIL, now=NOW, real_now=NOW
        ).claim
        == "c"
    )


def test_what_is_sent_again_has_the_words_of_the_first_time() -> None:
    asked = not_there(sending("a"))

    assert (
        asked.claimed("b", "other words", claims=1, gateway="kannel", until=UNTIL, now=NOW, real_now=NOW).text
        == "text"
    )


def test_a_held_message_is_looked_at_after_growing_pauses_of_ten_minutes_at_most() -> None:
    state, pauses = message(), list[timedelta]()
    for _ in range(9):
        state = state.hold(Reason.AGENCY_NOT_KNOWN_YET, NOW, claims=0)
        assert state.send_at is not None
        pauses.append(state.send_at - NOW)

    seconds = [round(pause.total_seconds()) for pause in pauses]
    assert seconds == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    assert state.release(NOW) == replace(state, status=Status.QUEUED, status_at=NOW, reason=None, send_at=NOW)


def test_a_contact_may_come_three_seconds_later_before_its_lack_is_noted() -> None:
    noticed = NOW + timedelta(seconds=3)

    assert message().hold(Reason.NO_CONTACT_YET, noticed - INSTANT, claims=0) == message()
    assert message().hold(Reason.NO_CONTACT_YET, noticed, claims=0).status is Status.HELD


def test_nobody_is_told_whose_contact_was_forgotten() -> None:
    assert message().hold(Reason.CONTACT_FORGOTTEN, NOW, claims=0).status is Status.SUPPRESSED
    assert sending().hold(Reason.CONTACT_FORGOTTEN, NOW, claims=1).status is Status.SENDING


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("blocked-by-receiver", "blocked-by-receiver"),
        ("E1042", "E1042"),
        ("no route for +989121234567", "refused-without-a-code"),
        ("989121234567", "refused-without-a-code"),
        ("to-0912-123-4567", "refused-without-a-code"),
        ("گیرنده ۰۹۱۲۱۲۳۴۵۶۷ مسدود است", "refused-without-a-code"),
        ("x" * 61, "refused-without-a-code"),
        ("", "refused-without-a-code"),
    ],
)
def test_a_gateways_refusal_is_kept_as_a_code_and_its_text_is_not(said: str, kept: str) -> None:
    outcome = Outcome(verdict=Verdict.REFUSED, reason=said)
    failed, [event] = sending().settle(outcome, claim="a", now=NOW, ask_at=UNTIL)

    assert isinstance(event, MessageFailed)
    assert (failed.reason, event.reason) == (kept, kept)


def refused_now(state: Message, *, claim: str = "a", passing: bool = True) -> Message:
    outcome = refused("throttled", passing=passing)
    return state.settle(outcome, claim=claim, now=NOW, ask_at=UNTIL)[0]


def test_a_passing_refusal_lets_it_go_again_after_one_two_four_seconds_and_names_who_refused() -> None:
    state, pauses = sending(), list[float]()
    for claims in range(1, 4):
        state = refused_now(state)
        assert (state.status, state.reason, state.send_at) == (Status.QUEUED, "throttled", state.send_at)
        assert state.send_at is not None
        pauses.append((state.send_at - NOW).total_seconds())
        state = state.claimed(
            "a", "text", claims=claims, gateway="kannel", until=UNTIL, now=NOW, real_now=NOW
        )

    assert pauses == [1, 2, 4]
    assert state.refused_by == ("kannel",) * 3


def test_the_twelfth_passing_refusal_fails_it_as_what_might_have_gone_another_time() -> None:
    state = replace(sending(), refusals=11)
    failed, [told] = state.settle(refused("throttled", passing=True), claim="a", now=NOW, ask_at=UNTIL)

    assert refused_now(replace(state, refusals=10)).status is Status.QUEUED
    assert (failed.status, failed.reason, failed.passing) == (Status.FAILED, "throttled", True)
    assert isinstance(told, MessageFailed)
    assert refused_now(sending(), passing=False).passing is False


def test_twelve_passing_refusals_take_half_an_hour() -> None:
    state, at = sending(), NOW
    while state.status is not Status.FAILED:
        state, _ = state.settle(refused("throttled", passing=True), claim="a", now=at, ask_at=UNTIL)
        at = state.send_at or at
        state = state.claimed(
            "a", "text", claims=state.claims, gateway="kannel", until=UNTIL, now=at, real_now=at
        )

    assert (state.claims, round((at - NOW) / timedelta(minutes=1))) == (12, 27)


def test_what_reached_no_gateway_waits_as_long_as_it_takes_with_pauses_of_ten_minutes_at_most() -> None:
    state, at, pauses = replace(sending(), refusals=11), NOW, list[timedelta]()
    for _ in range(40):
        state, told = state.settle(NOT_REACHED, claim="a", now=at, ask_at=UNTIL)
        assert (state.status, state.reason, told) == (Status.QUEUED, "not-reached", [])
        assert state.send_at is not None
        pauses.append(state.send_at - at)
        at = state.send_at
        state = state.claimed(
            "a", "text", claims=state.claims, gateway="kannel", until=UNTIL, now=at, real_now=at
        )

    assert [pause.total_seconds() for pause in pauses[:11]] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600]
    assert {*pauses[10:]} == {timedelta(minutes=10)}
    assert len(state.refused_by) == 12, "it does not grow without end"
    assert refused_now(state).status is Status.FAILED


def test_what_a_gateway_was_doubted_to_have_is_not_sent_again_for_it_was_not_reached() -> None:
    unknown = sending().doubt(UNTIL, NOW, pause=PAUSE)

    assert unknown.settle(NOT_REACHED, claim="a", now=NOW, ask_at=UNTIL) == (unknown, [])
    assert sending().settle(NOT_REACHED, claim="b", now=NOW, ask_at=UNTIL) == (sending(), [])
    assert sending().receive(NOT_REACHED, gateway="kannel", now=NOW) == (sending(), [])


def test_a_refusal_that_was_asked_for_never_lets_it_go_again() -> None:
    unknown = sending().doubt(UNTIL, NOW, pause=PAUSE)

    assert refused_now(unknown).status is Status.FAILED


def test_what_never_arrived_waits_and_nobody_takes_it_before_that_is_known() -> None:
    unknown = sending().doubt(UNTIL, NOW, pause=PAUSE)
    waiting = unknown.wait_again(NOW, claims=1)

    assert (
        unknown.claimed("b", "text", claims=1, gateway="smpp", until=UNTIL, now=NOW, real_now=NOW)
        == unknown.hold(Reason.NO_GATEWAY, NOW, claims=1)
        == unknown.postpone(Reason.QUIET_HOURS, UNTIL, NOW, claims=1)
        == unknown
    )
    assert (waiting.status, waiting.reason, waiting.send_at, waiting.ask_at) == (
        Status.QUEUED,
        None,
        NOW,
        None,
    )
    for other in (sending(), message(), settled(sending(), Verdict.ACCEPTED)):
        assert other.wait_again(NOW, claims=other.claims) == other


def test_what_is_in_doubt_is_never_claimed_released_or_asked_about_again() -> None:
    doubted = sending().doubt(UNTIL, NOW, pause=PAUSE).leave_in_doubt(NOW)

    assert (doubted.status, doubted.reason, doubted.is_open) == (Status.UNKNOWN, "in-doubt", False)
    assert (doubted.send_at, doubted.ask_at) == (None, None)
    assert (
        doubted.claimed("b", "text", claims=1, gateway="smpp", until=UNTIL, now=NOW, real_now=NOW) == doubted
    )
    assert doubted.release(NOW) == doubted.hold(Reason.NO_GATEWAY, NOW, claims=1) == doubted
    assert doubted.wait_again(NOW, claims=1) == doubted
    assert doubted.doubt(UNTIL + 99 * PAUSE, NOW, pause=PAUSE) == doubted
    assert not doubted.forget_words(NOW).has_words
    assert sending().leave_in_doubt(NOW) == sending()


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (delivered(), Status.DELIVERED),
        (accepted("77"), Status.ACCEPTED),
        (refused("2", passing=True), Status.FAILED),
    ],
)
def test_a_receipt_ends_the_doubt(outcome: Outcome, status: Status) -> None:
    doubted = sending().doubt(UNTIL, NOW, pause=PAUSE).leave_in_doubt(NOW)

    assert doubted.receive(outcome, gateway="kannel", now=NOW)[0].status is status


@pytest.mark.parametrize("order", list(permutations(["8", "1", "1", "8"])))
def test_receipts_late_doubled_and_in_any_order_end_in_delivered_told_once(order: tuple[str, ...]) -> None:
    outcomes, state, told = {"8": accepted(), "1": delivered()}, sending(), list[object]()
    for said in order:
        state, events = state.receive(outcomes[said], gateway="kannel", now=NOW)
        told += events

    assert (state.status, len(told)) == (Status.DELIVERED, 1)
    assert state.receive(refused("2", passing=True), gateway="kannel", now=NOW) == (state, [])


def test_bad_news_of_a_gateway_that_no_longer_has_it_changes_nothing_but_good_news_does() -> None:
    again = refused_now(sending()).claimed(
        "b", "text", claims=1, gateway="smpp", until=UNTIL, now=NOW, real_now=NOW
    )

    for said in (refused("16", passing=False), accepted()):
        assert again.receive(said, gateway="kannel", now=NOW) == (again, [])
    assert again.receive(delivered(), gateway="kannel", now=NOW)[0].status is Status.DELIVERED


def test_a_receipt_for_what_was_said_to_be_refused_moves_it_on_instead_of_sending_it_again() -> None:
    given_back = refused_now(sending())
    taken, _ = given_back.receive(accepted(), gateway="kannel", now=NOW)

    assert (taken.status, taken.send_at) == (Status.ACCEPTED, None)
    assert given_back.receive(refused("16", passing=True), gateway="kannel", now=NOW) == (given_back, [])


def test_what_was_never_sent_has_no_receipt() -> None:
    assert message().receive(delivered(), gateway="kannel", now=NOW) == (message(), [])


def test_it_expires_at_its_moment_and_is_told_of_once() -> None:
    state = replace(message(), expires_at=UNTIL)
    expired, [told] = state.expire(UNTIL)

    assert state.expire(UNTIL - INSTANT) == (state, [])
    assert (expired.status, expired.reason, expired.send_at) == (
        Status.EXPIRED,
        "too-late-to-be-of-use",
        None,
    )
    assert isinstance(told, MessageFailed)
    assert expired.expire(UNTIL) == (expired, [])
    assert replace(sending(), expires_at=UNTIL).expire(UNTIL)[0].status is Status.SENDING
    assert message().expire(UNTIL) == (message(), [])


def test_a_receipt_that_does_not_come_is_asked_for_twelve_times_and_then_no_more() -> None:
    state, _ = sending().settle(accepted("77"), claim="a", now=NOW, ask_at=UNTIL, receipt_at=UNTIL)
    asked = 0
    while state.ask_at is not None:
        state, asked = state.doubt(state.ask_at, NOW, pause=PAUSE), asked + 1
        assert (state.status, state.gateway_id) == (Status.ACCEPTED, "77")

    assert asked == 12
