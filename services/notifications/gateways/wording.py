"""How a request to an HTTP service is written: data of a plan."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal, cast

from pydantic import Field

from services.notifications.gateways.plan import Strict
from services.notifications.gateways.port import NotReached
from services.notifications.gateways.reading import Fields, Reading

IDS = ("id", "uid")
SENDING, FINDING = ("to", "text", "sender", "receipts", *IDS), (*IDS, "gateway_id")
NUMBER = "|number}"
NAMES = re.compile(r'\{([^{}"]+)\}')
"""What is in braces; with a quote in between it is JSON within a text."""


class Asking(Strict):
    """A request with `{to}`, `{text}`, `{sender}`, `{receipts}`, `{id}`, `{uid}` (our id as a number),
    `{gateway_id}` and the plan's secrets by name; `{uid|number}` alone in its place becomes a number.
    """

    method: Literal["GET", "POST"] = "POST"
    url: str
    headers: Mapping[str, str] = Field(default_factory=dict[str, str])
    params: Mapping[str, Any] | None = None
    form: Mapping[str, Any] | None = None
    json_: Any = Field(default=None, alias="json")
    answer: Reading

    def check(self, place: str, words: Collection[str]) -> None:
        """ValueError for a name in braces that is none of these words: it says where, never what it is."""
        texts = {"url": self.url, "headers": self.headers}
        values = {"params": self.params, "form": self.form, "json": self.json_}
        wrong = [*_strays(texts, words, place), *_strays(values, words, place, numbers=True)]
        if wrong:
            known = " ".join(f"{{{one}}}" for one in words)
            raise ValueError(
                f"{', '.join(wrong)}: a name in braces that isn't known here; known are {known}, "
                "and alone in its place in params, form or json {…|number} / "
                f"نامی در آکولاد که اینجا شناخته نیست؛ نام‌های شناخته: {known}"
                " و تنها در جای خود در params، form یا json هم {…|number}"
            )


def filled(given: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The same with each name's word in its place; NotReached where one that is to be a number isn't."""
    match given:
        case str():
            if given.endswith(NUMBER):
                return _number(words[given[1 : -len(NUMBER)]])
            return _in_text(given, words)
        case Mapping():
            return {str(name): filled(value, words) for name, value in cast("Fields", given).items()}
        case list():
            return [filled(value, words) for value in cast("list[Any]", given)]
        case _:
            return given


def _number(word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise NotReached from None


def _strays(given: Any, words: Collection[str], place: str, *, numbers: bool = False) -> Iterator[str]:  # noqa: ANN401
    """Where a text has a name that isn't one of the words."""
    match given:
        case str():
            alone = numbers and given.startswith("{") and given.endswith(NUMBER)
            names = [given[1 : -len(NUMBER)]] if alone else NAMES.findall(given)
            if not set(names) <= set(words):
                yield place
        case Mapping():
            for name, value in cast("Fields", given).items():
                yield from _strays(value, words, f"{place}.{name}", numbers=numbers)
        case list():
            for at, value in enumerate(cast("list[Any]", given)):
                yield from _strays(value, words, f"{place}.{at}", numbers=numbers)
        case _:
            pass


def _in_text(given: str, words: Mapping[str, str]) -> str:
    """In one pass: what a citizen wrote is never read for further names."""
    parts = given.split("{")
    for at, part in enumerate(parts[1:], start=1):
        name, found, rest = part.partition("}")
        parts[at] = words[name] + rest if found and name in words else "{" + part
    return "".join(parts)
