"""Who asks: a person acting for posts, or a system; and what a permission is."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.events.directory import Post, Role
from shared.language import Text


class Unauthenticated(Exception):
    """No good token: 401."""


class Forbidden(Exception):
    """A good token of somebody who may not: 403."""

    def __init__(self, may: "May") -> None:
        super().__init__(may.name)
        self.may = may


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

    def acting(self, may: "May", fits: Callable[[Post], bool] = lambda _: True) -> Post:
        """The post by which they may do it, of those that fit the thing in hand; Forbidden without one."""
        for post in self.posts:
            if post.role in may.roles and fits(post):
                return post
        raise Forbidden(may)

    def named(self, post: Post) -> str:
        """As the history names them: post and person."""
        return f"post:{post.id} person:{self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class May:
    """One thing that can be done, and the roles that may. A service has them all in its `access.py`.

    `to_all` is for what needs no token: citizens know a tracking code and a mobile, not an account.
    """

    name: str
    says: Text
    roles: frozenset[Role] = frozenset()
    to_all: bool = False
