"""A consumer as every service has it, that notes when each filed complaint reached its handler."""

import argparse
import asyncio
import json
import signal
import time
from pathlib import Path

import uvloop

from shared.bus.effects import Reaction
from shared.bus.records import group_of
from shared.bus.subscribe import Subscription, broker_for
from shared.cloudevents import Envelope
from shared.events.complaints import ComplaintFiled
from shared.events.event import events_topic
from shared.outbox.kafka import producer

SERVICE, LISTENS = "reporting", "bench-listener"
GROUP = group_of(SERVICE, LISTENS)


async def listen(servers: list[str], heard: Path) -> None:
    """Until asked to stop; one JSON line an event: its tracking code and the monotonic time."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    with heard.open("w", buffering=1) as out:

        async def hear(envelope: Envelope) -> None:
            at = time.monotonic()
            out.write(json.dumps([json.loads(envelope.data)["tracking_code"], at]) + "\n")

        subscription = Subscription(
            service=SERVICE,
            name=LISTENS,
            topics=[events_topic("complaints")],
            effect=Reaction([ComplaintFiled], hear, name="bench"),
        )
        async with producer(servers) as keeper:
            broker = broker_for(servers, [subscription], keeper)
            await broker.start()
            await stop.wait()
            await broker.stop()


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kafka", required=True)
    parser.add_argument("--heard", type=Path, required=True)
    asked = parser.parse_args()
    uvloop.run(listen(asked.kafka.split(","), asked.heard))


if __name__ == "__main__":
    main()
