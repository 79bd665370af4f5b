"""What the database does when each request writes by itself: the measure for P1. Prints one line of JSON."""

import argparse
import asyncio
import json
import os
import sys
import time

import uvloop
from pymongo import AsyncMongoClient, WriteConcern

from shared.identity import new_id
from shared.mongo import Document

WARM_S = 0.5


async def insert(address: str, *, clients: int, seconds: float, document_bytes: int) -> float:
    """Inserts a second, each awaited until a majority has it on disk. Nothing to encode but bytes."""
    payload = os.urandom(document_bytes)
    made = 0
    async with AsyncMongoClient[Document](address, maxPoolSize=clients) as client:
        durable = WriteConcern("majority", j=True)
        collection = client["paygir_bench"].get_collection("raw", write_concern=durable)
        await collection.drop()
        await collection.insert_one({"_id": new_id(), "payload": payload})
        counted_from = time.monotonic() + WARM_S
        until = counted_from + seconds

        async def one() -> None:
            nonlocal made
            while (now := time.monotonic()) < until:
                await collection.insert_one({"_id": new_id(), "payload": payload})
                made += counted_from <= now

        await asyncio.gather(*[one() for _ in range(clients)])
        await collection.drop()
    return made / seconds


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mongodb", required=True)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--bytes", type=int, required=True)
    asked = parser.parse_args()
    per_s = uvloop.run(
        insert(asked.mongodb, clients=asked.clients, seconds=asked.seconds, document_bytes=asked.bytes)
    )
    sys.stdout.write(json.dumps({"per_s": per_s}) + "\n")


if __name__ == "__main__":
    main()
