"""A system's key stands in the address: it is nowhere else, whatever becomes of the call."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import REGISTRY, generate_latest

from services.notifications.api.kavenegar.reading import BODY_BYTES_MAX
from shared.observe import traces
from shared.observe.logs import set_up_logs
from tests.notifications.inbound import WATERS
from tests.notifications.systems import CITIZEN, TEXT, call, carry, key_of, rows, sent
from tests.serving import Serving

pytestmark = pytest.mark.real


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, as a service logs it."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    set_up_logs("notifications", level="DEBUG")
    written = io.StringIO()
    monkeypatch.setattr(root.handlers[0], "stream", written)
    yield written
    root.handlers = handlers
    root.setLevel(level)
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """All spans, as they would be sent."""
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(traces, "_TRACER", provider.get_tracer("test"))
    return kept


async def test_neither_key_nor_number_nor_text_is_in_logs_spans_metrics_or_refusals(
    running: Serving, logged: io.StringIO, traced: InMemorySpanExporter
) -> None:
    key = await key_of(running, inbound_lines=[WATERS])
    row = await sent(running, key, localid="1")
    await carry(running)
    await rows(running, key, "status", messageid=row["messageid"])
    good = {"receptor": CITIZEN, "message": TEXT}
    path = f"/v1/{key}/sms"
    said = [
        await running.http.get(f"{path}/send.json", params={**good, "sender": "1"}),
        await running.http.put(f"{path}/send.json"),
        await running.http.get(f"{path}/nothing.json", params=good),
        await running.http.get(f"{path}/nothing", params=good),
        await running.http.get(path, params=good),
        await running.http.post(f"{path}/send.json", content=b"x" * (BODY_BYTES_MAX + 1)),
        await call(running, key[:-1], "send", **good),
    ]

    async def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError(f"{key} {CITIZEN} {TEXT}")

    running.parts.use.messages.add = broken
    said.append(await call(running, key, "send", **{**good, "message": TEXT + "."}))

    assert [one.status_code for one in said] == [412, 405, 404, 404, 404, 414, 403, 402]
    spans = "".join(span.to_json(indent=None) for span in traced.get_finished_spans())
    assert "RuntimeError" in logged.getvalue()
    assert "/v1/{apikey}/sms/send.json" in spans
    everything = {
        "logs": logged.getvalue(),
        "spans": spans.encode().decode("unicode_escape"),
        "metrics": generate_latest(REGISTRY).decode(),
        "refusals": "".join(one.text for one in said),
    }
    marks = (key, key[:-1], CITIZEN[1:], TEXT)
    assert [(where, mark) for where, told in everything.items() for mark in marks if mark in told] == []
