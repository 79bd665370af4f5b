"""CloudEvents 1.0 in Kafka's binary mode: the event's data is the value, all else are headers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import orjson
from pydantic import ValidationError

from shared.events.event import DECLARED, Event
from shared.observe.faults import Tellable

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"


class Unreadable(Tellable, ValueError):
    """A record that isn't a CloudEvent of ours; it can never be worked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What goes on the bus, ready to send. Without a value it ends its key on a compacted topic."""

    topic: str
    key: str
    headers: dict[str, str]
    value: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An event with what CloudEvents says about it.

    `subject` is the aggregate, `sequence` its running number (1, 2, 3, ...).
    """

    id: str
    type: str
    source: str
    subject: str
    sequence: int
    time: datetime
    agency: str
    clause: str | None = None
    traceparent: str | None = None
    data: bytes

    def record(self, topic: str) -> Record:
        """As it is sent: keyed by its aggregate, so that the aggregate's events keep their order."""
        headers = {
            "ce_specversion": SPEC_VERSION,
            "ce_id": self.id,
            "ce_type": self.type,
            "ce_source": self.source,
            "ce_subject": self.subject,
            "ce_time": self.time.isoformat(timespec="milliseconds"),
            "ce_agency": self.agency,
            "ce_sequence": str(self.sequence),
            "content-type": CONTENT_TYPE,
        }
        if self.clause:
            headers["ce_clause"] = self.clause
        if self.traceparent:
            headers["traceparent"] = self.traceparent
        return Record(topic=topic, key=self.subject, headers=headers, value=self.data)

    def structured(self) -> bytes:
        """As one JSON document, for receivers that are not on the bus (CloudEvents' structured mode)."""
        optional = {"clause": self.clause, "traceparent": self.traceparent}
        return orjson.dumps(
            {
                "specversion": SPEC_VERSION,
                "id": self.id,
                "type": self.type,
                "source": self.source,
                "subject": self.subject,
                "time": self.time.isoformat(timespec="milliseconds"),
                "datacontenttype": CONTENT_TYPE,
                "agency": self.agency,
                "sequence": self.sequence,
                **{name: value for name, value in optional.items() if value},
                "data": orjson.loads(self.data),
            }
        )

    @classmethod
    def read(cls, headers: Iterable[tuple[str, bytes]], value: bytes | None) -> "Envelope":
        """What a record says; `Unreadable` when a header lacks or is no such thing."""
        given = dict(headers)
        if given.get("ce_specversion") != SPEC_VERSION.encode() or value is None:
            raise Unreadable("not a CloudEvent 1.0 with data")
        try:
            clause, trace = given.get("ce_clause"), given.get("traceparent")
            return cls(
                id=given["ce_id"].decode(),
                type=given["ce_type"].decode(),
                source=given["ce_source"].decode(),
                subject=given["ce_subject"].decode(),
                sequence=int(given["ce_sequence"]),
                time=datetime.fromisoformat(given["ce_time"].decode()),
                agency=given["ce_agency"].decode(),
                clause=clause.decode() if clause else None,
                traceparent=trace.decode() if trace else None,
                data=value,
            )
        except (KeyError, ValueError) as error:
            raise Unreadable(f"not a CloudEvent of ours: {_what_lacks(error)}") from None

    def event(self) -> Event:
        """The fact itself; `Unreadable` for a type nobody declared or data that don't fit it."""
        known = self.known_event()
        if known is None:
            raise Unreadable("of a type that nobody declared")
        return known

    def known_event(self) -> Event | None:
        """The fact itself; None for a type that this release doesn't know yet."""
        kind = DECLARED.get(self.type)
        if kind is None:
            return None
        try:
            return kind.model_validate_json(self.data)
        except ValidationError as error:
            # Pydantic's message quotes the input: only where and what is wrong goes on.
            wrong = error.errors(include_url=False, include_context=False, include_input=False)
            # The field alone, for what lies deeper may be a key that was given.
            places = ", ".join(f"{(*item['loc'], 'data')[0]}: {item['type']}" for item in wrong)
            raise Unreadable(f"{self.type} does not fit: {places}") from None


def envelope_of(
    event: Event, *, subject: str, sequence: int, time: datetime, traceparent: str | None
) -> Envelope:
    """The envelope of a new event. Its id is its place in its aggregate: the same however often made."""
    return Envelope(
        id=f"{subject}:{sequence}",
        type=event.type_name(),
        source=f"/paygir/{event.publisher}",
        subject=subject,
        sequence=sequence,
        time=time,
        agency=event.agency_id,
        clause=event.clause,
        traceparent=traceparent,
        data=event.model_dump_json().encode(),
    )


def _what_lacks(error: Exception) -> str:
    """The missing header's name; of a wrong value only that it is wrong."""
    return f"no {error.args[0]}" if isinstance(error, KeyError) else type(error).__name__
