"""Bodies made from their JSON schemas, and every place in them."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, cast

Json = dict[str, Any]
Place = tuple[str | int, ...]


def resolved(schema: Json, document: Json) -> Json:
    """Without a reference at its top, and of a value that may be null the value's own schema."""
    while True:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        elif "anyOf" in schema:
            [schema] = [one for one in schema["anyOf"] if one.get("type") != "null"]
        else:
            return schema


def places(schema: Json, document: Json, at: Place = ()) -> Iterator[tuple[Place, Json]]:
    """Every value in it with its schema, however deep; the first of each list stands for all."""
    schema = resolved(schema, document)
    yield at, schema
    for name, below in schema.get("properties", {}).items():
        yield from places(below, document, (*at, name))
    if "items" in schema:
        yield from places(schema["items"], document, (*at, 0))


def beyond(value: Any, schema: Json, document: Json, at: Place = ()) -> Iterator[Place]:
    """Places in an answer that its schema doesn't declare."""
    if value is None:
        return
    schema = resolved(schema, document)
    if isinstance(value, dict):
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        for name, below in cast("dict[str, Any]", value).items():
            inner = known.get(name, others or None)
            if inner is None:
                yield (*at, name)
            else:
                yield from beyond(below, inner, document, (*at, name))
    elif isinstance(value, list):
        for place, below in enumerate(cast("list[Any]", value)):
            yield from beyond(below, schema["items"], document, (*at, place))


def lawful(schema: Json, document: Json, *, whole: bool = False) -> Any:
    """A value that fits: its own example, else the smallest. `whole` fills optional fields and lists too."""
    schema = resolved(schema, document)
    if "enum" in schema or "const" in schema:
        return schema.get("const") or schema["enum"][0]
    if "examples" in schema and not whole:
        return deepcopy(schema["examples"][0])
    match schema.get("type"):
        case "object":
            wanted = schema.get("properties", {}) if whole else schema.get("required", [])
            return {name: lawful(schema["properties"][name], document, whole=whole) for name in wanted}
        case "array":
            count = max(schema.get("minItems", 0), int(whole))
            return [lawful(schema["items"], document, whole=whole) for _ in range(count)]
        case "string":
            return _text(schema)
        case "integer":
            return int(schema.get("minimum", 1))
        case "boolean":
            return True
        case other:
            raise NotImplementedError(f"{other}: {schema}")


def _text(schema: Json) -> str:
    if schema.get("format") == "date":
        return "2026-11-21"
    if "examples" in schema:
        return schema["examples"][0]
    return "x" * max(1, schema.get("minLength", 0))


def with_value(body: Any, place: Place, value: Any) -> Any:
    """A copy of the body with another value at a place."""
    if not place:
        return value
    changed = deepcopy(body)
    inside = changed
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    return changed


def pointer(place: Place) -> str:
    """As a problem names it."""
    return "".join(f"/{step}" for step in place)


def sent(body: Any) -> bytes:
    """As JSON; half letters stay what they are, as escapes."""
    return json.dumps(body).encode()
