"""What events of the register may tell of a unit: nothing where so few work that it would be a name."""

import pytest

from services.complaints.domain.crowd import told_of, told_units
from services.complaints.domain.misconduct import Cause, Named, Step
from shared.directory.chart import Chart, Holding
from shared.events.directory import Name, Post, Role, Unit
from tests.province import LONG_AGO, SATURDAY_NINE


def chart(**people: int) -> Chart:
    """An agency with so many people in each unit; one of `none` has a post without a unit."""
    units = {unit: Unit(id=unit, name=Name(fa=unit)) for unit in people if unit != "none"}
    posts = {
        f"{unit}.{number}": Post(
            id=f"{unit}.{number}",
            title=Name(fa=unit),
            role=Role.CASE_OFFICER,
            unit_id=None if unit == "none" else unit,
        )
        for unit, count in people.items()
        for number in range(count)
    }
    holdings = {id_: (Holding(person_id=f"p-{id_}", from_at=LONG_AGO),) for id_ in posts}
    return Chart(agency_id="water", name=Name(fa="آب"), units=units, posts=posts, holdings=holdings)


@pytest.mark.clause("RIGHTS-P4-3")
@pytest.mark.parametrize(
    ("people", "told"),
    [
        ({"desk": 4, "works": 9}, ""),  # four are left, and known by not being named
        ({"desk": 5, "works": 9}, "desk works"),
        ({"desk": 4, "none": 1, "works": 9}, "works"),
        ({"desk": 1, "law": 6, "works": 9}, "works"),
        ({"desk": 9}, "desk"),
        ({"desk": 4}, ""),
        ({}, ""),
    ],
)
def test_a_unit_is_told_where_it_and_all_that_are_not_told_are_five_at_least(
    people: dict[str, int], told: str
) -> None:
    assert told_units(chart(**people), SATURDAY_NINE) == set(told.split())


@pytest.mark.clause("RIGHTS-P4-3")
@pytest.mark.parametrize(
    ("people", "keeper", "unit", "service", "cause"),
    [
        ({"desk": 5, "works": 9}, "water", "desk", "1001", "delay"),
        ({"desk": 4, "works": 9}, "water", None, None, "delay"),
        ({"desk": 4}, "water", None, None, None),
        ({"desk": 5, "works": 9}, "governorate", None, None, None),
    ],
)
def test_a_service_is_told_only_with_its_unit_and_nothing_of_few_or_of_a_head(
    people: dict[str, int], keeper: str, unit: str | None, service: str | None, cause: str | None
) -> None:
    named = Named(
        agency_id="water",
        person_id="p-desk.0",
        post_id="desk.0",
        post_title=Name(fa="کارشناس"),
        unit_id="desk",
    )
    told = told_of(chart(**people), keeper, named, "1001", Step.RECEPTION, Cause.DELAY, SATURDAY_NINE)

    assert (told.unit_id, told.service_code, told.cause) == (unit, service, cause)
