"""The demo's agencies: every post leads to the governorate, every chair is taken lawfully."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.demo import read
from deploy.demo.read import read_province
from services.directory.domain.agency import Agency, Around
from services.directory.domain.chart_forms import as_post
from services.directory.domain.forms import AgencyForm, PostForm

PROVINCE = read_province()
POSTS = PROVINCE.posts()
BODIES = (PROVINCE.governorate, *PROVINCE.agencies)
INSTANT = timedelta(milliseconds=1)
each_agency = pytest.mark.parametrize("agency", PROVINCE.agencies, ids=lambda agency: agency.id)


def of_role(agency: AgencyForm, role: str) -> list[PostForm]:
    return [post for post in agency.posts if post.role == role]


def test_three_agencies_live_in_the_demo() -> None:
    assert [agency.id for agency in PROVINCE.agencies] == ["registry", "roads", "water"]


@pytest.mark.parametrize("post_id", POSTS)
def test_every_post_leads_to_the_governorates_inspection_without_coming_round(post_id: str) -> None:
    seen: list[str] = []
    at: str | None = post_id
    while at is not None:
        assert at not in seen
        seen.append(at)
        at = POSTS[at].reports_to

    assert seen[-1] == "governorate.inspection.head"
    agency_id = post_id.split(".")[0]
    assert agency_id == "governorate" or f"{agency_id}.head" in seen


@each_agency
def test_an_agency_has_the_posts_the_directives_name(agency: AgencyForm) -> None:
    domains = [unit.id for unit in agency.units if unit.kind == "domain"]

    for one in (
        *("head", "head-of-public-relations", "secretary", "publisher", "inspector"),
        "citizens-rights-secretary",
    ):
        assert len(of_role(agency, one)) == 1
    assert [post.unit for post in of_role(agency, "deputy")] == domains
    # The head of public relations speaks for the management domain (PORTAL-5-1).
    represented = [post.unit for post in of_role(agency, "representative") if post.unit in domains]
    assert represented == domains[1:]


@each_agency
def test_where_people_are_received_there_is_a_head_and_two_case_officers_under_it(
    agency: AgencyForm,
) -> None:
    for unit in (unit for unit in agency.units if unit.service_desk):
        [head] = [post for post in of_role(agency, "unit-head") if post.unit == unit.id]
        officers = [post for post in of_role(agency, "case-officer") if post.unit == unit.id]

        assert [post.reports_to for post in officers] == [head.id, head.id]


@each_agency
def test_an_agency_has_offices_in_the_counties_each_with_its_public_relations(
    agency: AgencyForm,
) -> None:
    offices = [unit for unit in agency.units if unit.kind == "county-office"]
    contacts = {post.unit for post in of_role(agency, "representative")}

    assert len({office.county for office in offices}) == len(offices) == 5
    assert {office.id for office in offices} <= contacts


@each_agency
def test_the_portal_group_sits_as_the_directive_composes_it(agency: AgencyForm) -> None:
    group = agency.committees[0]
    domains = [unit.id for unit in agency.units if unit.kind == "domain"]

    assert (group.clause, group.schedule) == ("PORTAL-5-1", "PORTAL-10-1")
    assert POSTS[group.chair].role == "head-of-public-relations"
    assert POSTS[group.secretary].role == "secretary"
    assert [seat.represents for seat in group.members] == [*domains, f"{agency.id}.it"]
    for seat in group.members[1:-1]:
        assert (POSTS[seat.post].role, POSTS[seat.post].unit) == ("representative", seat.represents)


@each_agency
def test_the_transformation_commission_sits_under_the_head_and_meets_when_it_is_called(
    agency: AgencyForm,
) -> None:
    _, commission = agency.committees
    domains = [unit.id for unit in agency.units if unit.kind == "domain"]

    assert (commission.clause, commission.schedule) == ("PORTAL-2-4", None)
    assert (POSTS[commission.chair].role, POSTS[commission.secretary].role) == ("head", "member")
    assert [seat.represents for seat in commission.members] == domains


def test_the_water_companys_domains_are_those_of_its_directive() -> None:
    [water] = [agency for agency in PROVINCE.agencies if agency.id == "water"]

    assert [unit.name.fa for unit in water.units if unit.kind == "domain"] == [
        "حوزه مدیریت عامل",
        "حوزه معاونت حفاظت و بهره‌برداری",
        "حوزه معاونت طرح و توسعه",
        "حوزه معاونت برنامه‌ریزی",
        "حوزه معاونت منابع انسانی، مالی و پشتیبانی",
        "دفتر مطالعات پایه منابع آب",
    ]


def test_nobody_holds_two_posts_and_nobody_is_named() -> None:
    holders = [post.holder for post in POSTS.values() if post.holder]

    assert max(Counter(holders).values()) == 1
    for body in BODIES:
        for post in body.posts:
            assert post.holder is None or re.fullmatch(rf"p-{body.id}-\d{{3}}", post.holder)


def test_only_one_post_is_vacant_and_the_one_above_it_is_held() -> None:
    [vacant] = [post for post in POSTS.values() if post.holder is None]

    assert (vacant.id, vacant.role) == ("roads.right-of-way.head", "unit-head")
    assert POSTS[vacant.reports_to or ""].holder == "p-roads-005"


def test_a_stand_in_acts_from_the_first_day_to_the_last_and_no_longer() -> None:
    [post] = [post for post in POSTS.values() if post.absences]
    [water] = [agency for agency in PROVINCE.agencies if agency.id == "water"]
    around = Around(
        posts={one.id: as_post(one) for one in PROVINCE.governorate.posts},
        counties=frozenset(county.id for county in PROVINCE.form.counties),
    )
    chart = Agency.join(water, around, datetime(2026, 1, 1, tzinfo=UTC))[0].chart()
    first, after = datetime(2026, 11, 6, 20, 30, tzinfo=UTC), datetime(2027, 3, 20, 20, 30, tzinfo=UTC)
    stand_in = POSTS["water.customer-affairs.head"].holder

    assert (post.id, post.holder != stand_in) == ("water.groundwater.head", True)
    assert chart.holder(post.id, first - INSTANT) == post.holder
    assert (chart.holder(post.id, first), chart.holder(post.id, after - INSTANT)) == (stand_in, stand_in)
    assert chart.holder(post.id, after) == post.holder


def test_persian_in_the_demos_files_has_persian_letters_and_digits_only() -> None:
    folder = Path(read.__file__).parent
    files = [path for path in folder.rglob("*") if path.suffix in {".yaml", ".csv"}]

    assert len(files) >= 8
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not re.search("[يكىةۀ٠-٩ـ]", text), path.name
        # A half-space at a word's edge, or a space where a half-space belongs.
        assert not re.search("\u200c[\\s،;,}]|[\\s{]\u200c", text), path.name
        assert not re.search(r"(?<![آ-ی])ن?می [آ-ی]| ها[\s،;,}]| های ", text), path.name
