"""The ids of letters that Paygir sends: a reply carries them back, and by them finds its case."""

import re
from typing import Final

_OURS: Final = re.compile(r"paygir\.([0-9a-f-]{36})\.([A-Za-z0-9-]{1,64})@[^@\s]{1,255}")


def id_of_letter(about: str, message_id: str, domain: str) -> str:
    """The Message-ID, without its brackets, of a message about a case. It says nothing of a person."""
    return f"paygir.{about}.{message_id}@{domain}"


def is_ours(id_: str) -> bool:
    """Whether we gave it."""
    return _OURS.fullmatch(id_) is not None


def about(id_: str) -> str | None:
    """The id of the case that the letter of this id was about; None for anybody else's letter."""
    found = _OURS.fullmatch(id_)
    return found[1] if found else None
