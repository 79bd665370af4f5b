"""The directory tells by which directives people are served, and what each says of itself."""

import pytest

from services.directory import rules
from tests.serving import Serving

pytestmark = pytest.mark.real


@pytest.mark.clause("PORTAL-10-17")
async def test_the_portals_rules_have_ten_articles_a_day_and_who_approved_them(directory: Serving) -> None:
    told = (await directory.http.get("/v1/directives")).json()["directives"]

    [portal] = [one for one in told if one["id"] == rules.DIRECTIVE_ITSELF.preset]
    assert (portal["articles"], portal["approved_on"]) == (10, "1397/02/24")
    assert portal["approved_by"]["fa"] == "کمیسیون تحول اداری شرکت آب منطقه‌ای البرز"


async def test_what_a_directive_does_not_say_of_itself_is_left_open(directory: Serving) -> None:
    told = {one["id"]: one for one in (await directory.http.get("/v1/directives")).json()["directives"]}

    assert {id_: one["articles"] for id_, one in told.items()} == {
        "PORTAL": 10,
        "PR": 14,
        "COUNTY": None,
        "FOAD": None,
        "RIGHTS": None,
    }
    assert told["FOAD"]["approved_by"] is None
    assert sum(one["clauses"] for one in told.values()) == 182
