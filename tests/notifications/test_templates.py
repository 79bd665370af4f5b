import re

import pytest

from services.notifications import rules
from services.notifications.domain.sms import parts_of
from services.notifications.domain.templates import (
    GIVEN,
    TEMPLATES,
    Template,
    UnknownVariable,
    template_of,
)
from shared.events.complaints import ComplaintClosed, ComplaintFiled
from tests.notifications.cases import CODE_SHOWN, EVENTS, event

LONG_NAME = "ادارهٔ کل راهداری و حمل‌ونقل جاده‌ای استان"


CHANGES = {
    "complaint-closed-unrated": {"satisfied": None},
    "complaint-closed-not-satisfied": {"satisfied": False},
    "complaint-went-on": {"replied": False},
    "complaint-routed-waiting": {"waits_for_citizen": True},
}
"""What tells the second meaning of an event."""


def texts() -> dict[str, str]:
    said: dict[str, str] = {}
    for template in TEMPLATES.values():
        changes = CHANGES.get(template.name, {})
        told = event(template.event, **changes)  # pyright: ignore[reportArgumentType]
        assert template_of(told) is template
        said[template.name] = template.render(template.variables(told), agency=LONG_NAME)
    return said


@pytest.mark.clause("RIGHTS-P5-6")
def test_every_change_of_a_case_has_its_words_and_is_pushed() -> None:
    assert {template.event for template in TEMPLATES.values()} == set(GIVEN) == set(EVENTS)
    assert set(rules.TOLD.preset) == set(TEMPLATES)
    assert rules.TOLD.preset == (
        "complaint-filed",
        "complaint-taken",
        "complaint-routed",
        "complaint-routed-waiting",
        "complaint-taken-over",
        "complaint-citizen-asked",
        "complaint-reply-taken",
        "complaint-went-on",
        "complaint-deadline-moved",
        "complaint-escalated",
        "complaint-answered",
        "complaint-pointed-elsewhere",
        "complaint-withdrawn",
        "complaint-reopened",
        "complaint-closed",
        "complaint-closed-not-satisfied",
        "complaint-closed-unrated",
    )


def test_a_filed_complaint_is_told_with_its_code_and_its_deadline() -> None:
    assert texts()["complaint-filed"] == (
        f"شکایت شما از {LONG_NAME} ثبت شد. کد پیگیری:\n3TMJ-WP0K-48R6-TF3J\n"
        "مهلت پاسخ: شنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰."
    )


def test_an_answer_asks_for_a_verdict_until_its_last_moment() -> None:
    said = texts()["complaint-answered"]

    assert said.startswith(f"{LONG_NAME} به شکایت شما پاسخ داد.")
    assert "تا شنبه ۷ آذر ۱۴۰۵، ساعت ۱۲:۰۰ نظر دهید؛ با پیامک: رقمی از ۱ (ناراضی) تا ۵ (راضی)" in said


def test_who_is_sent_to_another_unit_is_told_that_the_deadline_stays() -> None:
    assert texts()["complaint-routed"] == (
        f"شکایت شما برای رسیدگی به واحد دیگری از {LONG_NAME} فرستاده شد. کد پیگیری:\n3TMJ-WP0K-48R6-TF3J\n"
        "مهلت پاسخ تغییری نمی‌کند: شنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰."
    )


def test_who_is_sent_on_while_they_are_asked_is_told_that_the_clock_stands_still_until_they_reply() -> None:
    assert texts()["complaint-routed-waiting"] == (
        f"شکایت شما برای رسیدگی به واحد دیگری از {LONG_NAME} فرستاده شد. کد پیگیری:\n{CODE_SHOWN}\n"
        "پرسشی که از شما شده است هنوز پاسخ می‌خواهد و مهلت دستگاه تا آن هنگام متوقف است."
    )


@pytest.mark.clause("RIGHTS-P4-4")
def test_who_is_handed_over_to_another_agency_is_told_which_and_that_code_and_deadline_stay() -> None:
    assert texts()["complaint-taken-over"] == (
        f"شکایت شما با پیشینهٔ آن برای رسیدگی به {LONG_NAME} سپرده شد. کد پیگیری:\n3TMJ-WP0K-48R6-TF3J\n"
        "کد پیگیری و مهلت پاسخ تغییری نمی‌کند: شنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰."
    )


def test_who_is_asked_something_is_told_until_when_and_that_the_clock_stands_still() -> None:
    assert (
        "ساعت ۱۲:۰۰ پاسخ دهید؛ با پیامک: کد و پاسخ. مهلت دستگاه تا آن هنگام متوقف است."
        in (texts()["complaint-citizen-asked"])
    )


def test_who_is_pointed_elsewhere_is_told_until_when_that_can_be_contested() -> None:
    assert (
        "اگر نمی‌پذیرید، تا شنبه ۷ آذر ۱۴۰۵، ساعت ۱۲:۰۰ اعلام نارضایتی کنید."
        in (texts()["complaint-pointed-elsewhere"])
    )


def test_levels_are_told_in_persian_digits() -> None:
    assert "(سطح ۱)" in texts()["complaint-escalated"]
    assert "(سطح ۲)" in texts()["complaint-reopened"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_message_holds_its_code_in_a_line_of_its_own_and_no_other_latin_or_arabic_letter(
    name: str,
) -> None:
    said = texts()[name]

    assert said.split("\n").count(CODE_SHOWN) == 1
    rest = said.replace(CODE_SHOWN, "")
    assert re.findall(r"[A-Za-z0-9{}يك٠-٩]", rest) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_message_is_paid_more_than_four_times_even_of_the_agency_with_the_longest_name(name: str) -> None:
    assert parts_of(texts()[name]) <= 4


def test_a_template_with_a_variable_nobody_fills_is_refused_when_it_is_written() -> None:
    with pytest.raises(UnknownVariable, match="'rate_by'"):
        Template(name="x", event=ComplaintFiled, text="{agency} {code} {rate_by}")
    with pytest.raises(UnknownVariable):
        Template(name="x", event=ComplaintFiled, text="{} {code}")


def test_a_value_is_never_read_as_a_template() -> None:
    template = TEMPLATES["complaint-filed"]

    assert "{code}" in template.render({"code": "1", "due": "2"}, agency="{code}")


@pytest.mark.parametrize(
    ("satisfied", "name"),
    [
        (True, "complaint-closed"),
        (False, "complaint-closed-not-satisfied"),
        (None, "complaint-closed-unrated"),
    ],
)
def test_a_case_is_closed_with_thanks_or_because_nothing_was_said(satisfied: bool | None, name: str) -> None:
    assert template_of(event(ComplaintClosed, satisfied=satisfied)).name == name


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("پ" * 70, 1),
        ("پ" * 71, 2),
        ("پ" * 134, 2),
        ("پ" * 135, 3),
        ("پ" * 201, 3),
        ("پ" * 202, 4),
        ("😀" * 35, 1),  # 70 units
        ("😀" * 36, 2),
        ("پ" * 66 + "😀" + "پ" * 66, 3),  # 134 units, but no character is cut in two: 66, 67, 1
    ],
)
def test_an_sms_holds_seventy_units_alone_and_sixty_seven_a_part(text: str, parts: int) -> None:
    assert parts_of(text) == parts
