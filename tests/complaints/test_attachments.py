"""Files of a case: by code and mobile, or by a post that works on it; sealed, counted, noted."""

import asyncio
import io
from typing import Any

import pytest
from PIL import Image

from services.complaints.domain import attachment as domain
from services.complaints.domain.attachment import CaseFiles
from shared.files.gridfs import GridFS
from tests.complaints.attachments import (
    HEAD,
    OFFICER,
    TEXT,
    add,
    chunks,
    download,
    download_own,
    large_picture,
    listed,
    own,
    send,
    withdraw,
)
from tests.complaints.cases import MOBILE, act, file, only_id, verdict
from tests.kept import own_figure
from tests.serving import Serving
from tests.shared.files import samples

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-10")]
PRESETS = domain.Limits(files=20, bytes_count=64 * 2**20)


async def test_a_citizen_adds_a_photo_and_staff_get_it_without_the_place_where_it_was_taken(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    sent = await send(complaints, receipt, samples.photo(), "C:\\عکس من\u202e.gpj.exe")
    assert sent.status_code == 201, sent.text
    assert (sent.json()["kind"], sent.json()["scan"]) == ("jpeg", "not-scanned")

    [seen] = await listed(complaints, id_)
    given = await download(complaints, id_, seen["id"])
    assert (given.status_code, given.headers["content-type"]) == (200, "image/jpeg")
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["cache-control"] == "no-store"
    assert given.headers["content-disposition"].startswith('attachment; filename="file.jpg"')
    assert seen["name"] == "عکس من.jpg"
    assert int(given.headers["content-length"]) == len(given.content) == seen["bytes_count"]
    assert dict(Image.open(io.BytesIO(given.content)).getexif().get_ifd(0x8825)) == {}
    assert (await download_own(complaints, receipt, seen["id"])).content == given.content


async def test_the_same_file_sent_again_or_twice_at_once_is_one_file(complaints: Serving) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    answers = await asyncio.gather(*(send(complaints, receipt) for _ in range(5)))
    again = await send(complaints, receipt, name="به نامی دیگر.txt")

    assert {one.status_code for one in [*answers, again]} == {201}
    assert len({one.json()["id"] for one in [*answers, again]}) == 1
    assert len(await listed(complaints, id_)) == 1
    await complaints.sweep()
    assert len(await chunks(complaints)) == 1


async def test_no_more_than_twenty_files_however_many_come_at_once_and_staff_have_twenty_of_their_own(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    answers = [
        await asyncio.gather(*(send(complaints, receipt, f"سطر {n}".encode()) for n in some_at_once))
        for some_at_once in (range(5), range(5, 10), range(10, 15), range(15, 18), range(18, 23))
    ]
    assert {one.status_code for batch in answers[:-1] for one in batch} == {201}
    assert sorted(one.status_code for one in answers[-1]) == [201, 201, 409, 409, 409]

    assert len(await listed(complaints, id_)) == 20
    more = await send(complaints, receipt, b"one more")
    assert (more.status_code, more.json()["clause"]) == (409, "FOAD-10")
    assert (await send(complaints, receipt, "سطر 0".encode())).status_code == 201
    assert (await add(complaints, id_, "note")).status_code == 201


async def test_an_agencys_own_limits_hold_from_their_day_on(complaints: Serving) -> None:
    await own_figure(complaints, "FOAD-10/files", 5, "2026-11-22")
    receipt = await file(complaints)
    sent = [(await send(complaints, receipt, f"سطر {n}".encode())).status_code for n in range(6)]
    complaints.clock.forward(days=1)
    next_day = await file(complaints, text="موضوعی دیگر")
    then = [(await send(complaints, next_day, f"سطر {n}".encode())).status_code for n in range(6)]

    assert sent == [201] * 6
    assert then == [201] * 5 + [409]


def test_files_of_a_side_have_no_more_than_sixty_four_megabytes_together() -> None:
    files = CaseFiles(id="c", agency_id="water")
    for number in range(8):
        files, _ = domain.begin(files, some(number, 8 * 2**20), PRESETS)
    with pytest.raises(domain.Refused):
        domain.begin(files, some(9, 1), PRESETS)
    domain.begin(files, some(9, 1, purpose=domain.Purpose.NOTE), PRESETS)


def some(number: int, bytes_count: int, purpose: domain.Purpose = domain.Purpose.CASE) -> domain.Attachment:
    return domain.Attachment(
        id=f"f{number}",
        purpose=purpose,
        agency_id="water",
        contact_id="c",
        post_id=None,
        round=0,
        kind="txt",
        bytes_count=bytes_count,
        name="n",
        hash=f"h{number}",
        begun_at=domain.datetime.fromisoformat("2026-11-21T09:00:00+03:30"),
        scan=domain.Scan.CLEAN,
    )


async def test_a_file_for_the_answer_is_the_citizens_once_the_answer_is_given_and_a_note_never(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    answer = (await add(complaints, id_, "answer", samples.pdf())).json()["id"]
    note = (await add(complaints, id_, "note")).json()["id"]
    assert await own(complaints, receipt) == []
    assert (await download_own(complaints, receipt, answer)).status_code == 404

    await act(complaints, OFFICER, "answer", id_, text="تعمیر شد.")
    assert [one["id"] for one in await own(complaints, receipt)] == [answer]
    assert (await download_own(complaints, receipt, answer)).content == bytes(samples.pdf())
    assert (await download_own(complaints, receipt, note)).status_code == 404
    assert (await withdraw(complaints, id_, answer)).status_code == 409
    assert (await add(complaints, id_, "answer")).status_code == 409
    assert (await send(complaints, receipt)).status_code == 409
    assert (await add(complaints, id_, "note", b"later")).status_code == 201

    await verdict(complaints, receipt, satisfied=False)
    await add(complaints, id_, "answer", b"second")
    assert [one["id"] for one in await own(complaints, receipt)] == [answer]


async def test_a_file_that_was_added_by_mistake_is_withdrawn_until_the_citizen_has_it(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    wrong = (await add(complaints, id_, "answer")).json()["id"]
    theirs = (await send(complaints, receipt, b"mine")).json()["id"]

    assert (await withdraw(complaints, id_, theirs)).status_code == 409
    for _ in range(2):
        assert (await withdraw(complaints, id_, wrong)).status_code == 204
    assert (await download(complaints, id_, wrong)).status_code == 404
    await complaints.sweep()
    assert len(await chunks(complaints)) == 1
    await act(complaints, OFFICER, "answer", id_, text="پاسخ")
    assert [one["id"] for one in await own(complaints, receipt)] == [theirs]


async def test_that_staff_open_what_the_citizen_sent_is_noted_once_a_day_and_the_citizen_is_told(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    file_id = (await send(complaints, receipt)).json()["id"]
    note = (await add(complaints, id_, "note", b"for us")).json()["id"]
    for post in (OFFICER, OFFICER, HEAD):
        assert (await download(complaints, id_, file_id, post)).status_code == 200
    await download(complaints, id_, note)
    await download_own(complaints, receipt, file_id)
    complaints.clock.forward(days=1)
    await download(complaints, id_, file_id)

    [seen] = await own(complaints, receipt)
    assert [(one["post_id"], one["day"]) for one in seen["openings"]] == [
        (OFFICER, "2026-11-21"),
        (HEAD, "2026-11-21"),
        (OFFICER, "2026-11-22"),
    ]
    assert seen["openings"][0]["post"]["fa"]
    found = await complaints.database["attachments"].find_one({"_id": id_}) or {}
    assert next(one["by"] for one in found["history"] if one["act"] == "open").startswith(
        f"post:{OFFICER} person:"
    )


async def test_who_does_not_work_on_the_case_opens_and_adds_nothing(complaints: Serving) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    file_id = (await send(complaints, receipt)).json()["id"]

    for post, status in (("roads.head", 404), ("governorate.head", 403), ("water.pr.head", 403)):
        assert (await download(complaints, id_, file_id, post)).status_code == status
        assert (await add(complaints, id_, "note", post=post)).status_code == status
    assert (await send(complaints, receipt, b"x", mobile="09120000000")).status_code == 404
    await file(complaints, mobile="09129999999")
    others = await complaints.database["complaints"].find_one({"_id": {"$ne": id_}}) or {}
    assert (await download(complaints, others["_id"], file_id)).status_code == 404
    assert len(await listed(complaints, id_)) == 1


async def test_after_five_wrong_codes_a_minute_no_file_is_taken(complaints: Serving) -> None:
    receipt = await file(complaints)
    for _ in range(5):
        assert (await send(complaints, receipt, mobile="09120000000")).status_code == 404
    assert (await send(complaints, receipt)).status_code == 429


async def test_what_lies_in_the_store_is_sealed_and_unreadable_once_the_citizen_is_erased(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    file_id = (await send(complaints, receipt)).json()["id"]
    note = (await add(complaints, id_, "note", b"for us alone")).json()["id"]
    kept = [str(one) for one in await chunks(complaints)]
    kept += [str(one) async for one in complaints.database["attachments"].find()]
    for secret in ("بسته بود", "گلایه", "for us alone", str(TEXT)[2:-1]):
        assert not [one for one in kept if secret in one]

    body = {"code": receipt["tracking_code"], "mobile": MOBILE}
    assert (await complaints.http.post("/v1/follow/erasure", json=body)).status_code == 200
    assert (await download(complaints, id_, file_id)).status_code == 404
    assert (await download(complaints, id_, note)).status_code == 404
    assert [one["name"] for one in await listed(complaints, id_)] == ["file.txt", "file.txt"]
    assert (await add(complaints, id_, "note", b"more")).status_code == 404


async def test_a_file_of_many_pieces_comes_back_whole_and_a_changed_piece_is_not_given_out(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    sent = large_picture()
    file_id = (await send(complaints, receipt, sent, "a.jpg")).json()["id"]
    assert (await download(complaints, id_, file_id)).content == bytes(sent)
    [first, second, *_] = sorted(await chunks(complaints), key=lambda one: one["n"])
    assert len(await chunks(complaints)) == 3

    stored = complaints.database["files.chunks"]
    await stored.update_one({"_id": first["_id"]}, {"$set": {"data": second["data"]}})
    assert (await download(complaints, id_, file_id)).status_code == 404


async def test_five_years_after_the_closing_the_files_go_with_the_words(complaints: Serving) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    await send(complaints, receipt)
    await add(complaints, id_, "note", b"for us")
    await act(complaints, OFFICER, "answer", id_, text="پاسخ")
    await verdict(complaints, receipt, satisfied=True)
    complaints.clock.forward(days=5 * 365)
    complaints.clock.forward(milliseconds=-1)
    await complaints.sweep()
    assert len(await chunks(complaints)) == 2

    complaints.clock.forward(milliseconds=1)
    for _ in range(2):
        await complaints.sweep()
    assert await chunks(complaints) == []
    assert await listed(complaints, id_) == []
    kept = await complaints.database["attachments"].find_one({"_id": id_}) or {}
    assert {(one["lies"], one["name"], one["hash"]) for one in kept["state"]["attachments"]} == {
        ("gone", None, None)
    }
    document = await complaints.database["complaints"].find_one({"_id": id_}) or {}
    assert document["state"]["has_words"] is False


class Breaks:
    """A store that breaks off at a step."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, *, after: bool = False) -> None:
        whole: Any = getattr(GridFS, name)

        async def broken(*given: Any, **more: Any) -> None:
            if after:
                await whole(*given, **more)
            raise ConnectionResetError

        monkeypatch.setattr(GridFS, name, broken)


@pytest.mark.parametrize("after", [False, True])
async def test_an_upload_that_broke_off_is_never_shown_and_its_bytes_go_an_hour_later(
    complaints: Serving, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    Breaks(monkeypatch, "put", after=after)
    assert (await send(complaints, receipt)).status_code == 500
    monkeypatch.undo()
    assert await listed(complaints, id_) == []
    assert (await send(complaints, receipt)).status_code == 201

    complaints.clock.forward(minutes=60)
    complaints.clock.forward(milliseconds=-1)
    await complaints.sweep()
    assert len(await chunks(complaints)) == 1 + after
    complaints.clock.forward(milliseconds=1)
    await complaints.sweep()
    assert len(await chunks(complaints)) == 1
    [seen] = await listed(complaints, id_)
    assert (await download(complaints, id_, seen["id"])).content == TEXT


async def test_bytes_that_could_not_be_removed_are_removed_by_the_next_sweep(
    complaints: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    note = (await add(complaints, id_, "note")).json()["id"]
    await withdraw(complaints, id_, note)
    Breaks(monkeypatch, "remove")
    await complaints.sweep()
    monkeypatch.undo()
    assert len(await chunks(complaints)) == 1

    await complaints.sweep()
    assert await chunks(complaints) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (bytes(samples.archive({"a": b"b"})), "archive"),
        (bytes(samples.photo()[:-100]), "incomplete"),
        (bytes(samples.photo()) + b"<html>", "hidden"),
        (b"MZ\x90\0" + bytes(100), "not taken in"),
    ],
)
async def test_a_file_that_is_not_taken_in_is_told_why_in_both_languages_and_leaves_nothing(
    complaints: Serving, content: bytes, why: str
) -> None:
    receipt = await file(complaints)
    refused = await send(complaints, receipt, content)
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/file"]
    assert any("\u0600" <= letter <= "\u06ff" for letter in refused.json()["errors"][0]["detail"])
    complaints.http.headers["accept-language"] = "en"
    assert why in (await send(complaints, receipt, content)).json()["errors"][0]["detail"]
    assert await complaints.database["attachments"].count_documents({}) == 0
    assert await chunks(complaints) == []
