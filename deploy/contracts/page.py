"""The event catalogue for people: docs/events.md."""

from collections.abc import Mapping, Sequence
from inspect import getdoc
from itertools import groupby
from typing import Any

from deploy.contracts.listeners import Listener
from deploy.contracts.schemas import PRIVATE, Schema, schema_of
from shared.events.contacts import SealedContact, WrappedKey
from shared.events.event import Event
from shared.events.requests import SealedRequest

ABOUT = """\
# The events

Written by `paygir docs` from `shared/events/` and the services' subscriptions; change it there.
[asyncapi.yaml](asyncapi.yaml) says the same for programs; [adding-an-event.md](adding-an-event.md) tells how
one is added.

Every event is a CloudEvent 1.0 in Kafka's binary mode: the fields below are the value, as JSON; the headers
say which event it is (`ce_type`), of which aggregate (`ce_subject`, also the record's key) and which in order
(`ce_sequence`: 1, 2, 3, ...), of which agency (`ce_agency`) and under which clause (`ce_clause`). Fields are
ids and codes: never a name, a number or what somebody wrote. An event is delivered at least once, and in
order for each aggregate.
"""


def page(events: Mapping[str, type[Event]], listeners: Sequence[Listener]) -> str:
    """Publisher by publisher."""
    parts = [ABOUT]
    by_publisher = sorted(events.items(), key=lambda item: item[1].publisher)
    for publisher, group in groupby(by_publisher, key=lambda item: item[1].publisher):
        kinds = dict(group)
        topic = next(iter(kinds.values())).topic()
        parts.append(f"## {publisher}\n\nTopic `{topic}`.\n")
        parts += [_event(name, kind, listeners) for name, kind in kinds.items()]
    parts += [_private(kind, listeners) for kind in PRIVATE.values()]
    return "\n".join(parts)


def _event(name: str, kind: type[Event], listeners: Sequence[Listener]) -> str:
    who = [f"{one.service} ({one.name})" for one in listeners if name in one.takes.get(kind.topic(), ())]
    return "\n".join(
        [
            f"### {kind.__name__}",
            "",
            f'{kind.says.en} <span dir="rtl">{kind.says.fa}</span>',
            "",
            *([_one_line(kind), ""] if getdoc(kind) else []),
            f"`{name}`; read by {', '.join(who) or 'nobody yet'}.",
            "",
            *_fields(schema_of(kind)),
            "",
        ]
    )


def _private(kind: type[SealedContact | WrappedKey | SealedRequest], listeners: Sequence[Listener]) -> str:
    who = [f"{one.service} ({one.name})" for one in listeners if kind.topic in one.takes]
    return "\n".join(
        [
            f"## {kind.topic.removeprefix('paygir.')}",
            "",
            f"Private, compacted topic `{kind.topic}`, keyed by `{next(iter(kind.model_fields))}`.",
            _one_line(kind),
            "",
            f"Read by {', '.join(who)}.",
            "",
            *_fields(schema_of(kind)),
            "",
        ]
    )


def _one_line(kind: type) -> str:
    return " ".join((getdoc(kind) or "").split())


def _fields(schema: Schema) -> list[str]:
    needed = schema.get("required", [])
    return [
        "| field | what | |",
        "| --- | --- | --- |",
        *[
            f"| `{name}` | {_kind(one)} | {'' if name in needed else 'may lack'} |"
            for name, one in schema["properties"].items()
        ],
    ]


def _kind(schema: Schema) -> str:
    """The type in a few words; `|` would end the table's cell."""
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    values: list[Any] = schema.get("enum", [])
    if values:
        return " / ".join(f"`{value}`" for value in values)
    if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
        return f"list of {_kind(schema['items'])}"
    return schema.get("format", schema.get("type", "anything"))
