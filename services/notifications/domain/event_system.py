"""A system of an agency that looks after its own subscriptions, known by its sign-in at the issuer.

named <-> removed, by the agency: an agency answers for whom it tells
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

SUBSCRIPTIONS_MAX = 10
"""Of one system: one that registers at each start doesn't use up what its agency may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSystem:
    """`subject` is who its tokens speak for; `post_id` named it, and is told when it is sent nothing more."""

    id: str
    agency_id: str
    subject: str
    name: str
    post_id: str
    named_at: datetime
    removed_at: datetime | None = None

    def named(self, name: str, post_id: str, now: datetime) -> Self:
        """Named again, after it was removed perhaps."""
        if (self.name, self.post_id, self.removed_at) == (name, post_id, None):
            return self
        return replace(self, name=name, post_id=post_id, named_at=now, removed_at=None)

    def remove(self, now: datetime) -> Self:
        """It looks after nothing any more; what it registered is its agency's, and goes on."""
        return self if self.removed_at is not None else replace(self, removed_at=now)
