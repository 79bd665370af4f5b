"""Agencies at work while everything dies: they join, their groups meet, their items reach the public."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.content.items import WAY, seen, submission
from tests.directory.forms import GOVERNORATE, POWER, PROVINCE_FORM
from tests.journeys.bus import SERVICES
from tests.journeys.citizens import Asking
from tests.journeys.effects import assert_told_in_order, copied, facts
from tests.journeys.stack import Document, Stack

MONTH = "1405-09"
EVENTS_OF_A_PUBLISHED_ITEM = [1, 2, 3, 4]  # submitted, reviewed, approved, published
Headers = Mapping[str, str]


def form(agency_id: str) -> dict[str, Any]:
    """The form by which an agency of this name joins, with a portal group."""
    return json.loads(json.dumps(POWER).replace("power", agency_id))


@dataclass(slots=True)
class Offices:
    """What agencies were told is done, and where: services by the name of the process that answers."""

    stack: Stack
    doors: Mapping[str, str]
    joined: set[str] = field(default_factory=set[str])
    published: set[str] = field(default_factory=set[str])

    async def found(self) -> None:
        """The province, whose governorate lets agencies join."""
        governor = await self.stack.bearer("governorate.head")
        asking = self._at("directory")
        founded = await asking.insist("PUT", "/v1/province", json=PROVINCE_FORM, headers=governor)
        assert founded.is_success, founded.text
        await self._made(asking, "/v1/agencies", GOVERNORATE, governor, "governorate")

    async def join(self, agency_id: str) -> None:
        """It joins; its group's meeting is convened by the clock; its head hands the chair over."""
        governor = await self.stack.bearer("governorate.head")
        await self._made(self._at("directory"), "/v1/agencies", form(agency_id), governor, agency_id)
        self.joined.add(agency_id)
        asking = self._at("meetings")
        chair = await self.stack.bearer_of(f"p-{agency_id}-004", agency_id)

        async def meetings() -> list[Document]:
            answer = await asking.insist("GET", "/v1/meetings", headers=chair)
            return answer.json()["items"] if answer.is_success else []  # 403 until the chart has come

        [meeting] = await self.stack.eventually(f"the meeting of {agency_id}", meetings, bool)
        to = {"post_id": f"{agency_id}.works.representative"}
        path = f"/v1/meetings/{meeting['id']}/chair"
        handed = await asking.insist("POST", path, json=to, headers=chair)
        assert handed.status_code == httpx.codes.OK, handed.text

    async def publish(self, number: int) -> None:
        """An item goes its whole way: submitted, reviewed, approved, published, each by whom it takes."""
        asking, by = self._at("content"), await self.stack.bearer("water.works.representative")
        item = await self._made(
            asking, "/v1/items", submission(title=f"راهنمای {number}"), by, f"item-{number}"
        )
        for post, verb, more in WAY:
            answer = await asking.insist(
                "POST",
                f"/v1/items/{item['id']}/{verb}",
                json={**seen(item), **more},
                headers=await self.stack.bearer(post),
            )
            # A conflict: the first try did it, its answer died.
            assert answer.status_code in {httpx.codes.OK, httpx.codes.CONFLICT}, answer.text
        self.published.add(item["id"])

    async def assert_each_once(self) -> None:
        """Each that joined is known everywhere and has one meeting; each item is public, whole, once."""
        await self._assert_items()
        directory = await assert_told_in_order(self.stack, "directory", {"governorate", *self.joined})
        for service in SERVICES:
            copy = await copied(self.stack, service, "directory")
            known = {id_: copy.get(id_) for id_ in self.joined}
            assert known == {id_: (len(directory[id_]), 0) for id_ in self.joined}, service
        await self._assert_meetings()

    async def _assert_items(self) -> None:
        on_topic = await assert_told_in_order(self.stack, "content", self.published)
        assert on_topic == dict.fromkeys(self.published, EVENTS_OF_A_PUBLISHED_ITEM)
        last = EVENTS_OF_A_PUBLISHED_ITEM[-1]
        assert await facts(self.stack, "content") == dict.fromkeys(self.published, (last, 0))
        items = self.stack.mongodb["paygir_content"]["items"]
        assert {one["_id"] async for one in items.find({})} == self.published

    async def _assert_meetings(self) -> None:
        meetings = await self.stack.mongodb["paygir_meetings"]["meetings"].find({}).to_list()
        held = sorted((one["state"]["committee_id"], one["state"]["month"]) for one in meetings)
        assert held == sorted((f"{id_}.portal-group", MONTH) for id_ in self.joined)
        for one in meetings:
            assert one["state"]["presiding"] == f"{one['state']['agency_id']}.works.representative"
        ids = [one["_id"] for one in meetings]
        assert await assert_told_in_order(self.stack, "meetings", ids) == {id_: [1] for id_ in ids}
        assert await facts(self.stack, "meetings") == dict.fromkeys(ids, (1, 0))

    def _at(self, service: str) -> Asking:
        return Asking(self.stack, self.doors.get(service, service))

    async def _made(
        self, asking: Asking, path: str, body: dict[str, Any], by: Headers, key: str
    ) -> dict[str, Any]:
        keyed = {**by, "idempotency-key": key}
        answer = await asking.insist("POST", path, json=body, headers=keyed)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return answer.json()
