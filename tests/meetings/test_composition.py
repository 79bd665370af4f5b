"""The portal group sits as its directive composes it, or what it lacks is told with the clause."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.demo.read import read_province
from services.directory.domain.agency import Structure
from services.meetings.domain.committee import Committee, committees_of
from services.meetings.domain.composition import Gap
from services.meetings.usecases import committees
from shared.events.directory import AgencyJoined
from tests.meetings.groups import CHAIR, GROUP, commission, group, joined, told
from tests.serving import Serving, bearer

NOW = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
AGENCIES = {
    one.id: Structure.of(one).told(AgencyJoined, one.id).model_dump(mode="json")
    for one in read_province().agencies
}
Change = Callable[[dict[str, Any]], object]
each_seat = pytest.mark.parametrize(
    ("clause", "unit"),
    [
        pytest.param("PORTAL-5-2", "water.protection", marks=pytest.mark.clause("PORTAL-5-2")),
        pytest.param("PORTAL-5-3", "water.development", marks=pytest.mark.clause("PORTAL-5-3")),
        pytest.param("PORTAL-5-4", "water.planning", marks=pytest.mark.clause("PORTAL-5-4")),
        pytest.param("PORTAL-5-5", "water.resources", marks=pytest.mark.clause("PORTAL-5-5")),
        pytest.param("PORTAL-5-6", "water.basic-studies", marks=pytest.mark.clause("PORTAL-5-6")),
        pytest.param("PORTAL-5-7", "water.it", marks=pytest.mark.clause("PORTAL-5-7")),
    ],
)


def formed(agency: str, *changes: Change) -> Committee:
    """The portal group of an agency of the demo, whose chart was changed first."""
    event = deepcopy(AGENCIES[agency])
    for change in changes:
        change(event)
    told_so = AgencyJoined.model_validate(event)
    return Committee.form(committees_of(told_so)[0], told_so, as_of=1, now=NOW)


def clauses(*changes: Change, agency: str = "water") -> list[str]:
    return [gap.clause for gap in formed(agency, *changes).gaps]


def without_seat(unit: str) -> Change:
    def change(event: dict[str, Any]) -> None:
        seats = event["committees"][0]["members"]
        event["committees"][0]["members"] = [one for one in seats if one["represents"] != unit]

    return change


def with_seat(post: str, unit: str) -> Change:
    return lambda event: event["committees"][0]["members"].append({"post": post, "represents": unit})


def of_group(**fields: str) -> Change:
    return lambda event: event["committees"][0].update(fields)


def of_post(id_: str, **fields: str) -> Change:
    return lambda event: next(one for one in event["posts"] if one["id"] == id_).update(fields)


@pytest.mark.parametrize("agency", AGENCIES)
def test_the_groups_of_the_province_lack_nobody(agency: str) -> None:
    assert formed(agency).gaps == ()


@pytest.mark.clause("PORTAL-5-1")
def test_the_head_of_public_relations_heads_the_group_for_the_management_domain() -> None:
    head = "water.public-relations.head"

    assert formed("water").chair == head
    assert clauses(of_group(chair="water.protection.representative")) == ["PORTAL-5-1", "PORTAL-5-8"]
    assert clauses(of_post(head, role="unit-head")) == ["PORTAL-5-1"]
    speaks_for_another = without_seat("water.head-office"), with_seat(head, "water.planning")
    assert clauses(*speaks_for_another) == ["PORTAL-5-1", "PORTAL-5-1"]
    assert clauses(with_seat("water.head-office.deputy", "water.head-office")) == ["PORTAL-5-1"]


@each_seat
def test_each_domain_and_the_it_group_have_one_member_of_their_own(clause: str, unit: str) -> None:
    own = "water.it.head" if unit == "water.it" else f"{unit}.deputy"
    another = "water.public-relations.expert"

    assert clauses(without_seat(unit)) == [clause]
    assert clauses(with_seat(own, unit)) == [clause]
    assert clauses(without_seat(unit), with_seat(own, unit)) == []
    assert clauses(without_seat(unit), with_seat(another, unit)) == [clause]
    assert clauses(without_seat(unit), with_seat("water.nobody", unit)) == [clause]


def test_a_domain_that_only_another_agency_has_is_missed_under_the_groups_own_clause() -> None:
    assert clauses(without_seat("roads.transport"), agency="roads") == ["PORTAL-5-1"]
    assert clauses(without_seat("roads.resources"), agency="roads") == ["PORTAL-5-5"]


@pytest.mark.clause("PORTAL-5-8")
def test_a_public_relations_expert_is_the_groups_secretary() -> None:
    expert = "water.public-relations.expert"

    assert formed("water").secretary == expert
    assert clauses(of_group(secretary="water.it.head")) == ["PORTAL-5-8"]
    assert clauses(of_post(expert, role="member")) == ["PORTAL-5-8"]
    assert clauses(of_post(expert, unit_id="water.it")) == ["PORTAL-5-8"]


def test_a_gap_is_as_old_as_it_was_first_told_and_goes_when_the_chart_is_mended() -> None:
    lacking = formed("water", without_seat("water.planning"))
    event = AgencyJoined.model_validate(AGENCIES["water"])
    worse = deepcopy(AGENCIES["water"])
    without_seat("water.planning")(worse)
    without_seat("water.it")(worse)
    told_worse = AgencyJoined.model_validate(worse)
    later = NOW + timedelta(days=1)
    more, _ = lacking.reform(committees_of(told_worse)[0], told_worse, as_of=2, now=later)
    mended, _ = more.reform(committees_of(event)[0], event, as_of=3, now=later)

    assert [(gap.clause, gap.since) for gap in more.gaps] == [("PORTAL-5-4", NOW), ("PORTAL-5-7", later)]
    assert mended.gaps == ()


def test_a_gap_is_told_in_both_languages() -> None:
    [gap] = formed("water", without_seat("water.it")).gaps

    assert isinstance(gap, Gap)
    assert gap.says.fa == "«گروه فناوری اطلاعات» در گروه نماینده‌ای از خود ندارد."
    assert gap.says.en == "water.it has no representative of its own in the group."


@pytest.mark.real
async def test_whoever_reads_the_committee_sees_its_gaps_and_a_commission_has_none(meetings: Serving) -> None:
    await committees.constitute(meetings.parts.use, told(joined(group(), commission()), 2))
    headers = {**bearer(CHAIR), "accept-language": "en"}
    listed = (await meetings.http.get("/v1/committees", headers=headers)).json()["items"]
    gaps = {one["id"]: one["gaps"] for one in listed}

    assert gaps.pop(GROUP)[0]["says"] == (
        "The head of public relations must head the group and represent the management domain."
    )
    assert list(gaps.values()) == [[]]
