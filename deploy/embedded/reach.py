"""Whether the addresses in the environment answer."""

import asyncio
from collections.abc import Iterator, Mapping

import httpx
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.embedded import kafka
from shared.language import Text

PATIENCE_S = 5


def findings(given: Mapping[str, str]) -> Iterator[tuple[bool, Text, str]]:
    """For each address: whether it answers, what it is, and the variable that names it."""
    answers = {"kafka": _kafka, "mongodb": _mongodb, "issuer": _issuer}
    for part, address in given.items():
        said = Text(fa=f"{part} در {address} پاسخ می‌دهد", en=f"{part} at {address} answers")
        yield answers[part](address), said, f"PAYGIR_{part.upper()}"


def _kafka(address: str) -> bool:
    return asyncio.run(kafka.answers(address))


def _mongodb(address: str) -> bool:
    try:
        with MongoClient[dict[str, object]](address, serverSelectionTimeoutMS=PATIENCE_S * 1000) as client:
            client.admin.command("ping")
    except PyMongoError:
        return False
    return True


def _issuer(address: str) -> bool:
    try:
        answer = httpx.get(f"{address}/.well-known/openid-configuration", timeout=PATIENCE_S, trust_env=False)
    except httpx.TransportError:
        return False
    return answer.is_success
