"""Makes the topics of deploy/topics.yaml, once the brokers answer: a job that runs before the services."""

import argparse
import asyncio

from aiokafka.errors import KafkaError

from deploy.embedded.topics import make
from shared.settings import ServiceSettings

PATIENCE_S = 180
PAUSE_S = 2


async def make_when_answered(servers: list[str], *, replication: int) -> list[str]:
    """The names of those that were missing. Raises TimeoutError when no broker answers for too long."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                return await make(servers, replication=replication)
            except KafkaError as error:
                print(f"Kafka does not answer yet: {type(error).__name__}", flush=True)
                await asyncio.sleep(PAUSE_S)


def main() -> None:
    """`--replication` is the number of copies of each topic."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--replication", type=int, default=3)
    asked = parser.parse_args()
    servers = ServiceSettings().kafka_servers
    for name in asyncio.run(make_when_answered(servers, replication=asked.replication)):
        print(name)


if __name__ == "__main__":
    main()
