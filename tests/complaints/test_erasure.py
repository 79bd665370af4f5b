"""Who is erased can be found, followed and reached no more; the case and its history stay as they are."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from services.complaints.usecases.use import Use
from shared.keys.storage import KEYS, keys_database
from shared.store.history import broken_at
from tests.complaints.cases import MOBILE, act, file, filing, only_id, verdict
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
HEAD = "water.head"
PERSON = {"full_name": "زهرا محمدی", "national_id": "0499370899", "consent": True}


async def follow(complaints: Serving, code: str, mobile: str = MOBILE) -> httpx.Response:
    return await complaints.http.post("/v1/follow", json={"code": code, "mobile": mobile})


async def erase_oneself(complaints: Serving, code: str, mobile: str = MOBILE) -> httpx.Response:
    return await complaints.http.post("/v1/follow/erasure", json={"code": code, "mobile": mobile})


async def order(complaints: Serving, post: str = HEAD, **changes: Any) -> httpx.Response:
    body = {"mobile": MOBILE, "why": "ordered-by-law", **changes}
    return await complaints.http.post("/v1/persons/erasure", json=body, headers=bearer(post))


async def closed(complaints: Serving) -> dict[str, Any]:
    """The receipt of a complaint that was answered, and the citizen was content."""
    receipt = await file(complaints)
    await act(complaints, "water.desk.officer", "answer", await only_id(complaints), text="انجام شد.")
    assert (await verdict(complaints, receipt, satisfied=True)).status_code == 200
    return receipt


async def living(complaints: Serving) -> int:
    """How many keys there are."""
    keys = keys_database(complaints.database)[KEYS]
    return await keys.count_documents({"state.wrapped_key": {"$type": "string"}})


async def test_who_asks_with_code_and_mobile_is_erased_and_the_code_is_then_as_a_wrong_one(
    complaints: Serving,
) -> None:
    code = (await file(complaints))["tracking_code"]
    wrong = await follow(complaints, "3TMJ-WP0K-48R6-TF3J")
    erased = await erase_oneself(complaints, code)
    after, again = await follow(complaints, code), await erase_oneself(complaints, code)

    assert erased.status_code == 200
    assert erased.json()["agency_id"] == "water"
    assert (after.status_code, again.status_code) == (404, 404)
    assert {**after.json(), "instance": ""} == {**wrong.json(), "instance": ""}
    assert await living(complaints) == 0


async def test_with_a_wrong_mobile_nobody_is_erased(complaints: Serving) -> None:
    code = (await file(complaints))["tracking_code"]
    refused = await erase_oneself(complaints, code, "09120000000")

    assert refused.status_code == 404
    assert (await follow(complaints, code)).status_code == 200


async def test_the_case_stays_as_it_was_with_its_history_whole_and_nothing_of_the_person_in_it(
    complaints: Serving,
) -> None:
    code = (await file(complaints))["tracking_code"]
    id_ = await only_id(complaints)
    before = await complaints.database["complaints"].find_one({"_id": id_}, {"pending": 0})
    await erase_oneself(complaints, code)
    after = await complaints.database["complaints"].find_one({"_id": id_}, {"pending": 0})
    shown = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer("water.desk.officer"))

    assert after is not None
    assert after == before
    assert broken_at(after["history"]) is None
    assert shown.json()["mobile"] is None
    assert (await act(complaints, "water.desk.officer", "answer", id_, text="پاسخ")).status_code == 200


async def test_a_look_at_an_erased_number_finds_nothing(complaints: Serving) -> None:
    code = (await file(complaints))["tracking_code"]
    await erase_oneself(complaints, code)
    looked = await act(
        complaints, HEAD, "mobile/look", await only_id(complaints), reason="تماس برای هماهنگی بازدید"
    )

    assert looked.status_code == 404


async def test_what_a_clerk_typed_as_the_reason_of_a_look_is_read_until_the_erasure_and_never_again(
    complaints: Serving,
) -> None:
    code, reason = (await file(complaints))["tracking_code"], f"تماس با زهرا، {MOBILE}"
    id_ = await only_id(complaints)
    cases = complaints.database["complaints"]
    await act(complaints, HEAD, "mobile/look", id_, reason=reason)
    kept = await cases.find_one({"_id": id_}) or {}
    before = await notes(complaints, id_)
    await erase_oneself(complaints, code)

    assert before == [("file", None), ("look-at-mobile", reason)]
    assert MOBILE not in str(kept)
    assert await notes(complaints, id_) == [("file", None), ("look-at-mobile", None)]
    assert broken_at((await cases.find_one({"_id": id_}) or {})["history"]) is None


async def notes(complaints: Serving, id_: str) -> list[tuple[str, str | None]]:
    """The acts of a case and what was noted at each, as its staff read them."""
    answer = await complaints.http.get(f"/v1/complaints/{id_}/history", headers=bearer(HEAD))
    return [(entry["act"], entry["note"]) for entry in answer.json()]


async def test_a_reason_can_not_be_read_as_that_of_another_case(complaints: Serving) -> None:
    await file(complaints)
    first = await only_id(complaints)
    await act(complaints, HEAD, "mobile/look", first, reason="تماس برای هماهنگی بازدید")
    cases = complaints.database["complaints"]
    entry = (await cases.find_one({"_id": first}) or {})["history"][-1]
    await file(complaints)
    other = await cases.find_one({"_id": {"$ne": first}}) or {}
    await cases.update_one({"_id": other["_id"]}, {"$push": {"history": entry}})

    assert (await notes(complaints, other["_id"]))[-1] == ("look-at-mobile", None)


async def test_a_backup_of_the_documents_put_back_after_the_erasure_yields_nothing(
    complaints: Serving,
) -> None:
    code = (await file(complaints, identity=PERSON))["tracking_code"]
    id_, database = await only_id(complaints), complaints.database
    names = await database.list_collection_names()
    backup = {name: await database[name].find({}).to_list() for name in names}
    await erase_oneself(complaints, code)
    for name in names:
        await database[name].delete_many({})
        if backup[name]:
            await database[name].insert_many(backup[name])

    looks = [
        await act(complaints, HEAD, f"{what}/look", id_, reason="هماهنگی بازدید از محل")
        for what in ("identity", "mobile")
    ]
    shown = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer(HEAD))
    assert (await follow(complaints, code)).status_code == 404
    assert [one.status_code for one in looks] == [404, 404]
    assert (shown.status_code, shown.json()["mobile"]) == (200, None)
    again = (await file(complaints))["tracking_code"]
    assert ((await follow(complaints, again)).status_code, (await follow(complaints, code)).status_code) == (
        200,
        404,
    )


@pytest.mark.clause("FOAD-10")
async def test_nobody_is_erased_by_order_while_their_complaint_is_open(complaints: Serving) -> None:
    code = (await file(complaints))["tracking_code"]
    refused = await order(complaints)

    assert (refused.status_code, refused.json()["clause"]) == (409, "FOAD-10")
    assert (await follow(complaints, code)).status_code == 200


async def test_an_order_erases_once_and_its_reason_stays_in_the_keys_history(complaints: Serving) -> None:
    await closed(complaints)
    first, second = await order(complaints), await order(complaints)
    [key] = await keys_database(complaints.database)[KEYS].find({}).to_list()
    last = key["history"][-1]

    assert (first.status_code, second.status_code) == (200, 404)
    assert (last["act"], last["note"]) == ("erase", "ordered-by-law")
    assert last["by"].startswith("post:water.head ")


async def test_another_agencys_head_erases_nobody_here(complaints: Serving) -> None:
    await closed(complaints)

    assert (await order(complaints, "roads.head")).status_code == 404
    assert await living(complaints) == 1


async def test_a_reason_is_a_code_and_no_text(complaints: Serving) -> None:
    for why in ("because of 09121234567", "asked-by-the-person", "retention-is-over", None):
        assert (await order(complaints, why=why)).status_code == 422


async def test_filings_and_an_erasure_at_once_leave_each_case_either_followed_or_forgotten(
    complaints: Serving,
) -> None:
    first = (await file(complaints))["tracking_code"]
    async with asyncio.TaskGroup() as together:
        filed = [together.create_task(file(complaints)) for _ in range(20)]
        erased = together.create_task(erase_oneself(complaints, first))
    codes = [one.result()["tracking_code"] for one in filed]
    answers = [(await follow(complaints, code)).status_code for code in codes]

    assert erased.result().status_code == 200
    assert set(answers) <= {200, 404}
    assert await living(complaints) == (1 if 200 in answers else 0)
    assert (await follow(complaints, (await file(complaints))["tracking_code"])).status_code == 200


async def test_who_is_erased_while_they_file_can_follow_what_they_have_a_receipt_for(
    complaints: Serving,
) -> None:
    first = (await file(complaints))["tracking_code"]
    before_saving(complaints, lambda: erase_oneself(complaints, first))
    receipt = await file(complaints, identity=PERSON)
    code = receipt["tracking_code"]
    case = await complaints.database["complaints"].find_one({"state.tracking_code": code.replace("-", "")})
    assert case is not None
    looked = await act(complaints, HEAD, "identity/look", case["_id"], reason="هماهنگی بازدید از محل")

    assert ((await follow(complaints, first)).status_code, (await follow(complaints, code)).status_code) == (
        404,
        200,
    )
    assert looked.json()["full_name"] == PERSON["full_name"]
    assert await living(complaints) == 1
    assert [entry["act"] for entry in case["history"]] == ["file", "know-anew"]
    assert broken_at(case["history"]) is None
    told = [one for one in await complaints.published(complaints.parts.repositories[1]) if one["value"]]
    assert [one["topic"] for one in told if one["key"] == case["state"]["contact"]["id"]] == [
        "paygir.keys",
        "paygir.contacts",
    ]


async def test_the_same_request_again_is_known_though_its_person_was_erased_while_it_was_filed(
    complaints: Serving,
) -> None:
    first, key = (await file(complaints))["tracking_code"], {"idempotency-key": "k1"}
    before_saving(complaints, lambda: erase_oneself(complaints, first))
    answers = [await complaints.http.post("/v1/complaints", json=filing(), headers=key) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


async def test_an_order_is_refused_to_whoever_files_between_its_question_and_its_deed(
    complaints: Serving,
) -> None:
    await closed(complaints)
    use: Use = complaints.parts.use
    asked, codes = use.cases.has_open, list[str]()

    async def has_open(agency_id: str, contact_id: str) -> bool:
        answer = await asked(agency_id, contact_id)
        if not codes:
            codes.append((await file(complaints))["tracking_code"])
        return answer

    cases: Any = use.cases
    cases.has_open = has_open
    refused = await order(complaints)

    assert refused.status_code == 409
    assert (await follow(complaints, codes[0])).status_code == 200
    await complaints.sweep()
    assert (await follow(complaints, codes[0])).status_code == 200


async def test_an_order_and_filings_at_once_never_leave_a_receipt_that_nobody_can_follow(
    complaints: Serving,
) -> None:
    await closed(complaints)
    filed, ordered = await asyncio.gather(
        asyncio.gather(*[file(complaints) for _ in range(20)]),
        asyncio.gather(*[order(complaints) for _ in range(5)]),
    )

    assert {one.status_code for one in ordered} <= {200, 404, 409}
    codes = [one["tracking_code"] for one in filed]
    assert {(await follow(complaints, code)).status_code for code in codes} == {200}
    assert await living(complaints) == 1


def before_saving(complaints: Serving, meanwhile: Callable[[], Awaitable[object]]) -> None:
    """Let it happen when a filing has its person's key, before it is saved."""
    repository: Any = complaints.parts.repositories[0]
    save = repository.add

    async def add(*given: Any, **more: Any) -> Any:
        repository.add = save
        await meanwhile()
        return await save(*given, **more)

    repository.add = add


async def test_twenty_filings_of_one_new_person_at_once_have_one_contact(complaints: Serving) -> None:
    await asyncio.gather(*[file(complaints) for _ in range(20)])
    contacts = await complaints.database["complaints"].distinct("state.contact.id")

    assert len(contacts) == 1
    assert await living(complaints) == 1


async def test_the_same_request_again_is_known_by_its_person(complaints: Serving) -> None:
    async def sent(mobile: str) -> httpx.Response:
        body, headers = filing(mobile=mobile), {"idempotency-key": "k1"}
        return await complaints.http.post("/v1/complaints", json=body, headers=headers)

    first, again, other = [await sent(one) for one in (MOBILE, "۰۹۱۲ ۱۲۳ ۴۵۶۷", "09120000000")]

    assert (first.status_code, again.json()) == (201, first.json())
    assert other.status_code == 422


# Nobody's number is kept for ever.


@pytest.mark.clause("FOAD-10")
async def test_two_years_after_its_closing_a_complaint_is_followed_no_more(complaints: Serving) -> None:
    code = (await closed(complaints))["tracking_code"]
    complaints.clock.forward(days=730)
    complaints.clock.forward(milliseconds=-1)
    await complaints.sweep()
    assert (await follow(complaints, code)).status_code == 200

    complaints.clock.forward(milliseconds=1)
    await complaints.sweep()

    assert (await follow(complaints, code)).status_code == 404
    assert await living(complaints) == 0
    assert await complaints.sweep() == 0, "the second time there is nothing to do"


@pytest.mark.clause("FOAD-10")
async def test_the_two_years_begin_with_the_last_closing(complaints: Serving) -> None:
    receipt = await file(complaints)
    complaints.clock.forward(days=400)
    await act(complaints, "water.head", "answer", await only_id(complaints), text="انجام شد.")
    await verdict(complaints, receipt, satisfied=True)
    complaints.clock.forward(days=729)
    await complaints.sweep()
    assert (await follow(complaints, receipt["tracking_code"])).status_code == 200

    complaints.clock.forward(days=1)
    await complaints.sweep()
    assert (await follow(complaints, receipt["tracking_code"])).status_code == 404


@pytest.mark.clause("FOAD-10")
async def test_who_files_again_before_the_sweep_is_not_forgotten(complaints: Serving) -> None:
    await closed(complaints)
    complaints.clock.forward(days=730)
    code = (await file(complaints))["tracking_code"]
    use: Use = complaints.parts.use
    await use.keeper.forget_unless_needed(
        (await complaints.database["complaints"].distinct("state.contact.id"))[0],
        None,
        "clock",
        complaints.clock.now(),
    )

    assert (await follow(complaints, code)).status_code == 200


async def test_that_somebody_is_erased_is_told_once_more_after_two_hours(complaints: Serving) -> None:
    await erase_oneself(complaints, (await file(complaints))["tracking_code"])
    keys = complaints.parts.repositories[1]
    complaints.clock.forward(hours=2)
    for _ in range(2):
        await complaints.sweep()

    told = [(one["topic"], one["value"] is None) for one in await complaints.published(keys)]
    assert told == [
        ("paygir.keys", False),
        ("paygir.contacts", False),
        ("paygir.keys", True),
        ("paygir.contacts", True),
        ("paygir.keys", True),
        ("paygir.contacts", True),
    ]
