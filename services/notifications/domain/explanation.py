"""Rules (RIGHTS-P5-5), rights, duties and mutual expectations (RIGHTS-P3-1) in an agency's plain words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from services.notifications.domain.sms import parts_of
from services.notifications.domain.words import NOT_SHOWN, is_shown
from shared.events.directory import PROVINCE
from shared.identity import derived_id
from shared.language import Text
from shared.persian import latin_digits, persian_digits
from shared.rule import Invalid

NUMBERS_MAX: Final = 99
"""Two digits: short to send, and to press."""
CUT: Final = "…"
NOTHING_WRITTEN: Final = Text(fa="چیزی برای انتشار نوشته نشده است.", en="Nothing is written to be published.")
_NUMBER: Final = re.compile(r"\W*([0-9]{1,2})\W*")
_SENTENCE: Final = re.compile(r"(?<=[.!?؟؛])\s+|\n+")


class Kind(StrEnum):
    """What it tells people, in the order in which it is read."""

    RIGHT = "right"
    DUTY = "duty"
    EXPECTATION = "expectation"
    RULE = "rule"


CHAPTERS: Final[Mapping[Kind, str]] = {
    Kind.RIGHT: "حقوق شما",
    Kind.DUTY: "تکالیف شما",
    Kind.EXPECTATION: "انتظارات متقابل",
    Kind.RULE: "قوانین و مقررات به زبان ساده",
}
"""Persian only, as all that stands below them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What a rule says; `source` is the law and the article that say it."""

    title: str
    text: str
    source: str
    kind: Kind = Kind.RULE

    @property
    def cited(self) -> str:
        """Where it is written, as it stands below it."""
        return f"مستند: {self.source}"

    @property
    def shown(self) -> str:
        """As it stands on a phone."""
        return f"{self.title}\n{self.text}\n{self.cited}"

    @property
    def sentences(self) -> Sequence[str]:
        """As it is read aloud."""
        said = [one.strip() for one in _SENTENCE.split(self.text)]
        return [self.title, *(one for one in said if one), f"مستند این سخن، {self.source} است."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What an agency says under one number. `draft` is worked on; `in_force` is what people are told, None
    where they aren't.
    """

    id: str
    agency_id: str
    number: int
    draft: Explained | None
    in_force: Explained | None = None
    published_at: datetime | None = None

    @classmethod
    def begin(cls, agency_id: str, number: int, draft: Explained) -> Self:
        """Nobody is told it yet."""
        return cls(id=id_of(agency_id, number), agency_id=agency_id, number=number, draft=draft)

    def redraft(self, draft: Explained) -> Self:
        """In the place of the draft before; what people are told stays."""
        return replace(self, draft=draft)

    def publish(self, parts_max: int, now: datetime) -> Self:
        """From now on people are told it. Published twice is published once. Invalid where it doesn't fit."""
        if self.draft is None:
            if self.in_force is None:
                raise Invalid("/words", NOTHING_WRITTEN)
            return self
        if fault := fault_of(self.draft, parts_max):
            raise Invalid("/words", fault)
        return replace(self, draft=None, in_force=self.draft, published_at=now)

    def withdraw(self) -> Self:
        """People are told it no more; it stays as a draft."""
        return replace(self, draft=self.draft or self.in_force, in_force=None, published_at=None)


def id_of(agency_id: str, number: int) -> str:
    """An agency has one explanation under a number: its id says so."""
    return derived_id("explanation", agency_id, str(number))


def fault_of(one: Explained, parts_max: int) -> Text | None:
    """What keeps it from being sent."""
    if not is_shown(one.shown):
        return NOT_SHOWN
    parts = parts_of(one.shown)
    if parts <= parts_max:
        return None
    fa, fa_most = persian_digits(str(parts)), persian_digits(str(parts_max))
    return Text(
        fa=f"این متن با عنوان و مستندش {fa} بخش پیامک می‌شود؛ بیش از {fa_most} بخش فرستاده نمی‌شود.",
        en=f"With its title and source it takes {parts} parts; {parts_max} are the most.",
    )


def asked_for(rest: str) -> int | None:
    """The number that follows the word for it; 0 where nothing does, None where it goes on otherwise."""
    if not rest.strip():
        return 0
    found = _NUMBER.fullmatch(latin_digits(rest))
    return None if found is None else int(found[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What people are told under a number, and since when."""

    number: int
    one: Explained
    since: datetime


def told(all_: Iterable[Explanation]) -> Sequence[Told]:
    """What holds of an agency's and the province's, by number; under the same one the agency's own."""
    held: dict[int, Told] = {}
    for each in sorted(all_, key=lambda one: one.agency_id != PROVINCE):
        if each.in_force is not None and each.published_at is not None:
            held[each.number] = Told(number=each.number, one=each.in_force, since=each.published_at)
    return [held[number] for number in sorted(held)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """All that an agency tells, to be read at length. `line`, where it has one, takes SMS with `ask_by`."""

    agency: str
    told: tuple[Told, ...]
    ask_by: str
    line: str | None

    @property
    def since(self) -> datetime | None:
        """Since when all of it holds; None where nothing is told."""
        return max((each.since for each in self.told), default=None)

    @property
    def chapters(self) -> Sequence[tuple[str, Sequence[Explained]]]:
        """What it tells under a heading each; none of them is empty."""
        parts = {kind: [each.one for each in self.told if each.one.kind is kind] for kind in CHAPTERS}
        return [(CHAPTERS[kind], some) for kind, some in parts.items() if some]


def answer(told_: Sequence[Told], number: int, word: str, parts_max: int) -> str | None:
    """The one that was asked for, else what there is to ask for; None where there is nothing."""
    for each in told_:
        if each.number == number:
            return each.one.shown
    if not told_:
        return None
    first = persian_digits(str(told_[0].number))
    lines = [f"برای خواندن هر یک، شمارهٔ آن را پس از واژهٔ «{word}» بفرستید؛ مانند: {word} {first}"]
    for each in told_:
        more = f"{persian_digits(str(each.number))}. {each.one.title}"
        if parts_of("\n".join([*lines, more, CUT])) > parts_max:
            lines.append(CUT)
            break
        lines.append(more)
    return "\n".join(lines)
