"""The same as AsyncAPI 3: docs/asyncapi.yaml. FastStream's own leaves out the CloudEvents headers."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from typing_extensions import override

from deploy.contracts.listeners import Listener
from deploy.contracts.schemas import PRIVATE, schema_of
from deploy.embedded.topics import declared
from shared.cloudevents import CONTENT_TYPE, SPEC_VERSION
from shared.events.contacts import SealedContact, WrappedKey
from shared.events.event import TYPE_PREFIX, Event
from shared.events.requests import SealedRequest

Document = dict[str, Any]
TITLE = "# Written by `paygir docs` from shared/events/ and the services' subscriptions; change it there.\n"
TEXT = {"type": "string"}
HEADERS: Document = {
    "type": "object",
    "required": [
        "ce_specversion",
        "ce_id",
        "ce_type",
        "ce_source",
        "ce_subject",
        "ce_time",
        "ce_agency",
        "ce_sequence",
        "content-type",
    ],
    "properties": {
        "ce_specversion": {"const": SPEC_VERSION},
        "ce_id": {**TEXT, "description": "The event's place in its aggregate: the same however often sent."},
        "ce_type": TEXT,
        "ce_source": {**TEXT, "description": "/paygir/<service>"},
        "ce_subject": {**TEXT, "description": "The aggregate; also the record's key."},
        "ce_time": {**TEXT, "format": "date-time"},
        "ce_agency": TEXT,
        "ce_sequence": {
            **TEXT,
            "pattern": "^[1-9][0-9]*$",
            "description": "Which of its aggregate's events: 1, 2, 3, ...",
        },
        "ce_clause": {**TEXT, "description": "The clause of a directive under which it happened."},
        "traceparent": {**TEXT, "description": "W3C Trace Context."},
        "content-type": {"const": CONTENT_TYPE},
    },
}
PRIVATE_HEADERS: Document = {
    "type": "object",
    "required": ["content-type"],
    "properties": {"content-type": {"const": CONTENT_TYPE}, "traceparent": TEXT},
}

SUMMARIES: Mapping[type[SealedContact | WrappedKey | SealedRequest], str] = {
    SealedContact: "A citizen's number, sealed; without a value the contact is forgotten.",
    SealedRequest: "What a citizen wants by SMS, sealed; without a value it is done.",
    WrappedKey: "A person's key, wrapped; without a value it was deleted, and nothing opens what it sealed.",
}


def document(events: Mapping[str, type[Event]], listeners: Sequence[Listener]) -> str:
    """The whole of it, as YAML."""
    topics: dict[str, list[str]] = {}
    for name, kind in events.items():
        topics.setdefault(kind.topic(), []).append(name)
    topics |= {kind.topic: [name] for name, kind in PRIVATE.items()}
    messages = {name: _message(name, kind) for name, kind in events.items()}
    whole: Document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Paygir",
            "version": "1.0.0",
            "description": "The events of all services: CloudEvents 1.0 in Kafka's binary mode.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic: _channel(topic, topics[topic]) for topic in sorted(topics)},
        "operations": {**_sending(topics), **_receiving(topics, listeners)},
        "components": {
            "messages": {**messages, **{name: _private(name, kind) for name, kind in PRIVATE.items()}},
            "schemas": {"CloudEvent": HEADERS},
        },
    }
    return TITLE + yaml.dump(whole, Dumper=_Whole, allow_unicode=True, sort_keys=False, width=110)


class _Whole(yaml.SafeDumper):
    """Writes everything out where it stands, without YAML's anchors."""

    @override
    def ignore_aliases(self, data: object) -> bool:
        return True


def _short(name: str) -> str:
    """A message's name inside its channel: `ComplaintFiled.v1`."""
    return name.removeprefix(f"{TYPE_PREFIX}.").split(".", 1)[1]


def _channel(topic: str, names: Sequence[str]) -> Document:
    partitions = {one.name: one.partitions for one in declared()}
    return {
        "address": topic,
        "messages": {_short(name): {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": {"topic": topic, "partitions": partitions[topic], "bindingVersion": "0.5.0"}},
    }


def _message(name: str, kind: type[Event]) -> Document:
    exact = {"type": "object", "properties": {"ce_type": {"const": name}}}
    return {
        "name": name,
        "title": kind.__name__,
        "summary": kind.says.en,
        "description": kind.says.fa,
        "contentType": CONTENT_TYPE,
        "headers": {"allOf": [{"$ref": "#/components/schemas/CloudEvent"}, exact]},
        "payload": schema_of(kind),
        "bindings": {"kafka": {"key": {**TEXT, "description": "ce_subject"}, "bindingVersion": "0.5.0"}},
    }


def _private(name: str, kind: type[SealedContact | WrappedKey | SealedRequest]) -> Document:
    return {
        "name": name,
        "title": kind.__name__,
        "summary": SUMMARIES[kind],
        "contentType": CONTENT_TYPE,
        "headers": PRIVATE_HEADERS,
        "payload": schema_of(kind),
        "bindings": {"kafka": {"key": {**TEXT, "description": "contact_id"}, "bindingVersion": "0.5.0"}},
    }


def _operation(action: str, topic: str, names: Sequence[str]) -> Document:
    channel = f"#/channels/{topic}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{_short(name)}"} for name in names],
    }


def _sending(topics: Mapping[str, Sequence[str]]) -> Document:
    return {
        f"{topic.split('.')[1]}.send": _operation("send", topic, names)
        for topic, names in sorted(topics.items())
    }


def _receiving(topics: Mapping[str, Sequence[str]], listeners: Sequence[Listener]) -> Document:
    return {
        f"{one.service}.{one.name}": _operation("receive", topic, names or topics[topic])
        for one in listeners
        for topic, names in one.takes.items()
        if topic in topics
    }
