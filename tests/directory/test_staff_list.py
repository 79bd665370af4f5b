"""The list of the staff's numbers by county office, unit and role: masked, or real for who says why."""

import csv
from io import StringIO
from typing import Any

import httpx
import pytest

from services.directory.domain.contacts import Reached
from services.directory.domain.staff_list import Line, as_csv
from shared.directory.staff import Employee
from shared.events.directory import Name, Post, Role
from tests.directory.forms import governor, of_post, post, power
from tests.directory.staff import (
    HEAD,
    IT,
    MASKED,
    MOBILE,
    OFFICE_HEAD,
    OFFICE_PR,
    OFFICER,
    PR_HEAD,
    SECRETARY,
    by,
    delete,
    joined,
    put,
    staff,
    with_an_office,
)
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
LIST, REASON = "/v1/agencies/power/staff-contacts", "دعوت کارکنان به جلسهٔ بحران"
OFFICE = [OFFICE_HEAD, OFFICER, OFFICE_PR]


@pytest.fixture
async def agency(directory: Serving) -> Serving:
    """Of its eight people two of the county office and one other have given their mobile."""
    running = await joined(directory)
    for person, number in ((IT, MOBILE), (OFFICER, "09351112233"), (OFFICE_PR, "09361112244")):
        assert (await put(running, person, mobile=number)).status_code == 200
    return running


def people(page: dict[str, Any]) -> list[str]:
    return [one["person_id"] for one in page["items"]]


def counts(page: dict[str, Any]) -> tuple[int, int, int]:
    return page["staff"], page["with_mobile"], page["without_mobile"]


async def take(agency: Serving, who: str = HEAD, **body: Any) -> httpx.Response:
    return await agency.http.post(f"{LIST}/look", json={"reason": REASON, **body}, headers=by(who))


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    ("asked", "whom", "counted"),
    [
        ({"office": "center"}, OFFICE, (3, 2, 1)),
        ({"unit": "power.center"}, OFFICE, (3, 2, 1)),
        ({"unit": "power.it"}, [IT], (1, 1, 0)),
        ({"role": "case-officer"}, [OFFICER], (1, 1, 0)),
        ({"role": "unit-head"}, [OFFICE_HEAD, IT], (2, 1, 1)),
        ({"office": "center", "role": "unit-head"}, [OFFICE_HEAD], (1, 0, 1)),
        ({"unit": "power.pr", "role": "inspector"}, [], (0, 0, 0)),
        ({"committee": "power.portal-group"}, [SECRETARY, PR_HEAD, "p-power-003"], (3, 0, 3)),
    ],
)
async def test_the_staff_is_listed_by_office_unit_role_and_committee_with_who_has_no_number(
    agency: Serving, asked: dict[str, str], whom: list[str], counted: tuple[int, int, int]
) -> None:
    page = await staff(agency, **asked)

    assert (people(page), counts(page)) == (whom, counted)
    assert page["group"] == {"office": None, "unit": None, "role": None, "committee": None, **asked}
    assert [one["missing"] for one in page["items"]] == [one["mobile"] is None for one in page["items"]]
    assert sum(one["missing"] for one in page["items"]) == page["without_mobile"]


async def test_a_unit_is_listed_with_all_below_it(agency: Serving) -> None:
    page = await staff(agency, unit="power.works")

    assert people(page) == [*OFFICE, IT, "p-power-002", "p-power-003"]


async def test_numbers_are_masked_and_the_county_of_an_office_is_told(agency: Serving) -> None:
    [officer] = (await staff(agency, role="case-officer"))["items"]

    assert (officer["mobile"], officer["office"], officer["post_id"]) == (
        "0935***2233",
        "center",
        "power.center.officer",
    )


async def test_all_of_it_is_read_page_by_page_each_once(agency: Serving) -> None:
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = await staff(agency, limit=3, **after)
        assert counts(page) == (10, 3, 7)
        seen += people(page)
        if page["next"] is None:
            break
        after = {"after": page["next"]}

    assert seen == people(await staff(agency, limit=200))
    assert len(set(seen)) == len(seen) == 10


async def test_who_left_and_an_empty_post_are_not_in_it(agency: Serving) -> None:
    await agency.http.post(f"/v1/agencies/power/people/{IT}/leave", json={}, headers=governor())

    assert IT not in people(await staff(agency))
    assert counts(await staff(agency, unit="power.it")) == (0, 0, 0)


async def test_a_stand_in_is_in_it_by_their_own_post_alone(agency: Serving) -> None:
    stands_in = {"person": OFFICER, "first_day": "2026-11-21", "last_day": "2026-11-23"}
    named = await agency.http.post(
        "/v1/agencies/power/posts/power.it.head/stand-ins", json=stands_in, headers=governor()
    )

    assert named.status_code == 200, named.text
    assert people(await staff(agency, unit="power.it")) == [IT]


async def test_whoever_is_forgotten_is_missing_from_it_again(agency: Serving) -> None:
    await delete(agency, IT)
    [it] = (await staff(agency, unit="power.it"))["items"]

    assert (it["mobile"], it["missing"]) == (None, True)


@pytest.mark.parametrize(
    "asked",
    [{"unit": "power.nothing"}, {"unit": "roads.it"}, {"office": "nowhere"}, {"committee": "roads.group"}],
)
async def test_what_the_agency_has_not_is_not_found(agency: Serving, asked: dict[str, str]) -> None:
    answer = await agency.http.get(LIST, params=asked, headers=by(HEAD))

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("who", "asked", "whom"),
    [
        (PR_HEAD, {"office": "center"}, OFFICE),
        (SECRETARY, {"office": "center"}, OFFICE),
        (OFFICE_PR, {}, OFFICE),
        (OFFICE_PR, {"unit": "power.center"}, OFFICE),
        (OFFICE_HEAD, {"role": "case-officer"}, [OFFICER]),
        (OFFICE_PR, {"unit": "power.it"}, None),
        (OFFICE_PR, {"unit": "power.works"}, None),
        (OFFICER, {}, None),
    ],
)
async def test_public_relations_see_all_and_an_offices_own_see_their_office(
    agency: Serving, who: str, asked: dict[str, str], whom: list[str] | None
) -> None:
    answer = await agency.http.get(LIST, params=asked, headers=by(who))

    assert (people(answer.json()) if answer.is_success else None) == whom
    assert answer.status_code == (403 if whom is None else 200)


async def test_the_file_has_the_same_people_masked(agency: Serving) -> None:
    answer = await agency.http.get(f"{LIST}/file", params={"office": "center"}, headers=by(OFFICE_PR))

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert [(one["person"], one["mobile"], one["office"]) for one in rows(answer)] == [
        (OFFICE_HEAD, "", "center"),
        (OFFICER, "0935***2233", "center"),
        (OFFICE_PR, "0936***2244", "center"),
    ]
    assert "09351112233" not in answer.text


async def test_real_numbers_are_given_for_a_reason_that_is_noted_once_with_how_many_and_whose(
    agency: Serving,
) -> None:
    answer = await take(agency, PR_HEAD, office="center")
    looks = (await agency.http.get(f"{LIST}/looks", headers=by(HEAD))).json()["items"]
    noted = await agency.database["numbers_taken"].find().to_list()

    assert [one["mobile"] for one in rows(answer)] == ["", "09351112233", "09361112244"]
    assert answer.headers["cache-control"] == "no-store"
    [look] = looks
    assert {name: look[name] for name in ("post_id", "numbers", "group", "reason")} == {
        "post_id": "power.pr.head",
        "numbers": 2,
        "group": {"office": "center", "unit": None, "role": None, "committee": None},
        "reason": REASON,
    }
    [[entry]] = [one["history"] for one in noted]
    assert (entry["act"], entry["by"]) == ("take-numbers", f"post:power.pr.head person:{PR_HEAD}")
    assert REASON not in str(noted)
    assert "9351112233" not in str(noted)


@pytest.mark.parametrize("body", [{}, {"reason": "کوتاه"}, {"reason": REASON, "role": "nobody"}])
async def test_without_a_reason_no_number_is_given(agency: Serving, body: dict[str, str]) -> None:
    answer = await agency.http.post(f"{LIST}/look", json=body, headers=by(HEAD))

    assert answer.status_code == 422
    assert await agency.database["numbers_taken"].count_documents({}) == 0


@pytest.mark.parametrize("who", [SECRETARY, OFFICE_PR, OFFICE_HEAD, OFFICER])
async def test_who_may_see_the_list_may_not_take_its_numbers(agency: Serving, who: str) -> None:
    assert (await take(agency, who)).status_code == 403


async def test_another_agency_finds_neither_the_list_nor_the_looks(agency: Serving) -> None:
    await take(agency)
    urls = [LIST, f"{LIST}/file", f"{LIST}/looks"]
    answers = [await agency.http.get(url, headers=bearer("roads.head")) for url in urls]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_a_reason_is_forgotten_after_two_years_and_the_look_stays(agency: Serving) -> None:
    await take(agency)
    agency.clock.forward(days=730, seconds=-1)
    await agency.sweep()
    [before] = (await agency.http.get(f"{LIST}/looks", headers=by(HEAD))).json()["items"]
    agency.clock.forward(seconds=1)
    await agency.sweep()
    [after] = (await agency.http.get(f"{LIST}/looks", headers=by(HEAD))).json()["items"]

    assert (before["reason"], after) == (REASON, {**before, "reason": None})


async def test_an_agency_of_two_thousand_is_listed_and_given_whole(directory: Serving) -> None:
    def with_many(form: dict[str, Any]) -> None:
        with_an_office(form)
        form["posts"] += [
            post(f"power.it.expert-{n}", "case-officer", "power.it", "power.it.head", f"p-power-{n:04}")
            for n in range(1000, 2985)
        ]

    running = await joined(directory)
    grown = await running.http.put("/v1/agencies/power", json=power(with_many), headers=governor())
    await put(running, "p-power-2984")
    page, answer = await staff(running, unit="power.it", limit=200), await take(running)

    assert grown.status_code == 200, grown.text[:300]
    assert (counts(page), len(page["items"])) == ((1986, 1, 1985), 200)
    assert len(rows(answer)) == 1995
    assert [one["mobile"] for one in rows(answer) if one["mobile"]] == [MOBILE]


def test_no_cell_of_the_file_is_taken_for_a_formula() -> None:
    title = Name(fa='=HYPERLINK("http://evil.example")')
    held = Post(id="power.it.head", title=title, role=Role.UNIT_HEAD)
    line = Line(
        employee=Employee(person_id=IT, post=held, office=None),
        reached=Reached(mobile="+989121234567", office_phone="+985832123456"),
    )
    [_, row] = csv.reader(StringIO(as_csv([line]).removeprefix("\ufeff")))

    assert row[1].startswith("'=")
    assert row[6:8] == [MOBILE, "05832123456"]
    assert f"{MOBILE[:4]}***{MOBILE[-4:]}" == MASKED


async def test_a_vacant_post_has_nobody_to_reach(agency: Serving) -> None:
    form = power(with_an_office, of_post("power.it.head", holder=None))
    await agency.http.put("/v1/agencies/power", json=form, headers=governor())

    assert people(await staff(agency, unit="power.it")) == []
