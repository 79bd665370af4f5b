"""What a citizen writes and the number they give are in their case, sealed or for staff, and nowhere else."""

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
from pymongo.errors import DuplicateKeyError

from shared.observe import traces
from shared.observe.logs import set_up_logs
from tests.complaints.cases import act, file, filing, only_id
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
TEXT, ANSWER, REASON = "نوشتهٔ زهرا", "پاسخ به زهرا", "دلیل زهرا"
MOBILE = "09121234567"
SECRETS = (TEXT, ANSWER, REASON, MOBILE, MOBILE[1:])


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, as it is written."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    set_up_logs("complaints", level="DEBUG")
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


def quoting(*_: Any, **__: Any) -> Any:
    """As MongoDB says it: with the values."""
    raise DuplicateKeyError(f"dup key: {{ text: {TEXT}, mobile: {MOBILE} }}", 11000)


async def test_logs_traces_metrics_events_and_history_hold_none_of_it(
    complaints: Serving, logged: io.StringIO, traced: InMemorySpanExporter
) -> None:
    receipt = await file(complaints, text=TEXT)
    id_ = await only_id(complaints)
    await act(complaints, "water.desk.officer", "answer", id_, text=ANSWER)
    rated = {"code": receipt["tracking_code"], "mobile": MOBILE, "satisfied": False, "reason": REASON}
    await complaints.http.post("/v1/follow/rating", json=rated)
    await complaints.http.post("/v1/complaints", json=filing(text=TEXT, ground=TEXT, mobile=MOBILE + "1"))
    repository = complaints.parts.repositories[0]
    marked = filing(mobile="no", **{MOBILE: 1})
    headers = {
        "idempotency-key": MOBILE,
        "user-agent": MOBILE,
        "tracestate": f"a={MOBILE}",
    }
    echoed = [
        await complaints.http.post("/v1/complaints", json=marked, headers=headers),
        await complaints.http.post("/v1/complaints", json=filing(ground=MOBILE), headers=headers),
        await complaints.http.post("/v1/complaints", content=MOBILE.encode(), headers=headers),
        await complaints.http.get(f"/v1/complaints?after={MOBILE}", headers=bearer("water.head")),
        await complaints.http.get(f"/v1/complaints?status={MOBILE}", headers=bearer("water.head")),
        await complaints.http.get(f"/v1/{MOBILE}?mobile={MOBILE}"),
    ]
    assert all(one.is_client_error for one in echoed)
    history = (await complaints.http.get(f"/v1/complaints/{id_}/history", headers=bearer("water.head"))).text
    # A document that no release of ours wrote, and a fault that quotes: both are errors of the server's.
    await repository.collection.update_one({"_id": id_}, {"$set": {"state.filed_at": TEXT + MOBILE}})
    broken = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer("water.head"))
    complaints.parts.use.complaints.add = quoting
    failed = await complaints.http.post("/v1/complaints", json=filing(text=TEXT))

    assert (broken.status_code, failed.status_code) == (500, 500)
    assert "DuplicateKeyError 11000" in logged.getvalue()
    assert "ValidationError" in logged.getvalue()
    events = str([(one["headers"], one["value"].decode()) for one in await complaints.published(repository)])
    spans = "".join(span.to_json(indent=None) for span in traced.get_finished_spans())
    everything = {
        "logs": logged.getvalue(),
        "spans": spans.encode().decode("unicode_escape"),
        "metrics": generate_latest(REGISTRY).decode(),
        "events": events,
        "history": history,
        "answers": broken.text + failed.text + "".join(one.text for one in echoed),
    }
    assert [
        (where, secret) for where, said in everything.items() for secret in SECRETS if secret in said
    ] == []
