"""Who sits in an agency's committees follows from who is in which post, then and now."""

from typing import Any

import pytest

from tests.directory.forms import governor, power
from tests.serving import Serving

pytestmark = pytest.mark.real
URL = "/v1/agencies/power/memberships"
REPRESENTATIVE = "power.works.representative"
Json = dict[str, Any]


@pytest.fixture
async def agency(directory: Serving) -> Serving:
    """An agency has joined, with two committees that have a chair, a member and one secretary."""
    answer = await directory.http.post("/v1/agencies", json=power(), headers=governor())
    assert answer.status_code == 201, answer.text
    return directory


async def seats(agency: Serving, **query: str) -> list[Json]:
    answer = await agency.http.get(URL, params=query, headers=governor())
    assert answer.status_code == 200, answer.text
    return answer.json()["memberships"]


async def test_every_seat_is_told_with_the_unit_it_speaks_for(agency: Serving) -> None:
    told = [(one["seat"], one["post_id"], one["represents"]) for one in await seats(agency)]

    assert told == [
        ("chair", "power.pr.head", "power.office"),
        ("member", REPRESENTATIVE, "power.works"),
        ("secretary", "power.pr.expert", None),
        ("chair", "power.head", "power.office"),
        ("member", "power.works.deputy", "power.works"),
        ("secretary", "power.pr.expert", None),
    ]


async def test_a_seat_goes_with_its_post_and_who_had_it_before_is_told_still(agency: Serving) -> None:
    agency.clock.forward(hours=1)
    filled = await agency.http.post(
        f"/v1/agencies/power/posts/{REPRESENTATIVE}/fill", json={"person": "p-power-009"}, headers=governor()
    )
    assert filled.status_code == 200, filled.text

    [seat] = [one for one in await seats(agency) if one["post_id"] == REPRESENTATIVE]
    assert [(one["person_id"], one["until_at"]) for one in seat["holders"]] == [
        ("p-power-003", "2026-11-21T06:30:00Z"),
        ("p-power-009", None),
    ]


async def test_of_a_person_only_the_seats_are_told_that_they_have_had_or_will_have(agency: Serving) -> None:
    stood_in = {"person": "p-power-006", "first_day": "2026-11-25", "last_day": "2026-11-26"}
    named = await agency.http.post(
        "/v1/agencies/power/posts/power.pr.expert/stand-ins", json=stood_in, headers=governor()
    )
    assert named.status_code == 200, named.text

    theirs = {
        person: [one["post_id"] for one in await seats(agency, person=person)]
        for person in ("p-power-003", "p-power-006", "p-power-020", "p-roads-001")
    }
    assert theirs == {
        "p-power-003": [REPRESENTATIVE],
        "p-power-006": ["power.pr.expert"] * 2,  # only as a stand-in, on days to come
        "p-power-020": [],
        "p-roads-001": [],
    }
