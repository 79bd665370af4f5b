"""What somebody with the database's password can do."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection

from shared.store.history import GENESIS, digest

Document = dict[str, Any]
Collection = AsyncCollection[Document]


async def take(documents: Collection, id_: str) -> Document:
    """A document as it is, whole."""
    found = await documents.find_one({"_id": id_})
    assert found is not None
    return found


async def put(documents: Collection, document: Document) -> None:
    """It is this from now on."""
    await documents.replace_one({"_id": document["_id"]}, document, upsert=True)


async def delete_entry(documents: Collection, id_: str, entry: int) -> None:
    document = await take(documents, id_)
    del document["history"][entry - 1]
    await put(documents, document)


async def edit_entry(documents: Collection, id_: str, entry: int, **fields: Any) -> None:
    document = await take(documents, id_)
    document["history"][entry - 1] |= fields
    await put(documents, document)


async def edit_and_chain_anew(documents: Collection, id_: str, entry: int, **fields: Any) -> None:
    """The clever one: every hash from there on fits again."""
    document = await take(documents, id_)
    document["history"][entry - 1] |= fields
    chain_anew(document["history"])
    await put(documents, document)


async def swap_entries(documents: Collection, id_: str, entry: int) -> None:
    """This one and the next."""
    document = await take(documents, id_)
    history = document["history"]
    history[entry - 1], history[entry] = history[entry], history[entry - 1]
    await put(documents, document)


async def cut_off(documents: Collection, id_: str, entries: int) -> None:
    """Only so many are left, and everything beside them fits."""
    document = await take(documents, id_)
    document["history"] = document["history"][:entries]
    document["version"] = entries
    last = [event["sequence"] for entry in document["history"] for event in entry["events"]]
    document["sequence"] = max(last, default=0)
    await put(documents, document)


async def edit_state(documents: Collection, id_: str, **fields: Any) -> None:
    document = await take(documents, id_)
    document["state"] |= fields
    await put(documents, document)


async def change_all(documents: Collection, id_: str, how: Callable[[Document], None]) -> None:
    document = await take(documents, id_)
    how(document)
    await put(documents, document)


def chain_anew(history: list[Document]) -> None:
    """Each entry names the one before it, and has its own hash."""
    before = GENESIS
    for version, entry in enumerate(history, start=1):
        entry |= {"version": version, "before": before}
        del entry["hash"]
        entry["hash"] = before = digest(entry)


def plausible(id_: str, *, write_id: str, agency_id: str = "water", kept: bool = True) -> Document:
    """A document nobody asked for, with a history that fits in itself."""
    state: Document = {"id": id_, "agency_id": agency_id, "what": "granted"}
    entry: Document = {
        "version": 1,
        "write_id": write_id,
        "at": datetime(2026, 11, 21, 5, tzinfo=UTC),
        "act": "add",
        "by": "citizen",
        "clause": None,
        "note": None,
        "events": [],
        "state": digest(state),
        "before": GENESIS,
    }
    entry["hash"] = digest(entry)
    whole: Document = {"_id": id_, "version": 1, "agency_id": agency_id, "sequence": 0, "state": state}
    return {**whole, "history": [entry], "pending": []} if kept else whole
