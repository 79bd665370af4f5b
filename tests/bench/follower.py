"""A consumer that keeps what it was told in both ways that a service may: a projection and a reaction."""

import argparse
import asyncio
import signal

import uvloop
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from services.complaints.settings import Settings
from shared.bus.effects import Projection, Reaction
from shared.bus.records import group_of
from shared.bus.subscribe import Subscription, broker_for
from shared.cloudevents import Envelope
from shared.events.complaints import ComplaintAnswered, ComplaintFiled, ComplaintTaken
from shared.events.event import events_topic
from shared.identity import derived_id
from shared.mongo import Document, connect
from shared.outbox.kafka import producer

DATABASE, FACTS, EFFECTS = "paygir_bench_follower", "facts", "effects"
SERVICE, PROJECTS, REACTS = "reporting", "bench-facts", "bench-effects"
GROUPS = (group_of(SERVICE, PROJECTS), group_of(SERVICE, REACTS))


def fold(state: Document, envelope: Envelope) -> Document:
    """Every event it was told, in the order in which it was told them."""
    return {"told": [*state.get("told", []), envelope.id]}


async def follow(settings: Settings) -> None:
    """Until asked to stop, or killed."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    database = connect(settings.mongodb, timeout_ms=settings.mongodb_timeout_ms, name="bench")[DATABASE]
    effects: AsyncCollection[Document] = database[EFFECTS]

    async def react(envelope: Envelope) -> None:
        try:
            await effects.insert_one({"_id": derived_id(envelope.id, "bench"), "event": envelope.id})
        except DuplicateKeyError:
            return  # done before

    wants = [ComplaintFiled, ComplaintTaken, ComplaintAnswered]
    topics = [events_topic("complaints")]
    subscriptions = [
        Subscription(service=SERVICE, name=name, topics=topics, effect=effect)
        for name, effect in (
            (PROJECTS, Projection(database[FACTS], fold)),
            (REACTS, Reaction(wants, react, name="bench")),
        )
    ]
    async with producer(settings.kafka_servers) as keeper:
        broker = broker_for(settings.kafka_servers, subscriptions, keeper)
        await broker.start()
        await stop.wait()
        await broker.stop()


def main() -> None:
    """Takes its addresses from the environment, as services do."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    uvloop.run(follow(Settings()))


if __name__ == "__main__":
    main()
