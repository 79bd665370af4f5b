"""Which event a message tells of."""

from services.notifications.domain.message import Cause
from shared.cloudevents import Envelope
from shared.observe.traces import current_traceparent


def cause_of(envelope: Envelope, subject: str) -> Cause:
    """An event as it came; messages of one subject go one after the other."""
    return Cause(
        event_id=envelope.id,
        subject=subject,
        sequence=envelope.sequence,
        at=envelope.time,
        traceparent=current_traceparent() or envelope.traceparent,
    )
