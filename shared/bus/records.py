"""What a consumer is handed, and what may be wrong with the world around it."""

from dataclasses import dataclass

from aiokafka.errors import KafkaError
from pymongo.errors import ConfigurationError, PyMongoError

from shared.store.faults import is_passing
from shared.store.store import Conflict, OutcomeUnknown

REPLAY_HEADER = "paygir_replay"
REDRIVE_HEADER = "paygir_redrive_for"
# What MongoDB says of itself or of the operator's settings, never of a record: not authorised, a wrong
# password, no lock, a cursor or a transaction gone with its node, an operation ended by hand, a full disk.
SURROUNDINGS = frozenset({13, 18, 24, 43, 46, 175, 225, 237, 246, 251, 11601, 14031})


def group_of(service: str, subscription: str) -> str:
    """Kafka's consumer group of a service's subscription: its name in the whole province."""
    return f"paygir.{service}.{subscription}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One record as Kafka gave it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]

    def header(self, name: str) -> str | None:
        """A header's text, as far as it is one; None where it lacks."""
        for key, value in self.headers:
            if key == name:
                return value.decode(errors="replace")
        return None

    def is_for(self, group: str) -> bool:
        """Whether this subscription is to work it: a redriven record is for one, the rest have had it."""
        return self.header(REDRIVE_HEADER) in (None, group)

    @property
    def origin(self) -> str:
        """Where it lies: topic/partition/offset."""
        return f"{self.topic}/{self.partition}/{self.offset}"


def may_pass(error: BaseException) -> bool:
    """A fault of the surroundings, not of a record: never a reason for a dead letter."""
    if isinstance(error, ConfigurationError):
        return True  # PyMongo's word for a member that is just coming back: no sessions yet
    if isinstance(error, PyMongoError):
        return is_passing(error) or getattr(error, "code", None) in SURROUNDINGS
    passing = (KafkaError, OSError, TimeoutError, OutcomeUnknown, Conflict)
    return isinstance(error, passing)
