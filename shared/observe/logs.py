"""Structured logs: one JSON line an event, with the trace it belongs to."""

import logging
import sys
from typing import Any

import structlog
from opentelemetry import trace
from structlog.typing import EventDict, WrappedLogger

from shared.observe.faults import trail_of

NOISY = ("aiokafka", "httpx", "httpcore", "pymongo", "uvicorn.access", "faststream")


def log(name: str) -> Any:  # noqa: ANN401 - structlog's loggers are made to measure
    """A logger; say what happened in a few words and give the rest as fields."""
    return structlog.get_logger(name)


def set_up_logs(service: str, *, level: str = "INFO") -> None:
    """JSON lines to standard error, for our own loggers and the libraries'."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_messages,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel("WARNING")
    # aiokafka says each lost connection as an error; the relay and the bus say what matters of it.
    logging.getLogger("aiokafka").setLevel("CRITICAL")
    structlog.contextvars.bind_contextvars(service=service)


def _without_messages(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """An exception as its types and lines, ours and the libraries' own logs' alike: messages quote data."""
    match event.pop("exc_info", None):
        case BaseException() as error:
            pass
        case (_, error, _):
            pass
        case given:
            error = sys.exc_info()[1] if given else None
    if isinstance(error, BaseException):
        event["exception"] = trail_of(error)
    return event


def _with_trace(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
    return event
