"""Who asks: a person acting for posts, or a system; and what a permission is."""

from dataclasses import dataclass

from shared.events.directory import Post, Role
from shared.language import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Whoever a good token speaks for, with the posts they act for at this moment."""

    subject: str
    agency_id: str
    posts: tuple[Post, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of all their posts."""
        return frozenset(post.role for post in self.posts)

    def acting(self, may: "May") -> Post | None:
        """The post by which they may do it; None where no post of theirs allows it."""
        return next((post for post in self.posts if post.role in may.roles), None)

    def named(self, may: "May") -> str:
        """As the history names them: post and person."""
        post = self.acting(may)
        return f"post:{post.id} person:{self.subject}" if post else f"person:{self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class May:
    """One thing that can be done, and the roles that may. A service has them all in its `access.py`.

    `to_all` is for what needs no token: citizens know a tracking code and a mobile, not an account.
    """

    name: str
    says: Text
    roles: frozenset[Role] = frozenset()
    to_all: bool = False
