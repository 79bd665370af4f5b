"""Who is in a post from when to when: filled, vacated, stood in for, taken back; every copy knows it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.directory.domain.agency import Agency
from services.directory.domain.forms import AgencyForm
from services.directory.domain.holdings import Held, begins_at
from services.directory.domain.post_forms import StandInForm
from shared.bus.effects import Document
from shared.calendar.jalali import midnight
from shared.cloudevents import envelope_of
from shared.directory.replica import fold
from shared.events.event import Event
from shared.rule import Invalid
from tests.directory.forms import of_post, power, without_post
from tests.directory.test_agency import INSTANT, acting, names, restated, to_head
from tests.directory.test_portal import AROUND, NOW, joined

POST, HOLDER, OTHER = "power.it.head", "p-power-006", "p-power-007"
STAND_IN = "p-power-003"
LATER = NOW + timedelta(days=3)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 3)
FROM, UNTIL = datetime(2026, 11, 30, 20, 30, tzinfo=UTC), datetime(2026, 12, 3, 20, 30, tzinfo=UTC)
Told = tuple[Agency, list[Event]]


def filled(agency: Agency, person: str, from_at: datetime, *, post: str = POST, now: datetime = NOW) -> Told:
    return agency.move(lambda holdings: holdings.fill(post, person, from_at), now)


def vacated(agency: Agency, at: datetime, *, now: datetime = NOW) -> Told:
    return agency.move(lambda holdings: holdings.vacate(POST, at), now)


def stood_in(
    agency: Agency, *, person: str = STAND_IN, first: date = FIRST, last: date = LAST, now: datetime = NOW
) -> Told:
    coming = StandInForm(person=person, first_day=first, last_day=last).as_held(POST, now)
    return agency.move(lambda holdings: holdings.stand_in(coming), now)


def taken_back(agency: Agency, person: str, day: date = FIRST, *, now: datetime = NOW) -> Told:
    return agency.move(lambda holdings: holdings.take_back(POST, person, day, now), now)


def left(agency: Agency, person: str, at: datetime, *, now: datetime = NOW) -> Told:
    return agency.move(lambda holdings: holdings.leave(person, at), now)


def who(agency: Agency, *at: datetime, post: str = POST) -> list[str | None]:
    return [agency.chart().holder(post, now) for now in at]


def spans(agency: Agency) -> list[tuple[str, datetime, datetime | None]]:
    return [(one.person_id, one.from_at, one.until_at) for one in agency.in_posts.spans(POST)]


def test_who_is_named_holds_the_post_from_that_instant_until_another_is() -> None:
    after, events = filled(joined(power()), OTHER, FROM)

    assert names(events) == ["PostFilled"]
    assert who(after, FROM - INSTANT, FROM) == [HOLDER, OTHER]
    assert spans(after) == [(HOLDER, NOW, FROM), (OTHER, FROM, None)]
    assert filled(after, OTHER, FROM) == (after, [])


def test_who_is_named_between_holds_it_until_the_one_named_for_later() -> None:
    coming, _ = filled(joined(power()), OTHER, FROM)
    after, _ = filled(coming, "p-power-008", LATER, now=LATER)

    assert who(after, LATER - INSTANT, LATER, FROM) == [HOLDER, "p-power-008", OTHER]


def test_a_vacated_post_is_empty_until_who_was_named_for_later_comes() -> None:
    coming, _ = filled(joined(power()), OTHER, FROM)
    after, events = vacated(coming, LATER)

    assert names(events) == ["PostVacated"]
    assert who(after, LATER - INSTANT, LATER, FROM - INSTANT, FROM) == [HOLDER, None, None, OTHER]
    assert vacated(after, LATER) == (after, [])


def test_a_holder_whose_end_is_named_may_stay_after_all() -> None:
    going, _ = vacated(joined(power()), FROM)
    after, events = filled(going, HOLDER, NOW)

    assert (names(events), who(after, FROM)) == (["PostFilled"], [HOLDER])


def test_nobody_is_named_before_a_time_whose_end_is_told_already() -> None:
    coming, _ = filled(joined(power()), OTHER, FROM)
    ending, _ = vacated(coming, UNTIL)

    with pytest.raises(Invalid, match="take that back first"):
        filled(ending, "p-power-008", LATER)


def test_nobody_holds_two_posts_at_once_not_even_for_an_instant_to_come() -> None:
    agency = joined(power())

    with pytest.raises(Invalid, match="more than one post"):
        filled(agency, STAND_IN, FROM)
    coming, _ = filled(agency, OTHER, FROM, post="power.works.representative")
    moved, events = filled(coming, STAND_IN, FROM)
    assert (names(events), who(moved, FROM)) == (["PostFilled"], [STAND_IN])
    with pytest.raises(Invalid, match="more than one post"):
        filled(coming, STAND_IN, FROM - INSTANT)


def test_a_stand_in_acts_from_the_first_days_midnight_to_the_one_after_the_last_day() -> None:
    after, events = stood_in(joined(power()))

    assert names(events) == ["PostFilled"]
    assert who(after, FROM - INSTANT, FROM, UNTIL - INSTANT, UNTIL) == [HOLDER, STAND_IN, STAND_IN, HOLDER]
    assert stood_in(after) == (after, [])


@pytest.mark.parametrize("person", [HOLDER, "p-power-099"])
def test_a_stand_in_must_hold_another_post(person: str) -> None:
    with pytest.raises(Invalid, match="must hold another post"):
        stood_in(joined(power()), person=person)


def test_a_post_has_one_stand_in_at_a_time() -> None:
    agency, _ = stood_in(joined(power()))

    with pytest.raises(Invalid, match="Another stand-in"):
        stood_in(agency, person="p-power-005", first=LAST, last=LAST)
    after, _ = stood_in(agency, person="p-power-005", first=LAST + timedelta(days=1), last=date(2026, 12, 9))
    assert who(after, UNTIL - INSTANT, UNTIL) == [STAND_IN, "p-power-005"]


def test_who_stands_in_elsewhere_keeps_a_post_of_their_own() -> None:
    agency, _ = stood_in(joined(power()))

    with pytest.raises(Invalid, match="must hold another post"):
        filled(agency, OTHER, NOW, post="power.works.representative")


def test_a_stand_in_to_come_is_taken_back_and_never_acts() -> None:
    agency, _ = stood_in(joined(power()))
    after, events = taken_back(agency, STAND_IN)

    assert names(events) == ["HoldingEnded"]
    assert who(after, FROM, UNTIL - INSTANT) == [HOLDER, HOLDER]
    assert after.in_posts.stand_ins(POST) == ()
    assert taken_back(after, STAND_IN) == (after, [])


def test_a_stand_in_who_is_there_already_goes_at_once() -> None:
    agency, _ = stood_in(joined(power()))
    now = FROM + timedelta(hours=9)
    after, events = taken_back(agency, STAND_IN, now=now)

    assert names(events) == ["HoldingEnded"]
    assert who(after, FROM, now - INSTANT, now) == [STAND_IN, STAND_IN, HOLDER]
    assert taken_back(after, STAND_IN, now=UNTIL) == (after, [])


def test_after_one_was_taken_back_another_can_be_named_for_the_same_days() -> None:
    agency, _ = taken_back(stood_in(joined(power()))[0], STAND_IN)
    after, _ = stood_in(agency, person="p-power-005")

    assert who(after, FROM) == ["p-power-005"]
    assert who(stood_in(agency)[0], FROM) == [STAND_IN]


def test_a_holder_to_come_is_taken_back_and_the_one_before_stays() -> None:
    coming, _ = filled(joined(power()), OTHER, FROM)
    after, events = taken_back(coming, OTHER)

    assert names(events) == ["HoldingEnded"]
    assert who(after, FROM) == [HOLDER]
    assert spans(after) == [(HOLDER, NOW, None)]


def test_a_holder_who_has_begun_is_vacated_not_taken_back() -> None:
    coming, _ = filled(joined(power()), OTHER, FROM)

    with pytest.raises(Invalid, match="vacate it"):
        taken_back(coming, OTHER, now=FROM)
    with pytest.raises(Invalid, match="No such person"):
        taken_back(coming, OTHER, LAST)


def test_who_leaves_is_in_no_post_any_more_and_stands_in_for_nobody() -> None:
    agency, _ = stood_in(joined(power()))
    after, events = left(agency, STAND_IN, LATER)

    assert names(events) == ["PostVacated", "HoldingEnded"]
    assert who(after, LATER, post="power.works.representative") == [None]
    assert who(after, FROM) == [HOLDER]
    assert left(after, STAND_IN, LATER) == (after, [])


def test_who_leaves_in_the_middle_of_standing_in_goes_then_and_not_before() -> None:
    agency, _ = stood_in(joined(power()))
    at = midnight(LAST)
    after, _ = left(agency, STAND_IN, at)

    assert who(after, at - INSTANT, at) == [STAND_IN, HOLDER]


def test_who_leaves_before_they_came_never_comes() -> None:
    coming, _ = filled(joined(power()), OTHER, FROM)
    after, events = left(coming, OTHER, LATER)

    assert (names(events), who(after, FROM)) == (["HoldingEnded"], [HOLDER])


def test_the_whole_form_again_leaves_alone_who_is_named_for_later() -> None:
    coming, _ = filled(joined(power()), OTHER, FROM)
    going, _ = vacated(coming, UNTIL)

    assert restated(going, now=LATER) == (going, [])


def test_the_whole_form_again_must_state_a_stand_in_or_have_it_taken_back_first() -> None:
    agency, _ = stood_in(joined(power()))
    absence = {"first_day": str(FIRST), "last_day": str(LAST), "stand_in": STAND_IN}

    with pytest.raises(Invalid, match="take it back first"):
        restated(agency, now=LATER)
    assert restated(agency, of_post(POST, absences=[absence]), now=LATER) == (agency, [])
    back, _ = taken_back(agency, STAND_IN, now=LATER)
    assert restated(back, now=LATER) == (back, [])


def test_a_post_that_is_no_more_waits_for_nobody() -> None:
    coming, _ = filled(joined(power()), OTHER, FROM, post="power.works.deputy")
    after, events = restated(coming, without_post("power.works.deputy"), to_head, now=LATER)

    assert names(events) == ["PostVacated", "HoldingEnded", "ChartChanged"]
    assert [one.is_at(FROM) for one in after.in_posts.of_post["power.works.deputy"]] == [False, False]


def test_a_day_that_is_over_is_none_to_begin_on() -> None:
    assert begins_at(None, NOW) == begins_at(date(2026, 11, 21), NOW) == NOW
    assert begins_at(date(2026, 11, 22), NOW) == datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    with pytest.raises(Invalid, match="is over"):
        begins_at(date(2026, 11, 20), NOW)
    with pytest.raises(Invalid, match="/first_day"):
        stood_in(joined(power()), first=date(2026, 11, 20))


DAYS = st.integers(1, 6).map(lambda day: date(2026, 11, 22) + timedelta(days=day))
PEOPLE = st.sampled_from([HOLDER, STAND_IN, OTHER, "p-power-005", "p-power-008"])
MOVES = st.one_of(
    st.tuples(st.just("fill"), PEOPLE, DAYS),
    st.tuples(st.just("vacate"), PEOPLE, DAYS),
    st.tuples(st.just("stand in"), PEOPLE, DAYS),
    st.tuples(st.just("take back"), PEOPLE, DAYS),
    st.tuples(st.just("leave"), PEOPLE, DAYS),
    st.tuples(st.just("restate"), PEOPLE, DAYS),
)


def moved(agency: Agency, move: tuple[str, str, date], now: datetime) -> Told:
    what, person, day = move
    at = max(now, midnight(day))
    match what:
        case "fill":
            return filled(agency, person, at, now=now)
        case "vacate":
            return vacated(agency, at, now=now)
        case "stand in":
            return stood_in(agency, person=person, first=day, last=day + timedelta(days=1), now=now)
        case "take back":
            return taken_back(agency, person, day, now=now)
        case "leave":
            return left(agency, person, at, now=now)
        case _:
            return restated(agency, of_post(POST, holder=person), now=now)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(MOVES, st.integers(0, 30)), max_size=12))
def test_whatever_is_moved_every_copy_knows_the_same_and_nobody_holds_two_posts(
    moves: Sequence[tuple[tuple[str, str, date], int]],
) -> None:
    agency, told = Agency.join(AgencyForm.model_validate(power()), AROUND, NOW)
    now = NOW
    for move, hours in moves:
        now += timedelta(hours=hours)
        try:
            agency, more = moved(agency, move, now)
        except Invalid:
            continue
        told += more
        agency.in_posts.must_agree(now, pointer="")
    state: Document = {}
    for number, event in enumerate(told, start=1):
        envelope = envelope_of(event, subject="power", sequence=number, time=NOW, traceparent=None)
        state = fold(state, envelope)
    for hour in range(0, 24 * 20, 3):
        at = NOW + timedelta(hours=hour)
        for post in agency.posts:
            assert acting(state, post, at) == agency.chart().holder(post, at)
            own = [one.person_id for one in agency.in_posts.spans(post) if one.is_at(at)]
            holder = agency.in_posts.holder(post, at)
            assert own == ([] if holder is None else [holder.person_id])


def test_the_spans_of_a_post_never_overlap() -> None:
    held = [
        Held(post_id=POST, person_id=OTHER, from_at=at, until_at=None) for at in (NOW, LATER, FROM, LATER)
    ]
    agency = joined(power())
    for one in held:
        agency, _ = filled(agency, one.person_id, one.from_at)

    assert [(one.person_id, one.until_at) for one in agency.in_posts.spans(POST)] == [(OTHER, None)]


def test_a_stand_in_holds_a_post_of_their_own_all_the_while() -> None:
    going, _ = left(joined(power()), STAND_IN, midnight(LAST))

    with pytest.raises(Invalid, match="must hold another post"):
        stood_in(going)
    assert names(stood_in(going, last=FIRST)[1]) == ["PostFilled"]
