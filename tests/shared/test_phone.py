"""Office phones and work addresses are read as people type them, and shown masked."""

import pytest

from shared.phone import at_home, masked_email, masked_phone, read_email, read_phone


@pytest.mark.parametrize(
    "typed",
    [
        "05832123456",
        "۰۵۸-۳۲۱۲ ۳۴۵۶",
        "٠٥٨٣٢١٢٣٤٥٦",
        "+985832123456",
        "0098 58 3212 3456",
        "058\u200c32123456",
    ],
)
def test_a_number_with_its_area_is_read_in_any_way_and_digits(typed: str) -> None:
    assert read_phone(typed) == "+985832123456"


@pytest.mark.parametrize(
    "typed", ["", "32123456", "112", "+442079460958", "05832123456 ext 3", "تلفن", "0" * 41, "0901"]
)
def test_what_is_no_number_with_an_area_of_iran_is_none(typed: str) -> None:
    assert read_phone(typed) is None


def test_a_phone_is_masked_to_its_area_and_end_and_a_mobile_as_mobiles_are() -> None:
    assert [masked_phone(one) for one in ("+985832123456", "+982112345678", "+989121234567")] == [
        "058***3456",
        "021***5678",
        "0912***4567",
    ]
    assert at_home("+985832123456") == "05832123456"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" Z.Mohammadi@Water.Example.IR ", "Z.Mohammadi@water.example.ir"),
        ("z_m+news@example.ir", "z_m+news@example.ir"),
        (f"{'x' * 244}@example.ir", None),
        ("z", None),
        ("z@water", None),
        ("z@@water.ir", None),
        ("z..m@water.ir", None),
        ("z@-water.ir", None),
        ("=cmd@water.ir", None),
        ("+1@water.ir", None),
        ("زهرا@water.ir", None),
        ("z m@water.ir", None),
    ],
)
def test_an_address_is_one_that_a_mail_server_takes_or_none(typed: str, read: str | None) -> None:
    assert read_email(typed) == read


def test_of_an_address_its_first_letter_is_shown_and_where_it_is() -> None:
    assert masked_email("zahra.m@water.example.ir") == "z***@water.example.ir"
