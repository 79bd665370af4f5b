from datetime import timedelta

import pytest

from services.content.domain.bar import Bar
from services.content.domain.item import Item
from shared.access.who import Forbidden
from shared.rule import Refused
from tests.content.people import CHART, NOW, submitted, who


def bar(subject: str = "انتخابات") -> Bar:
    return Bar.tell(id_="bar-1", subject=subject, notice="تا پایان فصل بسته است", who=who("head"), now=NOW)[0]


def submit(*bars: Bar, topic: str = "اخبار", title: str = "خبر") -> Item:
    return Item.submit(
        id_="item-1",
        domain="works",
        topic=topic,
        title=title,
        text="متن",
        who=who("works.representative"),
        chart=CHART,
        bars=bars,
        now=NOW,
    )[0]


@pytest.mark.clause("PORTAL-7-note")
@pytest.mark.parametrize("place", ["topic", "title"])
def test_a_barred_topic_is_refused_at_submission_with_the_directors_notice(place: str) -> None:
    with pytest.raises(Refused) as refused:
        submit(bar(), **{place: "انتخابات شورا"})

    assert refused.value.rule.clause == "PORTAL-7-note"
    assert "تا پایان فصل بسته است" in refused.value.detail.fa


@pytest.mark.clause("PORTAL-7-note")
@pytest.mark.parametrize(
    ("subject", "title", "barred"),
    [
        ("انتخابات", "خبر (انتخابات‌های شورا)", True),
        ("كارخانه‌ي سيمان", "کارخانه‌ی سیمان و هوا", True),
        ("ماده 12", "تفسیر مادهٔ ۱۲", True),
        ("آب", "حساب مشترکان", False),
        ("انتخابات", "انتخاب پیمانکار", False),
    ],
)
def test_a_barred_subject_is_found_however_it_is_spelt_and_only_at_the_start_of_words(
    subject: str, title: str, barred: bool
) -> None:
    if not barred:
        assert submit(bar(subject), title=title).newest.title == title
        return
    with pytest.raises(Refused):
        submit(bar(subject), title=title)


@pytest.mark.clause("PORTAL-7-note")
def test_a_new_wording_is_barred_like_a_new_item() -> None:
    with pytest.raises(Refused) as refused:
        submitted().revise(
            title="انتخابات",
            text="متن",
            who=who("works.representative"),
            chart=CHART,
            bars=[bar()],
            now=NOW,
        )

    assert refused.value.rule.clause == "PORTAL-7-note"


@pytest.mark.clause("PORTAL-7-note")
def test_only_the_responsible_director_bars_a_topic_and_allows_it_again() -> None:
    for other in ("pr.head", "works.deputy", "pr.secretary", "publisher"):
        with pytest.raises(Forbidden):
            Bar.tell(id_="bar-1", subject="انتخابات", notice="بسته", who=who(other), now=NOW)
        with pytest.raises(Forbidden):
            bar().lift(who=who(other), now=NOW)


@pytest.mark.clause("PORTAL-7-note")
def test_a_lifted_bar_bars_no_more_and_is_lifted_once() -> None:
    lifted, [event] = bar().lift(who=who("head"), now=NOW)

    assert event.bar_id == "bar-1"
    assert submit(lifted, title="انتخابات").newest.title == "انتخابات"
    assert lifted.lift(who=who("head"), now=NOW + timedelta(days=1)) == (lifted, [])
