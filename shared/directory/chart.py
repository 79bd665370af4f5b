"""An agency's chart as a value: who holds which post now, and to whom it reports. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.events.directory import Name, Post, Role, Unit, UnitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One person in one post for a time; a stand-in goes before the holder while it lasts."""

    person_id: str
    from_at: datetime
    until_at: datetime | None = None
    stand_in: bool = False

    def is_at(self, now: datetime) -> bool:
        """Whether it lasts at this instant."""
        return self.from_at <= now and (self.until_at is None or now < self.until_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee:
    """A standing group of posts, its secretary's among them: whoever holds one of them now is in it."""

    id: str
    title: Name
    posts: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The units, posts and committees of one agency, and who fills them."""

    agency_id: str
    name: Name
    units: Mapping[str, Unit] = field(default_factory=dict[str, Unit])
    posts: Mapping[str, Post] = field(default_factory=dict[str, Post])
    holdings: Mapping[str, tuple[Holding, ...]] = field(default_factory=dict[str, tuple[Holding, ...]])
    committees: Mapping[str, Committee] = field(default_factory=dict[str, Committee])

    def holder(self, post_id: str, now: datetime) -> str | None:
        """The person who acts for the post now: its stand-in, else its holder, else nobody."""
        here = [holding for holding in self.holdings.get(post_id, ()) if holding.is_at(now)]
        here.sort(key=lambda holding: (holding.stand_in, holding.from_at))
        return here[-1].person_id if here else None

    def own_holder(self, post_id: str, now: datetime) -> str | None:
        """The person whose own post it is now, whether or not somebody stands in for them."""
        here = [one for one in self.holdings.get(post_id, ()) if one.is_at(now) and not one.stand_in]
        here.sort(key=lambda holding: holding.from_at)
        return here[-1].person_id if here else None

    def posts_of(self, person_id: str, now: datetime) -> tuple[Post, ...]:
        """The posts for which this person acts now."""
        return tuple(post for id_, post in self.posts.items() if self.holder(id_, now) == person_id)

    def of_role(self, role: Role, *, unit_id: str | None = None) -> tuple[Post, ...]:
        """Posts of a role, of the whole agency or of one unit."""
        return tuple(
            post for post in self.posts.values() if post.role is role and unit_id in (None, post.unit_id)
        )

    def domain_of(self, unit_id: str) -> str | None:
        """The domain that a unit belongs to: itself, or the nearest above; None where there is none."""
        return next((unit.id for unit in self._upwards(unit_id) if unit.kind is UnitKind.DOMAIN), None)

    def county_of(self, unit_id: str | None) -> str | None:
        """The county in which a unit is: its own, or that of the county office above it; else None."""
        return next((unit.county for unit in self._upwards(unit_id) if unit.county is not None), None)

    def is_within(self, unit_id: str | None, above_id: str | None) -> bool:
        """Whether a unit is that one or lies below it."""
        return above_id is not None and any(unit.id == above_id for unit in self._upwards(unit_id))

    def line_above(self, post_id: str) -> Iterator[Post]:
        """The posts above, one after the other, as far as this chart goes; a circle ends it."""
        seen = {post_id}
        post = self.posts.get(post_id)
        while post is not None and post.reports_to is not None and post.reports_to not in seen:
            seen.add(post.reports_to)
            post = self.posts.get(post.reports_to)
            if post is not None:
                yield post

    def _upwards(self, unit_id: str | None) -> Iterator[Unit]:
        """A unit and those above it, nearest first; a circle ends it."""
        seen: set[str] = set()
        unit = self.units.get(unit_id or "")
        while unit is not None and unit.id not in seen:
            yield unit
            seen.add(unit.id)
            unit = self.units.get(unit.parent or "")
