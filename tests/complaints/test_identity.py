"""Who complains is told to the agency only with consent, and every look at it or at the number says why."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.complaints.cases import MOBILE, act, file, only_id
from tests.serving import Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-10")]
NAME, NATIONAL_ID = "فرخنده محمدی", "0499370899"
OFFICER, HEAD = "water.desk.officer", "water.head"
WHY = "هماهنگی بازدید از محل"


def person(**changes: Any) -> dict[str, Any]:
    return {"full_name": NAME, "national_id": NATIONAL_ID, "consent": True, **changes}


async def look(
    complaints: Serving, id_: str, what: str = "identity", *, post: str = OFFICER, **body: Any
) -> httpx.Response:
    url = f"/v1/complaints/{id_}/{what}/look"
    return await complaints.http.post(url, json={"reason": WHY, **body}, headers=bearer(post))


async def citizen(
    complaints: Serving, receipt: dict[str, Any], path: str = "", **body: Any
) -> httpx.Response:
    own = {"code": receipt["tracking_code"], "mobile": MOBILE, **body}
    return await complaints.http.post(f"/v1/follow{path}", json=own)


async def history(complaints: Serving, id_: str) -> list[dict[str, Any]]:
    return (await complaints.http.get(f"/v1/complaints/{id_}/history", headers=bearer(HEAD))).json()


async def test_with_consent_whoever_works_on_the_case_sees_who_complains_and_each_look_is_in_its_history(
    complaints: Serving,
) -> None:
    await file(complaints, identity=person(national_id="۰۴۹-۹۳۷۰۸۹-۹"))
    id_ = await only_id(complaints)

    for _ in range(2):
        seen = await look(complaints, id_)
        assert (seen.status_code, seen.json()) == (200, {"full_name": NAME, "national_id": NATIONAL_ID})

    entries = await history(complaints, id_)
    assert [one["act"] for one in entries] == ["file", "look-at-identity", "look-at-identity"]
    assert {(one["by"], one["note"]) for one in entries[1:]} == {
        ("post:water.desk.officer person:p-water.desk.officer", WHY)
    }
    assert NAME not in str(entries)
    assert NATIONAL_ID not in str(entries)


@pytest.mark.parametrize("identity", [None, person(consent=False)])
async def test_without_consent_nobody_sees_it_and_not_even_whether_there_is_one_is_told(
    complaints: Serving, identity: dict[str, Any] | None
) -> None:
    await file(complaints, identity=identity)
    id_ = await only_id(complaints)
    before = await complaints.parts.repositories[0].get("water", id_)
    shown = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer(HEAD))

    for post in (OFFICER, HEAD, "water.inspector"):
        refused = await look(complaints, id_, post=post)
        assert (refused.status_code, refused.json()["clause"]) == (409, "FOAD-10")
        assert NAME not in refused.text
    assert shown.json()["identity_told"] is False
    assert await complaints.parts.repositories[0].get("water", id_) == before


async def test_consent_can_be_taken_back_and_given_again_by_the_citizen_alone(complaints: Serving) -> None:
    receipt = await file(complaints, identity=person())
    id_ = await only_id(complaints)

    for _ in range(2):
        assert (await citizen(complaints, receipt, "/consent", consent=False)).json()["consent"] is False
        assert (await look(complaints, id_)).status_code == 409
    assert (await citizen(complaints, receipt, "/consent", consent=True)).json()["consent"] is True
    assert (await look(complaints, id_)).status_code == 200
    stranger = await citizen(complaints, receipt, "/consent", consent=False, mobile="09120000000")
    assert stranger.status_code == 404
    acts = [one["act"] for one in await history(complaints, id_)]
    assert acts == ["file", "withdraw-consent", "consent", "look-at-identity"]


async def test_where_no_identity_was_given_there_is_nothing_to_agree_to(complaints: Serving) -> None:
    receipt = await file(complaints)

    assert (await citizen(complaints, receipt)).json()["consent"] is None
    assert (await citizen(complaints, receipt, "/consent", consent=False)).json()["consent"] is None
    assert (await citizen(complaints, receipt, "/consent", consent=True)).json()["clause"] == "FOAD-10"


async def test_the_number_is_masked_until_somebody_says_why_they_look(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    listed = (await complaints.http.get("/v1/complaints", headers=bearer(OFFICER))).text

    assert '"mobile":"0912***4567"' in listed
    assert MOBILE[1:] not in listed
    seen = await look(complaints, id_, "mobile")
    assert (seen.status_code, seen.json()) == (200, {"mobile": "+989121234567", "email": None})
    assert (await history(complaints, id_))[-1]["act"] == "look-at-mobile"


async def test_the_citizen_sees_which_post_looked_at_what_and_on_which_day(complaints: Serving) -> None:
    receipt = await file(complaints, identity=person())
    id_ = await only_id(complaints)
    await look(complaints, id_)
    complaints.clock.forward(days=1)
    await look(complaints, id_, "mobile", post=HEAD)

    looks = (await citizen(complaints, receipt)).json()["looks"]
    assert [(one["what"], one["post_id"], one["day"]) for one in looks] == [
        ("identity", OFFICER, "2026-11-21"),
        ("mobile", HEAD, "2026-11-22"),
    ]
    assert all(one["post"]["fa"] for one in looks)
    assert WHY not in str(looks)


@pytest.mark.parametrize("reason", [None, "", "کنجکاوی", "۱" * 9, " " * 20, "x" * 501])
@pytest.mark.parametrize("what", ["identity", "mobile"])
async def test_without_a_reason_of_ten_to_five_hundred_letters_nothing_is_shown(
    complaints: Serving, what: str, reason: str | None
) -> None:
    await file(complaints, identity=person())
    id_ = await only_id(complaints)

    assert (await look(complaints, id_, what, reason=reason)).status_code == 422
    assert [one["act"] for one in await history(complaints, id_)] == ["file"]


@pytest.mark.parametrize("what", ["identity", "mobile"])
async def test_of_another_agency_or_another_unit_nobody_looks(complaints: Serving, what: str) -> None:
    await file(complaints, identity=person())
    id_ = await only_id(complaints)

    assert (await look(complaints, id_, what, post="roads.head")).status_code == 404
    assert (await look(complaints, id_, what, post="governorate.head")).status_code == 403
    assert (await look(complaints, id_, what, post="governorate.inspection")).status_code == 404
    assert [one["act"] for one in await history(complaints, id_)] == ["file"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"national_id": "0499370898"}, "/identity/national_id"),
        ({"national_id": "1111111111"}, "/identity/national_id"),
        ({"full_name": "   "}, "/identity/full_name"),
        ({"full_name": "ی" * 201}, "/identity/full_name"),
        ({"consent": None}, "/identity/consent"),
        ({"consent": "true"}, "/identity/consent"),
    ],
)
async def test_an_identity_that_can_not_be_one_is_told_where_it_is_wrong(
    complaints: Serving, changes: dict[str, Any], pointer: str
) -> None:
    url = "/v1/complaints"
    body = {"agency_id": "water", "service_code": "1001", "ground": "nobody-at-the-desk", "text": "متن"}
    answer = await complaints.http.post(url, json={**body, "mobile": MOBILE, "identity": person(**changes)})

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert NATIONAL_ID not in answer.text


async def test_the_identity_is_in_no_document_event_or_view_unsealed(complaints: Serving) -> None:
    await file(complaints, identity=person())
    id_ = await only_id(complaints)
    await act(complaints, OFFICER, "answer", id_, text="انجام شد.")
    await look(complaints, id_)
    documents = str([one async for one in complaints.parts.repositories[0].collection.find()])
    views = [
        await complaints.http.get(f"/v1/complaints{path}", headers=bearer(HEAD))
        for path in ("", f"/{id_}", f"/{id_}/history")
    ]

    for secret in (NAME, NATIONAL_ID, MOBILE[1:]):
        assert secret not in documents
        assert [one for one in views if secret in one.text] == []
    assert views[1].json()["identity_told"] is True


async def test_a_sealed_identity_can_not_be_opened_in_another_case(complaints: Serving) -> None:
    await file(complaints, identity=person())
    id_ = await only_id(complaints)
    collection = complaints.parts.repositories[0].collection
    stolen = (await collection.find_one({"_id": id_}) or {})["state"]["identity"]
    await file(complaints, identity=person(full_name="دیگری", national_id="0084575948"))
    other = await collection.find_one({"_id": {"$ne": id_}}) or {}
    await collection.update_one({"_id": other["_id"]}, {"$set": {"state.identity": stolen}})

    assert (await look(complaints, other["_id"])).status_code == 404


async def test_a_look_and_the_consent_taken_back_at_once_end_in_one_order_or_the_other(
    complaints: Serving,
) -> None:
    receipt = await file(complaints, identity=person())
    id_ = await only_id(complaints)

    *looked, taken_back = await asyncio.gather(
        *[look(complaints, id_) for _ in range(5)], citizen(complaints, receipt, "/consent", consent=False)
    )
    acts = [one["act"] for one in await history(complaints, id_)]
    after = acts[acts.index("withdraw-consent") :]

    assert taken_back.status_code == 200
    assert {one.status_code for one in looked} <= {200, 409}
    assert acts.count("look-at-identity") == [one.status_code for one in looked].count(200)
    assert "look-at-identity" not in after
