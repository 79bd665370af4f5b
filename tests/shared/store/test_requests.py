"""A request that made something is known again for thirty days; then nothing tells which request it was."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from pymongo.asynchronous.database import AsyncDatabase

from shared.sealing import MasterKey
from shared.store.repository import Once, Repository
from shared.store.requests import forget_requests
from shared.sweep import sweep_once
from shared.web.parts import once
from tests.shared.audit.auditing import Audit
from tests.shared.errands import NOW, Errand, act

MILLISECOND = timedelta(milliseconds=1)
real = pytest.mark.real


class Said(BaseModel):
    text: str = "a text"


@pytest.fixture
async def errands(database: AsyncDatabase[dict[str, Any]]) -> Repository[Errand]:
    repository = Repository(database, "errands", Errand)
    await repository.make_indexes()
    return repository


async def ask(errands: Repository[Errand], id_: str, key: str = "k") -> str:
    """A request under this key; the id of what it made, now or before."""
    saved = await errands.add(act(), (Errand(id=id_), []), once=Once(key=key, body_hash="body"))
    return saved.state.id


@real
async def test_thirty_days_later_a_key_makes_something_new_and_not_a_moment_before(
    errands: Repository[Errand],
) -> None:
    sweep = forget_requests("errands", [errands])
    assert [await ask(errands, "e1"), await ask(errands, "e2")] == ["e1", "e1"]

    assert await sweep_once(sweep, NOW + timedelta(days=30) - MILLISECOND) == 0
    assert await ask(errands, "e3") == "e1"
    assert await sweep_once(sweep, NOW + timedelta(days=30)) == 1
    assert await sweep_once(sweep, NOW + timedelta(days=30)) == 0
    assert await ask(errands, "e4") == "e4"

    [first, _] = await errands.collection.find({}).sort("_id", 1).to_list()
    assert {"idempotency_key", "body_hash", "requested_at"} & first.keys() == set()


@real
async def test_more_than_a_page_is_forgotten_and_an_auditor_finds_nothing_wrong_with_it(
    errands: Repository[Errand], database: AsyncDatabase[dict[str, Any]], tmp_path: Path
) -> None:
    for number in range(5):
        await ask(errands, f"e{number}", key=f"k{number}")
    copy = await errands.collection.find_one({"_id": "e0"}) or {}
    bare: dict[str, Any] = {**copy, "history": []}
    many = [{**bare, "_id": f"x{n}", "idempotency_key": f"x{n}"} for n in range(1200)]
    await errands.collection.insert_many(many)
    audit = Audit(database=database, folder=tmp_path, documents=[errands.collection])
    await sweep_once(forget_requests("errands", [errands]), NOW + timedelta(days=30))

    assert await errands.collection.count_documents({"requested_at": {"$exists": True}}) == 0
    await errands.collection.delete_many({"_id": {"$regex": "^x"}})
    await audit.strike()
    assert await audit.findings() == []


def test_a_key_is_kept_as_a_hash_for_callers_make_keys_of_what_they_like() -> None:
    master = MasterKey(bytes(32))
    keys = [once(key, scope, Said(), master) for key in ("09121234567", "k") for scope in ("public", "water")]

    assert len({one.key for one in keys if one}) == 4
    assert all("9121234567" not in str(one) for one in keys)
