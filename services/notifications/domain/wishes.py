"""What people may wish not to be told, and what they are told in any case."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from services.notifications import rules
from shared.events.directory import PROVINCE
from shared.language import Text
from shared.rule import Refused


class WishKind(StrEnum):
    """What a message is to whoever gets it."""

    ESSENTIAL = "own-case-essential"
    """What somebody must learn of their own case, for something follows from it."""
    PROGRESS = "own-case-progress"
    """How it goes on meanwhile."""
    ANSWERS = "answers"
    """What they asked for themselves."""
    NOTICES = "notices"
    """The same to many."""
    SURVEYS = "surveys"
    """Questions that nobody has to answer."""

    @property
    def refusable(self) -> bool:
        """Whether somebody may wish for none of it."""
        return self.value in rules.REFUSABLE.preset

    @property
    def says(self) -> Text:
        """As people read it."""
        return SAYS[self]


SAYS: Mapping[WishKind, Text] = {
    WishKind.ESSENTIAL: Text(
        fa="خبرهای ضروری شکایت خود: ثبت، پرسش، سپردن به دستگاه دیگر، پاسخ، رسیدگی دوباره و بسته‌شدن",
        en="What must be known of one's own complaint: filed, asked, handed over, answered, reopened, closed",
    ),
    WishKind.PROGRESS: Text(
        fa="خبرهای میانی شکایت خود: آغاز رسیدگی، ارجاع، جابه‌جایی مهلت و ادامهٔ کار",
        en="How one's own complaint goes on: taken up, passed on, its deadline moved",
    ),
    WishKind.ANSWERS: Text(fa="پاسخ پیامک‌های خود", en="Answers to one's own messages"),
    WishKind.NOTICES: Text(fa="اطلاعیه‌ها و پیام‌های همگانی", en="Notices, sent alike to many"),
    WishKind.SURVEYS: Text(fa="نظرسنجی‌ها", en="Surveys"),
}
REFUSABLE = frozenset(kind for kind in WishKind if kind.refusable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What a number wishes for at an agency, or said to the province at all of them.

    `number_hash` is the keyed hash of the number; None once it was kept for long enough.
    """

    id: str
    agency_id: str
    number_hash: str | None
    refused: tuple[WishKind, ...]
    said_at: datetime
    has_words: bool = True
    """False once it is forgotten whose wish it was."""

    def say(self, refused: Collection[WishKind], now: datetime) -> Self:
        """What is wished from now on. A forgotten one is nobody's any more, and stays as it is."""
        if not self.has_words:
            return self
        return replace(self, refused=in_order(refused), said_at=now)

    def forget(self) -> Self:
        """Whose wish it was goes, and the wish with it."""
        return replace(self, number_hash=None, refused=(), has_words=False) if self.has_words else self


def in_order(kinds: Collection[WishKind]) -> tuple[WishKind, ...]:
    """Always the same way; Refused where one of them can't be refused."""
    if fixed := [kind for kind in WishKind if kind in kinds and not kind.refusable]:
        fa, en = (", ".join(texts) for texts in zip(*(kind.says for kind in fixed), strict=True))
        raise Refused(
            rules.REFUSABLE,
            Text(fa=f"از این پیام‌ها نمی‌توان صرف‌نظر کرد: {fa}.", en=f"These can't be refused: {en}."),
        )
    return tuple(kind for kind in WishKind if kind in kinds)


def in_force(said: Iterable[Preference]) -> Preference | None:
    """Of what one number said to an agency and to the province, what it said last holds."""
    return max(said, key=lambda one: (one.said_at, one.agency_id != PROVINCE), default=None)
