"""The auditor may come at any time: while hundreds of writes go on, nothing is found that isn't there."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.audit.finding import Fault
from shared.audit.verify import Seen
from tests.shared.audit import forger
from tests.shared.audit.auditing import Audit
from tests.shared.errands import add, errands, step

pytestmark = pytest.mark.real
WRITERS, ROUNDS = 16, 12


async def test_there_is_no_false_alarm_while_writes_and_digests_go_on(
    database: AsyncDatabase[dict[str, Any]], tmp_path: Path
) -> None:
    repository = await errands(database)
    audit = Audit(database=database, folder=tmp_path, documents=[repository.collection], heads_max=10)
    over, written = asyncio.Event(), 0

    async def write(writer: int) -> None:
        nonlocal written
        while not over.is_set():
            id_ = f"e{writer}-{written}"
            await add(repository, id_)
            await step(repository, id_, 2)
            await step(repository, f"shared{writer % 3}", 1)  # several change it at once
            written += 1

    for number in range(3):
        await add(repository, f"shared{number}")
    await audit.strike()
    writers = [asyncio.create_task(write(writer)) for writer in range(WRITERS)]
    alarms: list[object] = []
    for turn in range(ROUNDS):
        checking = asyncio.create_task(audit.findings())
        if turn % 2:
            await audit.strike()
        alarms += await checking
    over.set()
    await asyncio.gather(*writers)

    assert alarms == []
    assert written > 0
    await audit.strike()
    seen = Seen()
    assert await audit.findings(seen) == []
    assert (seen.documents, seen.not_yet) == (written + 3, 0)
    await forger.edit_and_chain_anew(repository.collection, "shared1", 2, by="somebody else")
    assert [one[:2] for one in await audit.found()] == [(Fault.REWRITTEN, "shared1")]
