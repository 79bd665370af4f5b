"""Several changes at once are told as the latest state: nothing that must be known is lost."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.domain.kinds import kind_of_change
from services.notifications.domain.merging import (
    NO_LONGER_SO_AFTER,
    TOLD_WITH,
    Told,
    comes_too_late,
    given_way,
)
from services.notifications.domain.status import WAITING, Reason, Status
from services.notifications.domain.templates import TEMPLATES
from services.notifications.domain.wishes import WishKind
from shared.events.complaints import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintDeadlineMoved,
    ComplaintEscalated,
    ComplaintEvent,
    ComplaintFiled,
    ComplaintReopened,
    ComplaintTaken,
)
from shared.events.complaints_course import ComplaintCitizenAsked, ComplaintRouted, ComplaintWentOn
from tests.notifications.cases import Case, comes, phone, send, states
from tests.serving import Serving

NOW = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
pytestmark = pytest.mark.clause("RIGHTS-P5-6")

OVER = "complaint-answered complaint-pointed-elsewhere complaint-reopened complaint-withdrawn"
CLOSED = "complaint-closed complaint-closed-not-satisfied complaint-closed-unrated"
ON = "complaint-reply-taken complaint-went-on"
ASKED, ESCALATED = "complaint-citizen-asked", "complaint-escalated"
ROUTED = "complaint-routed complaint-routed-waiting"
TABLE = {
    "complaint-filed": "",
    "complaint-taken": f"{ROUTED} {ESCALATED} {ASKED} {ON} {OVER} {CLOSED}",
    "complaint-routed": f"{ROUTED} complaint-taken {ESCALATED} {ASKED} {ON} {OVER} {CLOSED}",
    "complaint-routed-waiting": f"{ROUTED} complaint-taken {ESCALATED} {ASKED} {ON} {OVER} {CLOSED}",
    "complaint-taken-over": "",
    "complaint-citizen-asked": f"{ON} {OVER} {CLOSED}",
    "complaint-reply-taken": f"{ESCALATED} {ASKED} {ON} {OVER} {CLOSED}",
    "complaint-went-on": f"{ESCALATED} {ASKED} {ON} {OVER} {CLOSED}",
    "complaint-escalated": f"{ESCALATED} {OVER} {CLOSED}",
    "complaint-deadline-moved": f"complaint-deadline-moved {ESCALATED} {ASKED} {ON} {OVER} {CLOSED}",
    "complaint-answered": f"{OVER} {CLOSED}",
    "complaint-pointed-elsewhere": f"{OVER} {CLOSED}",
    "complaint-reopened": f"{OVER} {CLOSED}",
    "complaint-withdrawn": "",
    "complaint-closed": "",
    "complaint-closed-not-satisfied": "",
    "complaint-closed-unrated": "",
}
"""What each gives way to, said once more."""
MUST_BE_KNOWN = {
    ASKED,
    "complaint-filed",
    "complaint-taken-over",
    "complaint-answered",
    "complaint-pointed-elsewhere",
}


def told(template: str, sequence: int, status: Status = Status.QUEUED, *, act: int | None = None) -> Told:
    at = NOW + timedelta(milliseconds=sequence if act is None else act)
    return Told(id=f"m{sequence}", sequence=sequence, at=at, template=template, status=status)


@pytest.mark.parametrize("earlier", TEMPLATES)
def test_what_waits_gives_way_to_a_later_change_that_tells_it_as_well(earlier: str) -> None:
    gives_way = {later for later in TEMPLATES if given_way(told(later, 2), [told(earlier, 1)])}

    assert gives_way == set(TABLE[earlier].split())


@pytest.mark.parametrize("status", [one for one in Status if one not in WAITING])
def test_what_somebody_has_begun_to_send_stays(status: Status) -> None:
    assert given_way(told("complaint-answered", 2), [told("complaint-taken", 1, status)]) == {}


def test_what_is_not_told_itself_takes_nothing_with_it_but_a_question_that_is_over() -> None:
    quiet = told("complaint-reply-taken", 3, Status.SUPPRESSED)
    waiting = [told("complaint-taken", 1), told(ASKED, 2)]

    assert given_way(quiet, waiting) == {"m2": Reason.NO_LONGER_SO}


@pytest.mark.parametrize("status", [Status.SUPPRESSED, Status.FAILED, Status.EXPIRED])
def test_what_comes_out_of_its_order_is_not_told_after_what_came_later(status: Status) -> None:
    late = told("complaint-answered", 1)

    assert comes_too_late(late, [told("complaint-closed", 2, Status.DELIVERED)]) is Reason.OVERTAKEN
    assert comes_too_late(late, [told("complaint-closed", 2, status)]) is None
    assert comes_too_late(late, [told("complaint-taken", 2, Status.DELIVERED)]) is None


def test_the_reason_says_whether_it_was_the_same_act() -> None:
    earlier = told("complaint-escalated", 1, act=7)

    assert given_way(told("complaint-answered", 2, act=7), [earlier]) == {"m1": Reason.SAME_ACT}
    assert given_way(told("complaint-answered", 2, act=8), [earlier]) == {"m1": Reason.OVERTAKEN}


def test_what_nobody_can_refuse_gives_way_only_to_what_nobody_can_refuse() -> None:
    for name, later in TOLD_WITH.items():
        if kind_of_change(name) is WishKind.ESSENTIAL:
            assert {kind_of_change(one) for one in later} <= {WishKind.ESSENTIAL}, name


def test_each_change_says_what_it_gives_way_to() -> None:
    assert set(TOLD_WITH) == set(TEMPLATES)
    assert {name for later in (*TOLD_WITH.values(), *NO_LONGER_SO_AFTER.values()) for name in later} <= set(
        TEMPLATES
    )
    assert {kind_of_change(name) for name in TEMPLATES} == {WishKind.ESSENTIAL, WishKind.PROGRESS}


def test_whatever_gives_way_is_told_by_the_last_of_those_it_gave_way_to() -> None:
    """Else the first could go with the second, and the second with a third that doesn't tell the first."""
    for name, later in TOLD_WITH.items():
        for one in later:
            goes_with = TOLD_WITH[one] | NO_LONGER_SO_AFTER.get(one, frozenset())
            assert goes_with <= later | {name}, (name, one)


@dataclass(frozen=True)
class Line:
    """A case's messages as the queue has them, without a database."""

    messages: tuple[Told, ...] = ()
    gone: tuple[str, ...] = ()

    def comes(self, template: str, sequence: int) -> "Line":
        """One more change; the same again changes nothing."""
        new = told(template, sequence)
        if any(one.id == new.id for one in self.messages):
            return self
        if comes_too_late(new, self.messages):
            new = replace(new, status=Status.SUPPRESSED)
        away = given_way(new, self.messages)
        kept = tuple(
            replace(one, status=Status.SUPPRESSED) if one.id in away else one for one in self.messages
        )
        return replace(self, messages=(*kept, new))

    def sends(self) -> "Line":
        """The first that waits leaves."""
        waiting = sorted((one for one in self.messages if one.status in WAITING), key=lambda o: o.sequence)
        if not waiting:
            return self
        first = waiting[0]
        sent = tuple(replace(one, status=Status.DELIVERED) if one is first else one for one in self.messages)
        return Line(sent, (*self.gone, first.id))


CHANGES = st.lists(
    st.tuples(st.sampled_from(sorted(TEMPLATES)), st.integers(0, 2), st.booleans()), min_size=1, max_size=25
)


@settings(max_examples=1000, deadline=None)
@given(CHANGES)
def test_the_latest_state_is_told_in_order_nothing_twice_and_no_open_question_is_lost(
    changes: list[tuple[str, int, bool]],
) -> None:
    line = Line()
    for sequence, (template, sends, again) in enumerate(changes, start=1):
        line = line.comes(template, sequence)
        line = line.comes(template, sequence) if again else line
        for _ in range(sends):
            line = line.sends()
    for _ in changes:
        line = line.sends()
    names = [template for template, _, _ in changes]
    numbers = [int(one.removeprefix("m")) for one in line.gone]

    assert numbers == sorted(set(numbers))
    assert numbers[-1] == len(changes), "the last change is told"
    for number, name in enumerate(names, start=1):
        after = names[number:]
        if name in MUST_BE_KNOWN and not set(after) & set(TABLE[name].split()):
            assert number in numbers, "nothing since has told it, or made an end of it"
    by_number = dict(enumerate(names, start=1))
    for number in set(by_number) - set(numbers):
        later = {by_number[one] for one in numbers if one > number}
        name = by_number[number]
        told_by = set(names[number:]) if name == ASKED else later
        assert told_by & {name, *TABLE[name].split()}, "a later one that was told tells it, or ended it"


@given(
    st.lists(st.sampled_from(sorted(TEMPLATES)), min_size=2, max_size=12).flatmap(
        lambda names: st.permutations(list(enumerate(names, start=1)))
    )
)
def test_out_of_their_order_they_leave_the_citizen_with_the_latest_state(
    names: list[tuple[int, str]],
) -> None:
    line = Line()
    for sequence, name in names:
        line = line.comes(name, sequence)
    for _ in names:
        line = line.sends()

    assert [int(one.removeprefix("m")) for one in line.gone][-1] == len(names)


@pytest.mark.real
async def test_a_pile_that_waited_for_a_gateway_is_told_as_where_the_case_stands(
    running: Serving, case: Case
) -> None:
    await case.tells(ComplaintFiled)
    await send(running)
    for kind in (ComplaintRouted, ComplaintTaken, ComplaintDeadlineMoved, ComplaintEscalated):
        running.clock.forward(hours=1)
        await comes(running, await case.tells(kind))
    running.clock.forward(seconds=2)
    await send(running)

    overtaken = "told-with-a-later-change"
    assert await states(running) == [
        ("complaint-filed", "delivered", None),
        ("complaint-routed", "suppressed", overtaken),
        ("complaint-taken", "suppressed", overtaken),
        ("complaint-deadline-moved", "suppressed", overtaken),
        ("complaint-escalated", "delivered", None),
    ]
    assert len(await phone(running)) == 2


@pytest.mark.real
async def test_an_open_question_waits_its_turn_and_a_reply_ends_it(running: Serving, case: Case) -> None:
    await case.tells(ComplaintCitizenAsked)
    running.clock.forward(seconds=1)
    await case.tells(ComplaintDeadlineMoved)
    running.clock.forward(seconds=1)
    assert [status for _, status, _ in await states(running)] == ["queued", "queued"]
    await case.tells(ComplaintWentOn)

    assert await states(running) == [
        ("complaint-citizen-asked", "suppressed", "no-longer-so-when-it-was-to-be-sent"),
        ("complaint-deadline-moved", "suppressed", "told-with-a-later-change"),
        ("complaint-reply-taken", "queued", None),
    ]


@pytest.mark.real
async def test_an_answer_waits_until_it_is_told_unless_it_was_judged(running: Serving, case: Case) -> None:
    await case.tells(ComplaintAnswered)
    running.clock.forward(minutes=1)
    await case.tells(ComplaintEscalated)
    assert [status for _, status, _ in await states(running)] == ["queued", "queued"]
    running.clock.forward(minutes=1)
    await case.tells(ComplaintReopened)
    running.clock.forward(minutes=1)
    await case.tells(ComplaintClosed)
    await send(running)

    assert [status for _, status, _ in await states(running)] == [
        "suppressed",
        "suppressed",
        "suppressed",
        "delivered",
    ]


@pytest.mark.real
@pytest.mark.parametrize(
    ("kind", "waits_s"),
    [
        (ComplaintFiled, 0),
        (ComplaintCitizenAsked, 0),
        (ComplaintAnswered, 0),
        (ComplaintTaken, 2),
        (ComplaintRouted, 2),
        (ComplaintWentOn, 2),
    ],
)
async def test_what_must_be_known_goes_at_once_and_news_waits_two_seconds_for_more(
    running: Serving, case: Case, kind: type[ComplaintEvent], waits_s: float
) -> None:
    await case.tells(kind)
    running.clock.forward(seconds=waits_s)
    running.clock.forward(milliseconds=-1)
    early = await send(running)
    running.clock.forward(milliseconds=1)

    assert (early, await send(running)) == ((0, 1) if waits_s else (early, 1 - early))
