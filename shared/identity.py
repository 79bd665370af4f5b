"""The only place that makes ids. Everything else takes them as arguments."""

import secrets
from base64 import b32encode
from uuid import NAMESPACE_URL, uuid5

import uuid_utils
from stdnum import luhn

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
_VALUES = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bytes(range(32)))
_DOUBLED = bytes.maketrans(bytes(range(32)), bytes(sum(divmod(2 * value, 32)) for value in range(32)))
_LETTERS = bytes.maketrans(bytes(range(32)), CROCKFORD.encode())
_PAYGIR = uuid5(NAMESPACE_URL, "ir.paygir")
_HEARD_ALIKE = str.maketrans("OIL", "011")


def new_id() -> str:
    """A new id, in order of time: new documents lie together in the index."""
    return str(uuid_utils.uuid7())


def derived_id(*parts: str) -> str:
    """The same id for the same parts, for ever: what is made twice from one cause is made once."""
    return str(uuid5(_PAYGIR, "\x1f".join(parts)))


def new_code() -> str:
    """A tracking code: 15 random Crockford characters (75 bits) and a check character."""
    # Luhn modulo 32, as `read_code` checks it by the library, which takes eight times as long to make it.
    values = b32encode(secrets.token_bytes(10)).translate(_VALUES)[: CODE_LENGTH - 1]
    check = -(sum(values[::-2].translate(_DOUBLED)) + sum(values[-2::-2])) % len(CROCKFORD)
    return bytes([*values, check]).translate(_LETTERS).decode()


def new_secret() -> str:
    """A key for another system: 256 random bits."""
    return secrets.token_urlsafe(32)


def read_code(text: str) -> str | None:
    """The tracking code in what a person typed (small letters, spaces, dashes, O for 0), or None."""
    code = "".join(text.split()).replace("-", "").upper().translate(_HEARD_ALIKE)
    return code if len(code) == CODE_LENGTH and luhn.is_valid(code, CROCKFORD) else None


def show_code(code: str) -> str:
    """In groups of four, as people read it aloud."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
