"""Rules of law in an agency's words: by SMS to whoever asks, and read aloud by a voice menu."""

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications import rules
from services.notifications.domain import explanation
from services.notifications.domain.explanation import Explained, Told, asked_for
from services.notifications.domain.sms import parts_of
from tests.notifications.explained import GOVERNOR, OFFICER, ROADS, RULE, ask, published
from tests.notifications.inbound import IVR_KEY, PROVINCES, sms
from tests.province import SATURDAY_NINE
from tests.serving import Serving

pytestmark = pytest.mark.clause("RIGHTS-P5-5")
SHOWN = f"{RULE['title']}\n{RULE['words']}\nمستند: {RULE['source']}"
RIGHTS = {"title": "حقوق شهروندی", "words": "هر کس حق دارد پاسخ {بگیرد}.", "source": "منشور حقوق شهروندی"}


async def menu(running: Serving, *, method: str = "POST", **said: str) -> httpx.Response:
    """A voice menu asks what is explained."""
    given_ = {"key": IVR_KEY, **said}
    how: dict[str, Any] = {"data": given_} if method == "POST" else {"params": given_}
    return await running.http.request(method, "/v1/ivr/explanations", **how)


@pytest.mark.real
async def test_who_asks_by_sms_is_told_which_rules_there_are_and_what_one_says(running: Serving) -> None:
    await published(running, 2, RULE)
    await published(running, 1, RIGHTS, GOVERNOR)

    [listed] = await sms(running, "قانون", id_="1")
    assert listed.split("\n") == [
        "برای خواندن هر یک، شمارهٔ آن را پس از واژهٔ «قانون» بفرستید؛ مانند: قانون ۱",
        "۱. حقوق شهروندی",
        "۲. مهلت پاسخ به شکایت",
    ]
    assert await sms(running, "حقوق", id_="0") == [listed]
    assert await sms(running, "قانون ۲", id_="2") == [SHOWN]
    assert await sms(running, " مقررات: 2 ", id_="3") == [SHOWN]
    [rights] = await sms(running, "قانون ۱", id_="4")
    assert "پاسخ {بگیرد}" in rights  # braces are nobody's place here
    assert await sms(running, "قانون ۹۹", id_="5") == [listed]
    [of_province] = await sms(running, "قانون", to=PROVINCES, id_="6")
    assert "مهلت پاسخ" not in of_province


@pytest.mark.real
async def test_only_what_is_published_is_told_and_only_by_its_own_agency(running: Serving) -> None:
    written = await ask(running, "PUT", "/2", **RULE)
    assert (written.json()["in_force"], written.json()["draft"]["parts"]) == (None, parts_of(SHOWN))
    [helped] = await sms(running, "قانون ۲", id_="1")
    assert helped.startswith("پیام شما به دستگاه water رسید.")

    await ask(running, "POST", "/2/publish")
    await published(running, 2, RIGHTS, ROADS)
    assert await sms(running, "قانون ۲", id_="2") == [SHOWN]
    own = (await ask(running, "GET", as_=ROADS)).json()
    assert [one["in_force"]["title"] for one in own["explanations"]] == [RIGHTS["title"]]

    changed = await ask(running, "PUT", "/2", **{**RULE, "title": "عنوان تازه"})
    assert (changed.json()["in_force"]["title"], changed.json()["draft"]["title"]) == (
        RULE["title"],
        "عنوان تازه",
    )
    assert await sms(running, "قانون 2", id_="3") == [SHOWN]
    withdrawn = await ask(running, "POST", "/2/withdraw")
    assert (withdrawn.json()["in_force"], withdrawn.json()["draft"]["title"]) == (None, "عنوان تازه")
    [helped] = await sms(running, "قانون ۲", id_="4")
    assert helped.startswith("پیام شما به دستگاه water رسید.")


@pytest.mark.real
async def test_under_the_same_number_the_agencys_own_goes_before_the_provinces(running: Serving) -> None:
    await published(running, 2, RIGHTS, GOVERNOR)
    await published(running, 2, RULE)
    assert await sms(running, "قانون ۲", id_="1") == [SHOWN]
    await ask(running, "POST", "/2/withdraw")
    [provinces] = await sms(running, "قانون ۲", id_="2")
    assert provinces.startswith(RIGHTS["title"])


@pytest.mark.real
async def test_a_menu_reads_the_same_in_sentences(running: Serving) -> None:
    await published(running, 2, RULE)
    await published(running, 1, RIGHTS, GOVERNOR)
    got, posted = await menu(running, method="GET", agency="water"), await menu(running, agency="water")

    assert got.json() == posted.json()
    assert [one["rule"] for one in posted.json()["explanations"]] == [1, 2]
    assert posted.json()["explanations"][1] == {
        "rule": 2,
        "kind": "rule",
        "title": RULE["title"],
        "sentences": [
            RULE["title"],
            "دستگاه باید تا سه ساعت کاری پاسخ دهد.",
            "اگر ندهد، شکایت نزد مقام بالاتر می‌رود.",
            "مستند این سخن، بند ۶ دستورالعمل فواد است.",
        ],
    }
    of_province = (await menu(running)).json()["explanations"]
    assert [one["title"] for one in of_province] == [RIGHTS["title"]]
    wrong = [await menu(running, key="another-key-of-somebody"), await menu(running, agency="nowhere")]
    assert [one.status_code for one in wrong] == [404, 404]


@pytest.mark.real
async def test_what_is_no_text_for_a_phone_is_refused_and_nothing_is_told(running: Serving) -> None:
    wrong = [
        await ask(running, "PUT", "/2", **{**RULE, "title": "دو\nسطر"}),
        await ask(running, "PUT", "/2", **{**RULE, "words": " "}),
        await ask(running, "PUT", "/2", **{**RULE, "words": "زنگ بزنید به ۰۹۱۲۱۲۳۴۵۶۷"}),
        await ask(running, "PUT", "/2", **{**RULE, "source": ""}),
        await ask(running, "POST", "/2/publish"),
    ]
    assert [one.status_code for one in wrong] == [422] * 5
    for nothing in ("/0", "/100", "/01x", "/٢"):
        assert (await ask(running, "PUT", nothing, **RULE)).status_code == 404
    assert (await ask(running, "POST", "/2/withdraw")).status_code == 404
    assert (await ask(running, "PUT", "/2", as_=OFFICER, **RULE)).status_code == 403

    written = await ask(running, "PUT", "/2", **{**RULE, "words": "بسیار دراز است. " * 40})
    assert written.json()["draft"]["wrong"]["fa"].endswith("بیش از ۶ بخش فرستاده نمی‌شود.")
    refused = await ask(running, "POST", "/2/publish")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/words")
    assert (await menu(running, agency="water")).json() == {"explanations": []}


@pytest.mark.real
async def test_of_two_who_write_at_once_neither_is_lost_unseen(running: Serving) -> None:
    both = await asyncio.gather(
        *[ask(running, "PUT", "/2", **{**RULE, "title": title}) for title in ("یک", "دو")]
    )
    assert [one.status_code for one in both] == [200, 200]
    assert {one.json()["version"] for one in both} == {1, 2}
    stale = [await ask(running, "PUT", "/2", seen=1, **RULE), await ask(running, "PUT", "/3", seen=1, **RULE)]
    assert [one.status_code for one in stale] == [412, 412]
    assert (await ask(running, "PUT", "/2", seen=2, **RULE)).json()["version"] == 3


@pytest.mark.real
async def test_one_number_is_told_so_often_in_a_day(running: Serving) -> None:
    await published(running, 2, RULE)
    said = [await sms(running, "قانون ۲", id_=f"{n}") for n in range(rules.EXPLAINED.preset + 1)]
    assert said == [[SHOWN]] * rules.EXPLAINED.preset + [[]]


def test_a_complaint_that_begins_with_the_law_asks_for_no_explanation() -> None:
    assert [asked_for(rest) for rest in ("", " ۵ ", "(12)", "۱۲۳", "را اجرا نمی‌کنند", "5 نفر")] == [
        *(0, 5, 12),
        *(None, None, None),
    ]


@given(titles=st.lists(st.text("ابپت ", min_size=1, max_size=60), max_size=99), parts_max=st.integers(1, 10))
def test_a_list_of_any_length_is_sent_in_the_parts_that_an_agency_allows(
    titles: list[str], parts_max: int
) -> None:
    told = [
        Told(number=n, one=Explained(title=one, text="متن", source="ماده"), since=SATURDAY_NINE)
        for n, one in enumerate(titles, 1)
    ]
    said = explanation.answer(told, 0, "قانون", parts_max)
    if not told:
        assert said is None
        return
    assert said is not None
    head = said.split("\n")[0]
    assert parts_of(said) <= max(parts_max, parts_of(f"{head}\n{explanation.CUT}"))
    assert said.endswith(explanation.CUT) or said.count("\n") == len(titles)
