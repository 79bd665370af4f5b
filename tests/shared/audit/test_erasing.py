"""Erasing a person is an entry, not a gap: the chain stays whole, and a key put back from a copy shows."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.audit.finding import Fault
from shared.keys.person import PersonKey, Why
from shared.keys.storage import PersonKeys
from tests.shared.audit import forger
from tests.shared.audit.auditing import Audit
from tests.shared.errands import NOW, act

pytestmark = pytest.mark.real


async def test_an_erased_person_is_no_finding_and_one_put_back_is(
    database: AsyncDatabase[dict[str, Any]], tmp_path: Path
) -> None:
    keys = PersonKeys(database)
    await keys.make_indexes()
    audit = Audit(database=database, folder=tmp_path, documents=[keys.collection])
    made = PersonKey.make(
        id_="c1", agency_id="water", number_hash="ab", wrapped_key="k", now=NOW, kept=timedelta(days=1)
    )
    await keys.add(act("make"), made)
    await audit.strike()
    copy = await forger.take(keys.collection, "c1")

    await keys.change("water", "c1", act("erase"), lambda key: key.erase(Why.ASKED, NOW))
    assert await audit.findings() == []
    await audit.strike()
    assert await audit.findings() == []

    await forger.put(keys.collection, copy)
    assert await audit.found() == [(Fault.CUT_SHORT, "c1", 2)]
    await database.client.drop_database(keys.collection.database.name)
