"""One message to many: told once, paused, stopped, and reported."""

import asyncio
import time
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import pytest

from services.notifications.domain.recipient import Laid, Recipient
from services.notifications.usecases import broadcasting, broadcasts
from services.notifications.usecases.use import Use
from shared.remembered import Remembered
from tests.notifications.cases import phone, send
from tests.notifications.many import (
    HEAD,
    PR,
    REPRESENTATIVE,
    ROADS,
    Otherwise,
    a_list,
    act,
    ask,
    drafted,
    goes_on,
    mobile,
    numbers_come,
    progress,
    seen,
    started,
    wish,
    with_many,
)
from tests.notifications.staff import Number
from tests.province import holder
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
TEXT = "روز مهندس خجسته باد. دستگاه water"
Json = dict[str, Any]


async def messages(running: Serving) -> list[Json]:
    return await running.database["messages"].find().sort("_id", 1).to_list()


async def test_a_broadcast_to_a_list_reaches_each_once_and_says_who_got_it(running: Serving) -> None:
    guests = await a_list(running, 1, 2, 3)
    id_ = await started(running, guests, who=PR)

    await goes_on(running)
    assert await phone(running) == [TEXT] * 3
    await goes_on(running, 3)

    assert await phone(running) == [TEXT] * 3
    assert (await seen(running, id_))["status"] == "done"
    assert (await progress(running, id_))["by_status"] == {"delivered": 3}
    first = await ask(running, "GET", f"/broadcasts/{id_}/report", params={"limit": 2})
    rest = await ask(running, "GET", f"/broadcasts/{id_}/report", params={"after": first["next"]})
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert sorted((one["number"], one["state"]) for one in first["items"] + rest["items"]) == [
        ("0912***0001", "delivered"),
        ("0912***0002", "delivered"),
        ("0912***0003", "delivered"),
    ]
    file = await running.http.get(f"/v1/broadcasts/{id_}/report/file", headers=bearer(PR))
    assert file.text.count("0912***") == 3
    assert file.text.count("delivered") == 3


async def test_who_is_on_two_lists_and_of_the_staff_too_is_told_once(running: Serving) -> None:
    lists = [await a_list(running, 1, 2), await a_list(running, 2)]
    await Number(person=holder(HEAD), contact="c-head", mobile=f"+98{mobile(1)[1:]}").comes(running)
    id_ = await started(running, *lists, groups=[{"role": "head"}])

    await goes_on(running, 2)

    assert await phone(running) == [TEXT] * 2
    assert (await seen(running, id_))["people"] == 2


async def test_killed_after_any_piece_it_is_gone_on_with_and_nobody_is_told_twice(running: Serving) -> None:
    guests = await a_list(running, *range(1, 7))
    id_ = await started(running, guests)
    use: Use = running.parts.use

    class Dies(Otherwise):
        """Goes down when messages are queued, before that is noted."""

        async def mark(self, ids: Collection[str], laid: Laid) -> None:
            if laid is Laid.OUT:
                raise ConnectionError

    with pytest.raises(ConnectionError):
        await broadcasting.advance(with_many(running, recipients=Dies(use.many.recipients)), id_)
    assert len(await messages(running)) == 6
    await send(running)
    await goes_on(running, 3)

    assert len(await phone(running)) == 6
    assert (await seen(running, id_))["status"] == "done"


async def test_where_some_it_wrote_down_are_gone_again_it_begins_anew_and_tells_everybody_once(
    running: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a primary goes away with what no other member had yet."""
    monkeypatch.setattr(broadcasting, "SAFE_WITHIN_S", 0.3)
    guests = await a_list(running, 1, 2, 3)
    id_ = await started(running, guests)

    class Losing(Otherwise):
        async def write(self, broadcast_id: str, people: Sequence[Recipient], until: datetime) -> None:
            await self.real.write(broadcast_id, people[1:], until)

    losing = Losing(running.parts.use.many.recipients)
    await broadcasting.advance_all(with_many(running, recipients=losing))

    assert (await seen(running, id_))["status"] == "starting"
    assert await messages(running) == []
    await goes_on(running, 3)
    assert await phone(running) == [TEXT] * 3
    assert (await seen(running, id_))["people"] == 3


async def test_two_who_lay_it_out_at_once_tell_everybody_once(running: Serving) -> None:
    guests = await a_list(running, *range(1, 9))
    id_ = await started(running, guests)
    use: Use = running.parts.use

    await asyncio.gather(*[broadcasting.advance(use, id_) for _ in range(4)])
    await asyncio.gather(send(running), send(running))
    await goes_on(running, 2)

    assert (len(await messages(running)), len(await phone(running))) == (8, 8)


async def test_a_pause_holds_what_is_queued_already_and_it_goes_on_where_it_was(running: Serving) -> None:
    guests = await a_list(running, 1, 2)
    id_ = await started(running, guests)
    await broadcasting.advance_all(running.parts.use)
    await act(running, id_, "pause")
    await goes_on(running, 2)
    assert (await phone(running), (await progress(running, id_))["by_status"]) == ([], {"queued": 2})

    await act(running, id_, "resume")
    await goes_on(running, 2)

    assert len(await phone(running)) == 2


async def test_of_a_stopped_one_nothing_more_leaves_and_what_was_left_says_why(
    running: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasting, "AHEAD_MAX", 2)
    guests = await a_list(running, *range(1, 6))
    id_ = await started(running, guests)
    await broadcasting.advance_all(running.parts.use)
    assert len(await messages(running)) == 2, "no more than may wait"
    await send(running)
    await broadcasting.advance_all(running.parts.use)

    await act(running, id_, "stop")
    await goes_on(running, 2)

    assert len(await phone(running)) == 2
    now = await progress(running, id_)
    assert (now["by_status"], now["not_sent"]) == ({"delivered": 2, "suppressed": 2}, {"stopped": 1})
    reasons = [one["state"]["reason"] for one in await messages(running)]
    assert sorted(reasons, key=str) == [None, None, "broadcast-was-stopped", "broadcast-was-stopped"]
    answer = await act(running, id_, "resume", status=409)
    assert answer["clause"] == "COUNTY-B7"


async def test_a_piece_that_was_just_being_laid_out_when_it_was_stopped_is_let_go_of_too(
    running: Serving,
) -> None:
    guests = await a_list(running, 1)
    id_ = await started(running, guests)
    use: Use = running.parts.use
    await broadcasting.advance_all(use)
    await act(running, id_, "stop")
    [late] = await messages(running)
    await use.messages.collection.delete_many({})
    await broadcasting.advance_all(use)
    await use.messages.collection.insert_one(late)

    running.clock.forward(minutes=2)
    await broadcasting.advance_all(use)

    assert [one["state"]["reason"] for one in await messages(running)] == ["broadcast-was-stopped"]
    assert await send(running) == 0
    assert (await use.many.broadcasts.load(id_)).state.work_at is None


async def test_who_wants_no_such_messages_gets_none_and_the_report_says_so(running: Serving) -> None:
    guests = await a_list(running, 1, 2)
    id_ = await started(running, guests)
    [one, *_] = await running.database["list_members"].find({"state.list_id": guests}).to_list()

    async def refused(
        use: Any, agency_id: str, contact_ids: Collection[str], kind: str, /
    ) -> Collection[str]:
        assert (agency_id, kind) == ("water", "occasion")
        return {one["state"]["contact_id"]} & set(contact_ids)

    await broadcasting.advance_all(with_many(running, refused=refused))
    await goes_on(running, 2)

    assert len(await phone(running)) == 1
    assert (await progress(running, id_))["by_status"] == {"delivered": 1, "suppressed": 1}
    report = await ask(running, "GET", f"/broadcasts/{id_}/report")
    assert {one["reason"] for one in report["items"]} == {"has-arrived", "refused-by-the-person"}


async def test_who_is_taken_off_in_the_middle_of_it_is_told_nothing_and_forgotten(
    running: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasting, "AHEAD_MAX", 1)
    guests = await a_list(running, 1, 2)
    await started(running, guests)
    await broadcasting.advance_all(running.parts.use)
    members = await ask(running, "GET", f"/contact-lists/{guests}/members")
    for member in members["items"]:
        await ask(running, "DELETE", f"/contact-lists/{guests}/members/{member['id']}", status=204)
    await numbers_come(running)

    await goes_on(running, 3)

    assert await phone(running) == []
    assert [one["state"]["reason"] for one in await messages(running)] == ["contact-forgotten"]


async def test_everybody_is_written_to_by_their_name_and_it_lies_nowhere_open(running: Serving) -> None:
    guests = await a_list(running, 1, 2)
    await started(running, guests, text="{name} گرامی، روز مهندس خجسته باد. {agency}")

    await goes_on(running)

    assert sorted(await phone(running)) == [
        "مهمان 1 گرامی، روز مهندس خجسته باد. دستگاه water",
        "مهمان 2 گرامی، روز مهندس خجسته باد. دستگاه water",
    ]
    for name in ("messages", "list_members", "broadcasts", "list_imports"):
        assert "مهمان" not in str(await running.database[name].find().to_list()), name


async def test_after_its_hour_nothing_of_it_leaves(running: Serving) -> None:
    guests = await a_list(running, 1, 2)
    id_ = await started(running, guests, not_after="22:00")  # it is nine in the morning
    assert (await seen(running, id_))["expires_at"] == "2026-11-21T18:30:00Z"
    await broadcasting.advance_all(running.parts.use)
    running.clock.forward(hours=13)

    await goes_on(running, 2)

    assert (await phone(running), (await progress(running, id_))["by_status"]) == ([], {"expired": 2})
    assert (await seen(running, id_))["status"] == "done"


async def test_what_was_paused_until_it_is_too_late_is_not_laid_out_any_more(running: Serving) -> None:
    guests = await a_list(running, 1, 2)
    id_ = await started(running, guests, useful_hours=2)
    await broadcasting.advance(with_many(running, outgoing=_Full()), id_)
    await act(running, id_, "pause")
    running.clock.forward(hours=2)
    await act(running, id_, "resume")

    await goes_on(running, 2)

    now = await progress(running, id_)
    assert (now["by_status"], now["not_sent"], now["status"]) == ({}, {"too-late": 2}, "done")


class _Full:
    """No room for more."""

    async def ahead(self, broadcast_id: str) -> int:
        return broadcasting.AHEAD_MAX


async def test_the_staff_find_it_in_the_inbox_of_their_post(running: Serving) -> None:
    id_ = await started(running, kind="notice", channel="in-app", groups=[{"unit": "desk"}])

    await goes_on(running, 2)

    found = await ask(running, "GET", "/inbox", "water.desk.head")
    assert [one["kind"] for one in found["items"]] == ["broadcast-notice"]
    now = await progress(running, id_)
    assert (now["people"], now["by_status"], now["status"]) == (3, {"delivered": 3}, "done")


async def test_before_it_is_sent_its_sender_sees_how_many_it_reaches_and_what_it_costs(
    running: Serving,
) -> None:
    guests = await a_list(running, 1, 2)
    made = await drafted(running, HEAD, wish(guests, groups=[{"unit": "desk"}], text="ن" * 71))

    found = await ask(running, "GET", f"/broadcasts/{made['id']}/preview")

    assert (found["people"], found["reachable"], found["unreachable"]) == (5, 2, 3)
    assert (found["parts"], found["cost_parts"]) == (2, 4)
    assert await running.database["messages"].count_documents({}) == 0


NOT_SO: list[tuple[Json, int, str | None]] = [
    ({"lists": []}, 422, "/lists"),
    ({"lists": ["nowhere"]}, 422, "/lists/0"),
    ({"text": "{code}"}, 422, "/text"),
    ({"text": "{agency"}, 422, "/text"),
    ({"text": "{agency!r:>9}"}, 422, "/text"),
    ({"text": "{{agency}}"}, 422, "/text"),
    ({"text": "{name}", "groups": [{}]}, 422, "/text"),
    ({"channel": "in-app"}, 422, "/channel"),
    ({"groups": [{"unit": "nowhere"}]}, 422, "/groups/0"),
    ({"not_after": "08:00"}, 422, "/not_after"),
    ({"kind": "charter"}, 409, None),
    ({"kind": "rights"}, 409, None),
    ({"kind": "invitation", "lists": [], "groups": [{}]}, 409, None),
]


@pytest.mark.parametrize(("changes", "status", "where"), NOT_SO)
async def test_what_nobody_could_be_told_so_is_refused_when_it_is_drafted(
    running: Serving, changes: Json, status: int, where: str | None
) -> None:
    guests = await a_list(running)
    answer = await drafted(running, HEAD, wish(guests, **changes), status=status)

    assert where is None or where in str(answer)


async def test_another_agencys_broadcast_and_list_are_not_found(running: Serving) -> None:
    guests = await a_list(running, 1)
    id_ = await started(running, guests)
    for path in ("", "/preview", "/progress", "/report", "/report/file"):
        await ask(running, "GET", f"/broadcasts/{id_}{path}", ROADS, status=404)
    for what in ("start", "pause", "resume", "stop", "drop-common"):
        await act(running, id_, what, ROADS, status=404)
    assert (await ask(running, "GET", "/broadcasts", ROADS))["items"] == []
    answer = await drafted(running, ROADS, wish(guests), status=422)
    assert "/lists/0" in str(answer)


async def test_public_relations_of_a_unit_send_to_its_people_alone(running: Serving) -> None:
    theirs = await a_list(running, 1, who=REPRESENTATIVE)
    agencys = await a_list(running, 2)
    await started(running, theirs, who=REPRESENTATIVE)

    await drafted(running, REPRESENTATIVE, wish(agencys), status=403)
    await drafted(running, REPRESENTATIVE, wish(theirs, groups=[{}]), status=422)
    found = await ask(running, "GET", "/contact-lists", REPRESENTATIVE)
    assert [one["id"] for one in found["items"]] == [theirs]
    assert len((await ask(running, "GET", "/contact-lists"))["items"]) == 2
    mine = await drafted(running, HEAD, wish(agencys))
    await act(running, mine["id"], "start", REPRESENTATIVE, status=403)


async def test_a_paused_broadcast_is_asked_about_anew_after_a_second(
    running: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process remembers for a second at most."""
    guests = await a_list(running, 1)
    id_ = await started(running, guests)
    elsewhere = with_many(running, going=Remembered(1.0))
    await broadcasting.advance_all(running.parts.use)
    asked_at = time.monotonic()
    monkeypatch.setattr("shared.remembered.time.monotonic", lambda: asked_at)
    assert await broadcasts.may_go(elsewhere, id_)
    await act(running, id_, "pause")
    assert await broadcasts.may_go(elsewhere, id_)
    monkeypatch.setattr("shared.remembered.time.monotonic", lambda: asked_at + 1.0)

    assert await send(running, many=elsewhere.many) == 0
