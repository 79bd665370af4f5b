"""A sender to be killed: `python -m tests.notifications.vendors.sender URI DATABASE PLANS`.

Each line on its input makes one more, a fork that sends and asks until it dies; its id is printed.
"""

import asyncio
import os
import sys
from typing import Any

from pymongo import AsyncMongoClient

from services.notifications.app import assemble
from services.notifications.settings import Settings
from services.notifications.usecases import asking, sending
from tests.serving import serving

CLAIM_S, LOOKS_EVERY_S = 0.6, 0.02


async def send(uri: str, name: str, plans: str) -> None:
    """As the service does, but looking more often."""
    async with AsyncMongoClient[dict[str, Any]](uri, tz_aware=True, w="majority") as client:
        settings = Settings(gateways=plans, claim_s=CLAIM_S)
        async with serving("notifications", settings, assemble, client[name]) as one:
            use = one.parts.use
            while True:
                one.clock.forward(seconds=LOOKS_EVERY_S)
                await sending.send_ready(use)
                async for id_ in use.messages.due("ask_at", use.real_now()):
                    await asking.ask(use, id_)
                await asyncio.sleep(LOOKS_EVERY_S)


def main() -> None:
    """Forks before it has any thread or connection."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(send(*sys.argv[1:]))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)
        sys.stdout.write("dead\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
