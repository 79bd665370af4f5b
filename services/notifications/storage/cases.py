"""What is known of complaints, and whose they are."""

from collections.abc import Collection, Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from services.notifications.domain.case import KnownCase, fold
from shared.bus.effects import Projection
from shared.store.codec import BSON_OPTIONS, Codec

Document = dict[str, Any]
COLLECTION = "cases"
OF_ONE_MAX = 200
_CODEC = Codec(KnownCase)


class Cases:
    """Drawn from the events of complaints by `effect`, and asked by the contacts of a number."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._cases = database.get_collection(COLLECTION, BSON_OPTIONS)
        self.effect = Projection(self._cases, lambda state, envelope: fold(state, envelope.known_event()))

    async def make_indexes(self) -> None:
        """One for a person's, the latest first."""
        await self._cases.create_index(
            [("state.contact_id", 1), ("_id", -1)],
            partialFilterExpression={"state.contact_id": {"$type": "string"}},
        )

    async def of_contacts(self, contact_ids: Collection[str]) -> Sequence[KnownCase]:
        """The cases of these contacts, the latest first, as many as one person may have."""
        query = {"state.contact_id": {"$in": [*contact_ids], "$type": "string"}}
        found = self._cases.find(query, {"state": 1}).sort("_id", -1).limit(OF_ONE_MAX)
        return [_known(one) async for one in found if "standing" in one["state"]]

    async def own(self, contact_ids: Collection[str], code: str) -> Sequence[KnownCase]:
        """The cases of a code, if they are of these contacts; a case that was handed over is two."""
        whose = {"state.contact_id": {"$in": [*contact_ids], "$type": "string"}}
        found = self._cases.find({**whose, "state.tracking_code": code}, {"state": 1})
        return [_known(one) async for one in found if "standing" in one["state"]]

    async def with_id(self, id_: str) -> KnownCase | None:
        """As it stands now."""
        found = await self._cases.find_one({"_id": id_, "state.standing": {"$exists": True}}, {"state": 1})
        return None if found is None else _known(found)


def _known(document: Document) -> KnownCase:
    return _CODEC.value({"id": document["_id"], **document["state"]})
