"""Publishes an aggregate's events again, from its history: how a projection that missed one is mended."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson
from pymongo import WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.read_concern import ReadConcern

from shared.bus.records import REPLAY_HEADER
from shared.cloudevents import Envelope, Record
from shared.events.event import events_topic
from shared.store.repository import NotFound, pending_of

Document = dict[str, Any]


async def replay(collection: AsyncCollection[Document], id_: str, *, replay_id: str, now: datetime) -> int:
    """Let the relay send all its events once more, with their ids and sequences; how many they are.

    They join `pending` in one write under the version guard, so no newer event can come between them.
    Only projections heed them; asked twice, they are told twice, to the same end. Raises NotFound.
    """
    reader = collection.with_options(read_concern=ReadConcern("majority"))
    writer = collection.with_options(write_concern=WriteConcern("majority", j=True))
    while True:
        found = await reader.find_one({"_id": id_}, {"version": 1, "history": 1})
        if found is None or "history" not in found:
            raise NotFound(id_)
        again = [
            # Ids of their own: the same events may still wait from the first time.
            pending_of(record, f"{replay_id}:{record.headers['ce_sequence']}", now)
            for record in records_of(id_, found["history"], replay_id=replay_id)
        ]
        guard = {"_id": id_, "version": found["version"]}
        made = await writer.update_one(guard, {"$push": {"pending": {"$each": again}}})
        if made.matched_count:
            return len(again)


def records_of(id_: str, history: Sequence[Document], *, replay_id: str) -> Iterator[Record]:
    """The events that the history keeps, as they were first sent, marked as a replay."""
    for entry in history:
        for kept in entry["events"]:
            publisher = kept["type"].split(".")[2]
            record = Envelope(
                id=f"{id_}:{kept['sequence']}",
                type=kept["type"],
                source=f"/paygir/{publisher}",
                subject=id_,
                sequence=kept["sequence"],
                time=entry["at"],
                agency=kept["data"]["agency_id"],
                clause=kept["data"].get("clause"),
                data=orjson.dumps(kept["data"]),
            ).record(events_topic(publisher))
            headers = {**record.headers, REPLAY_HEADER: replay_id}
            yield Record(topic=record.topic, key=record.key, headers=headers, value=record.value)
