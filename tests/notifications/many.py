"""What the tests of lists and broadcasts have in common: lists with people on them, and a bus."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import httpx

from services.notifications.usecases import broadcasting, list_imports
from services.notifications.usecases.use import Use
from shared.bus.effects import Mirror, Projection
from shared.bus.records import Received
from shared.directory.replica import COLLECTION, fold
from shared.events.contacts import TOPIC
from shared.events.directory import AgencyJoined, ChartChanged, Name, PostFilled, Role, Unit, UnitKind
from tests.notifications.cases import send, subscription
from tests.province import LONG_AGO, agency_events, holder, post, told
from tests.serving import Serving, bearer

HEAD, PR, REPRESENTATIVE, ROADS = "water.head", "water.pr.head", "water.works.representative", "roads.head"
OFFICE = "water.center.pr"
HEADER = "name,mobile,email,consent_at,basis,source"
Json = dict[str, Any]
_OFFSETS = count(1)


def mobile(number: int) -> str:
    return f"0912{number:07}"


def person(number: int, **changes: Any) -> Json:
    return {
        "name": f"مهمان {number}",
        "mobile": mobile(number),
        "basis": "کارت ویزیت",
        "source": "همایش آب",
        **changes,
    }


async def ask(
    running: Serving, method: str, path: str, who: str = HEAD, *, status: int = 200, **how: Any
) -> Any:
    answer = await running.http.request(method, f"/v1{path}", headers=bearer(who), **how)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def a_list(running: Serving, *numbers: int, who: str = HEAD, kind: str = "guests", **more: Any) -> str:
    """A list with these people on it, whose numbers are there."""
    made = await ask(
        running,
        "POST",
        "/contact-lists",
        who,
        status=201,
        json={"kind": kind, "name": "فهرست", **more},
    )
    consent = {"consent_at": "1405/08/01"} if kind == "citizens" else {}
    for number in numbers:
        body = person(number, **consent)
        await ask(running, "POST", f"/contact-lists/{made['id']}/members", who, status=201, json=body)
    await numbers_come(running)
    return made["id"]


async def numbers_come(running: Serving) -> None:
    """What the keeper told comes back over the private topics; who was erased goes by them."""
    use: Use = running.parts.use
    keys = use.senders.keys.collection
    async for document in keys.find({"pending.0": {"$exists": True}}).sort("_id", 1):
        for record in document["pending"]:
            effect = subscription(running, "contacts" if record["topic"] == TOPIC else "keys").effect
            assert isinstance(effect, Mirror)
            received = Received(
                topic=record["topic"],
                partition=0,
                offset=next(_OFFSETS),
                key=record["key"].encode(),
                value=record["value"],
                headers=(),
            )
            await effect.work([effect.read(received)])
        await keys.update_one({"_id": document["_id"]}, {"$set": {"pending": []}})


def wish(*lists: str, **changes: Any) -> Json:
    return {
        "kind": "occasion",
        "occasion": "روز مهندس",
        "text": "روز مهندس خجسته باد. {agency}",
        "lists": list(lists),
        **changes,
    }


async def drafted(running: Serving, who: str, body: Json, *, status: int = 201) -> Any:
    return await ask(running, "POST", "/broadcasts", who, status=status, json=body)


async def started(running: Serving, *lists: str, who: str = HEAD, **changes: Any) -> str:
    """A broadcast that was asked to start; nothing was done about it yet."""
    made = await drafted(running, who, wish(*lists, **changes))
    await act(running, made["id"], "start", who)
    return made["id"]


async def act(
    running: Serving, id_: str, what: str, who: str = HEAD, *, status: int = 200, **body: Any
) -> Any:
    how: Any = {"json": body} if body else {}
    return await ask(running, "POST", f"/broadcasts/{id_}/{what}", who, status=status, **how)


async def seen(running: Serving, id_: str, who: str = HEAD) -> Any:
    return await ask(running, "GET", f"/broadcasts/{id_}", who)


async def progress(running: Serving, id_: str, who: str = HEAD) -> Any:
    return await ask(running, "GET", f"/broadcasts/{id_}/progress", who)


async def goes_on(running: Serving, rounds: int = 1) -> None:
    """Each broadcast's next step, then all that may leave does."""
    for _ in range(rounds):
        await broadcasting.advance_all(running.parts.use)
        await send(running)
    await broadcasting.advance_all(running.parts.use)


async def imported(running: Serving, list_id: str, content: str, **how: Any) -> httpx.Response:
    headers = {**bearer(HEAD), "content-type": "text/csv"}
    return await running.http.post(
        f"/v1/contact-lists/{list_id}/imports", content=content.encode(), headers=headers, **how
    )


async def taken_in(running: Serving) -> None:
    """All files that wait: it comes again to what a slow database broke off."""
    use: Use = running.parts.use
    for _ in range(20):
        await list_imports.take_in_all(use)
        if not [id_ async for id_ in use.many.imports.due("work_at", running.clock.now())]:
            return
    raise AssertionError("not taken in")


def people_csv(rows: Sequence[Json]) -> str:
    columns = HEADER.split(",")
    return "\n".join([HEADER, *(",".join(str(row.get(one, "")) for one in columns) for row in rows)])


class Otherwise:
    """One of the things that broadcasts work with; who derives from it does some of it otherwise."""

    def __init__(self, real: Any) -> None:
        self.real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


def with_many(running: Serving, **changes: Any) -> Use:
    """What the service works with, some of what broadcasts work with changed."""
    use: Use = running.parts.use
    return replace(use, many=replace(use.many, **changes))


async def office_opens(running: Serving) -> None:
    """Water opens an office in the county `center`, with public relations of its own."""
    [joined, *_] = agency_events("water")
    assert isinstance(joined, AgencyJoined)
    office = Unit(id="center", name=Name(fa="ادارهٔ مرکز"), kind=UnitKind.COUNTY_OFFICE, county="center")
    theirs = post("water", "center.pr", Role.REPRESENTATIVE, "center", "head")
    changed = ChartChanged(
        agency_id="water",
        name=joined.name,
        units=(*joined.units, office),
        posts=(*joined.posts, theirs),
    )
    filled = PostFilled(agency_id="water", post_id=theirs.id, person_id=holder(theirs.id), from_at=LONG_AGO)
    known = await running.database[COLLECTION].find_one({"_id": "water"}) or {}
    copy = Projection(running.database[COLLECTION], fold)
    await copy.work(told("water", [changed, filled], after=known["sequence"]))


async def inbox_of(running: Serving, who: str) -> list[str]:
    """What a post was told inside."""
    return [one["text"] for one in (await ask(running, "GET", "/inbox", who))["items"]]
