"""An agency joins and restates itself: only what differs is told, and the same twice is nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from services.directory.domain.agency import Agency
from services.directory.domain.forms import AgencyForm
from shared.cloudevents import envelope_of
from shared.directory.replica import fold
from shared.events.event import Event
from shared.rule import Invalid
from tests.directory.forms import Form, of_post, power, without_post
from tests.directory.test_portal import AROUND, NOW, joined

LATER = NOW + timedelta(days=3)
INSTANT = timedelta(milliseconds=1)
LEAVE = {"first_day": "2026-11-28", "last_day": "2026-11-29", "stand_in": "p-power-004"}
LEAVE_FROM = datetime(2026, 11, 27, 20, 30, tzinfo=UTC)
LEAVE_UNTIL = datetime(2026, 11, 29, 20, 30, tzinfo=UTC)
ON_LEAVE = of_post("power.pr.expert", absences=[LEAVE])


def restated(
    agency: Agency, *changes: Callable[[Form], object], now: datetime = LATER
) -> tuple[Agency, list[Event]]:
    return agency.restate(AgencyForm.model_validate(power(*changes)), AROUND, now)


def names(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def wrong(*changes: Callable[[Form], object]) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        joined(power(*changes))
    return [pointer for pointer, _ in refusal.value.places]


def test_joining_tells_the_whole_chart_and_who_holds_each_post() -> None:
    _, events = Agency.join(AgencyForm.model_validate(power()), AROUND, NOW)

    assert names(events) == ["AgencyJoined", *["PostFilled"] * 4, "AdviserNamed", *["PostFilled"] * 3]


def test_the_same_form_again_tells_nothing() -> None:
    agency = joined(power(ON_LEAVE))

    assert restated(agency, ON_LEAVE) == (agency, [])


def test_a_new_holder_is_told_and_acts_from_that_instant() -> None:
    after, events = restated(joined(power()), of_post("power.it.head", holder="p-power-007"))

    assert names(events) == ["PostFilled"]
    assert after.chart().holder("power.it.head", LATER - INSTANT) == "p-power-006"
    assert after.chart().holder("power.it.head", LATER) == "p-power-007"
    assert restated(after, of_post("power.it.head", holder="p-power-007"))[1] == []


def test_a_post_that_nobody_holds_any_more_is_told_as_vacant() -> None:
    after, events = restated(joined(power()), of_post("power.it.head", holder=None))

    assert names(events) == ["PostVacated"]
    assert after.chart().holder("power.it.head", LATER - INSTANT) == "p-power-006"
    assert after.chart().holder("power.it.head", LATER) is None


def test_a_vacant_post_can_be_filled_again_by_the_same_person() -> None:
    vacant, _ = restated(joined(power()), of_post("power.it.head", holder=None))
    again, events = restated(vacant, now=LATER + INSTANT)

    assert names(events) == ["PostFilled"]
    assert again.chart().holder("power.it.head", LATER + INSTANT) == "p-power-006"


def test_another_chart_is_told_whole() -> None:
    _, events = restated(joined(power()), without_post("power.works.deputy"), to_head)

    assert names(events) == ["PostVacated", "ChartChanged"]


def to_head(form: Form) -> None:
    of_post("power.works.representative", reports_to="power.head")(form)


def test_a_stand_in_acts_from_the_first_local_midnight_to_the_one_after_the_last_day() -> None:
    chart = joined(power(ON_LEAVE)).chart()
    at = [LEAVE_FROM - INSTANT, LEAVE_FROM, LEAVE_UNTIL - INSTANT, LEAVE_UNTIL]

    assert [chart.holder("power.pr.expert", now) for now in at] == [
        "p-power-005",
        "p-power-004",
        "p-power-004",
        "p-power-005",
    ]


def test_a_stand_in_who_was_told_of_stays_until_the_last_day_is_over() -> None:
    agency = joined(power(ON_LEAVE))

    with pytest.raises(Invalid, match="not over yet"):
        restated(agency, now=LEAVE_UNTIL - INSTANT)
    assert restated(agency, now=LEAVE_UNTIL)[1] == []


@pytest.mark.parametrize(
    "changes",
    [
        (of_post("power.it.head", holder="p-power-007"),),
        (of_post("power.it.head", holder=None),),
        (ON_LEAVE,),
        (without_post("power.works.deputy"), to_head),
    ],
)
def test_every_copy_built_from_the_events_knows_who_acts_as_the_directory_does(
    changes: tuple[Callable[[Form], object], ...],
) -> None:
    agency, events = Agency.join(AgencyForm.model_validate(power()), AROUND, NOW)
    after, more = restated(agency, *changes)
    state: Form = {}
    for number, event in enumerate([*events, *more], start=1):
        envelope = envelope_of(event, subject="power", sequence=number, time=NOW, traceparent=None)
        state = fold(state, envelope)

    assert [one["id"] for one in state["posts"]] == [one.id for one in after.structure.posts]
    for now in (NOW, LATER - INSTANT, LATER, LEAVE_FROM, LEAVE_UNTIL):
        for post_id in after.chart().posts:
            assert acting(state, post_id, now) == after.chart().holder(post_id, now)


def acting(state: Form, post_id: str, now: datetime) -> str | None:
    """Said again, in other words than the chart's: the last named for the latest time, stand-ins first."""
    here = [
        (one["stand_in"], one["from_at"], number, one["person_id"])
        for number, one in enumerate(state["holdings"])
        if one["post_id"] == post_id
        and one["from_at"] <= now < (one["until_at"] or datetime.max.replace(tzinfo=UTC))
    ]
    return max(here)[3] if here else None


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (of_post("power.it.head", role="governorate"), "/posts/5/role"),
        (of_post("power.it.head", role="central-secretariat"), "/posts/5/role"),
        (of_post("power.it.head", reports_to="governorate.nobody"), "/posts/5/reports_to"),
        (of_post("power.it.head", unit="power.nowhere"), "/posts/5/unit"),
        (of_post("power.it.head", holder="p-water-001"), "/posts/5/holder"),
    ],
)
def test_a_form_that_disagrees_with_itself_or_the_province_is_told_where(
    change: Callable[[Form], object], pointer: str
) -> None:
    assert wrong(change) == [pointer]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(wrong(of_post("power.it.head", role="governorate", unit="power.nowhere"))) == 2


def test_an_agencys_id_never_changes() -> None:
    form = AgencyForm.model_validate({**power(), "id": "other"})

    with pytest.raises(Invalid, match="never changes"):
        joined(power()).restate(form, AROUND, LATER)


def test_two_absences_of_one_post_do_not_overlap() -> None:
    twice = of_post("power.pr.expert", absences=[LEAVE, {**LEAVE, "first_day": "2026-11-29"}])

    with pytest.raises(ValueError, match="overlap"):
        AgencyForm.model_validate(power(twice))


def test_nobody_joins_an_agency_of_another_county() -> None:
    def abroad(form: Form) -> None:
        form["units"][3].update(kind="county-office", county="elsewhere")

    assert wrong(abroad) == ["/units/3/county"]
