"""An agency that joins has everybody its portal's directive asks for, or is refused by the clause."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from services.directory.domain.agency import Agency, Around
from services.directory.domain.chart_forms import as_post
from services.directory.domain.forms import AgencyForm
from shared.rule import Refused
from tests.directory.forms import GOVERNORATE, Form, of_post, post, power, without_post

NOW = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
PROVINCE = AgencyForm.model_validate(GOVERNORATE)
AROUND = Around(posts={one.id: as_post(one) for one in PROVINCE.posts}, counties=frozenset({"center"}))


def joined(form: Form) -> Agency:
    return Agency.join(AgencyForm.model_validate(form), AROUND, NOW)[0]


def duty(form: Form, clause: str) -> tuple[str, ...]:
    [one] = [duty for duty in joined(form).portal() if duty.rule.clause == clause]
    return one.by


def refused(*changes: Callable[[Form], object]) -> str:
    with pytest.raises(Refused) as refusal:
        joined(power(*changes))
    assert refusal.value.detail.fa != refusal.value.detail.en
    return refusal.value.rule.clause


def and_post(id_: str, role: str, unit: str | None) -> Callable[[Form], object]:
    return lambda form: form["posts"].append(post(id_, role, unit, "power.head", None))


def no_group(form: Form) -> None:
    del form["committees"][0]


def no_commission(form: Form) -> None:
    del form["committees"][1]


def two_commissions(form: Form) -> None:
    form["committees"].append({**form["committees"][1], "id": "power.another-commission"})


@pytest.mark.clause("PORTAL-2-1")
def test_the_portals_owner_is_the_agency_itself() -> None:
    assert duty(power(), "PORTAL-2-1") == ("power",)


@pytest.mark.clause("PORTAL-2-2")
def test_the_responsible_director_is_the_agencys_one_head() -> None:
    assert duty(power(), "PORTAL-2-2") == ("power.head",)
    assert refused(of_post("power.head", role="deputy")) == "PORTAL-2-2"
    assert refused(and_post("power.head-2", "head", None)) == "PORTAL-2-2"


@pytest.mark.clause("PORTAL-2-3")
def test_the_editor_in_chief_is_the_head_of_public_relations() -> None:
    assert duty(power(), "PORTAL-2-3") == ("power.pr.head",)
    assert refused(of_post("power.pr.head", role="deputy")) == "PORTAL-2-3"
    second = and_post("power.pr.head-2", "head-of-public-relations", "power.pr")
    assert refused(second) == "PORTAL-2-3"


@pytest.mark.clause("PORTAL-2-4")
def test_the_policy_body_is_the_agencys_one_transformation_commission() -> None:
    assert duty(power(), "PORTAL-2-4") == ("power.transformation-commission",)
    assert refused(no_commission) == "PORTAL-2-4"
    assert refused(two_commissions) == "PORTAL-2-4"


@pytest.mark.clause("PORTAL-2-5")
def test_each_domain_sends_a_representative_and_the_editor_speaks_for_their_own() -> None:
    assert duty(power(), "PORTAL-2-5") == ("power.pr.head", "power.works.representative")
    assert refused(of_post("power.works.representative", role="member")) == "PORTAL-2-5"
    assert refused(of_post("power.works.representative", unit="power.it")) == "PORTAL-2-5"


@pytest.mark.clause("PORTAL-2-5")
def test_an_agency_without_any_domain_is_refused() -> None:
    def flat(form: Form) -> None:
        for unit in form["units"]:
            unit.update(kind="unit", parent=None)

    assert refused(no_group, flat) == "PORTAL-2-5"


@pytest.mark.clause("PORTAL-2-6")
def test_the_secretariat_is_public_relations() -> None:
    assert duty(power(), "PORTAL-2-6") == ("power.pr.expert",)
    assert duty(power(no_group), "PORTAL-2-6") == ("power.pr.expert",)
    assert refused(of_post("power.pr.expert", role="member")) == "PORTAL-2-6"
    assert refused(of_post("power.pr.expert", unit="power.it")) == "PORTAL-2-6"


@pytest.mark.clause("PORTAL-2-6")
def test_a_group_whose_secretary_sits_elsewhere_is_refused() -> None:
    def elsewhere(form: Form) -> None:
        form["committees"][0]["secretary"] = "power.it.head"

    assert refused(elsewhere) == "PORTAL-2-6"


@pytest.mark.clause("PORTAL-2-7")
def test_technical_support_is_the_it_group_which_has_somebody() -> None:
    assert duty(power(), "PORTAL-2-7") == ("power.it",)
    assert refused(without_post("power.it.head")) == "PORTAL-2-7"
    assert refused(of_post("power.it.head", unit="power.works")) == "PORTAL-2-7"


def test_the_governorate_has_no_portal_of_its_own() -> None:
    agency, _ = Agency.join(PROVINCE, Around(posts={}, counties=frozenset()), NOW)

    assert agency.portal() == ()
