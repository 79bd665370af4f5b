"""Who words a message sees it on their own phone first, and nobody else does."""

import asyncio

import httpx
import pytest

from services.notifications import rules
from shared.events.complaints import ComplaintFiled
from shared.events.contacts import TOPIC
from tests.notifications.cases import Case, phone, send
from tests.notifications.staff import MOBILE, Number
from tests.notifications.wordings import FILED, GOVERNOR, HEAD, OWN, PR_HEAD, got, path, publish
from tests.province import holder
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
A_DAYS = 20


def number(post: str = HEAD, mobile: str = MOBILE, *, agency: str | None = None) -> Number:
    """The mobile of a post's holder, as an agency has it: the post's own unless said otherwise."""
    of = agency or post.split(".", 1)[0]
    return Number(person=holder(post), contact=f"{of}-{post}", mobile=mobile, agency=of)


async def tried(
    running: Serving, which: str = "draft", *, key: str | None = None, as_: str = HEAD
) -> httpx.Response:
    headers = {**bearer(as_), **({} if key is None else {"idempotency-key": key})}
    url = f"{path(FILED, as_.split('.', 1)[0])}/test"
    return await running.http.post(url, json={"which": which}, headers=headers)


@pytest.mark.clause("RIGHTS-P5-6")
async def test_a_draft_comes_to_the_phone_of_who_asks_as_the_preview_shows_it_and_once(
    running: Serving,
) -> None:
    await number().comes(running)
    await number(PR_HEAD, mobile="+989351112233").comes(running)
    await got(running, "PUT", "/draft", words=OWN)
    seen = await got(running, "POST", "/preview", words=OWN)
    answers = [await tried(running, key="k") for _ in range(3)]
    await send(running)
    await tried(running, key="k")
    await send(running)

    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["message_id"] for answer in answers}) == 1
    assert await phone(running) == [seen["shown"]]
    [kept] = await running.database["messages"].find({}).to_list()
    state = kept["state"]
    assert (state["contact_id"], state["template"], state["status"]) == (
        f"water-{HEAD}",
        "wording-test",
        "delivered",
    )
    assert (state["template_source"], state["template_version"], state["lane"]) == ("agency", 0, "code")


async def test_what_holds_is_tried_too_whosever_it_is(running: Serving) -> None:
    await number().comes(running)
    for _ in range(2):
        assert (await tried(running, "in-force")).status_code == 201
        await send(running)
        running.clock.forward(seconds=1)
        await publish(running)

    first, second = await phone(running)
    assert first.startswith("شکایت شما از دستگاه water ثبت شد.")
    assert second.startswith("به نام خدا؛")


async def test_a_draft_that_could_not_be_published_is_not_sent_either(running: Serving) -> None:
    await number().comes(running)
    await got(running, "PUT", "/draft", words="{nam}\n{code}\n{due}")
    answer = await tried(running)

    assert answer.status_code == 422
    assert "{nam}" in answer.text
    assert await send(running) == 0


async def test_who_has_no_mobile_is_told_so_and_nothing_is_sent_to_another(running: Serving) -> None:
    await number(PR_HEAD).comes(running)
    await number(agency="roads").comes(running)
    await got(running, "PUT", "/draft", words=OWN)
    answer = await tried(running)

    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":no-mobile-of-yours")
    assert await send(running) == 0
    one = number()
    await one.comes(running)
    assert (await tried(running)).status_code == 201
    await send(running)
    await one.goes(running, TOPIC)
    assert (await tried(running)).status_code == 409


@pytest.mark.clause("RIGHTS-P5-6")
async def test_an_agencys_day_has_twenty_tests_and_the_next_day_twenty_more(running: Serving) -> None:
    for post in (HEAD, PR_HEAD, "roads.head"):
        await number(post).comes(running)
    await got(running, "PUT", "/draft", words=OWN)
    at_once = await asyncio.gather(
        *[tried(running, key=f"k{one}", as_=as_) for one in range(A_DAYS) for as_ in (HEAD, PR_HEAD)]
    )

    assert sorted(answer.status_code for answer in at_once) == [201] * A_DAYS + [409] * A_DAYS
    over = await tried(running)
    assert (over.status_code, over.json()["clause"]) == (409, "RIGHTS-P5-6")
    again = next(one for one in range(A_DAYS) if at_once[2 * one].status_code == 201)
    assert (await tried(running, key=f"k{again}")).json() == at_once[2 * again].json()
    assert (await tried(running, "in-force", as_="roads.head")).status_code == 201
    running.clock.forward(hours=24)
    assert (await tried(running)).status_code == 201
    assert await running.database["messages"].count_documents({}) == A_DAYS + 2


async def test_a_key_that_came_with_another_wish_is_refused(running: Serving) -> None:
    await number().comes(running)
    await publish(running)
    await got(running, "PUT", "/draft", words=OWN)
    assert (await tried(running, key="k")).status_code == 201
    assert (await tried(running, "in-force", key="k")).status_code == 422


async def test_a_test_waits_for_no_case_and_is_of_no_use_an_hour_later(running: Serving) -> None:
    await number().comes(running)
    held = Case(running)
    await held.tells(ComplaintFiled)
    await got(running, "PUT", "/draft", words=OWN)
    await tried(running)
    assert await send(running) == 1
    await tried(running)
    running.clock.forward(hours=1)
    assert await send(running) == 0
    tests = await running.database["messages"].find({"state.template": "wording-test"}).to_list()

    assert sorted(one["state"]["status"] for one in tests) == ["delivered", "expired"]


async def test_the_governorate_tries_the_provinces_words(running: Serving) -> None:
    await number(GOVERNOR).comes(running)
    await got(running, "PUT", "/draft", as_=GOVERNOR, words=OWN)
    assert (await tried(running, as_=GOVERNOR)).status_code == 201
    await send(running)

    assert (await phone(running))[0].startswith("به نام خدا؛ شکایت شما نزد استانداری است.\n3TMJ-")


async def test_the_number_of_who_tries_stands_nowhere_in_the_clear(running: Serving) -> None:
    await number().comes(running)
    await got(running, "PUT", "/draft", words=OWN)
    answer = await tried(running)
    await send(running)
    names = await running.database.list_collection_names()
    kept = str([await running.database[name].find().to_list() for name in names if name != "sandbox"])

    assert "9121234567" not in kept + answer.text


async def test_the_figure_of_a_day_is_twenty() -> None:
    assert rules.TRIED.preset == A_DAYS
    assert rules.WORDED.preset == 6
