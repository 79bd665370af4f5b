"""A closed list: nobody is put on it, nothing begins to be sent to it, who is on it stays a year."""

from datetime import timedelta
from typing import Any

import pytest

from services.notifications.usecases import list_imports
from services.notifications.usecases.use import Use
from tests.notifications.cases import phone
from tests.notifications.many import (
    HEAD,
    OFFICE,
    PR,
    REPRESENTATIVE,
    ROADS,
    a_list,
    act,
    ask,
    drafted,
    goes_on,
    imported,
    numbers_come,
    office_opens,
    people_csv,
    person,
    progress,
    seen,
    started,
    wish,
)
from tests.serving import Serving

pytestmark = pytest.mark.real
INSTANT = timedelta(milliseconds=1)  # as fine as the database keeps an instant


async def close(
    running: Serving, list_id: str, what: str = "close", who: str = HEAD, status: int = 200
) -> Any:
    return await ask(running, "POST", f"/contact-lists/{list_id}/{what}", who, status=status)


async def put(running: Serving, list_id: str, number: int, status: int = 201) -> Any:
    path = f"/contact-lists/{list_id}/members"
    return await ask(running, "POST", path, status=status, json=person(number))


async def on_it(running: Serving, list_id: str) -> int:
    found = await ask(running, "GET", f"/contact-lists/{list_id}/members")
    assert (await ask(running, "GET", f"/contact-lists/{list_id}"))["members"] == len(found["items"])
    return len(found["items"])


async def erased(running: Serving) -> list[bool]:
    """Of each person that is known, or was."""
    use: Use = running.parts.use
    keys = await use.senders.keys.collection.find().sort("_id", 1).to_list()
    return [key["state"]["erased_at"] is not None for key in keys]


async def test_nobody_is_put_on_a_closed_list_until_it_is_opened_again(running: Serving) -> None:
    guests = await a_list(running, 1)
    closed = await close(running, guests)
    running.clock.forward(days=1)
    assert await close(running, guests) == closed
    assert (closed["closed_at"], closed["empty_at"]) == ("2026-11-21T05:30:00Z", "2027-11-21T05:30:00Z")

    assert (await put(running, guests, 2, 409))["type"].endswith(":list-closed")
    for dry in ("true", "false"):
        answer = await imported(running, guests, people_csv([person(3)]), params={"dry_run": dry})
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:paygir:problem:list-closed")
    assert await on_it(running, guests) == 1

    opened = await close(running, guests, "reopen")
    assert (opened["closed_at"], opened["empty_at"]) == (None, None)
    await put(running, guests, 2)
    assert await on_it(running, guests) == 2


async def test_nothing_begins_to_be_sent_to_a_closed_list(running: Serving) -> None:
    guests, other = await a_list(running, 1), await a_list(running, 2)
    draft = await drafted(running, HEAD, wish(guests))
    changed = await drafted(running, HEAD, wish(other, occasion="دیگر", text="دیگر"))
    await close(running, guests)

    assert "/lists/0" in str(await drafted(running, HEAD, wish(guests), status=422))
    reworded = await ask(running, "PUT", f"/broadcasts/{changed['id']}", status=422, json=wish(other, guests))
    assert "/lists/1" in str(reworded)
    assert (await act(running, draft["id"], "start", status=409))["clause"] == "COUNTY-B7"
    await goes_on(running, 2)
    assert ((await seen(running, draft["id"]))["status"], await phone(running)) == ("draft", [])

    await close(running, guests, "reopen")
    await act(running, draft["id"], "start")
    await goes_on(running, 2)
    assert len(await phone(running)) == 1


async def test_headquarters_can_not_agree_to_an_invitation_of_a_closed_list_but_send_it_back(
    running: Serving,
) -> None:
    await office_opens(running)
    guests = await a_list(running, 1, who=OFFICE)
    id_ = await started(running, guests, who=OFFICE, kind="invitation")
    assert (await seen(running, id_, PR))["status"] == "waiting-for-headquarters"
    await close(running, guests, who=OFFICE)

    assert (await act(running, id_, "agree", PR, status=409))["clause"] == "COUNTY-F5"
    await act(running, id_, "send-back", PR, reason="فهرست بسته شد.")

    assert (await seen(running, id_, PR))["status"] == "draft"


async def test_what_is_being_sent_to_a_list_goes_on_when_it_is_closed(running: Serving) -> None:
    guests = await a_list(running, 1, 2)
    id_ = await started(running, guests)
    await close(running, guests)
    assert (await act(running, id_, "start"))["status"] == "starting"
    await act(running, await started(running, await a_list(running, 3), occasion="دیگر", text="دیگر"), "stop")

    await goes_on(running, 2)

    assert (len(await phone(running)), (await progress(running, id_))["status"]) == (2, "done")


async def test_a_file_that_is_being_taken_in_ends_there_and_what_is_left_of_it_is_gone(
    running: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_imports, "PIECE_ROWS", 2)
    monkeypatch.setattr(list_imports, "PIECES_AT_ONCE", 1)
    guests = await a_list(running)
    file = (await imported(running, guests, people_csv([person(one) for one in range(7)]))).json()
    assert await list_imports.take_in(running.parts.use, file["id"])
    await close(running, guests)

    await list_imports.take_in_all(running.parts.use)

    now = await ask(running, "GET", f"/contact-lists/{guests}/imports/{file['id']}")
    assert (now["rows_done"], now["added"], now["ended_at"] is not None) == (2, 2, True)
    assert await on_it(running, guests) == 2
    assert await running.database["list_import_pieces"].count_documents({}) == 0
    assert sorted(await erased(running)) == [False, False, True], "the file's own key"


async def test_a_year_after_a_list_was_closed_its_people_leave_it_and_who_is_on_no_other_is_forgotten(
    running: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notifications.usecases.contact_lists.PAGES_AT_ONCE", 2)
    guests, other = await a_list(running, 1, 2), await a_list(running, 2)
    opened = await a_list(running, 3)
    for one in (guests, opened):
        await close(running, one)
    running.clock.set(running.clock.now() + timedelta(days=365) - INSTANT)
    await running.sweep()
    assert (await on_it(running, guests), await erased(running)) == (2, [False] * 3)
    await close(running, opened, "reopen")

    running.clock.set(running.clock.now() + INSTANT)
    await running.sweep()
    await running.sweep()
    await numbers_come(running)

    assert [await on_it(running, one) for one in (guests, other, opened)] == [0, 1, 1]
    assert sorted(await erased(running)) == [False, False, True]
    why = [one["state"]["removed_why"] async for one in running.database["list_members"].find()]
    assert sorted(why, key=str) == [None, None, "list-closed", "list-closed"]
    now = await ask(running, "GET", f"/contact-lists/{guests}")
    assert (now["closed_at"], now["empty_at"]) == ("2026-11-21T05:30:00Z", None)


async def test_a_list_is_closed_by_who_keeps_it_alone(running: Serving) -> None:
    guests = await a_list(running)
    for what in ("close", "reopen"):
        await close(running, guests, what, ROADS, 404)
        await close(running, guests, what, REPRESENTATIVE, 403)
