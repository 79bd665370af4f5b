"""What is left of an erased key in MongoDB's own log opens nothing once the wrapping key was changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import Timestamp
from pymongo.asynchronous.database import AsyncDatabase

from shared.clock import wall_now
from shared.keys.keeper import Keeper
from shared.keys.person import Why
from shared.keys.storage import PersonKeys
from shared.keys.wrapping import LocalWrapper
from shared.sealing import MasterKey, Unopenable

pytestmark = pytest.mark.real
NOW = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
OLD, NEW = bytes([1] * 32), bytes([2] * 32)


async def wrapped_in_the_log(keys: PersonKeys, contact_id: str) -> set[str]:
    """Every form of a key that the oplog of the last hour holds."""
    log = keys.collection.database.client["local"]["oplog.rs"]
    since = Timestamp(wall_now() - timedelta(hours=1), 0)
    found = log.find({"ts": {"$gte": since}, "ns": keys.collection.full_name, "o._id": contact_id})
    return {one["o"]["state"]["wrapped_key"] async for one in found if "state" in one["o"]}


async def test_after_a_rotation_the_log_holds_an_erased_key_that_nobody_can_open(
    database: AsyncDatabase[dict[str, Any]],
) -> None:
    keys, kept = PersonKeys(database), timedelta(days=730)
    await keys.make_indexes()
    before = Keeper(keys, LocalWrapper([OLD]), MasterKey(bytes(32)))
    gone = await before.of_number("water", "+989121234567", NOW, kept=kept)
    stays = await before.of_number("water", "+989120000000", NOW, kept=kept)
    await before.erase("water", gone.contact_id, Why.ASKED, "citizen", NOW)

    left = await wrapped_in_the_log(keys, gone.contact_id)
    assert [await LocalWrapper([OLD]).unwrap(one, about=gone.contact_id) for one in left] == [gone.key]

    await Keeper(keys, LocalWrapper([NEW, OLD]), MasterKey(bytes(32))).rewrap(NOW)
    rotated = LocalWrapper([NEW])
    for one in await wrapped_in_the_log(keys, gone.contact_id):
        with pytest.raises(Unopenable):
            await rotated.unwrap(one, about=gone.contact_id)
    assert await Keeper(keys, rotated, MasterKey(bytes(32))).of_contact("water", stays.contact_id) == stays
