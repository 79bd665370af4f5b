"""Iranian mobile numbers, as people type them and as they may be shown."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.mobile import masked, read_mobile


@pytest.mark.parametrize(
    "typed",
    [
        "09121234567",
        "۰۹۱۲۱۲۳۴۵۶۷",
        "٠٩١٢١٢٣٤٥٦٧",
        "۰۹۱۲ ۱۲۳ ۴۵۶۷",
        "0912-123-4567",
        "9121234567",
        "989121234567",
        "+989121234567",
        "00989121234567",
        "+98 (0) 912 123 4567",
        "(0912) 1234567",
        "tel:+98-912-123-4567",
        " 09121234567 ",
    ],
)
def test_a_mobile_is_read_however_it_is_typed(typed: str) -> None:
    assert read_mobile(typed) == "+989121234567"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "شماره ندارم",
        "0912123456",
        "091212345678",
        "02188776655",  # a landline in Tehran
        "09412000000",  # a landline too, though it begins with 9
        "09001",
        "09661234567",  # given to nobody
        "+14155552671",
        "+93701234567",
        "09121234567 ext 5",
        '{"$gt": ""}',
        "09121234567" + " " * 30,
        pytest.param("0" * 10_000_000, id="ten million figures"),
    ],
)
def test_what_is_no_iranian_mobile_is_not_read(typed: str) -> None:
    assert read_mobile(typed) is None


@given(national=st.integers(9_000_000_000, 9_999_999_999))
def test_the_quick_way_takes_exactly_the_mobiles_phonenumbers_takes(national: int) -> None:
    number = phonenumbers.parse(f"+98{national}")
    # Some numbers with a 9 in front are no mobiles: 0941… are landlines.
    is_mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE

    assert (read_mobile(f"0{national}") is not None) is is_mobile


def test_a_mobile_that_was_read_is_read_again_as_itself() -> None:
    assert read_mobile("+989350001122") == "+989350001122"


def test_a_mobile_is_shown_without_its_middle() -> None:
    assert masked("+989121234567") == "0912***4567"
