"""What an agency explains, read at length by everybody: as data, as a page, and as a brochure."""
# pyright: basic

from dataclasses import replace
from html.parser import HTMLParser

import httpx
import pypdfium2
import pytest
from typing_extensions import override

from services.notifications.api.brochure import typeset
from services.notifications.api.guide_page import guide_page
from services.notifications.domain.explanation import Explained, Guide, Kind, Told
from shared.persian import fold
from tests.notifications.explained import GOVERNOR, ROADS, RULE, ask, published
from tests.province import SATURDAY_NINE
from tests.serving import Serving

pytestmark = [pytest.mark.clause("RIGHTS-P5-5"), pytest.mark.clause("RIGHTS-P3-1")]
RIGHT = {"kind": "right", "title": "پرسیدن", "words": "شما حق دارید بپرسید.", "source": "منشور"}
DUTY = {"kind": "duty", "title": "راست گفتن", "words": "مدرک درست بدهید.", "source": "منشور"}
EXPECTATION = {"kind": "expectation", "title": "نوبت", "words": "ما بر سر وقت، شما هم.", "source": "منشور"}
SCRIPT = {
    **RULE,
    "title": "<script>alert(1)</script>",
    "words": '"><img src=x onerror=alert(1)>\n#pagebreak()',
}


class Shown(HTMLParser):
    """The tags of a page, and its text by the tag around it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.said: list[tuple[str, str]] = []
        self.inside = ""
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside = tag
        self.tags.add(tag)

    @override
    def handle_data(self, data: str) -> None:
        if data.strip() and self.inside != "style":
            self.said.append((self.inside, data))

    def under(self, *tags: str) -> list[str]:
        """The texts of these tags, in their order."""
        return [text for tag, text in self.said if tag in tags]


async def reads(running: Serving, what: str = "", agency: str = "water") -> httpx.Response:
    """Anybody reads it, without a token."""
    return await running.http.get(f"/v1/guides/{agency}{what}")


def text_of(pdf: bytes) -> str:
    """All that stands in a PDF, in the form that is compared."""
    pages = pypdfium2.PdfDocument(pdf)
    return fold(" ".join(page.get_textpage().get_text_range() for page in pages))


def within_its_page(pdf: bytes) -> bool:
    """Whether every letter lies on the paper."""
    pages = [*pypdfium2.PdfDocument(pdf)]
    texts = [(page, page.get_textpage()) for page in pages]
    boxes = [(page, text.get_charbox(n)) for page, text in texts for n in range(text.count_chars())]
    return all(
        0 <= left <= right <= page.get_width() and 0 <= bottom <= top <= page.get_height()
        for page, (left, bottom, right, top) in boxes
    )


def guide_of(*told: tuple[str, str], kind: Kind = Kind.RIGHT) -> Guide:
    """A guide with these titles and texts."""
    all_ = [
        Told(
            number=n,
            one=Explained(kind=kind, title=title, text=text, source="منشور"),
            since=SATURDAY_NINE,
        )
        for n, (title, text) in enumerate(told, 1)
    ]
    return Guide(agency="دستگاه", told=tuple(all_), ask_by="قانون", line=None)


@pytest.mark.real
async def test_a_page_tells_rights_duties_and_expectations_before_rules(running: Serving) -> None:
    for number, one in enumerate((RULE, EXPECTATION, DUTY), 1):
        await published(running, number, one)
    await published(running, 9, RIGHT, GOVERNOR)

    answer = await reads(running, "/page")
    page = Shown(answer.text)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "x-frame-options" not in answer.headers, "an agency's site shows it in a frame"
    assert "frame-ancestors" not in answer.headers["content-security-policy"]
    assert page.under("h1", "h2", "h3") == [
        "حقوق، تکالیف و انتظارات متقابل",
        *("حقوق شما", RIGHT["title"]),
        *("تکالیف شما", DUTY["title"]),
        *("انتظارات متقابل", EXPECTATION["title"]),
        *("قوانین و مقررات به زبان ساده", RULE["title"]),
    ]
    around = page.under("p")
    assert around[0] == "دستگاه water"
    assert (
        around[2]
        == "برای دریافت هر یک از این متن‌ها با پیامک، واژهٔ «قانون» را به شمارهٔ \u2066۳۰۰۰۱۲۳۴\u2069 بفرستید."
    )
    assert [RIGHT["words"], f"مستند: {RIGHT['source']}"] == around[3:5]


@pytest.mark.real
async def test_a_brochure_has_all_that_the_page_has(running: Serving) -> None:
    for number, one in enumerate((RIGHT, DUTY, EXPECTATION, RULE), 1):
        await published(running, number, one)

    answer = await reads(running, "/brochure")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    said = text_of(answer.content)
    for one in (
        "حقوق شما",
        "تکالیف شما",
        *(each[name] for each in (RIGHT, DUTY) for name in ("title", "words")),
    ):
        assert fold(one) in said, one
    assert fold(EXPECTATION["title"]) in said
    assert fold("تا سه ساعت کاری پاسخ دهد") in said


@pytest.mark.real
async def test_an_agencys_own_site_gets_it_as_data(running: Serving) -> None:
    await published(running, 3, RIGHT)
    await published(running, 2, RULE, GOVERNOR)
    await published(running, 4, DUTY, ROADS)
    await ask(running, "PUT", "/5", **EXPECTATION)

    answer = await reads(running)

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    shown = answer.json()
    assert [(one["rule"], one["kind"], one["title"], one["words"]) for one in shown["explanations"]] == [
        (2, "rule", RULE["title"], RULE["words"]),
        (3, "right", RIGHT["title"], RIGHT["words"]),
    ]
    assert shown["agency"] == "دستگاه water"
    own = (await ask(running, "GET")).json()["explanations"]
    assert shown["since"] == max(one["published_at"] for one in own if one["published_at"])


@pytest.mark.real
async def test_of_nothing_published_there_is_a_page_and_no_brochure_of_nobody_neither(
    running: Serving,
) -> None:
    page = await reads(running, "/page")
    assert "هنوز متنی منتشر نشده است." in Shown(page.text).under("p")
    assert (await reads(running)).json()["explanations"] == []
    nothing = [await reads(running, "/brochure"), *[await reads(running, what, "nowhere") for what in WAYS]]
    assert [one.status_code for one in nothing] == [404] * 4

    await published(running, 2, RULE)
    before = await reads(running, "/brochure")
    await ask(running, "POST", "/2/withdraw")
    assert (before.status_code, (await reads(running, "/brochure")).status_code) == (200, 404)


WAYS = ("", "/page", "/brochure")


@pytest.mark.real
async def test_what_an_agency_writes_is_never_read_as_a_page_or_as_a_template(running: Serving) -> None:
    await published(running, 2, SCRIPT)

    answer = await reads(running, "/page")
    page = Shown(answer.text)

    assert not page.tags & {"script", "img"}
    assert page.under("h3") == [SCRIPT["title"]]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    said = text_of((await reads(running, "/brochure")).content)
    assert "pagebreak" in said
    assert "onerror" in said


def test_a_changed_word_is_another_brochure_and_the_same_words_are_the_same() -> None:
    one, other = guide_of(("عنوان", "متن")), guide_of(("عنوان", "متن دیگر"))
    again = typeset.__wrapped__(guide_of(("عنوان", "متن")))
    assert typeset(one) == again
    assert typeset(one) != typeset(other)


@pytest.mark.parametrize(
    "text",
    [
        " ".join(["واژه"] * 199),
        "\n".join(["سطر"] * 249),
        "ب" * 1000,
        "\n".join([*["سطر"] * 19, "واژه " * 100]),
        "\n".join([*["سطر"] * 19, "W " * 225]),
        "\n".join([*["سطر"] * 12, "W " * 450]),
    ],
)
def test_no_letter_lies_beside_the_paper(text: str) -> None:
    printed = typeset(guide_of(*[(f"عنوان {n}", f"{text} پایان") for n in range(4)]))
    assert within_its_page(printed)
    assert text_of(printed).count("پایان") == 4, "what lies below the paper is not even found"


def test_as_much_as_an_agency_can_write_is_all_there() -> None:
    longest = guide_of(*[(f"عنوان {n}", "واژه " * 199 + "پایان") for n in range(99)])
    assert text_of(typeset(longest)).count("پایان") == 99
    assert guide_page(longest).count("پایان") == 99


@pytest.mark.parametrize(
    ("sign", "shown"),
    [("ﷺ", "علیه"), ("😀", ""), ("👨‍👩‍👧", ""), ("✅", ""), ("漢", ""), ("\ufeff", ""), ("ﻻ", "")],
)
def test_a_letter_that_the_font_has_not_does_not_keep_the_brochure_back(sign: str, shown: str) -> None:
    odd = guide_of((f"عنوان {sign}", f"متن {sign} پایان"))
    said = text_of(typeset(replace(odd, agency=f"دستگاه {sign}")))
    assert fold("پایان") in said
    assert shown in said
