"""Whatever happens to complaints, in whatever order it arrives, the card says what their events say."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.facts import Known, Source
from services.reporting.domain.figures import GROUND, count, figure_named
from services.reporting.storage import CODECS, fold_into
from shared.bus.effects import Told, fold_in
from shared.calendar.jalali import JalaliQuarter
from shared.events.complaints import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintDeadlineMoved,
    ComplaintEscalated,
    ComplaintFiled,
    ComplaintReopened,
)
from shared.events.complaints_course import (
    ComplaintCitizenAsked,
    ComplaintPointedElsewhere,
    ComplaintSorted,
    ComplaintTakenOver,
    ComplaintTransferred,
    ComplaintWentOn,
    ComplaintWithdrawn,
)
from shared.events.event import Event
from tests.province import SATURDAY_NINE
from tests.reporting.stories import HOUR, Story, interleaved, told

QUARTER = "1405-Q3"
BEGINS = ComplaintFiled | ComplaintTakenOver
WRONG = ("late", "escalated", "reopened", "not-satisfied")
FOLD = fold_into(Source.COMPLAINTS)


@st.composite
def stories(draw: st.DrawFn) -> list[Event]:
    """A complaint's events as far as they have come: any number of rounds, closed or not."""
    filed_at = SATURDAY_NINE + draw(st.integers(-1500, 0)) * HOUR
    ground = draw(st.sampled_from(["broken-equipment", "nobody-at-the-desk"]))
    came_after = draw(st.sampled_from([None, HOUR, 3 * HOUR - timedelta(milliseconds=1), 3 * HOUR]))
    story = Story(at=filed_at, ground=ground, came_after=came_after)
    after = st.sampled_from([HOUR, 3 * HOUR - timedelta(milliseconds=1), 3 * HOUR, 50 * HOUR])
    for ground in draw(st.lists(st.sampled_from(["broken-equipment", "put-off-without-reason"]), max_size=2)):
        story.sorted_as(ground)
    for _ in range(draw(st.integers(0, 3))):
        if draw(st.booleans()):
            story.moved(by=draw(st.integers(-2, 48)) * HOUR)
        if draw(st.booleans()):
            story.asked(for_=draw(st.integers(0, 72)) * HOUR)
        story.answered(after=draw(after), elsewhere=draw(st.booleans())).unhappy()
    end = draw(st.sampled_from(["withdrawn", "handed over", "closed"]))
    if end == "withdrawn":
        story.withdrawn(after=draw(after))
    elif end == "handed over":
        story.handed_over(after=draw(after))
    else:
        story.answered(after=draw(after), elsewhere=draw(st.booleans()))
        story.closed(satisfied=draw(st.sampled_from([True, None])))
    return story.events[: draw(st.integers(1, len(story.events)))]


def straight_from(events: Sequence[Event], as_of: datetime) -> list[str]:
    """The names of the figures that this complaint counts in, read off its list of events."""
    filed = next(one for one in events if isinstance(one, BEGINS))
    if str(JalaliQuarter.at(filed.filed_at)) != QUARTER:
        return []
    replies = [one for one in events if isinstance(one, ComplaintAnswered | ComplaintPointedElsewhere)]
    withdrawn = [one.in_time for one in events if isinstance(one, ComplaintWithdrawn)]
    gone = [one.in_time for one in events if isinstance(one, ComplaintTransferred)]
    answers = [one.in_time for one in replies] + withdrawn + gone
    rounds = [one for one in events if isinstance(one, BEGINS | ComplaintReopened)]
    dues = [
        one.reply_due_at
        for one in events
        if isinstance(one, BEGINS | ComplaintReopened | ComplaintDeadlineMoved | ComplaintWentOn)
    ]
    owed = len(rounds) > len(answers)
    asked = [one.asked_at for one in events[-1:] if isinstance(one, ComplaintCitizenAsked)]
    late = False in answers or (owed and dues[-1] <= min([as_of, *asked]))
    time = ["late"] if late else ["running"] if owed else ["in-time"] if not withdrawn else []
    last = next(
        (one for one in reversed(events) if one in replies or isinstance(one, ComplaintReopened)), None
    )
    verdicts = [False for one in events if isinstance(one, ComplaintReopened)]
    verdicts += [True for one in events if isinstance(one, ComplaintClosed) and one.satisfied]
    satisfaction = {True: "satisfied", False: "not-satisfied"}[verdicts[-1]] if verdicts else "unrated"
    ground = [one.ground for one in events if isinstance(one, ComplaintSorted | BEGINS)][-1]
    names = ["received", *time, satisfaction, f"{GROUND}{ground}"]
    names += ["withdrawn"] if withdrawn else []
    names += ["outside"] if isinstance(last, ComplaintPointedElsewhere) else []
    names += ["escalated"] if any(isinstance(one, ComplaintEscalated) for one in events) else []
    names += ["reopened"] if len(rounds) > 1 else []
    if isinstance(filed, ComplaintTakenOver):
        names += ["taken-over"] + ["taken-over-late"] * (filed.transferred_at >= filed.reply_due_at)
    # What was handed over is another agency's now, but for what went wrong before that.
    return [one for one in names if one in WRONG] + ["handed-over"] if gone else names


def folded(items: Sequence[Told]) -> list[Known]:
    """The facts of the quarter, as the projection keeps them."""
    kept: dict[str, dict[str, Any]] = {}
    for one in items:
        subject = one.envelope.subject
        before = kept.get(subject) or {"_id": subject, "sequence": 0, "gaps": 0, "state": {}}
        kept[subject] = fold_in(before, one, FOLD)
    facts = [
        Known(
            id=id_,
            source=Source.COMPLAINTS,
            gaps=one["gaps"],
            fact=CODECS[Source.COMPLAINTS].value(one["state"]),
        )
        for id_, one in sorted(kept.items())
    ]
    return [known for known in facts if QUARTER in known.fact.quarters]


@given(
    lists=st.lists(stories(), max_size=6),
    again=st.lists(st.integers(0, 12), min_size=6, max_size=6),
    seed=st.integers(0, 2**32),
    later=st.integers(0, 80),
)
def test_the_card_is_what_the_list_of_events_says_in_any_order_across_cases_and_with_any_seen_again(
    lists: list[list[Event]], again: list[int], seed: int, later: int
) -> None:
    as_of = SATURDAY_NINE + later * HOUR
    lanes: list[list[Told]] = []
    for number, (events, back) in enumerate(zip(lists, again, strict=False)):
        lane = told(f"c{number}", events)
        lanes.append(lane + lane[len(lane) - min(back, len(lane)) :])  # the last few come once more
    facts = folded(interleaved(lanes, seed))
    expected = {f"c{number}": straight_from(events, as_of) for number, events in enumerate(lists)}

    counts = count(facts, as_of)
    assert {name: number for name, number in counts.items() if number} == Counter(
        name for names in expected.values() for name in names
    )
    for name in counts:
        figure = figure_named(name)
        assert figure is not None
        behind = [known.id for known in facts if figure.holds(known, as_of)]
        assert behind == sorted(id_ for id_, names in expected.items() if name in names)
    taken_back = sum("withdrawn" in names and "late" not in names for names in expected.values())
    gone = [names for names in expected.values() if "handed-over" in names]
    gone_late = sum("late" in names for names in gone)
    gone_unhappy = sum("not-satisfied" in names for names in gone)
    timed = counts["in-time"] + counts["late"] + counts["running"] + taken_back
    assert counts["received"] + gone_late == timed
    judged = counts["satisfied"] + counts["not-satisfied"] + counts["unrated"]
    assert counts["received"] + gone_unhappy == judged


@pytest.mark.clause("RIGHTS-P4-4")
@pytest.mark.parametrize(("after", "late"), [(3 * HOUR - timedelta(milliseconds=1), 0), (3 * HOUR, 1)])
def test_what_was_handed_over_is_received_once_in_the_province_and_late_where_it_was_late(
    after: timedelta, late: int
) -> None:
    cards: dict[str, dict[str, int]] = {}
    for agency, story in {
        "water": Story().handed_over(after=after),
        "roads": Story(agency="roads", came_after=after).answered(after=2 * HOUR),
    }.items():
        cards[agency] = count(folded(told(agency, story.events)), SATURDAY_NINE + 50 * HOUR)
    names = ("received", "in-time", "late", "handed-over", "taken-over", "taken-over-late")

    assert [cards["water"][one] for one in names] == [0, 0, late, 1, 0, 0]
    assert [cards["roads"][one] for one in names] == [1, 1, 0, 0, 1, late]
    assert f"{GROUND}put-off-without-reason" not in cards["water"]
