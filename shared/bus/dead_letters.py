"""The topic where a service keeps what it could not work, whole, until somebody looks and mends it.

A dead letter that was mended is marked by a record behind it in its partition: what was done stays readable.
"""
# pyright: basic, reportArgumentType=false

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.errors import MessageSizeTooLargeError

from shared.bus.effects import Mend
from shared.bus.records import REDRIVE_HEADER, Received, group_of
from shared.events.event import dead_topic
from shared.observe import metrics
from shared.observe.faults import fault_of
from shared.observe.logs import log

_LOG = log(__name__)
ERROR_CHARACTERS_MAX = 500
ORIGIN, ERROR, SUBSCRIPTION, MEND = "paygir_origin", "paygir_error", "paygir_subscription", "paygir_mend"
DONE = "paygir_done"
CUT = "paygir_cut"
OURS = frozenset({ORIGIN, ERROR, SUBSCRIPTION, MEND, DONE, CUT, REDRIVE_HEADER})
LEFT_BYTES, LEFT_HEADERS = 1024, 50
"""What is left of each piece, and how many, of a record that is too large to be kept whole."""


Headers = Sequence[tuple[str, bytes]]


class NotThisWay(Exception):
    """A dead letter that is mended in another way than the one that was tried."""


class Keeper(Protocol):
    """What sends them: `LastingProducer`, so that one failure is not the end of it."""

    async def send_and_wait(
        self, topic: str, value: bytes | None, *, key: bytes | None, headers: Headers
    ) -> object: ...


class KafkaDeadLetters:
    """Keeps a record with its key, headers and bytes, and says why, for whom, and how to mend it."""

    def __init__(
        self,
        keeper: Keeper,
        service: str,
        subscription: str,
        mend: Mend = Mend.REDRIVE,
        *,
        private: bool = False,
    ) -> None:
        self._keeper, self._topic = keeper, dead_topic(service)
        self._subscription, self._mend, self._private = subscription, mend, private

    async def keep(self, record: Received, error: Exception) -> None:
        """Returns when Kafka has it. One too large for that is cut: whole it lies at its origin alone.

        Of a private record only its key and where it lies are kept.
        """
        said = fault_of(error)[:ERROR_CHARACTERS_MAX]
        given = [header for header in record.headers if header[0] not in OURS]
        about = [
            (ERROR, said.encode()),
            (ORIGIN, record.origin.encode()),
            (SUBSCRIPTION, self._subscription.encode()),
        ]
        try:
            if self._private:
                await self._send(b"", (record.key or b"")[:LEFT_BYTES], self._cut(about, record))
            else:
                whole = [*given, *about, (MEND, self._mend.encode())]
                await self._send(record.value, record.key, whole)
        except MessageSizeTooLargeError:
            left = [header for header in given if len(header[1] or b"") <= LEFT_BYTES][:LEFT_HEADERS]
            cut = self._cut([*left, *about], record)
            await self._send((record.value or b"")[:LEFT_BYTES], (record.key or b"")[:LEFT_BYTES], cut)
        metrics.DEAD_LETTERS.labels(self._subscription).inc()
        _LOG.error(
            "dead letter",
            subscription=self._subscription,
            origin=record.origin,
            error=said,
        )

    def _cut(self, headers: Headers, record: Received) -> Headers:
        """Says that it isn't whole, so that only its owner can mend it."""
        mend = Mend.RESEND if self._mend is Mend.REDRIVE else self._mend
        return [*headers, (MEND, mend.encode()), (CUT, str(len(record.value or b"")).encode())]

    async def _send(self, value: bytes | None, key: bytes | None, headers: Headers) -> None:
        # aiokafka takes no record with neither key nor value.
        value = b"" if value is None and key is None else value
        await self._keeper.send_and_wait(self._topic, value, key=key, headers=headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A record as it lies there. `headers`, `key` and `value` are those it came with."""

    service: str
    partition: int
    offset: int
    at: datetime
    subscription: str
    origin: str
    error: str
    mend: Mend
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]

    @property
    def place(self) -> str:
        """How people name it: partition/offset."""
        return f"{self.partition}/{self.offset}"

    @property
    def origin_topic(self) -> str:
        """Where it came from."""
        return self.origin.rsplit("/", 2)[0]


async def open_letters(servers: Sequence[str], service: str) -> list[DeadLetter]:
    """All dead letters of a service that nobody has mended yet, oldest first."""
    letters: dict[tuple[int, int], DeadLetter] = {}
    for record in await _everything(servers, dead_topic(service)):
        headers = dict(record.headers)
        if DONE in headers:
            letters.pop((record.partition, int(headers[DONE])), None)
        else:
            letters[record.partition, record.offset] = _letter(service, record, headers)
    return sorted(letters.values(), key=lambda letter: (letter.at, letter.partition, letter.offset))


async def redrive(producer: AIOKafkaProducer, letter: DeadLetter) -> None:
    """Send it back to where it came from, for its subscription alone, and mark it as done.

    Killed in between, it lies open and may be redriven again: its effect happens once all the same.
    Raises NotThisWay for what is mended otherwise.
    """
    if letter.mend is not Mend.REDRIVE:
        raise NotThisWay(letter.mend)
    meant_for = (REDRIVE_HEADER, group_of(letter.service, letter.subscription).encode())
    await producer.send_and_wait(
        letter.origin_topic, letter.value, key=letter.key, headers=[*letter.headers, meant_for]
    )
    await mark_done(producer, letter)


async def mark_done(producer: AIOKafkaProducer, letter: DeadLetter) -> None:
    """Take it off the list of open ones."""
    await producer.send_and_wait(
        dead_topic(letter.service),
        b"",
        partition=letter.partition,
        headers=[(DONE, str(letter.offset).encode())],
    )


def _letter(service: str, record: ConsumerRecord[bytes, bytes], headers: dict[str, bytes]) -> DeadLetter:
    def said(name: str) -> str:
        return headers.get(name, b"").decode(errors="replace")

    return DeadLetter(
        service=service,
        partition=record.partition,
        offset=record.offset,
        at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        subscription=said(SUBSCRIPTION),
        origin=said(ORIGIN),
        error=said(ERROR),
        mend=Mend(said(MEND) or Mend.REDRIVE),
        key=record.key,
        value=record.value,
        headers=tuple(header for header in record.headers if header[0] not in OURS),
    )


async def _everything(servers: Sequence[str], topic: str) -> list[ConsumerRecord[bytes, bytes]]:
    """What lies in a topic now, each partition in its order. Nobody's offsets move."""
    found: list[ConsumerRecord[bytes, bytes]] = []
    async with AIOKafkaConsumer(bootstrap_servers=list(servers)) as asking:
        if topic not in await asking.topics():  # else the reading consumer would wait for it
            return []
    # From the earliest by setting, not by seeking: that loses a race against the consumer's own start.
    reading = {"auto_offset_reset": "earliest", "enable_auto_commit": False}
    async with AIOKafkaConsumer(topic, bootstrap_servers=list(servers), **reading) as consumer:
        partitions = consumer.assignment()  # all of them: it is in no group
        ends = await consumer.end_offsets(partitions)
        for partition in partitions:
            while await consumer.position(partition) < ends[partition]:
                for records in (await consumer.getmany(partition, timeout_ms=200)).values():
                    found += records
    return found
