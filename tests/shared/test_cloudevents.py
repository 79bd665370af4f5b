"""An event crosses Kafka in CloudEvents' binary mode and is the same event on the other side."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.cloudevents import Envelope, Unreadable, envelope_of
from shared.events.directory import ServiceWithdrawn
from shared.events.event import Event

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def enveloped(event: Event | None = None) -> Envelope:
    known = event or ServiceWithdrawn(agency_id="water", clause="FOAD-4", code="7")
    return envelope_of(known, subject="s1", sequence=3, time=AT, traceparent="00-ab-cd-01")


def over_the_wire(envelope: Envelope) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in envelope.record("t").headers.items()]


@given(TEXT, st.none() | st.just("FOAD-4"))
def test_an_event_comes_back_the_same(code: str, clause: str | None) -> None:
    event = ServiceWithdrawn(agency_id="water", clause=clause, code=code)
    sent = enveloped(event)

    read = Envelope.read(over_the_wire(sent), sent.record("t").value)

    assert read == sent
    assert read.event() == event


def test_its_headers_are_those_of_cloudevents_and_its_key_is_the_aggregate() -> None:
    record = enveloped().record("paygir.directory.events")

    assert record.key == "s1"
    assert record.headers == {
        "ce_specversion": "1.0",
        "ce_id": "s1:3",
        "ce_type": "ir.paygir.directory.ServiceWithdrawn.v1",
        "ce_source": "/paygir/directory",
        "ce_subject": "s1",
        "ce_time": "2026-11-22T08:30:00.000+00:00",
        "ce_agency": "water",
        "ce_sequence": "3",
        "ce_clause": "FOAD-4",
        "content-type": "application/json",
        "traceparent": "00-ab-cd-01",
    }


@pytest.mark.parametrize(
    "lacking", ["specversion", "id", "type", "source", "subject", "time", "agency", "sequence"]
)
def test_without_a_header_that_it_needs_it_is_unreadable(lacking: str) -> None:
    headers = [header for header in over_the_wire(enveloped()) if header[0] != f"ce_{lacking}"]

    with pytest.raises(Unreadable):
        Envelope.read(headers, b"{}")


@pytest.mark.parametrize(
    ("name", "value"),
    [("specversion", b"0.3"), ("time", b"noon"), ("sequence", b"third"), ("id", b"\xff")],
)
def test_a_header_that_makes_no_sense_is_unreadable(name: str, value: bytes) -> None:
    headers = [*over_the_wire(enveloped()), (f"ce_{name}", value)]

    with pytest.raises(Unreadable):
        Envelope.read(headers, b"{}")


def test_an_event_without_data_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        Envelope.read(over_the_wire(enveloped()), None)


@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=20))), st.none() | st.binary())
def test_whatever_lies_on_a_topic_is_an_event_or_unreadable(
    headers: list[tuple[str, bytes]], value: bytes | None
) -> None:
    with pytest.raises(Unreadable):
        Envelope.read(headers, value)


def test_data_that_do_not_fit_are_unreadable_and_are_not_quoted() -> None:
    envelope = Envelope.read(over_the_wire(enveloped()), b'{"agency_id": "water", "code": {"m": "0912"}}')

    with pytest.raises(Unreadable) as unreadable:
        envelope.event()

    assert "code" in str(unreadable.value)
    assert "0912" not in str(unreadable.value)


def test_a_type_of_a_later_release_is_no_error_to_who_may_ignore_it() -> None:
    headers = [*over_the_wire(enveloped()), ("ce_type", b"ir.paygir.directory.NotYet.v1")]
    envelope = Envelope.read(headers, b"{}")

    assert envelope.known_event() is None
    with pytest.raises(Unreadable):
        envelope.event()


def test_fields_of_a_later_release_are_ignored() -> None:
    data = b'{"agency_id": "water", "code": "7", "newer": 1}'

    assert Envelope.read(over_the_wire(enveloped()), data).event() == ServiceWithdrawn(
        agency_id="water", code="7"
    )
