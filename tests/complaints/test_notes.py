"""Staff write notes for each other and drafts of answers; none of it reaches the citizen."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.complaints.cases import MOBILE, act, file, only_id
from tests.serving import Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-10")]
OFFICER, UNIT_HEAD, HEAD = "water.desk.officer", "water.desk.head", "water.head"
WORDS, ANSWER = "قطعه فردا می‌رسد؛ شمارهٔ انبار ۰۹۱۲۱۲۳۴۵۶۷", "با سلام، دستگاه تعمیر شد."


async def note(complaints: Serving, id_: str, text: str = WORDS, post: str = OFFICER) -> httpx.Response:
    url = f"/v1/complaints/{id_}/notes"
    return await complaints.http.post(url, json={"text": text}, headers=bearer(post))


async def draft(
    complaints: Serving, id_: str, text: str = ANSWER, post: str = OFFICER, **headers: str
) -> httpx.Response:
    url = f"/v1/complaints/{id_}/draft"
    return await complaints.http.put(url, json={"text": text}, headers={**bearer(post), **headers})


async def read(complaints: Serving, id_: str, what: str, post: str = HEAD) -> httpx.Response:
    return await complaints.http.get(f"/v1/complaints/{id_}/{what}", headers=bearer(post))


async def as_citizen(complaints: Serving, receipt: dict[str, Any]) -> httpx.Response:
    own = {"code": receipt["tracking_code"], "mobile": MOBILE}
    return await complaints.http.post("/v1/follow", json=own)


async def test_notes_stand_in_a_list_of_their_own_and_the_citizen_gets_none_of_them(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    assert (await note(complaints, id_)).status_code == 201
    complaints.clock.forward(hours=1)
    await note(complaints, id_, "دیده شد.", HEAD)

    listed = (await read(complaints, id_, "notes", OFFICER)).json()
    assert [(one["post_id"], one["text"]) for one in listed] == [(OFFICER, WORDS), (HEAD, "دیده شد.")]
    assert listed[0]["at"] < listed[1]["at"]
    shown = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer(HEAD))
    for answer in (await as_citizen(complaints, receipt), shown):
        assert "انبار" not in answer.text
    assert "انبار" not in str(await complaints.published(complaints.parts.repositories[0]))


async def test_a_note_can_be_sent_again_and_is_added_whatever_the_complaint_s_state(
    complaints: Serving,
) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    both = await asyncio.gather(note(complaints, id_), note(complaints, id_))

    assert {one.status_code for one in both} == {201}
    assert len((await read(complaints, id_, "notes")).json()) == 1
    await act(complaints, OFFICER, "answer", id_, text=ANSWER)
    await note(complaints, id_, "پاسخ داده شد.")
    await note(complaints, id_)
    texts = [one["text"] for one in (await read(complaints, id_, "notes")).json()]
    assert texts == [WORDS, "پاسخ داده شد.", WORDS]


async def test_two_posts_that_say_the_same_wrote_two_notes(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)

    await note(complaints, id_)
    await note(complaints, id_, post=HEAD)
    assert len((await read(complaints, id_, "notes")).json()) == 2


async def test_a_draft_is_kept_changed_thrown_away_and_ends_with_the_answer(complaints: Serving) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    assert (await read(complaints, id_, "draft")).json() is None

    first = await draft(complaints, id_)
    again = await draft(complaints, id_, **{"if-match": first.headers["etag"]})
    assert (again.status_code, again.json()["text"]) == (200, ANSWER)
    changed = await draft(complaints, id_, "بهتر", HEAD, **{"if-match": first.headers["etag"]})
    assert (changed.json()["post_id"], changed.json()["text"]) == (HEAD, "بهتر")
    lost = await draft(complaints, id_, "دیرتر", OFFICER, **{"if-match": first.headers["etag"]})
    assert lost.status_code == 412
    assert (await read(complaints, id_, "draft")).json()["text"] == "بهتر"
    assert (await as_citizen(complaints, receipt)).json()["answer"] is None

    for _ in range(2):
        url = f"/v1/complaints/{id_}/draft"
        assert (await complaints.http.delete(url, headers=bearer(OFFICER))).status_code == 204
    assert (await read(complaints, id_, "draft")).json() is None

    await draft(complaints, id_, "بهتر")
    await act(complaints, OFFICER, "answer", id_, text=ANSWER)
    assert (await read(complaints, id_, "draft")).json() is None
    late = await draft(complaints, id_)
    assert (late.status_code, late.json()["clause"]) == (409, "FOAD-10")


async def test_another_unit_s_posts_and_other_agencies_write_nothing(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)

    for post, status in (("roads.head", 404), ("governorate.head", 403), ("water.pr.head", 403)):
        assert (await note(complaints, id_, post=post)).status_code == status
        assert (await draft(complaints, id_, post=post)).status_code == status
    assert (await read(complaints, id_, "notes")).json() == []


async def test_what_staff_wrote_is_sealed_and_goes_with_the_citizen(complaints: Serving) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    await note(complaints, id_)
    await draft(complaints, id_, WORDS)
    kept = str([one async for one in complaints.parts.repositories[0].collection.find()])
    assert "انبار" not in kept

    own = {"code": receipt["tracking_code"], "mobile": MOBILE}
    assert (await complaints.http.post("/v1/follow/erasure", json=own)).status_code == 200
    [left] = (await read(complaints, id_, "notes")).json()
    assert (left["post_id"], left["text"]) == (OFFICER, None)
    assert (await read(complaints, id_, "draft")).json()["text"] is None
    assert (await note(complaints, id_)).status_code == 404


@pytest.mark.parametrize("text", [None, "", "   ", "x" * 5000, {"$gt": ""}, 7])
async def test_an_empty_or_endless_note_is_refused(complaints: Serving, text: Any) -> None:
    await file(complaints)
    id_ = await only_id(complaints)

    assert (await note(complaints, id_, text)).status_code == 422
    assert (await draft(complaints, id_, text)).status_code == 422
    assert (await read(complaints, id_, "notes")).json() == []
