"""What it takes to reach a person: their number or address, sealed, and the key to it, wrapped."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from shared.events.contacts import ContactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """It came in two parts, over two topics; the person is forgotten as soon as one of them is gone."""

    contact_id: str
    agency_id: str
    person_id: str | None = None
    sealed: str
    wrapped_key: str
    kind: ContactKind = ContactKind.MOBILE

    @classmethod
    def of(cls, contact_id: str, sealed: Mapping[str, Any], key: Mapping[str, Any]) -> Self:
        """Put together from what the two topics said."""
        return cls(
            contact_id=contact_id,
            agency_id=sealed["agency_id"],
            person_id=sealed.get("person_id"),
            sealed=sealed["sealed"],
            wrapped_key=key["wrapped_key"],
            kind=ContactKind(sealed.get("kind", ContactKind.MOBILE)),
        )
