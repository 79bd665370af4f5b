import asyncio
from typing import Any

import orjson
import pytest

from shared.store.history import broken_at
from tests.content.items import WAY, event_names, listed, public, seen, step, submission, submit, through
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real


@pytest.mark.clause("PORTAL-7")
async def test_an_item_is_submitted_reviewed_approved_and_read_by_the_public(content: Serving) -> None:
    item = await submit(content)
    for which, (post, verb, more) in zip(("to-review", "to-approve", "to-publish"), WAY, strict=True):
        assert await listed(content, which, post) == ["راهنمای پروانه"]
        assert await public(content) == []
        assert (await step(content, post, verb, item, **more)).status_code == 200
        assert await listed(content, which, post) == []

    assert await public(content, agency_id="water") == ["راهنمای پروانه"]
    read = (await content.http.get(f"/v1/published/{item['id']}")).json()
    assert (read["text"], read["rank"], read["revision"]) == ("گام نخست: درخواست.", 2, 1)
    assert await event_names(content) == [
        "ContentSubmitted",
        "ContentReviewed",
        "ContentApproved",
        "ContentPublished",
    ]


@pytest.mark.clause("PORTAL-7")
async def test_nobody_takes_a_step_in_anothers_place(content: Serving) -> None:
    item = await submit(content)
    everybody = {
        "water.head",
        "water.deputy",
        "water.works.representative",
        "water.pr.head",
        "water.pr.secretary",
        "water.it.publisher",
        "water.it.member",
        "water.desk.officer",
    }
    for verb, theirs, more in (
        ("review", {"water.pr.head", "water.pr.secretary"}, {"rank": 1}),
        ("review/return", {"water.pr.head", "water.pr.secretary"}, {"reason": "r"}),
        ("approval", {"water.deputy"}, {}),
        ("approval/return", {"water.deputy"}, {"reason": "r"}),
        ("publication", {"water.it.publisher"}, {}),
    ):
        for post in everybody - theirs:
            assert (await step(content, post, verb, item, **more)).status_code == 403, (verb, post)
    assert await event_names(content) == ["ContentSubmitted"]


@pytest.mark.clause("PORTAL-7")
async def test_a_deputy_neither_sees_nor_approves_what_another_domain_submitted(content: Serving) -> None:
    answer = await content.http.post(
        "/v1/items", json=submission(domain="pr"), headers=bearer("water.pr.head")
    )
    item = answer.json()
    await through(content, item, 1)

    assert await listed(content, "to-approve", "water.deputy") == []
    assert (await step(content, "water.deputy", "approval", item)).status_code == 403


@pytest.mark.clause("PORTAL-6-3")
async def test_what_the_group_has_not_reviewed_is_neither_approved_nor_published(content: Serving) -> None:
    item = await submit(content)
    answers = [
        await step(content, "water.deputy", "approval", item),
        await step(content, "water.it.publisher", "publication", item),
    ]

    assert [(a.status_code, a.json()["clause"]) for a in answers] == [(409, "PORTAL-6-3")] * 2
    assert await public(content) == []


@pytest.mark.clause("PORTAL-7")
async def test_an_older_revision_is_not_approved_and_the_published_one_stays_until_the_new_one_is(
    content: Serving,
) -> None:
    first = await submit(content)
    await through(content, first)
    representative = bearer("water.works.representative")
    wording = {"title": "راهنمای تازه", "text": "فقط برخط."}
    second = (
        await content.http.post(f"/v1/items/{first['id']}/revisions", json=wording, headers=representative)
    ).json()
    await through(content, second, 1)
    old = await step(content, "water.deputy", "approval", first)
    false = await step(content, "water.deputy", "approval", {**second, "digest": first["digest"]})
    unapproved = await step(content, "water.it.publisher", "publication", second)

    refused = [(answer.status_code, answer.json()["clause"]) for answer in (old, false, unapproved)]
    assert refused == [(409, "PORTAL-7")] * 3
    assert await public(content) == ["راهنمای پروانه"]
    await through(content, second)
    assert await public(content) == ["راهنمای تازه"]


async def test_what_was_sent_back_comes_again_with_another_wording(content: Serving) -> None:
    item = await submit(content)
    back = await step(content, "water.pr.head", "review/return", item, reason="نشانی ندارد")
    assert (back.json()["status"], back.json()["revisions"][0]["reason"]) == ("returned", "نشانی ندارد")
    assert await listed(content, "to-review", "water.pr.secretary") == []

    wording = {"title": "راهنما", "text": "با نشانی"}
    again = await content.http.post(
        f"/v1/items/{item['id']}/revisions", json=wording, headers=bearer("water.works.representative")
    )
    assert (again.json()["status"], again.json()["revision"]) == ("submitted", 2)
    await through(content, again.json())
    assert await public(content) == ["راهنما"]


@pytest.mark.clause("PORTAL-7")
async def test_the_deputy_sends_back_and_the_staff_see_where_each_item_stands(content: Serving) -> None:
    item = await submit(content)
    await through(content, item, 1)
    back = await step(content, "water.deputy", "approval/return", item, reason="رقم کهنه است")
    await submit(content, title="دیگر")

    assert (back.json()["status"], back.json()["revisions"][0]["reason"]) == ("returned", "رقم کهنه است")
    assert (await step(content, "water.deputy", "approval", item)).json()["clause"] == "PORTAL-7"
    reader = "water.it.member"
    assert await listed(content, "", reader) == ["دیگر", "راهنمای پروانه"]
    assert await listed(content, "", reader, status="returned") == ["راهنمای پروانه"]


@pytest.mark.clause("PORTAL-7-note")
async def test_every_bar_holds_however_many_there_are(
    content: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.content.storage.PAGE_MAX", 2)
    for number in range(5):
        body = {"subject": f"موضوع {number}", "notice": "بسته"}
        await content.http.post("/v1/bars", json=body, headers=bearer("water.head"))
    for number in range(5):
        answer = await content.http.post(
            "/v1/items",
            json=submission(title=f"موضوع {number}"),
            headers=bearer("water.works.representative"),
        )
        assert answer.json()["clause"] == "PORTAL-7-note"


@pytest.mark.clause("PORTAL-7-note")
async def test_a_topic_the_head_barred_is_refused_with_the_notice_until_it_is_allowed_again(
    content: Serving,
) -> None:
    body = {"subject": "انتخابات", "notice": "تا پایان فصل بسته است"}
    assert (
        await content.http.post("/v1/bars", json=body, headers=bearer("water.pr.head"))
    ).status_code == 403
    bar = (await content.http.post("/v1/bars", json=body, headers=bearer("water.head"))).json()
    representative = bearer("water.works.representative")
    barred = submission(title="خبر انتخابات")

    answer = await content.http.post("/v1/items", json=barred, headers=representative)
    assert (answer.status_code, answer.json()["clause"]) == (409, "PORTAL-7-note")
    assert "تا پایان فصل بسته است" in answer.json()["detail"]
    await submit(content, agency="roads", title="خبر انتخابات")

    shown = (await content.http.get("/v1/bars", headers=representative)).json()["items"]
    assert [one["notice"] for one in shown] == ["تا پایان فصل بسته است"]
    await content.http.post(f"/v1/bars/{bar['id']}/lift", headers=bearer("water.head"))
    assert (await content.http.post("/v1/items", json=barred, headers=representative)).status_code == 201


async def test_the_public_reads_by_rank_or_newest_of_one_agency_or_all_in_pages(content: Serving) -> None:
    for number, rank in ((1, 3), (2, 1), (3, 2)):
        await through(content, await submit(content, title=f"مطلب {number}"), rank=rank)
        content.clock.forward(minutes=1)
    item = await submit(content, agency="roads", title="راه")
    for post, verb, more in (
        ("roads.pr.head", "review", {"rank": 9}),
        ("roads.deputy", "approval", {}),
        ("roads.it.publisher", "publication", {}),
    ):
        await step(content, post, verb, item, **more)

    assert await public(content) == ["راه", "مطلب 3", "مطلب 2", "مطلب 1"]
    assert await public(content, agency_id="water", order="rank") == ["مطلب 2", "مطلب 3", "مطلب 1"]
    for order in ("rank", "newest"):
        first = (await content.http.get("/v1/published", params={"limit": 2, "order": order})).json()
        more = {"limit": 2, "order": order, "after": first["next"]}
        second = (await content.http.get("/v1/published", params=more)).json()
        ids = [row["id"] for page in (first, second) for row in page["items"]]
        assert (len(set(ids)), second["next"]) == (4, None)


async def test_a_withdrawn_item_is_gone_from_the_site(content: Serving) -> None:
    item = await submit(content)
    await through(content, item)
    url, body = f"/v1/items/{item['id']}/withdrawal", {"reason": "کهنه شد"}
    other = await content.http.post(url, json=body, headers=bearer("water.pr.head"))
    gone = await content.http.post(url, json=body, headers=bearer("water.works.representative"))

    assert (other.status_code, gone.json()["status"]) == (403, "withdrawn")
    assert await public(content) == []
    assert (await content.http.get(f"/v1/published/{item['id']}")).status_code == 404
    assert (await event_names(content))[-1] == "ContentWithdrawn"


async def test_nothing_of_another_agency_is_seen_or_moved(content: Serving) -> None:
    item = await submit(content)
    seen_there = await content.http.get(f"/v1/items/{item['id']}", headers=bearer("roads.pr.head"))
    moved = await step(content, "roads.pr.head", "review", item, rank=1)

    assert (seen_there.status_code, moved.status_code) == (404, 404)
    assert await listed(content, "to-review", "roads.pr.head") == []


async def test_the_same_submission_sent_twice_makes_one_item(content: Serving) -> None:
    headers = {**bearer("water.works.representative"), "idempotency-key": "abc"}
    first = await content.http.post("/v1/items", json=submission(), headers=headers)
    second = await content.http.post("/v1/items", json=submission(), headers=headers)
    other = await content.http.post("/v1/items", json=submission(title="دیگر"), headers=headers)

    assert (first.status_code, second.json()["id"]) == (201, first.json()["id"])
    assert other.status_code == 422
    assert await event_names(content) == ["ContentSubmitted"]


async def test_another_agencys_key_is_another_key(content: Serving) -> None:
    made = [
        await content.http.post(
            "/v1/items",
            json=submission(),
            headers={**bearer(f"{agency}.works.representative"), "idempotency-key": "abc"},
        )
        for agency in ("water", "roads")
    ]

    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json()["id"] != made[1].json()["id"]
    assert await event_names(content) == ["ContentSubmitted"] * 2


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"domain": "nowhere"}, "/domain"),
        ({"domain": {"$gt": ""}}, "/domain"),
        ({"title": ""}, "/title"),
        ({"title": "x" * 301}, "/title"),
        ({"text": "x" * 20_001}, "/text"),
        ({"status": "published"}, "/status"),
    ],
)
async def test_bad_input_is_told_where_it_is_wrong(
    content: Serving, changes: dict[str, Any], pointer: str
) -> None:
    answer = await content.http.post(
        "/v1/items", json=submission(**changes), headers=bearer("water.works.representative")
    )

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert await event_names(content) == []


async def test_a_rank_starts_at_one_and_a_lost_race_is_refused_by_if_match(content: Serving) -> None:
    item = await submit(content)
    assert (await step(content, "water.pr.head", "review", item, rank=0)).status_code == 422
    await step(content, "water.pr.head", "review", item, rank=1)
    late = await content.http.post(
        f"/v1/items/{item['id']}/review",
        json={**seen(item), "rank": 5},
        headers={**bearer("water.pr.secretary"), "if-match": '"1"'},
    )

    assert late.status_code == 412


@pytest.mark.clause("PORTAL-7")
async def test_an_approval_that_meets_a_new_wording_never_approves_it_unread(content: Serving) -> None:
    for round_ in range(8):
        item = await submit(content, title=f"مطلب {round_}")
        await through(content, item, 1)
        approval, revised = await asyncio.gather(
            step(content, "water.deputy", "approval", item),
            content.http.post(
                f"/v1/items/{item['id']}/revisions",
                json={"title": "دیگر", "text": "دیگر"},
                headers=bearer("water.works.representative"),
            ),
        )
        now = await content.http.get(f"/v1/items/{item['id']}", headers=bearer("water.deputy"))

        assert (revised.status_code, approval.status_code in (200, 409)) == (200, True)
        assert (now.json()["revision"], now.json()["status"]) == (2, "submitted")


async def test_nothing_that_people_wrote_goes_over_the_bus(content: Serving) -> None:
    item = await submit(content)
    await step(content, "water.pr.head", "review/return", item, reason="نشانی ندارد")
    await content.http.post(
        "/v1/bars", json={"subject": "انتخابات", "notice": "بسته"}, headers=bearer("water.head")
    )
    sent = b""
    for repository in content.parts.repositories:
        sent += b"".join(record["value"] for record in await content.published(repository))

    assert b"returned_at_step" in sent
    assert b"bar_id" in sent
    assert sent.isascii()
    assert b"p-water" not in sent


async def test_the_history_names_who_took_each_step_and_is_unbroken(content: Serving) -> None:
    item = await submit(content)
    await through(content, item)
    answer = await content.http.get(f"/v1/items/{item['id']}/history", headers=bearer("water.head"))
    kept = await content.parts.repositories[0].history("water", item["id"])

    assert [(entry["act"], entry["by"]) for entry in answer.json()] == [
        ("submit", "post:water.works.representative person:p-water.works.representative"),
        ("review", "post:water.pr.secretary person:p-water.pr.secretary"),
        ("approve", "post:water.deputy person:p-water.deputy"),
        ("publish", "post:water.it.publisher person:p-water.it.publisher"),
    ]
    assert broken_at(kept) is None


async def test_an_item_that_answers_a_press_case_names_it_in_all_that_is_told_of_it(content: Serving) -> None:
    case = "019aa4d2-7c3e-7b1a-9f00-3b5c8d1e2f40"
    item = await submit(content, press_case_id=case)
    await through(content, item)
    await submit(content)
    records = await content.published(content.parts.repositories[0])
    told = [orjson.loads(record["value"])["press_case_id"] for record in records]

    assert item["press_case_id"] == case
    assert told == [case] * 4 + [None]


@pytest.mark.parametrize("case", ["x", "09127654321", "019AA4D2-7C3E-7B1A-9F00-3B5C8D1E2F40"])
async def test_what_is_no_id_of_a_press_case_is_refused(content: Serving, case: str) -> None:
    answer = await content.http.post(
        "/v1/items", json=submission(press_case_id=case), headers=bearer("water.works.representative")
    )

    assert answer.status_code == 422
