"""What operators read of an error never quotes what a person wrote."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import BaseModel, ValidationError
from pymongo.errors import BulkWriteError, DuplicateKeyError

from shared.cloudevents import Envelope, Unreadable, envelope_of
from shared.language import Text
from shared.observe import traces
from shared.observe.faults import fault_of, trail_of
from shared.observe.logs import log, set_up_logs
from shared.rule import Refused, Rule
from tests.shared.errands import NOW, told

CANARY = "Zahra of 09121234567"


class Form(BaseModel):
    """What a citizen fills in."""

    count: int


def bulk() -> BulkWriteError:
    write = {"index": 0, "code": 11000, "errmsg": f"dup key: {CANARY}", "op": {"number": CANARY}}
    return BulkWriteError({"writeErrors": [write], "writeConcernErrors": []})


def validation() -> ValidationError:
    try:
        Form.model_validate({"count": CANARY})
    except ValidationError as error:
        return error
    raise AssertionError("it fits")


def duplicate() -> DuplicateKeyError:
    return DuplicateKeyError(f"dup key: {CANARY}", 11000, {"keyValue": {"number": CANARY}})


def met(error: Exception) -> Exception:
    """As it is once it was raised here."""
    try:
        raise error  # noqa: TRY301 - it is the raising that gives it a place
    except Exception as raised:  # noqa: BLE001 - any
        return raised


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (validation(), "ValidationError"),
        (duplicate(), "DuplicateKeyError 11000"),
        (bulk(), "BulkWriteError 65 11000"),
        (ValueError(CANARY), "ValueError"),
        (OSError(111, CANARY), "ConnectionRefusedError 111"),
        (ExceptionGroup(CANARY, [ValueError(CANARY), duplicate()]), "ExceptionGroup (ValueError"),
        (
            Refused(Rule(clause="FOAD-6", says="", preset=None), Text(fa=CANARY, en=CANARY)),
            "Refused FOAD-6",
        ),
    ],
)
def test_a_fault_is_named_by_type_and_code_and_quotes_nothing(error: Exception, named: str) -> None:
    raised = met(error)
    assert fault_of(raised).startswith(named)
    assert CANARY not in fault_of(raised) + "".join(trail_of(raised))


def test_a_fault_names_our_line_that_met_it() -> None:
    assert fault_of(met(ValueError(CANARY))).startswith("ValueError at tests/shared/observe/test_faults.py:")


def test_a_trail_names_what_led_to_it_too() -> None:
    first = duplicate()
    second = RuntimeError(CANARY)
    second.__cause__ = first
    named = [line for line in trail_of(met(second)) if not line.startswith("  ")]
    assert [line.split()[0] for line in named] == ["RuntimeError", "DuplicateKeyError"]


@pytest.mark.parametrize("header", ["ce_specversion", "ce_sequence", "ce_time", "ce_type", "ce_id"])
def test_an_unreadable_record_says_what_is_wrong_and_not_what_was_given(header: str) -> None:
    record = envelope_of(told(1), subject="s", sequence=1, time=NOW, traceparent=None).record("t")
    wrong = {**record.headers, header: CANARY}
    pairs = [(name, text.encode()) for name, text in wrong.items()]
    without = [(name, value) for name, value in pairs if name != header]
    for headers in (pairs, without):
        try:
            Envelope.read(headers, record.value).event()
        except Unreadable as error:
            assert CANARY not in fault_of(error)  # noqa: PT017 - a wrong id is no fault at all


def test_data_that_do_not_fit_are_named_by_their_field_alone() -> None:
    envelope = envelope_of(told(1), subject="s", sequence=1, time=NOW, traceparent=None)
    wrong = json.dumps({"agency_id": "water", "code": [CANARY], CANARY: 1}).encode()
    record = envelope.record("t")
    headers = [(name, text.encode()) for name, text in record.headers.items()]
    with pytest.raises(Unreadable) as caught:
        Envelope.read(headers, wrong).event()
    assert "code: string_type" in fault_of(caught.value)
    assert CANARY not in fault_of(caught.value)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What our set-up would write to standard error."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    set_up_logs("test")
    written = io.StringIO()
    handler = root.handlers[0]
    monkeypatch.setattr(handler, "stream", written)
    yield written
    root.handlers = handlers
    root.setLevel(level)
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()


def test_our_own_log_of_an_exception_quotes_nothing(lines: io.StringIO) -> None:
    try:
        raise duplicate()
    except DuplicateKeyError:
        log("ours").exception("unhandled")
    written: dict[str, Any] = json.loads(lines.getvalue())
    assert written["exception"][0].startswith("DuplicateKeyError 11000 at tests/shared/observe/")
    assert CANARY not in lines.getvalue()


def test_a_librarys_log_of_an_exception_quotes_nothing(lines: io.StringIO) -> None:
    try:
        raise duplicate()
    except DuplicateKeyError as error:
        logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=error)  # noqa: TRY400
    assert "DuplicateKeyError 11000" in lines.getvalue()
    assert CANARY not in lines.getvalue()


def test_a_span_that_fails_says_so_without_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(traces, "_TRACER", provider.get_tracer("test"))
    with pytest.raises(DuplicateKeyError), traces.span("work"):
        raise duplicate()
    [one] = kept.get_finished_spans()
    assert one.status.status_code.name == "ERROR"
    assert (one.status.description or "").startswith("DuplicateKeyError 11000")
    assert CANARY not in one.to_json()
