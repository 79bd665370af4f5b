"""A head of public relations comes to the post by a record (PR-1), and advises the agency's head (PR-2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.directory.domain.agency import Agency
from services.directory.domain.forms import AgencyForm, AppointmentForm
from shared.events.directory import AdviserNamed
from shared.events.event import Event
from shared.rule import Invalid, Refused
from tests.directory.forms import APPOINTMENT, Form, governor, of_post, power
from tests.directory.test_agency import LATER, names, restated
from tests.directory.test_portal import AROUND, NOW, joined
from tests.serving import Serving

POST, HEAD, HOLDER, OTHER = "power.pr.head", "power.head", "p-power-004", "p-power-007"
URL = f"/v1/agencies/power/posts/{POST}"


def record(**changes: Any) -> AppointmentForm:
    return AppointmentForm.model_validate({**APPOINTMENT, **changes})


def filled(agency: Agency, by: AppointmentForm | None, person: str = OTHER) -> tuple[Agency, list[Event]]:
    return agency.fill(POST, person, LATER, by, LATER)


def without_record(form: Form) -> None:
    of_post(POST, appointment=None)(form)


@pytest.mark.clause("PR-1")
@pytest.mark.parametrize(
    ("by", "lacking"),
    [
        (record(conditions=[]), "conditions of the post"),
        (record(ministry=None), "agreement of the ministry"),
        (record(governorate=None), "agreement of the governorate"),
        (None, "conditions.*ministry.*governorate"),
    ],
)
def test_nobody_is_appointed_head_of_public_relations_without_conditions_and_both_agreements(
    by: AppointmentForm | None, lacking: str
) -> None:
    with pytest.raises(Refused, match=lacking) as refusal:
        filled(joined(power()), by)

    assert refusal.value.rule.clause == "PR-1"


@pytest.mark.clause("PR-1")
def test_with_conditions_and_both_agreements_one_is_appointed_and_the_record_stays_with_the_post() -> None:
    after, events = filled(joined(power()), record())

    assert names(events) == ["PostFilled", "AdviserNamed"]
    assert after.chart().holder(POST, LATER) == OTHER
    assert [(one.person_id, one.from_at, one.record) for one in after.appointments] == [
        (HOLDER, NOW, record()),
        (OTHER, LATER, record()),
    ]
    assert filled(after, None) == (after, [])


@pytest.mark.clause("PR-1")
@pytest.mark.parametrize("change", [without_record, of_post(POST, appointment={"conditions": []})])
def test_no_agency_joins_with_a_head_of_public_relations_who_lacks_the_record(
    change: Callable[[Form], object],
) -> None:
    with pytest.raises(Refused) as refusal:
        joined(power(change))
    vacant = joined(power(without_record, of_post(POST, holder=None)))

    assert refusal.value.rule.clause == "PR-1"
    assert vacant.chart().holder(POST, NOW) is None


@pytest.mark.clause("PR-1")
def test_the_whole_form_appoints_nobody_new_without_a_record_either() -> None:
    agency = joined(power())

    with pytest.raises(Refused) as refusal:
        restated(agency, without_record, of_post(POST, holder=OTHER))
    after, events = restated(agency, of_post(POST, holder=OTHER))
    assert refusal.value.rule.clause == "PR-1"
    assert names(events) == ["PostFilled", "AdviserNamed"]
    assert after.record_of(after.in_posts.holder(POST, LATER), OTHER) == record()


@pytest.mark.clause("PR-1")
def test_who_is_appointed_already_needs_no_second_record() -> None:
    agency = joined(power())

    assert restated(agency, without_record) == (agency, [])


@pytest.mark.clause("PR-1")
def test_a_post_that_becomes_the_one_of_public_relations_asks_for_its_holders_record() -> None:
    def swapped(form: Form) -> None:
        of_post(POST, role="unit-head", appointment=None)(form)
        of_post("power.pr.expert", role="head-of-public-relations")(form)
        form["committees"][0].update(secretary="power.pr.head")

    with pytest.raises(Refused) as refusal:
        restated(joined(power()), swapped, of_post("power.pr.head", role="secretary"))
    assert refusal.value.rule.clause == "PR-1"


def test_a_corrected_record_takes_the_place_of_the_one_before() -> None:
    letter = {"reference": "1405/900", "day": "2026-11-20"}
    after, events = restated(joined(power()), of_post(POST, appointment={**APPOINTMENT, "ministry": letter}))

    assert events == []
    assert [one.record for one in after.appointments] == [record(ministry=letter)]


def test_an_agreement_is_not_of_a_day_to_come() -> None:
    with pytest.raises(Invalid, match="/appointment/ministry/day"):
        filled(joined(power()), record(ministry={"reference": "1", "day": "2026-11-25"}))
    after, _ = filled(joined(power()), record(ministry={"reference": "1", "day": "2026-11-24"}))
    assert after.chart().holder(POST, LATER) == OTHER


def test_no_other_post_has_such_a_record() -> None:
    with pytest.raises(Invalid, match="/appointment"):
        joined(power()).fill("power.it.head", OTHER, LATER, record(), LATER)
    with pytest.raises(Invalid, match="/appointment"):
        joined(power(of_post("power.it.head", appointment=APPOINTMENT)))


def test_a_stand_in_is_not_appointed() -> None:
    absence = {"first_day": "2026-11-28", "last_day": "2026-11-29", "stand_in": "p-power-003"}
    _, events = Agency.join(AgencyForm.model_validate(power(of_post(POST, absences=[absence]))), AROUND, NOW)

    assert names(events).count("AdviserNamed") == 1


def test_who_goes_on_after_all_keeps_the_record() -> None:
    going, _ = joined(power()).move(lambda all_: all_.vacate(POST, LATER + timedelta(days=9)), NOW)
    after, _ = filled(going, None, HOLDER)

    assert after.record_of(after.in_posts.holder(POST, LATER), HOLDER) == record()


@pytest.mark.clause("PR-2")
def test_the_head_of_public_relations_is_named_adviser_to_the_agencys_head_from_the_same_instant() -> None:
    agency, events = Agency.join(AgencyForm.model_validate(power()), AROUND, NOW)
    _, later = filled(agency, record())
    named = [event for event in [*events, *later] if isinstance(event, AdviserNamed)]

    assert [(one.post_id, one.person_id, one.head_post_id, one.from_at) for one in named] == [
        (POST, HOLDER, HEAD, NOW),
        (POST, OTHER, HEAD, LATER),
    ]
    assert {one.clause for one in named} == {"PR-2"}
    assert agency.advisers() == {POST: HEAD}


@pytest.mark.real
@pytest.mark.clause("PR-1", "PR-2")
async def test_over_http_the_record_is_asked_for_and_the_title_seen(directory: Serving) -> None:
    await directory.http.post("/v1/agencies", json=power(), headers=governor())
    lacking = await directory.http.post(f"{URL}/fill", json={"person": OTHER}, headers=governor())
    whole = {"person": OTHER, "appointment": APPOINTMENT}
    answer = await directory.http.post(f"{URL}/fill", json=whole, headers=governor())
    page = (await directory.http.get("/v1/agencies/power")).json()
    seen = answer.json()

    assert (lacking.status_code, lacking.json()["clause"]) == (409, "PR-1")
    assert answer.status_code == 200, answer.text
    assert seen["also"]["fa"] == "مشاور مدیر دستگاه"
    assert [one["person_id"] for one in seen["appointments"]] == [HOLDER, OTHER]
    assert seen["appointments"][1]["record"] == APPOINTMENT
    assert [(one["post_id"], one["advises"], one["title"]["fa"]) for one in page["advisers"]] == [
        (POST, HEAD, "مشاور مدیر دستگاه")
    ]
    history = await directory.parts.repositories[1].history("power", "power")
    assert [(entry["act"], entry["clause"]) for entry in history] == [("join", "FOAD-9"), ("fill", "PR-1")]
    records = await directory.published(directory.parts.repositories[1])
    assert "کارگزینی" not in "".join(record["value"].decode() for record in records)
