"""`paygir replay`: an aggregate's owner tells its events once more, so that projections mend their gaps."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import typer
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from deploy.cli.services import DATABASES, PATIENCE_MS, all_databases, no_answer
from deploy.embedded import environment
from deploy.embedded.broken import Broken
from deploy.embedded.say import say
from shared.clock import wall_now
from shared.identity import new_id
from shared.mongo import Document, connect
from shared.store.codec import BSON_OPTIONS
from shared.store.replay import replay as replay_one


def replay(
    service: Annotated[str | None, typer.Argument(help="The service that owns the aggregate")] = None,
    aggregate: Annotated[str | None, typer.Argument(help="Its id")] = None,
    *,
    all_gaps: Annotated[
        bool, typer.Option("--all-gaps", help="Every aggregate of which some projection missed an event")
    ] = False,
) -> None:
    """Let an aggregate's events be published again from its history, for the projections that missed one."""
    if all_gaps != (aggregate is None):
        raise typer.BadParameter("Give a service and an aggregate, or --all-gaps.")
    try:
        asyncio.run(_replay_gaps() if all_gaps else _replay(service or "", aggregate or ""))
    except PyMongoError as error:
        raise no_answer(error) from error


async def _replay(service: str, aggregate: str) -> None:
    async with connect(environment.addresses().mongodb, timeout_ms=PATIENCE_MS) as client:
        await tell_again(await owner_of([client[DATABASES + service]], aggregate), aggregate)


async def _replay_gaps() -> None:
    async with connect(environment.addresses().mongodb, timeout_ms=PATIENCE_MS) as client:
        databases = await all_databases(client)
        torn = {id_ for database in databases async for id_ in _with_gaps(database)}
        for aggregate in sorted(torn):
            await tell_again(await owner_of(databases, aggregate), aggregate)
    say(fa=f"{len(torn)} موجودیت کسری داشت.", en=f"{len(torn)} aggregates had gaps.")


async def owner_of(databases: list[AsyncDatabase[Document]], id_: str) -> AsyncCollection[Document]:
    """The collection that holds the aggregate with its history.

    Raises:
        Broken: None does.
    """
    for database in databases:
        for name in await database.list_collection_names():
            collection = database.get_collection(name, BSON_OPTIONS)
            owned = {"_id": id_, "history.0.hash": {"$exists": True}}
            if await collection.find_one(owned, {"_id": 1}) is not None:
                return collection
    raise Broken(fa=f"هیچ سرویسی مالک {id_} نیست.", en=f"No service owns {id_}.")


async def tell_again(owner: AsyncCollection[Document], id_: str) -> None:
    """Replay it, and say so."""
    count = await replay_one(owner, id_, replay_id=new_id(), now=wall_now())
    say(
        fa=f"{count} رویداد {id_} دوباره منتشر می‌شود.",
        en=f"{count} events of {id_} will be published again.",
    )


async def _with_gaps(database: AsyncDatabase[Document]) -> AsyncIterator[str]:
    for name in await database.list_collection_names():
        async for found in database[name].find({"gaps": {"$gt": 0}}, {"_id": 1}):
            yield found["_id"]
