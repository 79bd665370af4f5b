"""One of those a broadcast is for."""

from dataclasses import dataclass
from enum import StrEnum

from shared.events.contacts import ContactKind
from shared.identity import derived_id


class Laid(StrEnum):
    """What became of somebody's message before it was one."""

    WAITING = "waiting"
    OUT = "laid-out"
    DROPPED = "told-by-the-first"
    GONE = "gone"
    """Off the list, out of the group, or erased, before their turn came."""
    STOPPED = "stopped"
    TAKEN_BACK = "taken-back"
    """Laid out, and stopped before anybody began to send it."""
    TOO_LATE = "too-late"


TOLD = frozenset({Laid.WAITING, Laid.OUT})
"""Who is told, or is going to be: a second message for them is a duplicate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """`known_by` are keyed hashes: of the number, of the person where they are staff. The first names them.

    Nobody reaches them by the broadcast's channel where they have neither contact nor post. `kind` is that of
    the contact.
    """

    id: str = ""
    known_by: tuple[str, ...]
    contact_id: str | None = None
    kind: ContactKind = ContactKind.MOBILE
    member_id: str | None = None
    post_id: str | None = None
    laid: Laid = Laid.WAITING

    @property
    def is_reached(self) -> bool:
        """Whether anything can be laid out for them."""
        return self.contact_id is not None or self.post_id is not None

    @property
    def goes_by_sms(self) -> bool:
        """Whether their message is paid for by its parts."""
        return self.contact_id is not None and self.kind is ContactKind.MOBILE

    def message_id(self, broadcast_id: str) -> str:
        """For ever the same: however often it is laid out, it is one. Nothing of the number is in it."""
        return derived_id("broadcast", broadcast_id, self.contact_id or self.post_id or "")
