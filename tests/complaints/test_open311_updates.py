"""What a system's users add to their reports, and pictures along with them, as FixMyStreet sends both."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.complaints.attachments import listed
from tests.complaints.cases import act, event_names, file, only_id
from tests.complaints.letters import notes
from tests.complaints.test_open311 import DESCRIPTION, OFFICER, SENT, V2, WATER, key_of, post, rows, xml
from tests.serving import Serving, bearer
from tests.shared.files import samples

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-10")]
UPDATE = {
    **WATER,
    "update_id": "77",
    "updated_datetime": "2026-11-21T10:00:00+03:30",
    "status": "OPEN",
    "description": "هنوز درست نشده است.",
    "first_name": "زهرا",
    "last_name": "محمدی",
    "email": "zahra@example.ir",
    "title": "",
    "public_anonymity_required": "FALSE",
}
"""As FixMyStreet sends it, without the key and the report."""


async def update(
    complaints: Serving, key: str | None, id_: str | None, kind: str = "json", **changes: Any
) -> httpx.Response:
    said = {**UPDATE, "api_key": key, "service_request_id": id_, **changes}
    form = {name: value for name, value in said.items() if value is not None}
    return await complaints.http.post(f"{V2}/servicerequestupdates.{kind}", data=form)


async def reported(complaints: Serving, key: str, **changes: Any) -> str:
    [made] = (await post(complaints, key, **changes)).json()
    return made["service_request_id"]


async def test_an_update_is_a_note_that_staff_see_once_and_moves_nothing(complaints: Serving) -> None:
    key = await key_of(complaints)
    id_ = await reported(complaints, key)
    answers = [await update(complaints, key, id_) for _ in range(2)]
    answers += await asyncio.gather(*[update(complaints, key, id_, description="دیگر") for _ in range(3)])
    other = await update(complaints, key, id_, update_id="78", status="fixed", description=None)
    [first, second] = await notes(complaints, id_)
    case = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer(OFFICER))

    assert [one.status_code for one in (*answers, other)] == [201] * 6
    ids = {one.json()[0]["update_id"] for one in answers}
    assert len(ids) == 1
    assert other.json()[0]["update_id"] not in ids
    assert (first["text"], first["post_id"]) == ("[OPEN]\nهنوز درست نشده است.", None)
    assert second["text"] == "[FIXED]"
    assert case.json()["status"] == "filed"
    assert await event_names(complaints) == ["ComplaintFiled"]
    assert await rows(complaints, "servicerequestupdates.json") == []


async def test_in_xml_it_is_answered_as_fixmystreet_reads_it_and_nothing_of_who_wrote_is_kept(
    complaints: Serving,
) -> None:
    key = await key_of(complaints)
    id_ = await reported(complaints, key)
    made = xml(await update(complaints, key, id_, "xml"))
    kept = str(await complaints.database["complaints"].find().to_list())

    assert made.tag == "service_request_updates"
    assert made.findtext("request_update/update_id")
    assert not [one for one in ("هنوز درست", "زهرا", "محمدی", "zahra@") if one in kept], "sealed, or nowhere"


@pytest.mark.parametrize("status", ["answered", "closed"])
async def test_it_is_taken_wherever_the_report_stands(complaints: Serving, status: str) -> None:
    key = await key_of(complaints)
    id_ = await reported(complaints, key)
    await act(complaints, OFFICER, "answer", id_, text="انجام شد.")
    if status == "closed":
        complaints.clock.forward(days=7)
        await complaints.sweep()

    assert (await update(complaints, key, id_, status="FIXED")).status_code == 201
    case = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer(OFFICER))
    assert (case.json()["status"], len(await notes(complaints, id_))) == (status, 1)


@pytest.mark.parametrize("kind", ["json", "xml"])
async def test_what_is_no_update_is_told_in_the_specs_shape_and_adds_nothing(
    complaints: Serving, kind: str
) -> None:
    key = await key_of(complaints)
    id_ = await reported(complaints, key)
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"key": None}, 403),
        ({"key": "wrong"}, 403),
        ({"jurisdiction_id": None}, 400),
        ({"jurisdiction_id": "nobody"}, 404),
        ({"jurisdiction_id": "roads"}, 403),
        ({"id_": None}, 400),
        ({"id_": "nothing"}, 404),
        ({"update_id": None}, 400),
        ({"update_id": "x" * 65}, 400),
        ({"status": None}, 400),
        ({"status": "happy"}, 400),
        ({"updated_datetime": None}, 400),
        ({"updated_datetime": "2026-11-21"}, 400),
        ({"description": "x" * 4001}, 400),
    ]
    for changes, code in wrong:
        answer = await update(complaints, **{"key": key, "id_": id_, "kind": kind, **changes})
        told = answer.json()[0]["code"] if kind == "json" else xml(answer).findtext("error/code")
        assert (answer.status_code, str(told)) == (code, str(code)), changes
    assert await notes(complaints, id_) == []


async def test_another_clients_report_and_what_came_otherwise_is_not_found(complaints: Serving) -> None:
    key, other = await key_of(complaints), await key_of(complaints)
    id_ = await reported(complaints, key, **{"attribute[fixmystreet_id]": None})
    foreign = await update(complaints, other, id_)
    mine = await update(complaints, key, id_)
    await complaints.database["complaints"].delete_many({})
    await file(complaints)
    web = await update(complaints, key, await only_id(complaints))

    assert [one.status_code for one in (foreign, mine, web)] == [404, 201, 404]


async def test_of_a_report_that_was_filed_before_clients_were_noted_its_own_number_tells_whose_it_is(
    complaints: Serving,
) -> None:
    key, other = await key_of(complaints), await key_of(complaints)
    id_ = await reported(complaints, key)
    await complaints.database["complaints"].update_many({}, {"$set": {"state.entry.client_id": None}})

    assert [(await update(complaints, one, id_)).status_code for one in (other, key)] == [404, 201]


async def post_with(
    complaints: Serving, key: str, files: list[tuple[str, Any]], **changes: Any
) -> httpx.Response:
    form = {**SENT, "api_key": key, **changes}
    return await complaints.http.post(f"{V2}/requests.json", data=form, files=files)


async def test_pictures_of_a_multipart_report_lie_in_the_case_and_a_bad_one_is_named(
    complaints: Serving,
) -> None:
    key = await key_of(complaints)
    files = [
        ("media", ("1.jpg", bytes(samples.plain_photo()))),
        ("photo2", ("2.txt", "شرح".encode())),
        ("media[]", ("3.jpg", b"MZ\x90\0")),
    ]
    answers = [await post_with(complaints, key, files, description=DESCRIPTION * 100) for _ in range(2)]
    id_ = answers[0].json()[0]["service_request_id"]
    kept = await listed(complaints, id_)
    [note] = await notes(complaints, id_)

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[1].json()[0]["service_request_id"] == id_
    assert [(one["name"], one["purpose"]) for one in kept] == [("1.jpg", "case"), ("2.txt", "case")]
    assert "3.jpg: " in note["text"]


async def test_a_picture_of_an_update_lies_in_the_case(complaints: Serving) -> None:
    key = await key_of(complaints)
    id_ = await reported(complaints, key)
    form = {**UPDATE, "api_key": key, "service_request_id": id_}
    photo = {"media": ("1.jpg", bytes(samples.plain_photo()))}
    answer = await complaints.http.post(f"{V2}/servicerequestupdates.json", data=form, files=photo)

    assert answer.status_code == 201, answer.text
    assert [one["name"] for one in await listed(complaints, id_)] == ["1.jpg"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://a.example/1.jpg", ["https://a.example/1.jpg"]),
        ("http://127.0.0.1:8103/metrics", ["http://127.0.0.1:8103/metrics"]),
        ("javascript:alert(1)", []),
        ("file:///etc/passwd https://", []),
        ("http://[", []),
        (f"https://a.example/{'x' * 500}", []),
    ],
)
async def test_a_link_to_a_picture_is_words_and_nothing_is_fetched(
    complaints: Serving, given: str, kept: list[str]
) -> None:
    id_ = await reported(complaints, await key_of(complaints), media_url=given)
    case = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer(OFFICER))

    assert case.json()["text"].split("\n") == [DESCRIPTION, *kept]
    assert await listed(complaints, id_) == []


async def test_too_many_files_or_a_torn_form_file_nothing(complaints: Serving) -> None:
    key = await key_of(complaints)
    many = await post_with(complaints, key, [("media", (f"{n}.txt", b"x")) for n in range(11)])
    kind = {"content-type": "multipart/form-data; boundary=x"}
    torn = await complaints.http.post(f"{V2}/requests.json", content=b"--x\r\n", headers=kind)

    assert (many.status_code, torn.status_code) == (400, 400)
    assert await event_names(complaints) == []
