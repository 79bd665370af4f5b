"""Each service with one thing of every kind, so that bad input has something to damage."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import httpx

from services.meetings.usecases import committees
from services.notifications.domain.wordings import id_of
from shared.access.who import May
from shared.events.complaints import ComplaintFiled
from shared.events.directory import PROVINCE, AgencyJoined, Post
from shared.keys.storage import keys_database
from tests.complaints.cases import file, only_id
from tests.complaints.misconduct import opened
from tests.complaints.press import good, see
from tests.content.items import submit, through
from tests.directory.forms import GOVERNORATE, PROVINCE_FORM, csv_of, governor, row, water
from tests.http.routes import Route, routes_of
from tests.http.schemas import lawful, sent
from tests.meetings.groups import CHAIR, COMMISSION, MEMBERS, act, azar, commission, group, joined, told
from tests.notifications.cases import Case
from tests.notifications.explained import RULE, published
from tests.notifications.inbound import DOORS, known
from tests.notifications.many import HEAD, a_list, drafted, imported, people_csv, person, wish
from tests.notifications.receiver import registered
from tests.notifications.systems import made
from tests.province import calendar_event, governorate_events, posts_of
from tests.reporting.stories import join
from tests.serving import Serving, bearer, token

Ids = dict[str, str]
CLOSED_DAY_ID = "2026-12-01"
CLOSED_DAY = {"day": CLOSED_DAY_ID, "why": {"fa": "برف سنگین", "en": "Heavy snow"}}
PERSON = {"full_name": "زهرا محمدی", "national_id": "1234567891", "consent": True}
A_FILE = ("یادداشت.txt", "قطعه فردا می‌رسد.".encode())
WATERS_ROW = row(agency_id="water", unit_id="water.works")
CONTACT = "/v1/agencies/water/people/p-water-006/contact"
NOBODY_LISTENS = "http://127.0.0.1:1/hooks"
KEPT_ASIDE = frozenset({"tries", "misconduct_looks"})
"""Wrong tries are counted, looks into the register are noted: that is what is written without a change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A running service, its routes, and ids of its things by the path's segment before them."""

    name: str
    serving: Serving
    ids: Ids
    routes: list[Route] = field(default_factory=list[Route])

    async def ask(
        self, route: Route, *, body: Any = None, to: str | None = None, **how: Any
    ) -> httpx.Response:
        """Ask as somebody who may, unless `headers` say otherwise; `body` is sent as JSON.

        Where a form with a file is taken, a lawful one is sent unless `content` says otherwise.
        """
        headers = {**self.permitted(route), **how.pop("headers", {})}
        if route.form is not None and "content" not in how:
            how = {**lawful_form(route), **how}
        elif body is not None:
            headers["content-type"] = "application/json"
            how["content"] = sent(body)
        return await self.serving.http.request(
            route.method, to or route.url(self.ids), headers=headers, **how
        )

    def permitted(self, route: Route) -> dict[str, str]:
        """The header of a post that may; none where nobody needs one."""
        return bearer(self.permitted_post(route).id) if route.guarded else {}

    def permitted_post(self, route: Route) -> Post:
        """A post that may: any at all where everybody may."""
        own = [post for post in _posts(self.name) if post.id == OWN_POST.get(route.name)]
        return own[0] if own else self._post(route.may, allows=route.guarded)

    def barred(self, route: Route) -> dict[str, str]:
        """The header of a post whose role doesn't allow it; of nobody's post where all roles do."""
        try:
            return bearer(self._post(route.may, allows=False).id)
        except StopIteration:
            return {"authorization": f"Bearer {token('p-nobody', 'water')}"}

    def elsewhere(self, route: Route) -> dict[str, str] | None:
        """The header of a post of another agency whose role would allow it there; None where none has it."""
        return next((bearer(post.id) for post in posts_of("roads") if post.role in route.may.roles), None)

    def lawful_body(self, route: Route, *, whole: bool = False) -> Any:
        """What fits the form of its body."""
        return None if route.body is None else lawful(route.body, route.document, whole=whole)

    async def everything(self) -> dict[str, list[Any]]:
        """All that its databases hold, that of the persons' keys too."""
        found: dict[str, list[Any]] = {}
        for database in (self.serving.database, keys_database(self.serving.database)):
            for name in sorted(set(await database.list_collection_names()) - KEPT_ASIDE):
                found[f"{database.name}.{name}"] = await database[name].find().sort("_id").to_list()
        return found

    def _post(self, may: May, *, allows: bool) -> Post:
        return next(post for post in _posts(self.name) if (post.role in may.roles) is allows)


def lawful_form(route: Route) -> dict[str, Any]:
    """What fits the form with a file that a route takes, as httpx is told it; nothing where it takes none."""
    if route.form is None:
        return {}
    fields: Any = lawful({**route.form, "properties": _but_file(route.form)}, route.document)
    return {"data": {name: fields[name] for name in _but_file(route.form)}, "files": {"file": A_FILE}}


def _but_file(form: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in form["properties"].items() if name != "file"}


FIRST = {
    "content": "water.works.representative",
    "directory": "governorate.head",
    "meetings": CHAIR,
    "reporting": "governorate.head",
}
"""Who is asked for first: whose own the things below are, or who sees all agencies."""


_OF_PERSON = "/v1/agencies/{id_}/people/{person_id}/contact"
OWN_POST = {
    "POST /v1/meetings/{id_}/next-meeting": "water.pr.secretary",
    "POST /v1/meetings/{id_}/send-decisions": "water.pr.secretary",
    "POST /v1/committees/{id_}/meetings": "water.head",
    f"GET {_OF_PERSON}": "water.head",
    f"GET {_OF_PERSON}/history": "water.head",
    f"PUT {_OF_PERSON}": "water.head",
    f"DELETE {_OF_PERSON}": "water.head",
    "POST /v1/press-cases/{id_}/draft": "water.desk.head",
    "POST /v1/problems/{id_}/solutions": "water.desk.head",
}
"""Whom the thing itself wants: a role alone opens the door, but the committee has one secretary, and how a
person is reached is for themselves and their agency."""


def _posts(service: str) -> list[Post]:
    """Water's posts and the province's."""
    [governorate] = [one for one in governorate_events() if isinstance(one, AgencyJoined)]
    return sorted([*posts_of("water"), *governorate.posts], key=lambda post: post.id != FIRST.get(service))


async def complaints(serving: Serving) -> Ids:
    """One filed, by somebody who lets the agency know who they are; one seen in a newspaper; one wording;
    one system that files."""
    await file(serving, identity=PERSON)
    case = (await see(serving))["id"]
    await good(serving, "water.pr.head", "send", case, unit_id="desk")
    worded = await serving.http.post(
        "/v1/answer-templates", json={"title": "سلام", "text": "{code}"}, headers=bearer("water.head")
    )
    id_ = await only_id(serving)
    note = await serving.http.post(
        f"/v1/complaints/{id_}/attachments",
        data={"purpose": "note"},
        files={"file": ("برگه.txt", "برگهٔ بازدید".encode())},
        headers=bearer("water.head"),
    )
    problem = {"noticed_by": "people", "title": "صف", "text": "صف طولانی است."}
    noticed = await serving.http.post("/v1/problems", json=problem, headers=bearer("water.desk.head"))
    client = await serving.http.post(
        "/v1/open311-clients", json={"name": "FixMyStreet"}, headers=bearer("water.head")
    )
    return {
        "complaints": id_,
        "attachments": note.json()["id"],
        "open311-clients": client.json()["id"],
        "press-cases": case,
        "problems": noticed.json()["problem"]["id"],
        "misconduct": await opened(serving),
        "answer-templates": worded.json()["id"],
    }


async def content(serving: Serving) -> Ids:
    """One item online, one submitted, one bar."""
    online, item = await submit(serving), await submit(serving, title="راهنمای دوم")
    await through(serving, online)
    barred = await serving.http.post(
        "/v1/bars", json={"subject": "انتخابات", "notice": "بسته است."}, headers=bearer("water.head")
    )
    return {"items": item["id"], "published": online["id"], "bars": barred.json()["id"]}


async def directory(serving: Serving) -> Ids:
    """The province, its governorate, one agency with a service, the province's calendar."""
    http, headers = serving.http, governor()
    calendar = calendar_event().calendar
    made = [
        await http.put("/v1/province", json=PROVINCE_FORM, headers=headers),
        await http.post("/v1/agencies", json=GOVERNORATE, headers=headers),
        await http.post("/v1/agencies", json=water(), headers=headers),
        await http.post("/v1/services/import", content=csv_of(WATERS_ROW), headers=headers),
        await http.put(f"/v1/calendars/{PROVINCE}", json=calendar, headers=headers),
        await http.post(f"/v1/calendars/{PROVINCE}/closed-days", json=CLOSED_DAY, headers=headers),
        await http.put(CONTACT, json={"mobile": "09121234567"}, headers=bearer("water.head")),
    ]
    assert [one.is_success for one in made] == [True] * len(made)
    posts = {"posts": "water.it.head", "people": "p-water-006", "closed-days": CLOSED_DAY_ID}
    return {
        **posts,
        "agencies": "water",
        "services": "10011001100",
        "calendars": PROVINCE,
        "programmes": "RIGHTS-P2-5",
        "closed-days": "2026-12-01",
    }


async def meetings(serving: Serving) -> Ids:
    """One official meeting with a motion, and a commission that is called."""
    await committees.constitute(serving.parts.use, told(joined(group(), commission())))
    await serving.sweep()
    meeting = (await azar(serving))["id"]
    await act(serving, CHAIR, meeting, "attendance", posts=list(MEMBERS))
    await act(serving, CHAIR, meeting, "open")
    motion = await act(serving, CHAIR, meeting, "motions", text="انتشار فهرست مجوزها")
    return {"meetings": meeting, "motions": motion.json()["id"], "committees": COMMISSION}


async def notifications(serving: Serving) -> Ids:
    """A message to a citizen; a system that is told of events, one that sends; a guest, and a draft to it."""
    case = Case(serving)
    await case.contact_comes()
    await known(serving, await case.tells(ComplaintFiled))
    [message] = await serving.database["messages"].find({}, {"_id": 1}).to_list()
    told, _ = await registered(serving, NOBODY_LISTENS)
    guests = await a_list(serving, 1)
    [guest] = await serving.database["list_members"].find({}, {"_id": 1}).to_list()
    file = await imported(serving, guests, people_csv([person(1)]))
    draft = await drafted(serving, HEAD, wish(guests))
    client = await made(serving)
    await published(serving, 2, RULE)
    listens = await serving.http.post(
        "/v1/event-systems", json={"subject": "system-water", "name": "داشبورد"}, headers=bearer("water.head")
    )
    return {
        "event-systems": listens.json()["id"],
        "sms-clients": client["id"],
        "messages": message["_id"],
        "wordings": id_of("water", "complaint-filed"),
        "subscriptions": told["id"],
        "contact-lists": guests,
        "members": guest["_id"],
        "imports": file.json()["id"],
        "broadcasts": draft["id"],
        "inbound": "kannel",
        "receipts": "sandbox",
        "{gateway}": "all",
        "explanations": "water",
        "guides": "water",
        "{agency_id}": "2",
        "{about}": "0" * 64,
    }


async def reporting(serving: Serving) -> Ids:
    """Two agencies that have their turns."""
    await join(serving, "water")
    await join(serving, "roads")
    return {"report-cards": "water", "{agency_id}": "1405-Q3", "{quarter}": "received"}


MAKERS: Mapping[str, Callable[[Serving], Awaitable[Ids]]] = {
    "complaints": complaints,
    "content": content,
    "directory": directory,
    "meetings": meetings,
    "notifications": notifications,
    "reporting": reporting,
}


def parts_of(service: str) -> tuple[Any, Any]:
    """Its settings and what assembles it."""
    settings = import_module(f"services.{service}.settings").Settings
    own = {"sandbox": True, "webhook_loopback": True, "inbound": DOORS} if service == "notifications" else {}
    return settings(**own), import_module(f"services.{service}.app").assemble


async def world_of(service: str, serving: Serving) -> World:
    """Ready to be asked badly."""
    ids = await MAKERS[service](serving)
    return World(name=service, serving=serving, ids=ids, routes=routes_of(serving.app))
