"""What a change of an event's schema would break: readers not yet renewed, or records already kept."""

import json
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

Schema = dict[str, Any]
# Looked at one by one below; what else a schema says (format, bounds, patterns) must stay as it is.
LOOKED_AT = frozenset({"properties", "required", "anyOf", "enum", "const", "items", "prefixItems", "default"})


def breaks(promised: Mapping[str, Schema], now: Mapping[str, Schema]) -> list[str]:
    """A sentence for each thing that breaks, empty when all is as promised or only more."""
    found: list[str] = []
    for name, schema in promised.items():
        if name in now:
            found += [f"{name}: {what}" for what in _breaks(schema, now[name], "")]
        else:
            found.append(f"{name}: gone, and records of it are kept for good")
    return found


def _breaks(old: Schema, new: Schema, at: str) -> Iterator[str]:
    place = at or "the event"
    if ("anyOf" in old) != ("anyOf" in new):
        yield f"{place} is of another type"
        return
    yield from _fields(old, new, at)
    yield from _values(old, new, place)
    for key in ("anyOf", "prefixItems"):
        yield from _side_by_side(old.get(key, []), new.get(key, []), place)
    if "items" in old and "items" in new:
        yield from _parts(old["items"], new["items"], f"{place}[]")
    for key in sorted((old.keys() | new.keys()) - LOOKED_AT):
        if old.get(key) != new.get(key):
            yield f"{place} has another {key}: {_said(old.get(key))}, now {_said(new.get(key))}"


def _fields(old: Schema, new: Schema, at: str) -> Iterator[str]:
    before: dict[str, Schema] = old.get("properties", {})
    after: dict[str, Schema] = new.get("properties", {})
    for name, schema in before.items():
        path = f"{at}.{name}" if at else name
        if name not in after:
            yield f"{path} is gone"
        else:
            yield from _breaks(schema, after[name], path)
    for name in sorted(set(new.get("required", [])) - set(old.get("required", []))):
        path = f"{at}.{name}" if at else name
        yield f"{path} is required now, and older records lack it"


def _values(old: Schema, new: Schema, place: str) -> Iterator[str]:
    before, after = _allowed(old), _allowed(new)
    if after is None:
        return
    if before is None:
        yield f"{place} takes only some values now"
    elif gone := sorted(before - after):
        yield f"{place} no longer takes {', '.join(gone)}"


def _allowed(schema: Schema) -> set[str] | None:
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return None if values is None else {_said(value) for value in values}


def _side_by_side(old: list[Schema], new: list[Schema], place: str) -> Iterator[str]:
    for before, after in zip_longest(old, new):
        if before is None or after is None:
            yield f"{place} is of another type"
        else:
            yield from _breaks(before, after, place)


def _parts(old: Any, new: Any, place: str) -> Iterator[str]:  # noqa: ANN401 - a schema, or yes or no
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _breaks(old, new, place)  # pyright: ignore[reportUnknownArgumentType]
    elif old != new:
        yield f"{place} is of another type"


def _said(value: Any) -> str:  # noqa: ANN401 - any value of JSON
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
