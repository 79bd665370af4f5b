"""Whom a complaint's answer is for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The citizen's number: sealed, and as a keyed hash to compare with."""

    id: str
    number_hash: str
    sealed: str
    wrapped_key: str
