import pytest

from shared.persian import persian_digits
from shared.personal import names_a_number


@pytest.mark.parametrize(
    "written",
    [
        "09127654321",
        "0912 765 4321",
        "0912-765-4321",
        "+98 912 765 4321",
        "00989127654321",
        "9127654321",
        "7731689956",
        "773-168995-6",
        "7731 689 956",
    ],
)
@pytest.mark.parametrize("digits", [str, persian_digits])
def test_a_mobile_or_a_national_id_is_found_however_it_is_written(written: str, digits: type[str]) -> None:
    number = digits(written)

    assert names_a_number(number)
    assert names_a_number(f"با خانم محمدی ({number}) تماس بگیرید.")
    assert names_a_number(f"سال ۱۴۰۵ {number} ۱۲")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "سه روز است آب محلهٔ ما قطع است.",
        "تلفن روابط عمومی: ۰۷۱-۳۲۲۹۱۱۲۲",
        "نامهٔ ۱۴۰۵/۳۱۸۵۰ مورخ ۱۴۰۵/۰۸/۳۰",
        "کد خدمت 10011001100",
        "شماره کارت 6037 9911 1111 1111",
        "7731689957",
        "1111111111",
    ],
)
def test_other_numbers_are_none_of_a_persons(text: str) -> None:
    assert not names_a_number(text)


def test_a_long_text_of_digits_is_looked_through_at_once() -> None:
    assert not names_a_number("1 " * 50_000)
    assert names_a_number("1 " * 50_000 + "09127654321")
