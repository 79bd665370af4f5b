"""Who has but one complaint at an agency: asked for many persons at once, out of an index alone."""

from collections.abc import Collection, Mapping

from pymongo.asynchronous.collection import AsyncCollection

from services.complaints.storage.indexes import CONTACT, Document
from shared.store.together import Together

Person = tuple[str, str]
"""An agency and a contact of it."""
EACH_MAX = 4


class Alone:
    """Almost every complaint is its person's only one: that is known without loading any."""

    def __init__(self, collection: AsyncCollection[Document]) -> None:
        """`collection` is read as complaints are."""
        self._collection = collection
        self._together = Together[Person, list[str]](self._of)

    async def is_only(self, agency_id: str, contact_id: str, id_: str) -> bool:
        """Whether the person surely has this complaint there and no other.

        False where it isn't theirs any more, or where those who were asked about together have so many that
        not all were read.
        """
        return await self._together.of((agency_id, contact_id)) == [id_]

    async def _of(self, persons: Collection[Person]) -> Mapping[Person, list[str]]:
        agencies, contacts = ({one[field] for one in persons} for field in (0, 1))
        query = {"agency_id": _one_of(agencies), CONTACT: _one_of(contacts)}
        most = EACH_MAX * len(persons)
        # Only what the index holds: no document is read.
        found = self._collection.find(query, {"agency_id": 1, CONTACT: 1}).hint("person").limit(most)
        ids: dict[Person, list[str]] = {}
        for one in (documents := await found.to_list()):
            ids.setdefault((one["agency_id"], one["state"]["contact"]["id"]), []).append(one["_id"])
        return ids if len(documents) < most else {}


def _one_of(values: Collection[str]) -> Document:
    return {"$in": sorted(values)}
