"""An agency tells its citizens in words of its own: drafted, looked at, published, withdrawn."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest

from services.notifications.domain.wordings import id_of
from services.notifications.usecases import wordings
from services.notifications.usecases.use import Use
from shared.bus.effects import Projection
from shared.directory.replica import COLLECTION, fold
from shared.events.complaints import ComplaintAnswered, ComplaintFiled, ComplaintTaken
from shared.events.directory import PROVINCE, ChartChanged, Name
from shared.remembered import Remembered
from tests.notifications.cases import CODE_SHOWN, Case, only, phone, send
from tests.notifications.inbound import sms, tells
from tests.notifications.wordings import FILED, GOVERNOR, HEAD, OWN, PR_HEAD, ask, got, path, publish
from tests.province import agency_events, posts_of, told
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
PROVINCES = "استان پیگیر شکایت شما از {agency} است.\n{code}\nتا {due}"
DEFAULT = (
    f"شکایت شما از دستگاه water ثبت شد. کد پیگیری:\n{CODE_SHOWN}\nمهلت پاسخ: شنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰."
)
IN_OWN = (
    f"به نام خدا؛ شکایت شما نزد دستگاه water است.\n{CODE_SHOWN}\n"
    "تا شنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰ پاسخ می‌گیرید."
)
IN_PROVINCES = f"استان پیگیر شکایت شما از دستگاه water است.\n{CODE_SHOWN}\nتا شنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰"


async def told_of(running: Serving, name: str, kind: type[Any] = ComplaintFiled) -> str:
    """What the citizen of a new case reads."""
    case, before = Case(running, name), len(await phone(running))
    await case.contact_comes()
    running.clock.forward(seconds=1)
    await case.tells(kind)
    running.clock.forward(seconds=2)  # so long news of how a case goes on waits for what comes meanwhile
    await send(running)
    [text] = (await phone(running))[before:]
    return text


@pytest.mark.clause("RIGHTS-P5-6")
async def test_a_citizen_is_told_in_the_agencys_words_from_their_publishing_until_they_are_withdrawn(
    running: Serving,
) -> None:
    assert await told_of(running, "before") == DEFAULT
    await got(running, "PUT", "/draft", words=OWN)
    assert await told_of(running, "drafted") == DEFAULT
    await got(running, "POST", "/publish")
    assert await told_of(running, "published") == IN_OWN
    await got(running, "POST", "/withdraw")
    assert await told_of(running, "withdrawn") == DEFAULT


async def test_words_are_read_once_a_second_and_those_of_another_process_hold_after_it(
    running: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    use: Use = running.parts.use
    asked_at = time.monotonic()
    monkeypatch.setattr("shared.remembered.time.monotonic", lambda: asked_at)
    elsewhere = replace(use, worded=Remembered(1.0))
    reads: list[Any] = []
    read = use.wordings.all_of

    async def counted(query: Any) -> Any:
        reads.append(query)
        return await read(query)

    monkeypatch.setattr(use.wordings, "all_of", counted)
    for _ in range(5):
        assert await wordings.words_for(elsewhere, "water", "complaint-filed") is None
    assert len(reads) == 1
    await publish(running)
    own = await wordings.words_for(use, "water", "complaint-filed")
    assert own is not None, "where they were published they hold at once"
    assert await wordings.words_for(elsewhere, "water", "complaint-filed") is None
    monkeypatch.setattr("shared.remembered.time.monotonic", lambda: asked_at + 1.0)

    assert await wordings.words_for(elsewhere, "water", "complaint-filed") == own


async def test_a_message_that_waits_keeps_the_words_it_was_queued_with(running: Serving) -> None:
    await publish(running)
    case = Case(running)
    await case.tells(ComplaintFiled)
    await publish(running, PROVINCES)
    await case.contact_comes()
    await send(running)

    assert await phone(running) == [IN_OWN]
    message = await only(running)
    assert (message.template_source, message.template_version) == ("agency", 1)


async def test_a_message_says_whose_words_it_has_and_in_which_version(running: Serving) -> None:
    await told_of(running, "release")
    await publish(running, PROVINCES, as_=GOVERNOR)
    await told_of(running, "province")
    await publish(running)
    await publish(running, OWN + " ")
    await publish(running, OWN.replace("خدا", "خداوند"))
    await told_of(running, "own")

    listed = await running.http.get("/v1/messages", headers=bearer(HEAD))
    found = {
        one["cause"]: (one["template_source"], one["template_version"]) for one in listed.json()["items"]
    }
    assert found == {"release": ("release", 1), "province": ("province", 1), "own": ("agency", 3)}


@pytest.mark.clause("RIGHTS-P5-6")
async def test_the_provinces_words_hold_for_agencies_without_their_own(running: Serving) -> None:
    await publish(running, PROVINCES, as_=GOVERNOR)
    assert await told_of(running, "without") == IN_PROVINCES
    await publish(running)
    assert await told_of(running, "with") == IN_OWN
    await got(running, "POST", "/withdraw")
    assert await told_of(running, "again") == IN_PROVINCES
    await got(running, "POST", "/withdraw", as_=GOVERNOR)
    assert await told_of(running, "at last") == DEFAULT


async def test_words_for_one_change_and_one_agency_hold_for_no_other(running: Serving) -> None:
    await publish(running, as_="roads.head")
    assert await told_of(running, "filed") == DEFAULT
    await publish(running)
    assert (await told_of(running, "taken", ComplaintTaken)).startswith("رسیدگی به شکایت شما در دستگاه water")


@pytest.mark.clause("RIGHTS-P5-6")
async def test_who_asks_by_sms_is_answered_in_the_agencys_words(running: Serving, case: Case) -> None:
    await tells(running, case, ComplaintFiled)
    await publish(running, "نزد ماست.\n{code}\n{due}", name="asked-filed")
    await publish(running, "کد را بفرستید: {agency}", name="inbound-help")

    assert await sms(running, CODE_SHOWN) == [f"نزد ماست.\n{CODE_SHOWN}\nشنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰"]
    assert await sms(running, "سلام", id_="m-2") == ["کد را بفرستید: دستگاه water"]


@pytest.mark.clause("RIGHTS-P5-6")
async def test_a_place_that_nothing_fills_is_refused_when_it_is_published_and_nothing_changes(
    running: Serving,
) -> None:
    await publish(running)
    await got(running, "PUT", "/draft", words="{nam}\n{due}")
    answer = await ask(running, "POST", "/publish")

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/words"]
    assert "{nam}" in answer.text
    assert "{code}، {due}، {agency}" in answer.text
    assert await told_of(running, "after") == IN_OWN
    assert (await got(running))["draft"] == "{nam}\n{due}"


async def test_nothing_drafted_is_nothing_to_publish(running: Serving) -> None:
    assert (await ask(running, "POST", "/publish")).status_code == 422
    assert (await ask(running, "POST", "/test", which="draft")).status_code == 422
    untouched = await got(running, "POST", "/withdraw")
    assert (untouched["source"], untouched["versions"]) == ("release", [])
    await publish(running)
    await got(running, "POST", "/withdraw")
    assert (await ask(running, "POST", "/publish")).status_code == 422


async def test_another_agencys_wording_is_not_found_by_its_id(running: Serving) -> None:
    await publish(running)
    for method, what, body in (
        ("GET", "", None),
        ("PUT", "/draft", {"words": OWN}),
        ("POST", "/preview", {"words": OWN}),
        ("POST", "/publish", None),
        ("POST", "/withdraw", None),
        ("POST", "/test", {"which": "in-force"}),
    ):
        for other in ("roads.head", GOVERNOR):
            answer = await running.http.request(method, path() + what, json=body, headers=bearer(other))
            assert answer.status_code == 404, (method, what, other)

    assert (await got(running))["version"] == 1
    theirs = (await running.http.get("/v1/wordings", headers=bearer("roads.head"))).json()
    assert "به نام خدا" not in str(theirs)


async def test_a_list_tells_of_each_change_whose_words_hold_and_how_they_read(running: Serving) -> None:
    await publish(running, PROVINCES, as_=GOVERNOR)
    await publish(running, "رسیدگی شد؟\n{code}", name="complaint-taken")
    await got(running, "PUT", "/draft", words=OWN)
    answer = await running.http.get("/v1/wordings", headers=bearer(PR_HEAD))
    listed = {one["name"]: one for one in answer.json()["wordings"]}

    filed = listed[FILED]
    assert (filed["id"], filed["source"], filed["version"]) == (id_of("water", FILED), "province", 1)
    assert (filed["words"], filed["has_draft"]) == (PROVINCES, True)
    assert filed["title"] == {"fa": "شکایتی ثبت شد.", "en": "A complaint was filed."}
    assert [(one["name"], one["needed"]) for one in filed["places"]] == [
        ("code", True),
        ("due", True),
        ("agency", False),
    ]
    assert filed["preview"]["shown"].startswith("استان پیگیر شکایت شما از دستگاه water است.\n3TMJ-")
    assert (filed["preview"]["parts"], filed["preview"]["wrong"]) == (2, [])
    taken = listed["complaint-taken"]
    assert (taken["source"], taken["has_draft"]) == ("agency", False)
    answered = listed["complaint-answered"]
    assert (answered["source"], answered["version"]) == ("release", 2)
    assert "inbound-help-province" not in listed
    provinces = await running.http.get("/v1/wordings", headers=bearer(GOVERNOR))
    assert "inbound-help-province" in {one["name"] for one in provinces.json()["wordings"]}


async def test_one_wording_tells_its_versions_and_who_published_them(running: Serving) -> None:
    await publish(running)
    running.clock.forward(hours=1)
    await publish(running, PROVINCES, as_=PR_HEAD)

    one = await got(running)
    assert [(said["version"], said["words"], said["post_id"]) for said in one["versions"]] == [
        (1, OWN, HEAD),
        (2, PROVINCES, PR_HEAD),
    ]
    use: Use = running.parts.use
    history = await use.wordings.history("water", one["id"])
    assert [entry["act"] for entry in history] == ["draft", "publish", "draft", "publish"]


async def test_two_who_publish_at_once_publish_once(running: Serving) -> None:
    await got(running, "PUT", "/draft", words=OWN)
    answers = await asyncio.gather(
        *[ask(running, "POST", "/publish", as_=as_) for as_ in (HEAD, PR_HEAD) * 4]
    )

    assert {answer.status_code for answer in answers} == {200}
    assert {len(answer.json()["versions"]) for answer in answers} == {1}


async def test_of_two_who_saw_the_same_one_publishes_and_the_other_is_told(running: Serving) -> None:
    drafted = await ask(running, "PUT", "/draft", words=OWN)
    seen = drafted.headers["etag"]
    answers = await asyncio.gather(
        ask(running, "POST", "/publish", seen=seen),
        ask(running, "PUT", "/draft", as_=PR_HEAD, seen=seen, words=PROVINCES),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_of_two_first_drafts_at_once_neither_is_lost_unseen(running: Serving) -> None:
    seen = (await ask(running, "GET")).headers["etag"]
    assert seen == '"0"'
    answers = await asyncio.gather(
        *[ask(running, "PUT", "/draft", seen=seen, words=f"{one}\n{{code}}\n{{due}}") for one in "آبپت"]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]

    blind = await asyncio.gather(
        *[ask(running, "PUT", "/draft", name="complaint-taken", words=f"{one}\n{{code}}") for one in "آبپت"]
    )
    assert [answer.status_code for answer in blind] == [200] * 4
    assert (
        await ask(running, "PUT", "/draft", name="complaint-routed", seen='"3"', words=OWN)
    ).status_code == 412


async def test_a_preview_is_what_is_sent_and_keeps_nothing(running: Serving) -> None:
    seen = await got(running, "POST", "/preview", words=OWN.replace("\n", "\r\n"))
    assert (await got(running))["draft"] is None
    assert (seen["wrong"], seen["parts"], seen["characters"]) == ([], 2, len(seen["shown"]))
    await publish(running)
    due = {"reply_due_at": "2026-05-06T08:30:00Z"}
    case = Case(running)
    await case.contact_comes()
    await case.tells(ComplaintFiled, **due)
    await send(running)

    assert await phone(running) == [seen["shown"]]


async def test_a_preview_says_all_that_is_wrong_in_both_languages(running: Serving) -> None:
    seen = await got(running, "POST", "/preview", words="{agency} ثبت کرد. {code}")

    assert [one["en"][:12] for one in seen["wrong"]] == ["{due} must s", "{code} must "]
    assert seen["shown"] == f"دستگاه water ثبت کرد. {CODE_SHOWN}"
    seen = await got(running, "POST", "/preview", words="{agency!r}")
    assert (seen["shown"], seen["parts"]) == (None, None)


async def test_the_provinces_words_fit_under_the_longest_name_of_an_agency(running: Serving) -> None:
    long = ChartChanged(agency_id="roads", name=Name(fa="آ" * 90), units=(), posts=tuple(posts_of("roads")))
    after = len(agency_events("roads"))
    await Projection(running.database[COLLECTION], fold).work(told("roads", [long], after=after))
    use: Use = running.parts.use
    use.directory._remembered.clear()  # pyright: ignore[reportPrivateUsage]
    words = "آ" * 300 + "{agency}\n{code}\n{due}"
    await got(running, "PUT", "/draft", as_=GOVERNOR, words=words)
    answer = await ask(running, "POST", "/publish", as_=GOVERNOR)

    assert answer.status_code == 422
    assert (await publish(running, words))["source"] == "agency"


async def test_words_hold_nobodys_number(running: Serving) -> None:
    answer = await ask(running, "PUT", "/draft", words=f"زنگ بزنید: ۰۹۱۲۱۲۳۴۵۶۷\n{OWN}")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "post", ["water.desk.officer", "water.deputy", "water.pr.secretary", "governorate.inspection"]
)
async def test_who_may_not_word_neither_reads_nor_writes(running: Serving, post: str) -> None:
    for method, what, body in (("GET", "", {}), ("PUT", "/draft", {"words": OWN}), ("POST", "/publish", {})):
        assert (await ask(running, method, what, as_=post, **body)).status_code == 403


async def test_the_answer_asks_for_a_verdict_in_own_words_too(running: Serving) -> None:
    words = "پاسخ آماده است.\n{code}\nنظر شما تا {rate_by}"
    await publish(running, words, name="complaint-answered")
    said = await told_of(running, "answered", ComplaintAnswered)

    assert said == f"پاسخ آماده است.\n{CODE_SHOWN}\nنظر شما تا شنبه ۷ آذر ۱۴۰۵، ساعت ۱۲:۰۰"


async def test_what_is_worded_is_the_agencys_and_the_province_has_one_of_its_own(running: Serving) -> None:
    await publish(running)
    await publish(running, PROVINCES, as_=GOVERNOR)
    found = await running.database["wordings"].find({}, {"agency_id": 1}).to_list()

    assert {one["_id"]: one["agency_id"] for one in found} == {
        id_of("water", FILED): "water",
        id_of(PROVINCE, FILED): PROVINCE,
    }
