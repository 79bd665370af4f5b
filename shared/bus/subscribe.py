"""Subscriptions on FastStream, without its defaults that lose messages (docs/decisions/consuming.md)."""
# pyright: basic

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage

from shared.bus.dead_letters import KafkaDeadLetters, Keeper
from shared.bus.deliver import deliver
from shared.bus.effects import Effect, Projection
from shared.bus.records import Received, group_of
from shared.observe import metrics
from shared.observe.faults import fault_of
from shared.observe.logs import log

_LOG = log(__name__)
PAUSE_S_MAX = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What one service does with the records of some topics. Its name is for ever: the consumer group's."""

    service: str
    name: str
    topics: Sequence[str]
    effect: Effect[Any]

    @property
    def group(self) -> str:
        """Kafka's consumer group."""
        return group_of(self.service, self.name)


class Stopped(Exception):
    """A subscription's reading ended by itself."""


class _Patience:
    """Growing pauses while a fault lasts: FastStream seeks back at once, without delay or limit."""

    def __init__(self, subscription: str) -> None:
        self._subscription, self._faults = subscription, 0

    def over(self) -> None:
        self._faults = 0

    async def wait(self, error: Exception) -> None:
        self._faults += 1
        metrics.CONSUMER_FAULTS.labels(self._subscription).inc()
        _LOG.warning(
            "batch is read again",
            subscription=self._subscription,
            fault=self._faults,
            error=fault_of(error),
        )
        pause_s = min(0.1 * 2 ** min(self._faults, 10), PAUSE_S_MAX)
        await asyncio.sleep(random.uniform(pause_s / 2, pause_s))  # noqa: S311 - jitter


def broker_for(servers: Sequence[str], subscriptions: Sequence[Subscription], keeper: Keeper) -> KafkaBroker:
    """A broker with these subscriptions; start it, stop it."""
    broker = KafkaBroker(
        list(servers),
        ack_policy=AckPolicy.NACK_ON_ERROR,
        acks="all",
        enable_idempotence=True,
        allow_auto_create_topics=False,
        apply_types=False,
        logger=None,
    )
    for subscription in subscriptions:
        _add(broker, subscription, keeper)
    return broker


def _add(broker: KafkaBroker, subscription: Subscription, keeper: Keeper) -> None:
    effect = subscription.effect
    dead_letters = KafkaDeadLetters(
        keeper, subscription.service, subscription.name, effect.mend, private=effect.private
    )
    patience = _Patience(subscription.name)

    async def handle(batch: tuple[ConsumerRecord[bytes, bytes], ...]) -> None:
        try:
            records = [one for record in batch if (one := _received(record)).is_for(subscription.group)]
            await deliver(records, subscription.effect, dead_letters)
        except Exception as error:
            await patience.wait(error)  # before the exception: NACK reads again at once
            raise
        patience.over()
        metrics.CONSUMED.labels(subscription.name).inc(len(batch))

    subscriber = broker.subscriber(
        *subscription.topics,
        group_id=subscription.group,
        batch=True,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        parser=_unread,
        decoder=_raw,
        max_records=subscription.effect.records_max,
        batch_timeout_ms=100,
    )
    subscriber(handle)


async def _unread(batch: tuple[ConsumerRecord[bytes, bytes], ...], parse: Any) -> Any:  # noqa: ANN401
    """A batch whose headers FastStream hasn't seen: it takes each for text, and answers where one says so.

    One header that is no text would hold up the whole subscription before any code of ours.
    """
    message = await parse((replace(batch[0], headers=()),))
    message.raw_message = batch
    return message


async def _raw(message: KafkaMessage) -> Any:  # noqa: ANN401 - FastStream's own type
    return message.raw_message


def _received(record: ConsumerRecord[bytes, bytes]) -> Received:
    return Received(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=tuple(record.headers),
    )


async def show_lag(broker: KafkaBroker, subscriptions: Sequence[Subscription]) -> None:
    """Set the lag of each assigned partition in the metrics, from what the consumer already knows."""
    for subscriber, subscription in zip(broker.subscribers, subscriptions, strict=True):
        consumer: AIOKafkaConsumer | None = getattr(subscriber, "consumer", None)
        if consumer is None:
            continue
        for partition in consumer.assignment():
            end = consumer.highwater(partition)
            if end is not None:
                behind = end - await consumer.position(partition)
                label = f"{partition.topic}/{partition.partition}"
                metrics.CONSUMER_LAG.labels(subscription.name, label).set(max(0, behind))


async def show_gaps(subscriptions: Sequence[Subscription]) -> None:
    """Set how many aggregates of each projection lack an event."""
    for subscription in subscriptions:
        if isinstance(subscription.effect, Projection):
            metrics.GAPS.labels(subscription.name).set(await subscription.effect.gaps())


def must_run(broker: KafkaBroker) -> None:
    """Raises Stopped for a subscription that reads no more: else nobody would notice, or start it anew."""
    for subscriber in broker.subscribers:
        tasks: Sequence[asyncio.Task[Any]] = getattr(subscriber, "tasks", ())
        if all(task.done() for task in tasks):
            raise Stopped(getattr(subscriber, "group_id", ""))
