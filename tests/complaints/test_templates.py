"""An agency words once what it answers again and again."""

from typing import Any

import httpx
import pytest

from services.complaints.domain.template import Place, Template
from shared.rule import Invalid
from tests.complaints.cases import act, file, only_id
from tests.serving import SATURDAY_NINE, Serving, bearer

OFFICER, HEAD = "water.desk.officer", "water.head"
TEXT = "با سلام؛ شکایت {code} از «{service}» بررسی شد. {agency}"


def template(text: str) -> Template:
    return Template.make(id_="t1", agency_id="water", title="بررسی شد", text=text, now=SATURDAY_NINE)


def test_every_place_is_filled_and_what_fills_one_is_not_looked_into() -> None:
    values = {Place.CODE: "{service}", Place.SERVICE: "آب", Place.AGENCY: "آبفا"}

    assert template("{code} {service} {code} {agency}").filled(values) == "{service} آب {service} آبفا"
    assert template("بی‌جای خالی").filled(values) == "بی‌جای خالی"


@pytest.mark.parametrize(
    "text",
    ["{name}", "{code} {}", "{code", "code}", "{{code}}", "{code!r}", "{code.x}", "{ code }", "{Code}"],
)
def test_what_nothing_fills_is_refused_when_it_is_worded(text: str) -> None:
    with pytest.raises(Invalid):
        template(text)
    with pytest.raises(Invalid):
        template("{code}").reword(title="t", text=text)


async def post(complaints: Serving, path: str = "", as_: str = HEAD, **body: Any) -> httpx.Response:
    url = f"/v1/answer-templates{path}"
    return await complaints.http.post(url, json=body or None, headers=bearer(as_))


async def made(complaints: Serving, **changes: Any) -> dict[str, Any]:
    answer = await post(complaints, title="بررسی شد", **{"text": TEXT, **changes})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def begin(complaints: Serving, id_: str, template_id: str, as_: str = OFFICER) -> httpx.Response:
    url = f"/v1/complaints/{id_}/draft/from-template"
    return await complaints.http.put(url, json={"template_id": template_id}, headers=bearer(as_))


@pytest.mark.real
async def test_a_draft_begins_in_a_template_s_words_and_is_answered_as_any_other(complaints: Serving) -> None:
    receipt, one = await file(complaints), await made(complaints)
    id_ = await only_id(complaints)

    drafted = await begin(complaints, id_, one["id"])
    assert drafted.status_code == 200, drafted.text
    words = drafted.json()["text"]
    assert receipt["tracking_code"] in words
    assert "{" not in words
    answered = await act(complaints, OFFICER, "answer", id_, text=words)
    assert answered.json()["rounds"][0]["answer"] == words
    assert (await begin(complaints, id_, one["id"])).json()["clause"] == "FOAD-10"


@pytest.mark.real
async def test_a_change_is_for_answers_to_come_and_a_withdrawn_one_begins_none(complaints: Serving) -> None:
    await file(complaints)
    id_, one = await only_id(complaints), await made(complaints, text="یک")
    await begin(complaints, id_, one["id"])

    url = f"/v1/answer-templates/{one['id']}"
    body, first = {"title": "دو", "text": "دو"}, {"if-match": '"1"'}
    changed = await complaints.http.put(url, json=body, headers={**bearer(HEAD), **first})
    assert (changed.status_code, changed.json()["text"]) == (200, "دو")
    lost = await complaints.http.put(url, json=body, headers={**bearer(HEAD), **first})
    assert lost.status_code == 412
    draft = await complaints.http.get(f"/v1/complaints/{id_}/draft", headers=bearer(HEAD))
    assert draft.json()["text"] == "یک"

    at = [(await post(complaints, f"/{one['id']}/withdraw")).json()["withdrawn_at"] for _ in range(2)]
    assert at[0] is not None
    assert at[0] == at[1]
    assert (await begin(complaints, id_, one["id"])).status_code == 422
    [listed] = (await complaints.http.get("/v1/answer-templates", headers=bearer(OFFICER))).json()["items"]
    assert (listed["text"], listed["withdrawn_at"]) == ("دو", at[0])


@pytest.mark.real
async def test_the_same_key_makes_one_and_what_nothing_fills_is_told_with_its_place(
    complaints: Serving,
) -> None:
    headers = {**bearer(HEAD), "idempotency-key": "k1"}
    body = {"title": "ت", "text": TEXT}
    ids = [
        (await complaints.http.post("/v1/answer-templates", json=body, headers=headers)).json()["id"]
        for _ in range(2)
    ]
    assert ids[0] == ids[1]

    refused = await post(complaints, title="ت", text="{mobile}")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/text")
    assert (await post(complaints, title="ت", text=TEXT, as_=OFFICER)).status_code == 403


@pytest.mark.real
async def test_another_agency_s_template_words_nothing(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    theirs = (await post(complaints, as_="roads.head", title="ت", text=TEXT)).json()

    assert (await begin(complaints, id_, theirs["id"])).status_code == 422
    assert (await post(complaints, f"/{theirs['id']}/withdraw")).status_code == 404
    listed = await complaints.http.get("/v1/answer-templates", headers=bearer(HEAD))
    assert listed.json()["items"] == []
