"""Who answers for the citizens'-rights programmes: the agency's secretary and the governorate's director."""

from typing import Any

import pytest

from services.directory.domain.agency import Agency, Around
from services.directory.domain.forms import AgencyForm
from services.directory.domain.lawful import faults
from shared.rule import Refused
from tests.directory.forms import GOVERNORATE, governor, of_post, power, without_post
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
    assert body["structure"] == {"clause": "RIGHTS-P6-5", "number": "134071/8", "day": "1391/10/25"}
    assert unknown.status_code == 404
