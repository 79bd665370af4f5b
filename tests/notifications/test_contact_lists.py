"""Lists of media, guests and citizens: consent and source kept, numbers sealed; who leaves is forgotten."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from services.notifications.usecases import contact_lists, list_imports
from services.notifications.usecases.use import Use
from shared.keys.keeper import OpenKey
from shared.keys.person import Why
from tests.notifications.many import (
    HEAD,
    REPRESENTATIVE,
    ROADS,
    Otherwise,
    a_list,
    ask,
    imported,
    mobile,
    numbers_come,
    people_csv,
    person,
    taken_in,
    with_many,
)
from tests.serving import Serving

pytestmark = pytest.mark.real
Json = dict[str, Any]


async def members(running: Serving, list_id: str, **asked: Any) -> list[Json]:
    return (await ask(running, "GET", f"/contact-lists/{list_id}/members", params=asked))["items"]


async def put(running: Serving, list_id: str, body: Json, status: int = 201, who: str = HEAD) -> Any:
    path = f"/contact-lists/{list_id}/members"
    return await ask(running, "POST", path, who, status=status, json=body)


async def keys(running: Serving) -> list[Json]:
    use: Use = running.parts.use
    return await use.senders.keys.collection.find().sort("_id", 1).to_list()


async def test_who_is_on_a_list_is_seen_with_a_masked_number_with_consent_and_source(
    running: Serving,
) -> None:
    citizens = await a_list(running, kind="citizens")
    await put(running, citizens, person(1, consent_at="1405/08/01"))
    await numbers_come(running)

    [one] = await members(running, citizens)

    assert (one["name"], one["number"], one["kind"]) == ("مهمان 1", "0912***0001", "mobile")
    assert (one["basis"], one["source"], one["added_by"]) == ("کارت ویزیت", "همایش آب", HEAD)
    assert one["consent_at"] == "2026-10-22T20:30:00Z"
    assert [len(await members(running, citizens, ending=ending)) for ending in ("0001", "0002")] == [1, 0]
    kept = str(await running.database["list_members"].find().to_list())
    assert not [word for word in ("مهمان", "کارت", "همایش", mobile(1)[1:]) if word in kept]


async def test_an_address_stands_on_a_list_in_the_place_of_a_number(running: Serving) -> None:
    media = await a_list(running, kind="media")
    await put(running, media, person(1, mobile=None, email="z.mohammadi@news.example.ir"))
    await numbers_come(running)

    [one] = await members(running, media)

    assert (one["number"], one["kind"]) == ("z***@news.example.ir", "email")


@pytest.mark.parametrize(
    ("kind", "changes", "where"),
    [
        ("citizens", {}, "/consent_at"),
        ("citizens", {"consent_at": "1405/09/30"}, "/consent_at"),
        ("guests", {"mobile": None}, "/mobile"),
        ("guests", {"email": "z@news.example.ir"}, "/mobile"),
        ("guests", {"basis": ""}, "/basis"),
        ("guests", {"source": "شماره ۰۹۱۲۱۲۳۴۵۶۷"}, "/source"),
    ],
)
async def test_nobody_is_put_on_a_list_without_a_way_to_them_a_reason_and_a_source(
    running: Serving, kind: str, changes: Json, where: str
) -> None:
    list_id = await a_list(running, kind=kind)
    answer = await put(running, list_id, person(1, **changes), 422)

    assert where in str(answer)
    assert (await members(running, list_id), await keys(running)) == ([], [])


async def test_nobody_stands_on_a_list_twice(running: Serving) -> None:
    guests = await a_list(running)
    await asyncio.gather(*[put(running, guests, person(1)) for _ in range(4)])

    assert len(await members(running, guests)) == 1
    assert (await ask(running, "GET", f"/contact-lists/{guests}"))["members"] == 1


async def test_who_is_taken_off_their_last_list_is_forgotten(running: Serving) -> None:
    first, second = await a_list(running, 1), await a_list(running, 1)
    [one], [other] = await members(running, first), await members(running, second)
    await ask(running, "DELETE", f"/contact-lists/{first}/members/{other['id']}", status=404)

    await ask(running, "DELETE", f"/contact-lists/{first}/members/{one['id']}", status=204)
    assert (await members(running, first), len(await members(running, second))) == ([], 1)
    assert [key["state"]["erased_at"] for key in await keys(running)] == [None]
    await ask(running, "DELETE", f"/contact-lists/{second}/members/{other['id']}", status=204)
    await numbers_come(running)

    [key] = await keys(running)
    assert (key["state"]["wrapped_key"], key["state"]["erased_why"]) == (None, "withdrawn-by-the-agency")
    assert await running.database.client[f"{running.database.name}_keys"]["numbers"].find().to_list() == []
    assert [one["state"]["words"] for one in await running.database["list_members"].find().to_list()] == [
        None,
        None,
    ]
    await put(running, first, person(1))
    assert len(await members(running, first)) == 1


async def test_who_stands_on_a_list_is_not_forgotten_by_the_clock(running: Serving) -> None:
    guests = await a_list(running, 1)
    running.clock.forward(days=31)
    await running.sweep()
    assert [key["state"]["erased_at"] for key in await keys(running)] == [None]
    running.clock.forward(days=31)
    await running.sweep()

    assert [one["name"] for one in await members(running, guests)] == ["مهمان 1"]


async def test_who_is_erased_stands_on_no_list_any_more(running: Serving) -> None:
    guests = await a_list(running, 1, 2)
    use: Use = running.parts.use
    [first, *_] = await keys(running)

    await use.senders.erase("water", first["_id"], Why.ASKED, "test", running.clock.now())
    await numbers_come(running)

    assert len(await members(running, guests)) == 1


async def test_another_agencys_list_is_not_found_and_a_units_only_by_its_own(running: Serving) -> None:
    guests, works = await a_list(running, 1), await a_list(running, 2, who=REPRESENTATIVE)
    for path in ("", "/members", "/imports/x"):
        await ask(running, "GET", f"/contact-lists/{guests}{path}", ROADS, status=404)
    await put(running, guests, person(3), 404, ROADS)
    await put(running, guests, person(3), 403, REPRESENTATIVE)
    await put(running, works, person(3), 201, REPRESENTATIVE)
    assert (await ask(running, "GET", f"/contact-lists/{works}"))["unit"] == "works"
    await ask(
        running,
        "POST",
        "/contact-lists",
        REPRESENTATIVE,
        status=403,
        json={"kind": "guests", "name": "ن", "unit": "desk"},
    )


BAD = [
    (person(1, name=""), 2, "name"),
    (person(2, mobile="021"), 3, "mobile"),
    (person(3, mobile=""), 4, "mobile"),
    (person(4, consent_at="1405/13/01"), 5, "consent_at"),
    (person(5), 6, None),
    (person(5), 7, "mobile"),
    (person(6, source="0912 123 4567"), 8, "source"),
]


@pytest.mark.parametrize("dry", ["true", "false"])
async def test_every_wrong_row_of_a_file_is_told_and_nothing_is_changed(running: Serving, dry: str) -> None:
    guests = await a_list(running)
    answer = await imported(running, guests, people_csv([row for row, _, _ in BAD]), params={"dry_run": dry})

    assert answer.status_code == 422
    told = [(one["line"], one["column"]) for one in answer.json()["errors"]]
    assert told == [(line, column) for _, line, column in BAD if column]
    await taken_in(running)
    assert (await members(running, guests), await keys(running)) == ([], [])


async def test_a_dry_run_of_a_good_file_changes_nothing(running: Serving) -> None:
    guests = await a_list(running)
    answer = await imported(running, guests, people_csv([person(1), person(2)]), params={"dry_run": "true"})

    assert (answer.status_code, answer.json()["id"], answer.json()["rows"]) == (202, None, 2)
    await taken_in(running)
    assert (await members(running, guests), await keys(running)) == ([], [])


async def test_a_file_of_five_thousand_again_and_again_puts_nobody_on_twice(running: Serving) -> None:
    guests, content = await a_list(running), people_csv([person(number) for number in range(5000)])
    first = (await imported(running, guests, content)).json()
    assert (first["rows"], first["rows_done"], first["added"]) == (5000, 0, 0)
    kept = await running.database["list_import_pieces"].find().to_list()
    assert len(kept) == 25
    assert "مهمان" not in str(kept)

    await taken_in(running)
    again = (await imported(running, guests, content)).json()
    await taken_in(running)

    path = f"/contact-lists/{guests}/imports"
    seen = await ask(running, "GET", f"{path}/{first['id']}")
    assert (seen["rows_done"], seen["added"], seen["ended_at"] is not None) == (5000, 5000, True)
    assert (await ask(running, "GET", f"{path}/{again['id']}"))["added"] == 0
    assert (await ask(running, "GET", f"/contact-lists/{guests}"))["members"] == 5000
    assert await running.database["list_import_pieces"].count_documents({}) == 0


async def test_a_long_file_is_read_and_sealed_beside_the_loop_and_kept_and_taken_in_by_some_at_a_time(
    running: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Single messages share the process with it: nothing that grows with the file is one step of theirs."""
    monkeypatch.setattr(list_imports, "PIECE_ROWS", 2)
    monkeypatch.setattr(list_imports, "PIECES_AT_ONCE", 3)
    use: Use = running.parts.use
    steps: list[tuple[str, int]] = []
    threads: set[int] = set()
    looked, sealed, keep = list_imports.disagreements, OpenKey.seal, use.many.pieces.keep

    def looks(*asked: Any) -> Any:
        threads.add(threading.get_ident())
        return looked(*asked)

    def seals(key: OpenKey, text: str, *, purpose: str | None = None) -> str:
        threads.add(threading.get_ident())
        return sealed(key, text, purpose=purpose)

    async def keeps(import_id: str, first: int, pieces: Sequence[str], at: Any) -> None:
        steps.append(("kept", len(pieces)))
        await keep(import_id, first, pieces, at)

    monkeypatch.setattr(list_imports, "disagreements", looks)
    guests = await a_list(running)
    with monkeypatch.context() as during:
        during.setattr(OpenKey, "seal", seals)
        during.setattr(use.many.pieces, "keep", keeps)
        file = (await imported(running, guests, people_csv([person(one) for one in range(15)]))).json()

    assert threading.get_ident() not in threads
    assert steps == [("kept", 3), ("kept", 3), ("kept", 2)]
    done: list[int] = []
    while await list_imports.take_in(use, file["id"]):
        done.append((await ask(running, "GET", f"/contact-lists/{guests}/imports/{file['id']}"))["rows_done"])
    assert done == [6, 12]
    assert len(await members(running, guests)) == 15


async def test_of_two_files_neither_waits_until_the_other_is_in(
    running: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_imports, "PIECE_ROWS", 1)
    monkeypatch.setattr(list_imports, "PIECES_AT_ONCE", 1)
    lists = [await a_list(running), await a_list(running)]
    files = [
        (await imported(running, one, people_csv([person(number) for number in range(3)]))).json()["id"]
        for one in lists
    ]
    turns: list[str] = []
    take_in = list_imports.take_in

    async def takes(use: Use, id_: str) -> bool:
        turns.append(id_)
        return await take_in(use, id_)

    monkeypatch.setattr(list_imports, "take_in", takes)
    await list_imports.take_in_all(running.parts.use)

    assert turns == files * 3
    assert [len(await members(running, one)) for one in lists] == [3, 3]


async def test_killed_in_the_middle_it_is_gone_on_with_and_by_two_at_once_too(
    running: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_imports, "PIECE_ROWS", 2)
    guests = await a_list(running)
    begun = (await imported(running, guests, people_csv([person(number) for number in range(7)]))).json()
    use: Use = running.parts.use

    class Dies(Otherwise):
        """Goes down at the second piece, when the first is in and that was noted."""

        async def of(self, import_id: str, place: int) -> str | None:
            if place:
                raise ConnectionError
            return await self.real.of(import_id, place)

    with pytest.raises(ConnectionError):
        await list_imports.take_in(with_many(running, pieces=Dies(use.many.pieces)), begun["id"])
    assert len(await members(running, guests)) == 2

    await asyncio.gather(*[list_imports.take_in(use, begun["id"]) for _ in range(3)])

    assert len(await members(running, guests)) == 7
    seen = await ask(running, "GET", f"/contact-lists/{guests}/imports/{begun['id']}")
    assert (seen["rows_done"], seen["added"]) == (7, 7)


async def test_erased_while_they_are_put_on_a_list_they_are_not_on_it(running: Serving) -> None:
    """Their key goes between the two: who puts them on the list finds out, and takes them off again."""
    guests = await a_list(running)
    use: Use = running.parts.use

    keep = use.numbers.keep

    async def keep_and_lose(hashes: Any) -> None:
        await keep(hashes)
        for contact_id in hashes:
            await use.senders.erase("water", contact_id, Why.ASKED, "test", running.clock.now())

    use.numbers.keep = keep_and_lose
    await put(running, guests, person(1))

    assert await members(running, guests) == []
    assert await contact_lists.kept_for(use, "water", running.clock.now()) == timedelta(days=30)
