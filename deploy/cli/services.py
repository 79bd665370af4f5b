"""What the commands that name services, or look into their databases, have in common."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from deploy.embedded.broken import Broken
from shared.directives.catalogue import SERVICES
from shared.mongo import Document

DATABASES = "paygir_"
PATIENCE_MS = 30_000  # a person waits, and a search goes through whole collections


async def all_databases(client: Any) -> list[AsyncDatabase[Document]]:  # noqa: ANN401 - PyMongo's generic client
    """Those of the services."""
    return [client[name] for name in await client.list_database_names() if name.startswith(DATABASES)]


def must_be_a_service(name: str) -> None:
    """Raises Broken, with those there are, for any other name."""
    if name not in SERVICES:
        known = ", ".join(SERVICES)
        raise Broken(
            fa=f"سرویسی به نام «{name}» نیست. سرویس‌ها: {known}",
            en=f"There is no service {name}. There are: {known}",
        )


def no_answer(error: Exception, *, of: str = "MongoDB") -> Broken:
    """That a server doesn't answer, as people read it."""
    return Broken(fa=f"{of} پاسخ نداد: {error}", en=f"{of} did not answer: {error}")
