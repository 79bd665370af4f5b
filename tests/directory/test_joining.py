"""Provinces and agencies join over HTTP, and the other services learn of it by events alone."""

from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.directory.usecases import use
from shared.directory.lookup import Directory
from tests.directory.forms import (
    GOVERNORATE,
    PROVINCE_FORM,
    Form,
    governor,
    of_post,
    post,
    power,
    tell,
    without_post,
)
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
WEEK = {day: ["08:00-15:00"] for day in ("saturday", "sunday", "monday")}
CALENDAR: Form = {
    "id": "province",
    "version": 1,
    "holidays": "IR",
    "hours": [{"from_day": "2020-01-01", "first_half": WEEK, "second_half": WEEK}],
}


@pytest.mark.clause("FOAD-9")
async def test_an_agency_joins_by_one_call_and_another_service_knows_it_by_events(
    directory: Serving, elsewhere: AsyncDatabase[dict[str, Any]]
) -> None:
    answer = await directory.http.post("/v1/agencies", json=power(), headers=governor())
    await tell(directory, elsewhere)
    other = Directory(elsewhere)
    chart = await other.chart("power")

    assert answer.status_code == 201, answer.text
    assert chart is not None
    assert chart.holder("power.it.head", directory.clock.now()) == "p-power-006"
    assert await other.agencies() == ["governorate", "power"]
    assert {duty["clause"] for duty in answer.json()["portal"]} == {
        "PORTAL-2-1",
        "PORTAL-2-2",
        "PORTAL-2-3",
        "PORTAL-2-4",
        "PORTAL-2-5",
        "PORTAL-2-6",
        "PORTAL-2-7",
    }


async def test_the_agency_that_the_api_shows_as_an_example_joins_as_it_stands(directory: Serving) -> None:
    [example] = directory.app.openapi()["components"]["schemas"]["AgencyForm"]["examples"]
    answer = await directory.http.post("/v1/agencies", json=example, headers=governor())

    assert (answer.status_code, answer.json()["id"]) == (201, "water"), answer.text


async def test_an_agency_of_two_thousand_posts_joins_and_is_known(
    directory: Serving, elsewhere: AsyncDatabase[dict[str, Any]]
) -> None:
    def with_many(form: Form) -> None:
        few = len(form["posts"])
        form["posts"] += [
            post(f"power.it.expert-{n}", "case-officer", "power.it", "power.it.head", f"p-power-{n:04}")
            | {"title": {"fa": "کارشناس رسیدگی به امور مشترکین", "en": "Case officer for customers"}}
            for n in range(few, 2000)
        ]

    answer = await directory.http.post("/v1/agencies", json=power(with_many), headers=governor())
    await tell(directory, elsewhere)
    chart = await Directory(elsewhere).chart("power")

    assert answer.status_code == 201, answer.text[:500]
    assert chart is not None
    assert len(chart.posts) == 2000


@pytest.mark.clause("FOAD-9")
async def test_an_agency_before_its_governorate_can_not_join(directory: Serving) -> None:
    await directory.parts.repositories[1].collection.delete_many({})
    answer = await directory.http.post("/v1/agencies", json=power(), headers=governor())

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/id")


@pytest.mark.parametrize("stranger", ["p-roads-001", "p-power-board-001", "p-pow-001"])
async def test_nobody_of_another_agency_is_a_holder_however_like_its_name_is(
    directory: Serving, stranger: str
) -> None:
    form = power(of_post("power.head", holder=stranger))
    joined = await directory.http.post("/v1/agencies", json=form, headers=governor())
    await directory.http.post("/v1/agencies", json=power(), headers=governor())
    fill = "/v1/agencies/power/posts/power.it.head/fill"
    filled = await directory.http.post(fill, json={"person": stranger}, headers=governor())

    assert (joined.status_code, joined.json()["errors"][0]["pointer"]) == (422, "/posts/0/holder")
    assert (filled.status_code, filled.json()["errors"][0]["pointer"]) == (422, "/person")
    assert joined.json()["errors"][0]["detail"] == filled.json()["errors"][0]["detail"]


async def test_a_refusal_names_its_clause_and_leaves_nothing_behind(directory: Serving) -> None:
    form = power(without_post("power.it.head"))
    answer = await directory.http.post("/v1/agencies", json=form, headers=governor())

    assert (answer.status_code, answer.json()["clause"]) == (409, "PORTAL-2-7")
    assert (await directory.http.get("/v1/agencies/power")).status_code == 404


async def test_joining_twice_is_refused_but_the_same_request_sent_again_is_answered_again(
    directory: Serving,
) -> None:
    key = {**governor(), "idempotency-key": "k"}
    statuses = [
        (await directory.http.post("/v1/agencies", json=form, headers=headers)).status_code
        for form, headers in [
            (power(), key),
            (power(), key),
            (power(), governor()),
            (power(of_post("power.it.head", holder=None)), key),
        ]
    ]

    assert statuses == [201, 201, 409, 422]


@pytest.mark.parametrize(
    ("post", "status"),
    [
        ("governorate.head", 201),
        ("governorate.secretariat", 201),
        ("governorate.inspection", 403),
        ("water.head", 403),
        ("water.desk.officer", 403),
        (None, 401),
    ],
)
async def test_only_the_governorate_lets_an_agency_join(
    directory: Serving, post: str | None, status: int
) -> None:
    headers = bearer(post) if post else {}
    answer = await directory.http.post("/v1/agencies", json=power(), headers=headers)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("post", "status"),
    [("governorate.head", 200), ("water.head", 404), ("water.desk.officer", 403)],
)
async def test_an_agency_is_arranged_by_its_own_head_or_the_governorate(
    directory: Serving, post: str, status: int
) -> None:
    await directory.http.post("/v1/agencies", json=power(), headers=governor())
    form = power(of_post("power.it.head", holder="p-power-007"))
    answer = await directory.http.put("/v1/agencies/power", json=form, headers=bearer(post))
    seen = await directory.http.get("/v1/agencies/power/holders", headers=governor())

    assert answer.status_code == status
    assert seen.json()["power.it.head"] == ("p-power-007" if status == 200 else "p-power-006")


async def test_who_holds_the_posts_is_not_for_everybody(directory: Serving) -> None:
    await directory.http.post("/v1/agencies", json=power(), headers=governor())
    seen = [
        (await directory.http.get("/v1/agencies/power/holders", headers=headers)).status_code
        for headers in ({}, bearer("water.desk.officer"), bearer("water.head"), governor())
    ]

    assert seen == [401, 403, 404, 200]
    assert "p-power" not in (await directory.http.get("/v1/agencies/power")).text


async def test_a_lost_race_is_told_and_the_form_of_the_winner_stays(directory: Serving) -> None:
    made = await directory.http.post("/v1/agencies", json=power(), headers=governor())
    first = {**governor(), "if-match": made.headers["etag"]}
    forms = [power(of_post("power.it.head", holder=holder)) for holder in ("p-power-007", "p-power-008")]
    answers = [
        (await directory.http.put("/v1/agencies/power", json=form, headers=first)).status_code
        for form in forms
    ]
    seen = await directory.http.get("/v1/agencies/power/holders", headers=governor())

    assert answers == [200, 412]
    assert seen.json()["power.it.head"] == "p-power-007"


async def test_a_post_that_other_agencies_report_to_stays(directory: Serving) -> None:
    await directory.http.post("/v1/agencies", json=power(), headers=governor())
    moved = {**GOVERNORATE["posts"][0], "id": "governorate.inspection.chief"}
    form = {**GOVERNORATE, "posts": [moved]}
    answer = await directory.http.put("/v1/agencies/governorate", json=form, headers=governor())

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/posts")


async def test_everything_wrong_in_a_form_is_told_by_place(directory: Serving) -> None:
    form = power(of_post("power.it.head", role="governorate", unit="power.nowhere"))
    answer = await directory.http.post("/v1/agencies", json=form, headers=governor())

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/posts/5/role", "/posts/5/unit"]


async def test_the_province_is_restated_whole(directory: Serving) -> None:
    form: Form = {**PROVINCE_FORM, "listed": []}
    answer = await directory.http.put("/v1/province", json=form, headers=governor())
    by_head = await directory.http.put("/v1/province", json=form, headers=bearer("water.head"))

    assert (answer.status_code, by_head.status_code) == (200, 403)
    assert (await directory.http.get("/v1/province")).json()["listed"] == []


async def test_a_calendar_is_set_once_and_changed_by_a_higher_version(
    directory: Serving, elsewhere: AsyncDatabase[dict[str, Any]]
) -> None:
    closed: Form = {"day": "2026-11-21", "hours": [], "why": {"fa": "تعطیل", "en": "Closed"}}
    longer: Form = {**CALENDAR, "overrides": [closed]}
    answers = [
        await directory.http.put("/v1/calendars/governorate", json=body, headers=governor())
        for body in (CALENDAR, CALENDAR, longer, {**longer, "version": 2})
    ]
    records = await directory.published(directory.parts.repositories[3])
    await tell(directory, elsewhere)
    other = Directory(elsewhere)

    assert [answer.status_code for answer in answers] == [200, 200, 422, 200], answers[2].text
    assert len(records) == 2
    assert (await other.calendar("governorate")).version == 2
    assert (await directory.http.get("/v1/calendars/governorate")).json()["version"] == 2


async def test_a_calendar_of_nobody_or_set_by_a_head_is_refused(directory: Serving) -> None:
    nobodys = await directory.http.put("/v1/calendars/nobody", json=CALENDAR, headers=governor())
    by_head = await directory.http.put("/v1/calendars/water", json=CALENDAR, headers=bearer("water.head"))

    assert (nobodys.status_code, by_head.status_code) == (404, 403)


async def test_a_copy_is_complete_when_it_has_taken_in_as_many_events_as_were_told(
    directory: Serving, elsewhere: AsyncDatabase[dict[str, Any]]
) -> None:
    await directory.http.post("/v1/agencies", json=power(), headers=governor())
    other = Directory(elsewhere)
    before = await other.events_known()
    await tell(directory, elsewhere)

    assert (before, await other.events_known()) == (0, await use.events_told(directory.parts.use))
    assert (await directory.http.get("/ready")).json()["directory_events"] > 0
