"""How a request to an HTTP service is written: data of a plan."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from pydantic import Field

from services.notifications.gateways.plan import Strict
from services.notifications.gateways.reading import Fields, Reading


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


def filled(given: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The same with each name's word in its place."""
    match given:
        case str():
            if given.endswith("|number}"):
                return int(words[given[1 : -len("|number}")]])
            return _in_text(given, words)
        case Mapping():
            return {str(name): filled(value, words) for name, value in cast("Fields", given).items()}
        case list():
            return [filled(value, words) for value in cast("list[Any]", given)]
        case _:
            return given


def _in_text(given: str, words: Mapping[str, str]) -> str:
    """In one pass: what a citizen wrote is never read for further names."""
    parts = given.split("{")
    for at, part in enumerate(parts[1:], start=1):
        name, found, rest = part.partition("}")
        parts[at] = words[name] + rest if found and name in words else "{" + part
    return "".join(parts)
