"""What an agency answers again and again, with places for what differs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from shared.language import Text
from shared.rule import Invalid

_PLACE = re.compile(r"\{([^{}]*)\}")


class Place(StrEnum):
    """What can stand in braces: all of it is known of every complaint."""

    CODE = "code"
    SERVICE = "service"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """An answer's wording. A change is for answers to come: an answer given keeps its own words."""

    id: str
    agency_id: str
    title: str
    text: str
    made_at: datetime
    withdrawn_at: datetime | None = None

    @classmethod
    def make(cls, *, id_: str, agency_id: str, title: str, text: str, now: datetime) -> Self:
        """Raises Invalid for a place that nothing fills."""
        _must_be_fillable(text)
        return cls(id=id_, agency_id=agency_id, title=title, text=text, made_at=now)

    def reword(self, *, title: str, text: str) -> Self:
        """The same under the same id. Raises Invalid as `make` does."""
        _must_be_fillable(text)
        return replace(self, title=title, text=text)

    def withdraw(self, now: datetime) -> Self:
        """Not offered any more; withdrawn twice is withdrawn once."""
        return self if self.withdrawn_at is not None else replace(self, withdrawn_at=now)

    def filled(self, values: Mapping[Place, str]) -> str:
        """The answer's words. What fills a place is never looked into for places."""
        return _PLACE.sub(lambda found: values[Place(found[1])], self.text)


def _must_be_fillable(text: str) -> None:
    known = [one.value for one in Place]
    unknown = sorted({name for name in _PLACE.findall(text) if name not in known})
    if unknown or set("{}") & set(_PLACE.sub("", text)):
        what = "، ".join(unknown) or "{ }"
        raise Invalid(
            "/text",
            Text(
                fa=f"«{what[:100]}» را چیزی پر نمی‌کند؛ میان آکولاد فقط این‌ها می‌آید: {'، '.join(known)}.",
                en=f"Nothing fills {what[:100]!r}; between braces only these can stand: {', '.join(known)}.",
            ),
        )
