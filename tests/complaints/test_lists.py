"""The lists that staff live in: what stands in each, and that a page costs what it shows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from services.complaints.domain.lists import WorkList
from services.complaints.storage.complaints import Complaints
from shared.bus.effects import Projection
from shared.directory.replica import COLLECTION, fold
from shared.events.directory import ChartChanged, Name, PostFilled, Unit, UnitKind
from tests.complaints.cases import MOBILE, act, file, only_id, verdict
from tests.complaints.many import cases, put
from tests.province import agency_events, posts_of, told
from tests.serving import Serving, bearer, token

pytestmark = pytest.mark.real
OFFICER, HEAD = "water.desk.officer", "water.head"
DUE = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
INSTANT = timedelta(milliseconds=1)
PAGE = 20
Json = dict[str, Any]


async def ask(complaints: Serving, path: str, as_: str = OFFICER, **query: Any) -> Any:
    answer = await complaints.http.get(f"/v1/complaints{path}", params=query, headers=bearer(as_))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def codes(complaints: Serving, path: str = "/work", as_: str = OFFICER, **query: Any) -> list[str]:
    """Whose codes stand in a list, through pages of one: a cursor must lose and double nothing."""
    found: list[str] = []
    while True:
        page = await ask(complaints, path, as_, **query, limit=1)
        found += [one["tracking_code"] for one in page["items"]]
        if page["next"] is None:
            return found
        query["after"] = page["next"]


async def standing_in(complaints: Serving, as_: str = OFFICER) -> set[str]:
    """The lists in which there is anything."""
    found = await ask(complaints, "/counts", as_)
    counted = {one["list"] for one in found if one["count"]}
    assert counted == {
        which.value for which in WorkList if (await ask(complaints, "/work", as_, list=which))["items"]
    }
    return counted


async def directory_told(complaints: Serving, *events: Any) -> None:
    copy = Projection(complaints.database[COLLECTION], fold)
    await copy.work(told("water", events, after=len(agency_events("water"))))


async def test_a_case_stands_in_the_lists_of_what_it_waits_for_from_its_filing_to_its_end(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    assert await standing_in(complaints) == {"owed", "unassigned"}

    id_ = await only_id(complaints)
    await act(complaints, OFFICER, "take", id_)
    assert await standing_in(complaints) == {"owed", "mine"}
    assert await standing_in(complaints, "water.desk.officer-2") == {"owed"}

    await act(complaints, OFFICER, "ask", id_, text="کدام روز؟")
    assert await standing_in(complaints) == {"waiting-for-citizen"}
    reply = {"code": receipt["tracking_code"], "mobile": MOBILE, "text": "شنبه"}
    assert (await complaints.http.post("/v1/follow/reply", json=reply)).status_code == 200
    assert await standing_in(complaints) == {"owed", "mine"}

    await act(complaints, OFFICER, "answer", id_, text="انجام شد.")
    assert await standing_in(complaints) == {"waiting-for-verdict"}

    await verdict(complaints, receipt, satisfied=False)
    assert await standing_in(complaints, "water.desk.head") == {"owed", "mine", "escalated"}

    await act(complaints, "water.desk.head", "answer", id_, text="انجام شد.")
    await verdict(complaints, receipt, satisfied=True)
    assert await standing_in(complaints, "water.desk.head") == set()
    assert await codes(complaints, "", status="closed") == [receipt["tracking_code"]]


@pytest.mark.clause("FOAD-6")
@pytest.mark.parametrize(
    ("now", "lists"),
    [
        (DUE - timedelta(hours=1) - INSTANT, set[str]()),
        (DUE - timedelta(hours=1), {"at-risk"}),
        (DUE - INSTANT, {"at-risk"}),
        (DUE, {"late"}),
        (DUE + timedelta(days=9), {"late"}),
    ],
)
async def test_from_an_hour_before_its_deadline_a_case_is_at_risk_and_from_the_deadline_it_is_late(
    complaints: Serving, now: datetime, lists: set[str]
) -> None:
    await file(complaints)
    complaints.clock.set(now)

    assert await standing_in(complaints) == {"owed", "unassigned"} | lists


@pytest.mark.clause("FOAD-6")
async def test_what_went_up_is_in_the_list_of_who_stands_in_at_that_post(complaints: Serving) -> None:
    await directory_told(
        complaints,
        PostFilled(
            agency_id="water",
            post_id="water.desk.head",
            person_id="p-stand-in",
            from_at=DUE,
            until_at=DUE + timedelta(hours=1),
            stand_in=True,
        ),
    )
    receipt = await file(complaints)
    complaints.clock.set(DUE)
    await complaints.sweep()
    shown = {"authorization": f"Bearer {token('p-stand-in', 'water')}"}

    for now, theirs in ((DUE, True), (DUE + timedelta(hours=1), False)):
        complaints.clock.set(now)
        query = {"list": "escalated"}
        answer = await complaints.http.get("/v1/complaints/work", params=query, headers=shown)
        if theirs:
            assert [one["tracking_code"] for one in answer.json()["items"]] == [receipt["tracking_code"]]
        else:
            assert answer.status_code == 403
        own = await complaints.http.get(
            "/v1/complaints/work", params=query, headers=bearer("water.desk.head")
        )
        assert own.status_code == (403 if theirs else 200)


async def test_a_list_is_narrowed_by_unit_county_ground_service_and_door(complaints: Serving) -> None:
    units = [
        Unit(id="desk", name=Name(fa="میز"), kind=UnitKind.UNIT, parent="office"),
        Unit(id="office", name=Name(fa="اداره"), kind=UnitKind.COUNTY_OFFICE, county="شیروان"),
    ]
    chart = ChartChanged(
        agency_id="water", name=Name(fa="آبفا"), units=tuple(units), posts=tuple(posts_of("water"))
    )
    await directory_told(complaints, chart)
    first = (await file(complaints))["tracking_code"]
    other = (await file(complaints, ground="broken-equipment"))["tracking_code"]

    both = {"unit": "desk", "county": "شیروان", "service": "1001", "door": "web"}
    for path, order in (("", [other, first]), ("/work", [first, other])):
        for name, value in both.items():
            assert await codes(complaints, path, **{name: value}) == order, name
            assert await codes(complaints, path, **{name: "elsewhere"}) == [], name
        assert await codes(complaints, path, ground="broken-equipment") == [other]
        assert await codes(complaints, path, "roads.desk.officer") == []
    assert await codes(complaints, status="filed", path="", door="web") == [other, first]
    assert await codes(complaints, status="taken", path="", door="web") == []


async def test_two_ways_of_narrowing_at_once_are_refused_with_the_ways_there_are(complaints: Serving) -> None:
    for path in ("", "/work", "/counts"):
        answer = await complaints.http.get(
            f"/v1/complaints{path}", params={"unit": "desk", "door": "web"}, headers=bearer(OFFICER)
        )
        assert answer.status_code == 422
        [wrong] = answer.json()["errors"]
        assert (wrong["in"], wrong["pointer"]) == ("query", "/door")
        assert "شهرستان" in wrong["detail"]


async def asked_of(complaints: Serving, name: str) -> list[Json]:
    """What the service asked the database meanwhile, as it noted it itself; then it notes anew."""
    database = complaints.database
    await database.command({"profile": 0})
    found = await database["system.profile"].find({f"command.{name}": "complaints"}).to_list()
    await database["system.profile"].drop()
    await database.command({"profile": 2})
    return found


def stages(plan: Json) -> list[str]:
    below = [plan["inputStage"]] if "inputStage" in plan else plan.get("inputStages", [])
    return [plan["stage"], *(stage for one in below for stage in stages(one))]


async def explained(complaints: Serving, command: Json) -> tuple[list[str], Json]:
    """The stages of the plan by which the database answered it, and what that cost."""
    kept = {name: command[name] for name in ("find", "filter", "sort", "limit", "projection")}
    told = await complaints.database.command({"explain": kept, "verbosity": "executionStats"})
    return stages(told["executionStats"]["executionStages"]), told["executionStats"]


async def filled(complaints: Serving) -> Complaints:
    repository = complaints.parts.repositories[0]
    assert isinstance(repository, Complaints)
    await put(repository, islice(cases(6000, open_each=10), 6000))
    return repository


def every_list() -> Sequence[tuple[str, str, Json]]:
    """Path, who asks and query of each list, whole and narrowed."""
    by: list[Json] = [
        {},
        {"unit": "u7"},
        {"ground": "broken-equipment"},
        {"service": "s7"},
        {"door": "web"},
    ]
    asks: list[tuple[str, str, Json]] = [("", OFFICER, one) for one in by]
    asks += [("", OFFICER, {"status": status, **one}) for status in ("answered", "closed") for one in by]
    for which in WorkList:
        as_ = "water.desk.head" if which is WorkList.ESCALATED else OFFICER
        asks += [("/work", as_, {"list": which.value, **one}) for one in by]
    return asks


async def test_a_page_of_each_list_is_a_walk_through_an_index_that_costs_what_it_shows(
    complaints: Serving,
) -> None:
    await filled(complaints)
    complaints.clock.set(DUE - timedelta(days=3))  # some are late, some are not
    await asked_of(complaints, "find")
    shown = 0
    for path, as_, query in every_list():
        page = await ask(complaints, path, as_, **query, limit=PAGE)
        shown += len(page["items"])
        for _ in range(2):
            after = {"after": page["next"]} if page["next"] else {}
            page = await ask(complaints, path, as_, **query, limit=PAGE, **after)
        for asked in await asked_of(complaints, "find"):
            plan, cost = await explained(complaints, asked["command"])
            # Merged: a list of all states is one walk in each of them, side by side.
            assert {"SORT", "COLLSCAN", "OR"}.isdisjoint(plan), (path, query, plan)
            most = cost["nReturned"] + 2 * plan.count("IXSCAN") + 2
            assert cost["totalKeysExamined"] <= most, (path, query, cost["totalKeysExamined"])
            assert cost["totalDocsExamined"] <= cost["nReturned"] + 2, (path, query)
    assert shown > 30 * PAGE / 2


async def test_the_numbers_on_the_tabs_are_counted_no_further_than_they_are_shown(
    complaints: Serving,
) -> None:
    await filled(complaints)
    complaints.clock.set(DUE + timedelta(days=1))
    await asked_of(complaints, "aggregate")

    found = {one["list"]: (one["count"], one["more"]) for one in await ask(complaints, "/counts")}

    assert found["owed"] == found["late"] == found["waiting-for-verdict"] == (99, True)
    assert found["at-risk"] == found["escalated"] == (0, False)
    asked = await asked_of(complaints, "aggregate")
    assert len(asked) == len(WorkList)
    assert max(one["keysExamined"] for one in asked) <= 101
    assert not any(one.get("hasSortStage") for one in asked)
