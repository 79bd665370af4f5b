"""Problems of offices before headquarters: passed on, with what would solve them, until it says a word."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.complaints.press import OFFICE_HEAD, OFFICE_PR, PR, SECRETARY, open_office
from tests.province import SATURDAY_NINE
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
DUE = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
"""Tuesday at nine: twenty-one working hours, three days of seven, after Saturday at nine."""
PROBLEM = {
    "noticed_by": "people",
    "title": "صف طولانی در روزهای پایان ماه",
    "text": "مراجعان بیش از دو ساعت در صف می‌مانند.",
}
SOLUTION = {"proposed_by": "staff", "text": "نوبت‌دهی اینترنتی در سه روز پایان ماه"}
WORD = {"text": "نوبت‌دهی از ماه آینده آغاز می‌شود.", "taken_up": [1]}


@pytest.fixture
async def service(complaints: Serving) -> Serving:
    """Water has a county office, and it is Saturday at nine."""
    await open_office(complaints)
    return complaints


async def post(service: Serving, path: str, body: dict[str, Any], post_id: str, **headers: str) -> Any:
    """Ask as the holder of a post."""
    return await service.http.post(f"/v1/problems{path}", json=body, headers={**bearer(post_id), **headers})


async def passed(service: Serving, post_id: str = OFFICE_PR) -> str:
    """The id of a problem that an office passed on."""
    answer = await post(service, "", PROBLEM, post_id)
    assert answer.status_code == 201, answer.text
    return answer.json()["problem"]["id"]


async def shown(service: Serving, id_: str, post_id: str = PR) -> dict[str, Any]:
    """A problem as headquarters sees it."""
    return (await service.http.get(f"/v1/problems/{id_}", headers=bearer(post_id))).json()


async def listed(service: Serving, which: str = "", post_id: str = PR, **query: str) -> list[str]:
    """The ids of a list."""
    answer = await service.http.get(f"/v1/problems{which}", params=query, headers=bearer(post_id))
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["items"]]


async def told(service: Serving) -> list[tuple[str, dict[str, Any]]]:
    """What was told of problems: the event's short name and its data."""
    [found] = await service.database["problems"].find({}, {"history.events": 1}).to_list()
    events = [event for entry in found["history"] for event in entry["events"]]
    return [(event["type"].split(".")[3], event["data"]) for event in events]


@pytest.mark.clause("COUNTY-B4")
async def test_what_an_office_notices_is_before_headquarters_until_it_says_what_becomes_of_it(
    service: Serving,
) -> None:
    id_ = await passed(service)
    before = await listed(service, "/owed"), (await shown(service, id_))["problem"]["due_at"]
    answer = await post(service, f"/{id_}/answer", {**WORD, "taken_up": []}, SECRETARY)
    again = await post(service, f"/{id_}/answer", {**WORD, "taken_up": []}, SECRETARY)
    other = await post(service, f"/{id_}/answer", {**WORD, "text": "دیگر"}, SECRETARY)

    assert before[0] == [id_]
    assert datetime.fromisoformat(before[1]) == DUE
    assert [one.status_code for one in (answer, again, other)] == [200, 200, 409], answer.text
    assert other.json()["clause"] == "COUNTY-B4"
    [word] = (await shown(service, id_, OFFICE_HEAD))["words"]
    assert (word["text"], word["in_time"]) == (WORD["text"], True)
    assert await listed(service, "/owed") == []
    assert await listed(service) == await listed(service, unit_id="county", status="answered") == [id_]
    assert [name for name, _ in await told(service)] == ["ProblemPassedOn", "ProblemAnswered"]


@pytest.mark.clause("COUNTY-D3")
async def test_what_would_solve_it_is_passed_on_too_and_headquarters_says_what_is_taken_up(
    service: Serving,
) -> None:
    id_ = await passed(service)
    proposed = [await post(service, f"/{id_}/solutions", SOLUTION, OFFICE_PR) for _ in range(2)]
    unknown = await post(service, f"/{id_}/answer", {**WORD, "taken_up": [2]}, PR)
    await post(service, f"/{id_}/answer", WORD, PR)
    service.clock.set(SATURDAY_NINE + timedelta(days=7))
    later = await post(service, f"/{id_}/solutions", {**SOLUTION, "proposed_by": "officials"}, OFFICE_HEAD)

    assert [one.status_code for one in (*proposed, unknown, later)] == [200, 200, 422, 200]
    assert [one["pointer"] for one in unknown.json()["errors"]] == ["/taken_up"]
    problem = later.json()
    assert problem["problem"]["status"] == "passed"
    assert datetime.fromisoformat(problem["problem"]["due_at"]) == DUE + timedelta(days=7)
    assert [one["taken_up"] for one in problem["words"]] == [[1]]
    names = [name for name, _ in await told(service)]
    assert names == ["ProblemPassedOn", "SolutionProposed", "ProblemAnswered", "SolutionProposed"]


@pytest.mark.clause("COUNTY-B4")
async def test_without_a_word_it_goes_up_to_the_head_of_public_relations_and_then_to_the_agencys(
    service: Serving,
) -> None:
    id_ = await passed(service)
    levels: list[tuple[int, str | None]] = []
    for now in (DUE - timedelta(seconds=1), DUE, DUE + timedelta(days=1) - timedelta(seconds=1)):
        levels.append(await level(service, id_, now))
    levels.append(await level(service, id_, DUE + timedelta(days=1)))
    answer = await post(service, f"/{id_}/answer", {**WORD, "taken_up": []}, PR)
    await level(service, id_, DUE + timedelta(days=30))

    assert levels == [(0, None), (1, PR), (1, PR), (2, "water.head")]
    [word] = answer.json()["words"]
    assert (word["in_time"], word["late_by_s"]) == (False, 7 * 3600)
    assert [data["level"] for name, data in await told(service) if name == "ProblemEscalated"] == [1, 2]


async def level(service: Serving, id_: str, now: datetime) -> tuple[int, str | None]:
    """Where it lies at that instant, after the clocks looked twice."""
    service.clock.set(now)
    await service.sweep()
    await service.sweep()
    problem = (await shown(service, id_))["problem"]
    return problem["level"], problem["level_post"]


async def test_an_office_speaks_for_itself_alone_and_only_headquarters_says_what_becomes_of_it(
    service: Serving,
) -> None:
    id_ = await passed(service)
    tries: list[httpx.Response] = [
        await post(service, f"/{id_}/solutions", SOLUTION, "water.desk.head"),
        await post(service, f"/{id_}/answer", WORD, OFFICE_HEAD),
        await post(service, "", PROBLEM, PR),
        await post(service, f"/{id_}/answer", WORD, "roads.pr.head"),
    ]

    assert [one.status_code for one in tries] == [403, 403, 403, 404]
    assert [name for name, _ in await told(service)] == ["ProblemPassedOn"]


async def test_the_same_request_twice_is_one_problem_and_nobodys_number_is_taken_in(
    service: Serving,
) -> None:
    key = {"idempotency-key": "0123456789abcdef"}
    first, again = [await post(service, "", PROBLEM, OFFICE_PR, **key) for _ in range(2)]
    number = await post(service, "", {**PROBLEM, "text": "به ۰۹۱۲۱۲۳۴۵۶۷ زنگ بزنید"}, OFFICE_PR)

    assert first.json() == again.json()
    assert number.status_code == 422
    assert len(await listed(service)) == 1
