"""The words of one agency for one thing that citizens are told: drafted, published, withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from services.notifications.domain.occasions import Bounds, Occasion
from services.notifications.domain.words import Source, Words
from shared.events.directory import PROVINCE
from shared.identity import derived_id
from shared.language import Text
from shared.rule import Invalid

POINTER = "/words"
NOTHING_DRAFTED = Text(fa="پیش‌نویسی نوشته نشده است.", en="There is no draft.")
VERSIONS_MAX = 20
"""So many of the newest versions are kept to be read; numbers go on."""


def id_of(agency_id: str, occasion: str) -> str:
    """An agency has one wording for each thing: its id says so."""
    return derived_id("wording", agency_id, occasion)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Words as they were published, by which post. A published version is never changed."""

    number: int
    text: str
    post_id: str
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """`draft` is what is worked on, None when there is nothing new; `in_force` the number of the version that
    holds, None where the words below it do: the province's, else the release's.
    """

    id: str
    agency_id: str
    occasion: str
    draft: str | None
    versions: tuple[Version, ...] = ()
    in_force: int | None = None

    @classmethod
    def begin(cls, agency_id: str, occasion: str, text: str) -> Self:
        """A first draft, whatever is still wrong with it."""
        return cls(id=id_of(agency_id, occasion), agency_id=agency_id, occasion=occasion, draft=text)

    def redraft(self, text: str) -> Self:
        """In the place of the draft before; what holds goes on holding."""
        return replace(self, draft=text)

    def publish(self, occasion: Occasion, bounds: Bounds, *, post_id: str, now: datetime) -> Self:
        """From now on messages are queued in these words. Published twice is published once.

        Raises Invalid for a draft that could not be sent or lacks something, and where nothing is drafted.
        """
        if self.draft is None and self.in_force is not None:
            return self
        text = publishable(self.draft, occasion, bounds)
        number = self.versions[-1].number + 1 if self.versions else 1
        version = Version(number=number, text=text, post_id=post_id, published_at=now)
        versions = (*self.versions, version)[-VERSIONS_MAX:]
        return replace(self, draft=None, versions=versions, in_force=number)

    def withdraw(self) -> Self:
        """The words below hold again, for what is queued from now on."""
        return replace(self, in_force=None)

    @property
    def words(self) -> Words | None:
        """The version in force."""
        return next(
            (
                Words(text=one.text, source=self.source, version=one.number)
                for one in self.versions
                if one.number == self.in_force
            ),
            None,
        )

    @property
    def source(self) -> Source:
        """Whose they are."""
        return source_of(self.agency_id)


def source_of(agency_id: str) -> Source:
    """Whose words an agency's own are."""
    return Source.PROVINCE if agency_id == PROVINCE else Source.AGENCY


def publishable(draft: str | None, occasion: Occasion, bounds: Bounds) -> str:
    """The draft, if nothing is wrong with it; else Invalid, with all that is."""
    if draft is None:
        raise Invalid(POINTER, NOTHING_DRAFTED)
    if faults := occasion.faults(draft, bounds):
        raise Invalid(POINTER, faults[0], others=[(POINTER, one) for one in faults[1:]])
    return draft


def holding(occasion: Occasion, wordings: Iterable[Wording]) -> Words | None:
    """What holds of an agency's own wording and the province's; None for the release's.

    Words that a release no longer fills are passed over: a message is never stuck for its wording.
    """
    published = [one.words for one in wordings]
    fit = [one for one in published if one is not None and occasion.fills(one.text)]
    return min(fit, key=lambda one: one.source is not Source.AGENCY, default=None)
