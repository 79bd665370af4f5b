"""One wording of an item, and the steps that were taken on exactly this wording."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from services.content import rules
from shared.language import Text
from shared.rule import Refused


class Status(StrEnum):
    """The last step that was taken; a withdrawn item's is WITHDRAWN whatever its newest revision's was."""

    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Who took it, for which post, and when."""

    status: Status
    post_id: str
    person_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A wording. It is never changed: another wording is another revision."""

    number: int
    title: str
    text: str
    digest: str
    steps: tuple[Step, ...]
    rank: int | None = None
    reason: str | None = None

    @classmethod
    def first_step(cls, *, number: int, title: str, text: str, step: Step) -> Self:
        """As it is submitted."""
        return cls(number=number, title=title, text=text, digest=digest_of(title, text), steps=(step,))

    @property
    def status(self) -> Status:
        """The last step taken."""
        return self.steps[-1].status

    @property
    def submitted_at(self) -> datetime:
        """When its way began."""
        return self.steps[0].at

    def moved(self, step: Step, *, rank: int | None = None, reason: str | None = None) -> Self:
        """After one more step. Refuses a person who took another step of this revision (PORTAL-7)."""
        others = {one.person_id for one in self.steps if one.status is not step.status}
        if rules.takes_second_step(step.person_id, took_other_steps=others):
            raise Refused(
                rules.COURSE,
                Text(
                    fa="شما پیش‌تر مرحلهٔ دیگری از همین نسخه را انجام داده‌اید؛ این مرحله با شخص دیگری است.",
                    en="You took another step of this revision already; this one is for somebody else.",
                ),
            )
        return replace(
            self,
            steps=(*self.steps, step),
            rank=self.rank if rank is None else rank,
            reason=self.reason if reason is None else reason,
        )


def digest_of(title: str, text: str) -> str:
    """SHA-256 of a wording. The title's length leads, so that nothing moves between title and text."""
    return hashlib.sha256(f"{len(title)}:{title}{text}".encode()).hexdigest()
