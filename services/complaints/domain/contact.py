"""Whom a complaint's answer is for."""

from dataclasses import dataclass
from typing import NamedTuple

from shared.events.contacts import ContactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The citizen's number, or the address they wrote from, sealed.

    What opens it, and what it is found by, lies with the person's key.

    `sealed` is None for who gave no number: they have a key still, for what staff write of them.
    """

    id: str
    sealed: str | None
    kind: ContactKind = ContactKind.MOBILE

    @property
    def reached_by(self) -> str | None:
        """How events name them: None where no message can reach them."""
        return self.id if self.sealed else None


class Whose(NamedTuple):
    """A case and its citizen, by ids."""

    id: str
    agency_id: str
    contact_id: str
