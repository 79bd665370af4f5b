"""A sender to be killed: `python -m tests.notifications.vendors.sender URI DATABASE PLANS`.

It sends and asks until it dies.
"""

import asyncio
import os
import sys
from typing import Any

from pymongo import AsyncMongoClient

from services.notifications.app import assemble
from services.notifications.settings import Settings
from services.notifications.usecases import asking, sending
from tests.notifications.vendors.lives import live
from tests.serving import serving

CLAIM_S, LOOKS_EVERY_S = 0.6, 0.02


async def send(uri: str, name: str, plans: str) -> None:
    """As the service does, but looking more often. Its log goes elsewhere: a test reads what is written."""
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
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


if __name__ == "__main__":
    live(lambda _: send(*sys.argv[1:]))
