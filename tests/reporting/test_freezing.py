"""Freezing an agency's quarter takes what time it takes; a request's patience is no measure for it."""

from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.reporting.domain.facts import Case, Source
from services.reporting.storage import CODECS, FactStore
from shared.mongo import connect

pytestmark = pytest.mark.real
QUARTER = "1405-Q3"
CASES = 5000


async def test_a_large_quarter_is_frozen_whole_however_little_patience_a_request_has(
    mongodb: str, database: AsyncDatabase[dict[str, Any]]
) -> None:
    state = CODECS[Source.COMPLAINTS].document(Case(quarters=(QUARTER,), ground="broken-equipment"))
    cases = [{"_id": f"c{n}", "agency_id": "water", "gaps": 0, "state": state} for n in range(CASES)]
    await database["facts_complaints"].insert_many(cases)
    copies = database["issued_facts"]
    async with connect(mongodb, timeout_ms=20) as impatient:
        facts = FactStore(impatient[database.name])
        await facts.freeze("water", QUARTER, "first")
        await facts.freeze("water", QUARTER, "second")
        assert await copies.count_documents({}) == 2 * CASES
        await facts.keep_only("water", QUARTER, "second")

    assert await copies.distinct("key") == ["second"]
    assert await copies.count_documents({}) == CASES
