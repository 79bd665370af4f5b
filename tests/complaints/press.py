"""What the tests of press cases have in common: an agency with a county office, and its people."""

from datetime import UTC, datetime
from typing import Any

import httpx

from shared.bus.effects import Projection
from shared.directory.replica import COLLECTION, fold
from shared.events.directory import (
    AgencyJoined,
    ChartChanged,
    DirectoryEvent,
    Name,
    PostFilled,
    Role,
    Unit,
    UnitKind,
)
from tests.province import LONG_AGO, agency_events, holder, post, told
from tests.serving import Serving, bearer

PR, SECRETARY = "water.pr.head", "water.pr.secretary"
OFFICE = "county"
OFFICE_HEAD, OFFICE_PR = "water.county.head", "water.county.pr"
ANSWER_DUE = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
"""Tuesday at nine: twenty-one working hours, three days of seven, after Saturday at nine."""
COUNTY_POSTS = [
    post("water", "county.head", Role.UNIT_HEAD, OFFICE, "deputy"),
    post("water", "county.pr", Role.REPRESENTATIVE, OFFICE, "county.head"),
    post("water", "county.officer", Role.CASE_OFFICER, OFFICE, "county.head"),
]


def chart_with_office() -> ChartChanged:
    """Water's chart and a county office under its domain of works."""
    [joined] = [event for event in agency_events("water") if isinstance(event, AgencyJoined)]
    office = Unit(
        id=OFFICE, name=Name(fa="ادارهٔ شهرستان"), kind=UnitKind.COUNTY_OFFICE, parent="works", county="c1"
    )
    return ChartChanged(
        agency_id="water",
        name=joined.name,
        units=(*joined.units, office),
        posts=(*joined.posts, *COUNTY_POSTS),
    )


async def open_office(service: Serving) -> None:
    """The county office is there, with its head and its public relations."""
    filled = [
        PostFilled(agency_id="water", post_id=one.id, person_id=holder(one.id), from_at=LONG_AGO)
        for one in COUNTY_POSTS
    ]
    await tell(service, chart_with_office(), *filled)


async def tell(service: Serving, *events: DirectoryEvent) -> None:
    """What the directory tells of water next."""
    copy = service.database[COLLECTION]
    known = await copy.find_one({"_id": "water"})
    after = known["sequence"] if known else 0
    await Projection(copy, fold).work(told("water", events, after=after))
    service.parts.use.directory._remembered.clear()


def sighting(**changes: Any) -> dict[str, Any]:
    """A complaint that stood in a newspaper."""
    return {
        "kind": "complaint",
        "medium": "newspaper",
        "medium_name": "روزنامهٔ صبح استان",
        "seen_on": "۱۴۰۵/۸/۲۹",
        "headline": "سه روز بی‌آبی در محلهٔ سرچشمه",
        "text": "اهالی می‌گویند کسی پاسخگو نیست.",
        "link": "https://news.example/1405/1",
        **changes,
    }


async def see(service: Serving, post_id: str = SECRETARY, **changes: Any) -> dict[str, Any]:
    """Enter one and return it."""
    answer = await service.http.post("/v1/press-cases", json=sighting(**changes), headers=bearer(post_id))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def step(service: Serving, post_id: str, verb: str, id_: str, **body: Any) -> httpx.Response:
    """Do something with it, as the holder of a post."""
    url = f"/v1/press-cases/{id_}/{verb}"
    return await service.http.post(url, json=body or None, headers=bearer(post_id))


async def good(service: Serving, post_id: str, verb: str, id_: str, **body: Any) -> dict[str, Any]:
    """The same, and it went well."""
    answer = await step(service, post_id, verb, id_, **body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def approved(service: Serving) -> str:
    """The id of a case whose answer headquarters drafted and approved."""
    id_ = (await see(service))["id"]
    await good(service, SECRETARY, "draft", id_, text="آب امروز وصل شد.")
    await good(service, PR, "approval", id_, draft=1)
    return id_


async def listed(service: Serving, which: str = "", post_id: str = PR, **query: str) -> list[str]:
    """The ids of a list."""
    answer = await service.http.get(f"/v1/press-cases{which}", params=query, headers=bearer(post_id))
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["items"]]


async def press_events(service: Serving) -> list[dict[str, Any]]:
    """All that was told of press cases: short name and data, in order for each."""
    found = service.database["press_cases"].find({}, {"history.events": 1}).sort("_id", 1)
    return [
        {"name": event["type"].split(".")[3], **event["data"]}
        async for document in found
        for entry in document["history"]
        for event in entry["events"]
    ]


async def names(service: Serving) -> list[str]:
    """The short names of the same."""
    return [event["name"] for event in await press_events(service)]
