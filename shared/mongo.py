"""One way to connect to MongoDB."""

from typing import Any

from pymongo import AsyncMongoClient

Document = dict[str, Any]


def connect(uri: str, *, timeout_ms: int = 3000, name: str = "paygir") -> AsyncMongoClient[Document]:
    """Its writes are durable and its calls end in time: a frozen primary stalls no caller for long."""
    return AsyncMongoClient[Document](
        uri,
        appname=name,
        tz_aware=True,
        timeoutMS=timeout_ms,
        serverSelectionTimeoutMS=timeout_ms,
        w="majority",
        journal=True,
        readConcernLevel="majority",
        maxPoolSize=50,
    )
