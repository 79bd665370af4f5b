"""Who belongs to a meeting."""

from dataclasses import dataclass
from typing import Self

from services.meetings.domain.committee import Committee


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """Who belongs to a meeting: as the committee stands, until the meeting is opened."""

    chair: str
    secretary: str
    members: tuple[str, ...]
    head_post: str | None

    @classmethod
    def of(cls, committee: Committee) -> Self:
        """The committee's own of this moment."""
        return cls(
            chair=committee.chair,
            secretary=committee.secretary,
            members=committee.member_posts(),
            head_post=committee.head_post,
        )

    def invited(self) -> tuple[str, ...]:
        """Everybody who is told when it is: the members, then the secretary."""
        return tuple(dict.fromkeys([*self.members, self.secretary]))

    def addressees(self) -> tuple[str, ...]:
        """To whom the decisions go: the members and the head's office (PORTAL-10-6)."""
        return tuple(dict.fromkeys([*self.members, *([self.head_post] if self.head_post else [])]))
