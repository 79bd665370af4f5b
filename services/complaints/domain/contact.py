"""Whom a complaint's answer is for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The citizen's number, sealed. What opens it, and what it is found by, lies with the person's key."""

    id: str
    sealed: str
