"""All documents of a service against their own chains and against the digests outside."""

from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import bson
from bson.errors import InvalidBSON
from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from shared.audit.archive import Archive
from shared.audit.chain import Covered, fault_of, is_named, slipped_in
from shared.audit.finding import Fault, Finding
from shared.audit.keys import PublicKeys
from shared.audit.ledger import DIGESTS
from shared.keys.storage import keys_database
from shared.store.codec import BSON_OPTIONS

Document = dict[str, Any]
PAGE = 200
RAW = BSON_OPTIONS.with_options(document_class=RawBSONDocument)
MAJORITY = ReadConcern("majority")


@dataclass(slots=True)
class Seen:
    """What was looked at; `not_yet` are documents whose last change waits for its digest."""

    documents: int = 0
    digests: int = 0
    not_yet: int = 0
    covered_to: dict[str, datetime] = field(default_factory=dict[str, datetime])


async def verify(
    database: AsyncDatabase[Document], service: str, folder: Path, keys: PublicKeys, seen: Seen
) -> AsyncGenerator[Finding]:
    """Everything that can't have come about by the service itself; `seen` is filled meanwhile.

    The service may go on writing. First what it says it has sent, then what is outside, then the documents:
    so each is at least as new as what vouches for it, and whatever it is missing was taken away.
    """
    sent = await _sent(database)
    archive = Archive(folder, service, keys)
    try:
        for finding in archive.read():
            yield finding
        for agency_id, number in sent.items():
            for finding in archive.lacks(agency_id, number):
                yield finding
        covered = archive.covered()
        seen.digests = archive.count()
        seen.covered_to = {agency: one.to for agency, one in covered.items()}
        async for collection in with_histories(database, archive.kinds()):
            async for finding in _documents(collection, archive, covered, seen):
                yield finding
        for finding in archive.never_seen():
            yield finding
    finally:
        archive.close()


async def _documents(
    collection: AsyncCollection[Document], archive: Archive, covered: dict[str, Covered], seen: Seen
) -> AsyncGenerator[Finding]:
    async for found in _all(collection.with_options(RAW)):
        seen.documents += 1
        id_ = str(found["_id"])
        named = archive.named(collection.name, id_)
        try:
            document = bson.decode(found.raw, BSON_OPTIONS)  # pyright: ignore[reportUnknownMemberType]
        except InvalidBSON:
            yield Finding(fault=Fault.STATE_EDITED, kind=collection.name, id=id_)
            continue
        finding = fault_of(collection.name, document, named)
        if finding is None:
            finding = slipped_in(collection.name, document, named, covered.get(document["agency_id"]))
            seen.not_yet += finding is None and not is_named(document, named)
        if finding is not None:
            yield finding


async def _all(collection: AsyncCollection[Document]) -> AsyncGenerator[RawBSONDocument]:
    """In pages, each in its own time; by the index, for an id put in by hand may be of any type."""
    some = collection.find({}, {"pending": 0}, hint="_id_").sort("_id", 1).limit(PAGE)
    last: Any = None
    while page := [one for one in await some.to_list() if last is None or one["_id"] != last]:
        for document in page:
            yield cast("RawBSONDocument", document)
        last = page[-1]["_id"]
        some = collection.find({}, {"pending": 0}, hint="_id_").sort("_id", 1).limit(PAGE)
        some = some.min([("_id", last)])  # it begins with that one, if it is still there


async def _sent(database: AsyncDatabase[Document]) -> dict[str, int]:
    """The last digest of each agency that every place has taken, as the service has noted it."""
    digests = database.get_collection(DIGESTS, read_concern=MAJORITY)
    order = [("agency_id", 1), ("number", 1)]
    found = digests.find({"waits": []}, {"agency_id": 1, "number": 1}).sort(order)
    return {one["agency_id"]: one["number"] async for one in found}


async def with_histories(
    database: AsyncDatabase[Document], kinds: Collection[str] = ()
) -> AsyncGenerator[AsyncCollection[Document]]:
    """A service's collections of documents with a history, its persons' keys included.

    Those of `kinds`, too: somebody may have taken the history out of each of their documents.
    """
    for one in (database, keys_database(database)):
        for name in sorted(await one.list_collection_names()):
            collection = one.get_collection(name, BSON_OPTIONS, read_concern=MAJORITY)
            chained = {"history.0.hash": {"$exists": True}}
            if name in kinds or await collection.find_one(chained, {"_id": 1}) is not None:
                yield collection
