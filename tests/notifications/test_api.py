import pytest
from fastapi.routing import APIRoute

from services.notifications import access
from services.notifications.api.sandbox import router as sandbox_router
from shared.events.complaints import ComplaintAnswered, ComplaintFiled
from tests.notifications.cases import Case, only, send
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
OFFICER = bearer("water.desk.officer")


@pytest.mark.clause("RIGHTS-P5-6")
async def test_the_message_lies_on_the_development_phone_with_the_number_masked(
    running: Serving, case: Case
) -> None:
    await case.tells(ComplaintFiled)
    await send(running)
    [one] = (await running.http.get("/v1/sandbox/messages")).json()

    assert one["to"] == "0912***4567"
    assert one["text"] == (
        "شکایت شما از دستگاه water ثبت شد. کد پیگیری:\n3TMJ-WP0K-48R6-TF3J\n"
        "مهلت پاسخ: شنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰."
    )
    assert one["parts"] == 2


async def test_the_phone_shows_one_number_in_any_writing_newest_first(running: Serving, case: Case) -> None:
    other = Case(running, "case-2", "+989350000000")
    await other.contact_comes()
    await other.tells(ComplaintFiled)
    for kind in (ComplaintFiled, ComplaintAnswered):
        await case.tells(kind)
        await send(running)
        running.clock.forward(minutes=1)
    seen = await running.http.get("/v1/sandbox/messages", params={"mobile": "۰۹۱۲ ۱۲۳ ۴۵۶۷"})
    newest = await running.http.get("/v1/sandbox/messages", params={"mobile": "09121234567", "limit": 1})

    assert ["پاسخ داد" in one["text"] for one in seen.json()] == [True, False]
    assert newest.json() == seen.json()[:1]
    assert len((await running.http.get("/v1/sandbox/messages")).json()) == 3


@pytest.mark.parametrize("query", [{"mobile": "021223344"}, {"mobile": "x" * 50}, {"limit": "0"}])
async def test_a_wrong_question_to_the_phone_is_told_where_it_is_wrong(
    running: Serving, query: dict[str, str]
) -> None:
    answer = await running.http.get("/v1/sandbox/messages", params=query)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{name}" for name in query]


async def test_staff_see_what_became_of_their_agencys_messages_but_no_number(
    running: Serving, case: Case
) -> None:
    await case.tells(ComplaintFiled)
    await send(running)
    running.clock.forward(minutes=1)
    await case.tells(ComplaintAnswered)
    listed = (await running.http.get("/v1/messages", headers=OFFICER)).json()["items"]
    queued = await running.http.get("/v1/messages", params={"status": "queued"}, headers=OFFICER)
    of_another = await running.http.get("/v1/messages", params={"cause": "case-9"}, headers=OFFICER)
    one = await running.http.get(f"/v1/messages/{listed[1]['id']}", headers=OFFICER)

    assert [(item["template"], item["status"], item["reason"], item["parts"]) for item in listed] == [
        ("complaint-answered", "queued", "waits-for-its-turn", None),
        ("complaint-filed", "delivered", "has-arrived", 2),
    ]
    assert [item["template"] for item in queued.json()["items"]] == ["complaint-answered"]
    assert of_another.json()["items"] == []
    assert (one.json(), one.headers["etag"]) == (listed[1], '"3"')
    assert "contact" not in one.text
    assert "0912" not in one.text


async def test_another_agencys_messages_are_not_found(running: Serving, case: Case) -> None:
    await case.tells(ComplaintFiled)
    message, stranger = await only(running), bearer("roads.desk.officer")
    seen = await running.http.get(f"/v1/messages/{message.id}", headers=stranger)
    listed = await running.http.get("/v1/messages", headers=stranger)

    assert (seen.status_code, listed.json()["items"]) == (404, [])


@pytest.mark.parametrize(("post", "status"), [(None, 401), ("water.it.publisher", 403)])
async def test_who_may_not_read_messages_is_turned_away(
    running: Serving, post: str | None, status: int
) -> None:
    headers = {} if post is None else bearer(post)

    assert (await running.http.get("/v1/messages", headers=headers)).status_code == status


def test_the_phones_route_says_that_it_is_open_to_all() -> None:
    [route] = sandbox_router.routes
    assert isinstance(route, APIRoute)

    assert getattr(route.endpoint, "may", None) == access.SANDBOX
    assert access.SANDBOX.to_all


async def test_the_phone_says_in_the_apis_description_what_it_is(running: Serving) -> None:
    described = (await running.http.get("/openapi.json")).json()

    assert "development phone" in described["paths"]["/v1/sandbox/messages"]["get"]["description"]
