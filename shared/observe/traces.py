"""One trace from the request through Kafka to the effect (W3C trace context, OpenTelemetry)."""

import json
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from typing_extensions import override

from shared.observe.faults import fault_of

_PROPAGATOR = TraceContextTextMapPropagator()
_TRACER = trace.get_tracer("paygir")


class FileExporter(SpanExporter):
    """Spans as JSON lines in a file: what the embedded stack shows traces with, for want of a collector."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()

    @override
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        lines = "".join(json.dumps(_line(span)) + "\n" for span in spans)
        with self._lock, self._path.open("a") as file:
            file.write(lines)
        return SpanExportResult.SUCCESS


def set_up_traces(
    service: str, *, file: Path | None = None, otlp_endpoint: str | None = None, ratio: float = 1.0
) -> TracerProvider:
    """Send spans to where the settings say; with neither, contexts still travel and nothing is kept."""
    provider = TracerProvider(
        resource=Resource.create({"service.name": f"paygir-{service}"}),
        sampler=ParentBased(TraceIdRatioBased(ratio)),
    )
    if file is not None:
        provider.add_span_processor(BatchSpanProcessor(FileExporter(file), schedule_delay_millis=500))
    if otlp_endpoint is not None:
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(otlp_endpoint)))
    trace.set_tracer_provider(provider)
    return provider


@contextmanager
def span(
    name: str,
    *,
    traceparent: str | None = None,
    kind: SpanKind = SpanKind.INTERNAL,
    **attributes: str,
) -> Generator[Span]:
    """A piece of work in a trace: the given one's, else the current one's, else a new one's."""
    # By hand: the library's own context manager costs every request twice this, and by itself it would
    # record an exception with its message and its traceback.
    given = _PROPAGATOR.extract({"traceparent": traceparent}) if traceparent else None
    one = _TRACER.start_span(name, context=given, kind=kind, attributes=attributes)
    before = context.attach(trace.set_span_in_context(one))
    try:
        yield one
    except Exception as error:
        one.set_status(Status(StatusCode.ERROR, fault_of(error)))
        raise
    finally:
        context.detach(before)
        one.end()


def current_traceparent() -> str | None:
    """The current span as a `traceparent` header; None outside any trace."""
    one = trace.get_current_span().get_span_context()
    if not one.is_valid:
        return None
    return f"00-{one.trace_id:032x}-{one.span_id:016x}-{one.trace_flags:02x}"


def _line(span: ReadableSpan) -> Mapping[str, object]:
    place = span.get_span_context()
    return {
        "trace_id": f"{place.trace_id:032x}" if place else None,
        "span_id": f"{place.span_id:016x}" if place else None,
        "parent_id": f"{span.parent.span_id:016x}" if span.parent else None,
        "service": span.resource.attributes.get("service.name"),
        "name": span.name,
        "start_ns": span.start_time,
        "end_ns": span.end_time,
        "attributes": dict(span.attributes or {}),
        "status": span.status.status_code.name,
    }
