"""What each event looks like, as a JSON schema; and the form in which that is frozen."""

import json
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel

from shared.events.catalogue import public_events
from shared.events.contacts import SealedContact, WrappedKey
from shared.events.event import TYPE_PREFIX
from shared.events.requests import SealedRequest

Schema = dict[str, Any]
FROZEN = Path(__file__).parents[2] / "tests" / "contracts"
PRIVATE = {
    f"{TYPE_PREFIX}.contacts.SealedContact": SealedContact,
    f"{TYPE_PREFIX}.keys.WrappedKey": WrappedKey,
    f"{TYPE_PREFIX}.requests.SealedRequest": SealedRequest,
}
"""What goes over the private topics, by name."""
# Words for people may change at any time.
FOR_PEOPLE = frozenset({"title", "description", "examples"})


def schemas() -> dict[str, Schema]:
    """The contract: what goes over the bus, by name."""
    found: dict[str, type[BaseModel]] = {**public_events(), **PRIVATE}
    return {name: schema_of(found[name]) for name in sorted(found)}


def schema_of(model: type[BaseModel]) -> Schema:
    """As a reader needs it: what must be there, and what it may be. Every reference is written out."""
    schema = model.model_json_schema(mode="validation")
    return _plain({key: value for key, value in schema.items() if key != "$defs"}, schema.get("$defs", {}))


def _plain(schema: Schema, named: dict[str, Schema]) -> Schema:
    if "$ref" in schema:
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return _plain({**named[schema["$ref"].rsplit("/", 1)[1]], **beside}, named)
    plain: Schema = {}
    for key, value in schema.items():
        if key == "properties":
            plain[key] = {name: _plain(one, named) for name, one in value.items()}
        elif key not in FOR_PEOPLE:
            plain[key] = _within(value, named)
    return plain


def _within(value: Any, named: dict[str, Schema]) -> Any:  # noqa: ANN401 - any part of a schema
    match value:
        case dict():
            return _plain(cast("Schema", value), named)
        case list():
            return [_within(one, named) for one in cast("list[Any]", value)]
        case _:
            return value


def frozen(folder: Path = FROZEN) -> dict[str, Schema]:
    """The contract as it was promised last."""
    found = sorted(folder.glob(f"{TYPE_PREFIX}.*.json"))
    return {path.name.removesuffix(".json"): json.loads(path.read_text("utf-8")) for path in found}


def freeze(name: str, schema: Schema, folder: Path = FROZEN) -> Path:
    """Promise it: one file for each type."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")
    return path
