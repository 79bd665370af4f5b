"""Of a case that was handed over each agency knows the citizen by a key of its own, and forgets alone."""

import asyncio
from email.message import EmailMessage
from typing import Any

import pytest

from services.complaints.usecases import attachments, files_carried
from shared.keys.person import Why
from tests.complaints import letters
from tests.complaints.attachments import (
    add,
    download,
    download_own,
    large_picture,
    listed,
    own,
    send,
    withdraw,
)
from tests.complaints.cases import MOBILE, act, file, only_id
from tests.complaints.handing_over import (
    HEAD,
    OFFICER,
    bring,
    citizen,
    erase,
    get,
    hand_over,
    handed_over,
)
from tests.complaints.test_identity import NAME, NATIONAL_ID, look, person
from tests.serving import Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P4-4")]
THERE = "roads.desk.officer"


async def state(complaints: Serving, id_: str) -> dict[str, Any]:
    return (await complaints.database["complaints"].find_one({"_id": id_}) or {})["state"]


async def test_its_number_is_sealed_under_a_key_of_the_agency_that_has_it_now_and_told_once(
    complaints: Serving,
) -> None:
    _, before, after = await handed_over(complaints)
    there, here = await state(complaints, before), await state(complaints, after)
    seen = await look(complaints, after, "mobile", post=THERE)
    keys = complaints.parts.repositories[1]
    told = [
        (record["topic"], record["key"])
        for record in await complaints.published(keys)
        if record["key"] == here["contact"]["id"]
    ]

    assert there["contact"]["id"] != here["contact"]["id"]
    assert there["contact"]["sealed"] != here["contact"]["sealed"]
    assert seen.json() == {"mobile": "+989121234567", "email": None}
    assert sorted(topic for topic, _ in told) == ["paygir.contacts", "paygir.keys"]


async def test_who_let_one_agency_know_them_is_asked_anew_by_the_next(complaints: Serving) -> None:
    receipt, before, after = await handed_over(complaints, identity=person())
    refused = await look(complaints, after, post=THERE)
    shown = (await get(complaints, f"complaints/{after}", "roads.head")).json()
    agreed = await citizen(complaints, receipt, "/consent", consent=True)
    seen = await look(complaints, after, post=THERE)

    assert (refused.status_code, shown["identity_told"]) == (409, False)
    assert (agreed.status_code, agreed.json()["consent"]) == (200, True)
    assert seen.json() == {"full_name": NAME, "national_id": NATIONAL_ID}
    assert (await look(complaints, before)).status_code == 409  # nobody looks where it no longer is
    documents = str(await complaints.database["complaints"].find().to_list())
    assert NAME not in documents
    assert MOBILE[1:] not in documents


async def test_who_kept_their_identity_to_themselves_is_handed_over_without_it(complaints: Serving) -> None:
    receipt, _, after = await handed_over(complaints, identity=person(consent=False))

    assert (await state(complaints, after))["identity"] is None
    assert (await citizen(complaints, receipt)).json()["consent"] is None


async def test_consent_taken_back_and_a_handing_over_at_once_end_in_one_order_or_the_other(
    complaints: Serving,
) -> None:
    receipt = await file(complaints, identity=person())
    before = await only_id(complaints)
    taken_back, _ = await asyncio.gather(
        citizen(complaints, receipt, "/consent", consent=False), hand_over(complaints, before)
    )
    await bring(complaints)
    after = await only_id(complaints, "roads")

    brought = (await state(complaints, after))["identity"]
    assert (taken_back.status_code, brought is None) in {(200, True), (409, False)}
    assert (await look(complaints, after, post=THERE)).status_code == 409


async def test_the_citizen_sees_who_looked_before_and_who_looks_now(complaints: Serving) -> None:
    receipt = await file(complaints)
    before = await only_id(complaints)
    await look(complaints, before, "mobile")
    await hand_over(complaints, before)
    await bring(complaints)
    after = await only_id(complaints, "roads")
    await look(complaints, after, "mobile", post=THERE)
    looks = (await citizen(complaints, receipt)).json()["looks"]

    assert [(one["post_id"], one["post"]["fa"]) for one in looks] == [
        (OFFICER, "desk.officer"),
        (THERE, "desk.officer"),
    ]


async def test_an_agency_forgets_for_itself_and_the_other_goes_on(complaints: Serving) -> None:
    receipt = await file(complaints)
    await send(complaints, receipt)
    before = await only_id(complaints)
    on_its_way = [await erase(complaints, HEAD)]
    await hand_over(complaints, before)
    on_its_way.append(await erase(complaints, HEAD))
    await bring(complaints)
    after = await only_id(complaints, "roads")
    gone, refused = await erase(complaints, HEAD), await erase(complaints, "roads.head")
    [kept] = await listed(complaints, after, "roads.head")

    assert [one.status_code for one in on_its_way] == [409, 409]
    assert (gone.status_code, refused.status_code) == (200, 409)
    assert (await citizen(complaints, receipt)).json()["agency_id"] == "roads"
    assert (await download(complaints, after, kept["id"], post=THERE)).status_code == 200
    assert (await look(complaints, after, "mobile", post=THERE)).status_code == 200


async def test_who_asks_to_be_forgotten_is_forgotten_by_all_that_had_the_case(complaints: Serving) -> None:
    receipt, before, after = await handed_over(complaints)
    other = await file(complaints)  # of the same person, at the agency before
    gone = await citizen(complaints, receipt, "/erasure")
    keys = complaints.parts.use.keeper

    assert (gone.status_code, gone.json()["agency_id"]) == (200, "roads")
    for receipt_ in (receipt, other):
        assert (await citizen(complaints, receipt_)).status_code == 404
    for agency, id_ in (("water", before), ("roads", after)):
        contact = (await state(complaints, id_))["contact"]["id"]
        assert await keys.of_contacts(agency, {contact}) == {}


async def test_on_its_way_nobody_is_forgotten_and_who_was_is_nobody_at_the_other_end(
    complaints: Serving,
) -> None:
    receipt = await file(complaints, identity=person())
    await send(complaints, receipt)
    before = await only_id(complaints)
    await hand_over(complaints, before)
    refused = await citizen(complaints, receipt, "/erasure")
    contact = (await state(complaints, before))["contact"]["id"]
    use = complaints.parts.use
    await use.keeper.erase("water", contact, Why.ASKED, "citizen", use.clock.now())
    await bring(complaints)
    after = await only_id(complaints, "roads")
    here = await state(complaints, after)
    [stay] = (await get(complaints, f"complaints/{after}/past", "roads.head")).json()

    assert (refused.status_code, refused.json()["clause"]) == (409, "RIGHTS-P4-4")
    assert (here["contact"]["sealed"], here["identity"], stay["reason"]) == (None, None, None)
    assert await listed(complaints, after, "roads.head") == []
    assert (await citizen(complaints, receipt)).status_code == 404
    assert (await act(complaints, THERE, "answer", after, text="شد.")).status_code == 200


async def test_who_is_forgotten_in_the_middle_of_it_is_forgotten_at_both_ends(
    complaints: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = await file(complaints)
    before = await only_id(complaints)
    await hand_over(complaints, before)
    use, carry = complaints.parts.use, files_carried.carry

    async def meanwhile(*how: Any) -> None:
        await carry(*how)
        contact = (await state(complaints, before))["contact"]["id"]
        await use.keeper.erase("water", contact, Why.ASKED, "citizen", use.clock.now())

    monkeypatch.setattr(files_carried, "carry", meanwhile)
    await bring(complaints, times=2)
    after = await only_id(complaints, "roads")

    assert (await citizen(complaints, receipt)).status_code == 404
    contact = (await state(complaints, after))["contact"]["id"]
    assert await use.keeper.of_contacts("roads", {contact}) == {}


async def test_who_gave_no_number_is_handed_over_all_the_same(complaints: Serving) -> None:
    body = {"service_code": "1001", "ground": "nobody-at-the-desk", "text": "بسته بود."}
    entered = await complaints.http.post("/v1/intake/desk", json=body, headers=bearer(OFFICER))
    assert entered.status_code == 201, entered.text
    await hand_over(complaints, entered.json()["id"])
    await bring(complaints)
    after = await only_id(complaints, "roads")

    assert (await get(complaints, f"complaints/{after}", "roads.head")).json()["mobile"] is None
    assert (await act(complaints, THERE, "notes", after, text="با او صحبت شد.")).status_code == 201


async def test_its_files_go_along_under_the_key_there_and_what_staff_kept_for_each_other_stays(
    complaints: Serving,
) -> None:
    receipt, picture = await file(complaints), large_picture()
    before = await only_id(complaints)
    sent_ = (await send(complaints, receipt, picture, "عکس.jpg")).json()
    await download(complaints, before, sent_["id"])
    await add(complaints, before, "note")
    await add(complaints, before, "answer", b"first answer")
    await act(complaints, OFFICER, "answer", before, text="نه.")
    await citizen(complaints, receipt, "/rating", satisfied=False)
    await add(complaints, before, "answer", b"never given", post="water.desk.head")
    complaints.clock.forward(minutes=5)
    await hand_over(complaints, before, post="water.desk.head")
    refused = await download(complaints, before, sent_["id"])
    await bring(complaints)
    after = await only_id(complaints, "roads")
    here = await listed(complaints, after, "roads.head")
    mine = await own(complaints, receipt)
    got = [await download_own(complaints, receipt, one["id"]) for one in mine]
    opened = await download(complaints, after, here[0]["id"], post=THERE)

    assert refused.status_code == 409
    assert [(one["purpose"], one["name"]) for one in here] == [("case", "عکس.jpg"), ("answer", "پاسخ.txt")]
    assert [one["id"] for one in mine] == [one["id"] for one in here]
    assert [one["added_at"] for one in mine] == [sent_["added_at"]] * 2
    assert [one.content for one in got][1] == b"first answer"
    assert opened.content == got[0].content
    assert len(opened.content) > 700_000
    assert {one["post_id"] for one in (await own(complaints, receipt))[0]["openings"]} == {OFFICER, THERE}
    assert "p-water" not in str(
        await complaints.database["attachments"].find_one({"_id": after}, {"state": 1})
    )
    assert (await withdraw(complaints, after, here[1]["id"], post=THERE)).status_code == 409
    assert (await send(complaints, receipt, b"one more", "دیگر.txt")).status_code == 201


async def test_a_file_that_comes_while_it_is_handed_over_is_refused_and_taken_where_it_is_sent_again(
    complaints: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = await file(complaints)
    before = await only_id(complaints)
    take_place = attachments.take_place

    async def meanwhile(*how: Any) -> None:
        await take_place(*how)
        await hand_over(complaints, before)
        await bring(complaints)

    with monkeypatch.context() as patched:
        patched.setattr(attachments, "take_place", meanwhile)
        refused = await send(complaints, receipt)
    again = await send(complaints, receipt)
    after = await only_id(complaints, "roads")

    assert (refused.status_code, refused.json()["clause"]) == (409, "RIGHTS-P4-4")
    assert again.status_code == 201
    assert [one["id"] for one in await listed(complaints, after, "roads.head")] == [again.json()["id"]]


async def test_of_a_file_and_a_handing_over_at_once_nothing_is_lost(complaints: Serving) -> None:
    receipt = await file(complaints)
    before = await only_id(complaints)
    sent, _ = await asyncio.gather(send(complaints, receipt), hand_over(complaints, before))
    await bring(complaints)
    after = await only_id(complaints, "roads")
    there = await listed(complaints, after, "roads.head")

    assert (sent.status_code, bool(there)) in {(201, True), (409, True), (409, False)}


async def test_who_wrote_a_letter_is_known_by_their_address_there_and_writes_on_to_where_it_is_now(
    complaints: Serving,
) -> None:
    async with letters.door(complaints) as post:
        await post.send(letters.letter())
        [before] = await letters.cases(complaints)
        await hand_over(complaints, before["id"])
        on_its_way, _ = await post.send(again("2"))
        await bring(complaints)
        arrived, _ = await post.send(again("3"))
    after = await only_id(complaints, "roads")
    contact = (await state(complaints, after))["contact"]
    notes = await get(complaints, f"complaints/{after}/notes", THERE)

    assert (on_its_way, arrived) == (451, 250)
    assert contact["kind"] == "email"
    assert [note["text"] for note in notes.json()] == ["نامهٔ 3"]
    assert await complaints.database["complaints"].count_documents({}) == 2


def again(number: str) -> EmailMessage:
    """What the same citizen writes next, to whom they wrote first."""
    return letters.letter(
        text=f"نامهٔ {number}",
        message_id=f"<{number}@zahras.example>",
        in_reply_to="<1@zahras.example>",
    )
