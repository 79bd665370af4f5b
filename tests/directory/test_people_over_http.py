"""Posts are filled, vacated and stood in for over HTTP; the other services learn of it by events alone."""

import asyncio
from typing import Any

import httpx
import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.directory.lookup import Directory
from tests.directory.forms import governor, power, tell
from tests.racing import after_the_first_look
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
POST = "power.it.head"
URL = f"/v1/agencies/power/posts/{POST}"
STAND_IN = {"person": "p-power-003", "first_day": "2026-11-22", "last_day": "2026-11-23"}
Json = dict[str, Any]


@pytest.fixture
async def agency(directory: Serving) -> Serving:
    """An agency has joined."""
    answer = await directory.http.post("/v1/agencies", json=power(), headers=governor())
    assert answer.status_code == 201, answer.text
    return directory


async def ask(agency: Serving, what: str, body: Json, **headers: str) -> httpx.Response:
    return await agency.http.post(f"{URL}/{what}", json=body, headers={**governor(), **headers})


async def seen(agency: Serving) -> Json:
    answer = await agency.http.get(URL, headers=governor())
    assert answer.status_code == 200, answer.text
    return answer.json()


def people(held: list[Json]) -> list[tuple[str, str | None]]:
    return [(one["person_id"], one["until_at"]) for one in held]


async def test_who_filled_a_post_from_when_to_when_is_told_and_other_services_know_who_acts(
    agency: Serving, elsewhere: AsyncDatabase[dict[str, Any]]
) -> None:
    agency.clock.forward(hours=1)
    answers = [
        await ask(agency, "fill", {"person": "p-power-007"}),
        await ask(agency, "fill", {"person": "p-power-008", "from_day": "2026-11-25"}),
        await ask(agency, "stand-ins", STAND_IN),
    ]
    await tell(agency, elsewhere)
    chart, now = await Directory(elsewhere).chart("power"), agency.clock.now()
    post = await seen(agency)

    assert [answer.status_code for answer in answers] == [200] * 3, [one.text for one in answers]
    assert chart is not None
    assert chart.holder(POST, now) == "p-power-007"
    assert chart.holder(POST, agency.clock.forward(days=1)) == "p-power-003"
    assert chart.holder(POST, agency.clock.forward(days=3)) == "p-power-008"
    assert people(post["holders"]) == [
        ("p-power-006", "2026-11-21T06:30:00Z"),
        ("p-power-007", "2026-11-24T20:30:00Z"),
        ("p-power-008", None),
    ]
    assert people(post["stand_ins"]) == [("p-power-003", "2026-11-23T20:30:00Z")]


async def test_who_was_named_is_taken_back_and_other_services_know_it(
    agency: Serving, elsewhere: AsyncDatabase[dict[str, Any]]
) -> None:
    await ask(agency, "stand-ins", STAND_IN)
    await tell(agency, elsewhere)
    back = {"person": "p-power-003", "from_day": "2026-11-22"}
    answers = [(await ask(agency, "take-back", back)).status_code for _ in range(2)]
    records = await agency.published(agency.parts.repositories[1])
    await tell(agency, elsewhere)
    chart = await Directory(elsewhere).chart("power")

    assert answers == [200, 200]
    assert [record["headers"]["ce_type"].split(".")[3] for record in records[-2:]] == [
        "PostFilled",
        "HoldingEnded",
    ]
    assert chart is not None
    assert chart.holder(POST, agency.clock.forward(days=1)) == "p-power-006"


async def test_who_leaves_the_agency_is_in_no_post(
    agency: Serving, elsewhere: AsyncDatabase[dict[str, Any]]
) -> None:
    await ask(agency, "stand-ins", STAND_IN)
    url = "/v1/agencies/power/people/p-power-003/leave"
    answers = [await agency.http.post(url, json={}, headers=governor()) for _ in range(2)]
    await tell(agency, elsewhere)
    chart, now = await Directory(elsewhere).chart("power"), agency.clock.now()
    unknown = await agency.http.post(url.replace("003", "999"), json={}, headers=governor())

    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["stands_in"] == {}
    assert chart is not None
    assert chart.posts_of("p-power-003", now) == ()
    assert unknown.status_code == 404


async def test_of_two_fills_at_once_who_both_saw_the_same_agency_one_wins(agency: Serving) -> None:
    etag = (await agency.http.get("/v1/agencies/power")).headers["etag"]
    answers = await asyncio.gather(
        *(ask(agency, "fill", {"person": f"p-power-{n:03}"}, **{"if-match": etag}) for n in range(10, 20))
    )
    winners = [answer for answer in answers if answer.status_code == 200]
    post = await seen(agency)

    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 9]
    assert winners[0].json()["holders"] == post["holders"]
    assert len(post["holders"]) == 1


async def test_fills_at_once_without_a_look_all_count_and_each_sees_the_ones_before(
    agency: Serving,
) -> None:
    answers = await asyncio.gather(*(ask(agency, "fill", {"person": f"p-power-{n:03}"}) for n in (10, 11)))
    history = await agency.parts.repositories[1].history("power", "power")
    post = await seen(agency)

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [entry["act"] for entry in history] == ["join", "fill", "fill"]
    assert history[1]["by"].startswith("post:governorate.head person:")
    assert len(people(post["holders"])) == 1


async def test_a_person_who_was_put_elsewhere_meanwhile_does_not_get_a_second_post(agency: Serving) -> None:
    elsewhere = "/v1/agencies/power/posts/power.works.deputy/fill"
    body = {"person": "p-power-007"}

    async def put_elsewhere() -> None:
        answer = await agency.http.post(elsewhere, json=body, headers=governor())
        assert answer.status_code == 200, answer.text

    after_the_first_look(agency.parts.repositories[1], put_elsewhere)
    answer = await ask(agency, "fill", body)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/person")
    assert people((await seen(agency))["holders"]) == [("p-power-006", None)]


@pytest.mark.parametrize(
    ("what", "body", "pointer"),
    [
        ("fill", {"person": "p-water-001"}, "/person"),
        ("fill", {"person": "p-power-001"}, "/person"),
        ("fill", {"person": "p-power-007", "from_day": "2026-11-20"}, "/from_day"),
        ("vacate", {"from_day": "2026-11-20"}, "/from_day"),
        ("stand-ins", {**STAND_IN, "person": "p-power-006"}, "/person"),
        ("stand-ins", {**STAND_IN, "first_day": "2026-11-20"}, "/first_day"),
        ("take-back", {"person": "p-power-003", "from_day": "2026-11-22"}, "/person"),
    ],
)
async def test_what_can_not_be_is_told_where_and_changes_nothing(
    agency: Serving, what: str, body: Json, pointer: str
) -> None:
    before = await seen(agency)
    answer = await ask(agency, what, body)

    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (422, [pointer])
    assert await seen(agency) == before


async def test_absence_that_ends_before_it_begins_is_refused_in_the_askers_language(agency: Serving) -> None:
    body = {**STAND_IN, "last_day": "2026-11-21"}
    answer = await ask(agency, "stand-ins", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["detail"] == "روز پایان پیش از روز آغاز است."


@pytest.mark.parametrize(
    ("post", "status"),
    [
        ("governorate.head", 200),
        ("governorate.inspection", 403),
        ("water.head", 404),
        ("water.desk.officer", 403),
    ],
)
async def test_posts_are_filled_and_seen_by_the_agencys_own_head_or_the_governorate(
    agency: Serving, post: str, status: int
) -> None:
    filled = await agency.http.post(f"{URL}/fill", json={"person": "p-power-007"}, headers=bearer(post))
    looked = await agency.http.get(URL, headers=bearer(post))

    assert (filled.status_code, looked.status_code) == (status, status)
