"""Telephone numbers of offices and addresses of work e-mail: read as people type them, shown masked."""

import re
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from shared.mobile import BETWEEN, LENGTH_MAX, masked
from shared.persian import latin_digits

EMAIL_LENGTH_MAX: Final = 254  # RFC 5321, 4.5.3.1.3
_MOBILE_PREFIX: Final = "+989"
_OF_AN_OFFICE: Final = frozenset(
    {PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
)
_LABEL: Final = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL: Final = re.compile(
    rf"([A-Za-z0-9_][A-Za-z0-9_+-]*(?:\.[A-Za-z0-9_+-]+)*)@((?:{_LABEL}\.)+[A-Za-z]{{2,63}})"
)


def read_phone(text: str) -> str | None:
    """`+985832123456` from an Iranian number with its area, in any way and digits; None for others."""
    if len(text) > LENGTH_MAX:
        return None
    try:
        number = phonenumbers.parse(latin_digits(text).translate(BETWEEN), "IR")
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number_for_region(number, "IR") or number.extension:
        return None
    if phonenumbers.number_type(number) not in _OF_AN_OFFICE:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def masked_phone(phone: str) -> str:
    """`058***3456`: the area and the end, of what `read_phone` gave."""
    return masked(phone) if phone.startswith(_MOBILE_PREFIX) else f"0{phone[3:5]}***{phone[-4:]}"


def read_email(text: str) -> str | None:
    """The address with its domain in small letters; None where it is none that a mail server would take."""
    if len(text) > EMAIL_LENGTH_MAX or not (found := _EMAIL.fullmatch(text.strip())):
        return None
    return f"{found[1]}@{found[2].lower()}"


def masked_email(email: str) -> str:
    """`z***@water.example.ir`: the first letter, and where it is."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}***@{domain}"


def at_home(number: str) -> str:
    """`09121234567` of `+989121234567`: as it is dialled in the country."""
    return f"0{number[3:]}"
