"""The topic where a service keeps what it could not work, whole, until somebody looks."""
# pyright: basic

from aiokafka import AIOKafkaProducer

from shared.bus.records import Received
from shared.events.event import dead_topic
from shared.observe import metrics
from shared.observe.logs import log

_LOG = log(__name__)
ERROR_CHARACTERS_MAX = 500
ORIGIN, ERROR, SUBSCRIPTION = "paygir_origin", "paygir_error", "paygir_subscription"
OURS = frozenset({ORIGIN, ERROR, SUBSCRIPTION})


class KafkaDeadLetters:
    """Keeps a record with its key, headers and bytes, and says why and for whom."""

    def __init__(self, producer: AIOKafkaProducer, service: str, subscription: str) -> None:
        self._producer, self._topic, self._subscription = (
            producer,
            dead_topic(service),
            subscription,
        )

    async def keep(self, record: Received, error: Exception) -> None:
        """Returns when Kafka has it."""
        said = f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS_MAX]
        headers = [
            *[header for header in record.headers if header[0] not in OURS],
            (ERROR, said.encode()),
            (ORIGIN, record.origin.encode()),
            (SUBSCRIPTION, self._subscription.encode()),
        ]
        # aiokafka takes no record with neither key nor value.
        value = b"" if record.value is None and record.key is None else record.value
        await self._producer.send_and_wait(self._topic, value, key=record.key, headers=headers)
        metrics.DEAD_LETTERS.labels(self._subscription).inc()
        _LOG.error(
            "dead letter",
            subscription=self._subscription,
            origin=record.origin,
            error=type(error).__name__,
        )
