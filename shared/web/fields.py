"""Fields of requests that people type in many ways."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from shared.calendar.jalali import read_day, read_instant
from shared.identity import read_code
from shared.language import Text
from shared.mobile import read_mobile
from shared.national_id import read_national_id
from shared.persian import latin_digits
from shared.personal import names_a_number
from shared.phone import EMAIL_LENGTH_MAX, read_email, read_phone

TYPED_MAX = 40


def _mobile(text: str) -> str:
    number = read_mobile(text)
    if number is None:
        said = Text(
            fa="شمارهٔ همراه ایران نیست؛ مانند ۰۹۱۲۱۲۳۴۵۶۷.",
            en="Not an Iranian mobile, such as 09121234567.",
        )
        raise ValueError(said)
    return number


def _office_phone(text: str) -> str:
    number = read_phone(text)
    if number is None:
        said = Text(
            fa="شمارهٔ تلفن ایران با کد شهر نیست؛ مانند ۰۵۸۳۲۱۲۳۴۵۶.",
            en="Not an Iranian telephone number with its area, such as 05832123456.",
        )
        raise ValueError(said)
    return number


def _work_email(text: str) -> str:
    address = read_email(text)
    if address is None:
        said = Text(
            fa="نشانی رایانامه نیست؛ مانند z.mohammadi@water.example.ir.",
            en="Not an e-mail address, such as z.mohammadi@water.example.ir.",
        )
        raise ValueError(said)
    return address


def _code(text: str) -> str:
    code = read_code(latin_digits(text))
    if code is None:
        said = Text(
            fa="کد پیگیری ۱۶ نویسه دارد و این درست نیست.",
            en="Not a tracking code: it has 16 characters.",
        )
        raise ValueError(said)
    return code


def _national_id(text: str) -> str:
    digits = read_national_id(text)
    if digits is None:
        said = Text(
            fa="کد ملی ده رقم دارد و این درست نیست.",
            en="Not a national id: it has ten digits, and the last checks the others.",
        )
        raise ValueError(said)
    return digits


def _day(typed: object) -> date:
    day = read_day(typed) if isinstance(typed, str) and len(typed) <= TYPED_MAX else None
    if day is None:
        said = Text(
            fa="روزی از تقویم نیست؛ مانند ۱۴۰۵/۰۸/۲۹ یا ۲۹ آبان ۱۴۰۵.",
            en="Not a day of the calendar, such as 1405/08/29.",
        )
        raise ValueError(said)
    return day


def _instant(typed: object) -> datetime:
    at = read_instant(typed) if isinstance(typed, str) and len(typed) <= TYPED_MAX else None
    if at is None:
        said = Text(
            fa="روز و ساعت آن درست نیست؛ مانند ۱۴۰۵/۰۸/۳۰ ۰۸:۱۵.",
            en="Not a day and an hour, such as 1405/08/30 08:15.",
        )
        raise ValueError(said)
    return at


def _of_nobody(text: str) -> str:
    if names_a_number(text):
        said = Text(
            fa="این متن را بسیاری می‌خوانند؛ شمارهٔ همراه یا کد ملی کسی در آن ننویسید.",
            en="Many read this text: leave anybody's mobile or national id out of it.",
        )
        raise ValueError(said)
    return text


Mobile = Annotated[str, Field(max_length=TYPED_MAX, examples=["09121234567"]), AfterValidator(_mobile)]
"""An Iranian mobile in any digits, read as `+989121234567`."""
OfficePhone = Annotated[
    str, Field(max_length=TYPED_MAX, examples=["05832123456"]), AfterValidator(_office_phone)
]
"""An Iranian telephone number with its area in any digits, read as `+985832123456`."""
WorkEmail = Annotated[
    str,
    Field(max_length=EMAIL_LENGTH_MAX, examples=["z.mohammadi@water.example.ir"]),
    AfterValidator(_work_email),
]
"""An e-mail address, its domain in small letters."""
Code = Annotated[str, Field(max_length=TYPED_MAX, examples=["3TMJ-WP0K-48R6-TF3J"]), AfterValidator(_code)]
"""A tracking code in any digits, with spaces or dashes, read as its 16 characters."""
NationalId = Annotated[
    str, Field(max_length=TYPED_MAX, examples=["1234567891"]), AfterValidator(_national_id)
]
"""An Iranian national id in any digits, read as its ten digits."""
JalaliDay = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "maxLength": TYPED_MAX, "examples": ["1405/08/29"]}),
]
"""A day as people write it, in any digits: ۱۴۰۵/۸/۲۹ or ۲۹ آبان ۱۴۰۵."""
JalaliInstant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "maxLength": TYPED_MAX, "examples": ["1405/08/30 08:15"]}),
]
"""A day and an hour of Tehran as people write them, in any digits; without an hour the day's beginning."""
OfNobody = AfterValidator(_of_nobody)
"""On a text that is kept open: it holds no mobile and no national id."""
