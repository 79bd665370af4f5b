"""Who answers for the citizens'-rights programmes: the agency's secretary and the governorate's director."""

from collections.abc import Callable
from typing import Any

import pytest

from services.directory.domain.agency import Agency, Around
from services.directory.domain.forms import AgencyForm, RightsStaffForm
from services.directory.domain.lawful import faults
from services.directory.domain.rights import Staff, staff_of
from shared.rule import Refused
from tests.directory.forms import (
    GOVERNORATE,
    PROVINCE_FORM,
    Form,
    governor,
    name,
    of_post,
    power,
    without_post,
)
from tests.directory.test_portal import AROUND, NOW, and_post, joined, refused
from tests.serving import Serving

SECRETARY, DIRECTOR = "power.office.rights", "governorate.inspection.social-director"


@pytest.mark.clause("RIGHTS-G1")
def test_an_agency_without_exactly_one_citizens_rights_secretary_is_refused() -> None:
    assert refused(without_post(SECRETARY)) == "RIGHTS-G1"
    assert refused(and_post("power.rights-2", "citizens-rights-secretary", None)) == "RIGHTS-G1"
    assert joined(power(of_post(SECRETARY, holder=None))).posts[SECRETARY].role == "citizens-rights-secretary"


@pytest.mark.clause("RIGHTS-G1")
def test_a_governorate_without_a_social_director_is_refused() -> None:
    form = AgencyForm.model_validate({**GOVERNORATE, "posts": GOVERNORATE["posts"][:1]})

    with pytest.raises(Refused) as refusal:
        Agency.join(form, Around(posts={}, counties=frozenset()), NOW)
    assert refusal.value.rule.clause == "RIGHTS-G1"


def test_only_the_governorate_has_a_social_director() -> None:
    form = AgencyForm.model_validate(power(of_post("power.it.head", role="social-director")))

    assert [place for place, _ in faults(form, AROUND.posts, AROUND.counties)] == [("posts", 5, "role")]


@pytest.mark.real
@pytest.mark.clause("RIGHTS-G1", "RIGHTS-P6-5")
async def test_the_directory_answers_who_follows_up_and_which_circular_holds(directory: Serving) -> None:
    await directory.http.post("/v1/agencies", json=power(), headers=governor())
    answer = await directory.http.get("/v1/agencies/power/rights")
    body: dict[str, Any] = answer.json()
    unknown = await directory.http.get("/v1/agencies/gas/rights")

    assert [(one["clause"], one["by"]) for one in body["follow_up"]] == [
        ("RIGHTS-G1", [SECRETARY]),
        ("RIGHTS-G1", [DIRECTOR]),
    ]
    assert body["structure"] == {
        "clause": "RIGHTS-P6-5",
        "number": "134071/8",
        "day": "1391/10/25",
        "staff": None,
        "lacks": [],
    }
    assert unknown.status_code == 404


LAID_DOWN = {"chair": "head", "secretary": "citizens-rights-secretary", "members": ["head", "deputy"]}


def and_staff(**changes: Any) -> Callable[[Form], object]:
    """The agency's citizens'-rights staff, as the circular below wants it."""
    staff = {
        "id": "power.rights-staff",
        "clause": "RIGHTS-P6-5",
        "title": name("ستاد صیانت"),
        "chair": "power.head",
        "secretary": SECRETARY,
        "members": [
            {"post": one, "represents": "power.works"} for one in ("power.head", "power.works.deputy")
        ],
        **changes,
    }
    return lambda form: form["committees"].append(staff)


def staff(form: Form) -> Staff:
    structure = joined(form).structure
    laid_down = RightsStaffForm.model_validate(LAID_DOWN)
    return staff_of(laid_down, structure.committees, {post.id: post for post in structure.posts})


@pytest.mark.clause("RIGHTS-P6-5")
def test_a_staff_as_the_circular_lays_it_down_lacks_nothing() -> None:
    assert staff(power(and_staff())) == Staff(id="power.rights-staff", lacks=())


@pytest.mark.clause("RIGHTS-P6-5")
@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({"chair": "power.works.deputy"}, ["Its chair must be a head."]),
        ({"secretary": "power.pr.expert"}, ["Its secretary must be a citizens-rights-secretary."]),
        (
            {"members": [{"post": "power.head", "represents": "power.works"}]},
            ["It has no member who is a deputy."],
        ),
    ],
)
def test_who_lacks_in_a_staff_is_told_one_by_one(changes: dict[str, Any], lacks: list[str]) -> None:
    found = staff(power(and_staff(**changes)))

    assert [one.en for one in found.lacks] == lacks
    assert all(one.fa != one.en for one in found.lacks)


@pytest.mark.clause("RIGHTS-P6-5")
def test_an_agency_names_exactly_one_staff() -> None:
    none, two = staff(power()), staff(power(and_staff(), and_staff(id="power.rights-staff-2")))

    assert [(one.id, len(one.lacks)) for one in (none, two)] == [(None, 1), (None, 1)]
    assert (none.lacks[0].en.split()[-1], two.lacks[0].en.split()[-1]) == ("0.", "2.")


@pytest.mark.real
@pytest.mark.clause("RIGHTS-P6-5")
async def test_once_the_governorate_has_entered_the_circular_every_staff_is_held_against_it(
    directory: Serving,
) -> None:
    await directory.http.post(
        "/v1/agencies", json=power(and_staff(secretary="power.pr.expert")), headers=governor()
    )
    entered = await directory.http.put(
        "/v1/province", json={**PROVINCE_FORM, "rights_staff": LAID_DOWN}, headers=governor()
    )
    url, english = "/v1/agencies/power/rights", {"accept-language": "en"}
    before = (await directory.http.get(url, headers=english)).json()["structure"]
    await directory.http.put("/v1/agencies/power", json=power(and_staff()), headers=governor())
    after = (await directory.http.get(url)).json()["structure"]
    unknown = {**PROVINCE_FORM, "rights_staff": {**LAID_DOWN, "chair": "king"}}
    refused_form = await directory.http.put("/v1/province", json=unknown, headers=governor())

    assert entered.json()["rights_staff"] == LAID_DOWN
    assert before["staff"] == "power.rights-staff"
    assert before["lacks"] == ["Its secretary must be a citizens-rights-secretary."]
    assert (after["staff"], after["lacks"]) == ("power.rights-staff", [])
    assert refused_form.status_code == 422
    assert [one["pointer"] for one in refused_form.json()["errors"]] == ["/rights_staff/chair"]
