"""After a backup was put back the digests begin anew, with every document; the old ones tell of it."""

from pathlib import Path
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.audit.anew import begin_anew
from shared.audit.finding import Fault
from shared.audit.verify import Seen
from tests.shared.audit import forger
from tests.shared.audit.auditing import Audit
from tests.shared.errands import ROADS, add, errands, step

pytestmark = pytest.mark.real
Database = AsyncDatabase[dict[str, Any]]


@pytest.fixture
async def restored(database: Database, tmp_path: Path) -> Audit:
    """Documents of a backup, older than the digests of the hours since."""
    repository = await errands(database)
    one = Audit(database=database, folder=tmp_path / "old", documents=[repository.collection])
    for id_, agency_id in (("e1", "water"), ("e2", "water"), ("r1", ROADS)):
        await add(repository, id_, agency_id=agency_id)
    await one.strike()
    backup = await repository.collection.find().to_list()
    notes = await database["digests"].find().to_list()
    await step(repository, "e1", 3)
    await add(repository, "e3")
    await one.strike()
    for name, documents in ((repository.collection.name, backup), ("digests", notes)):
        await database[name].delete_many({})
        await database[name].insert_many(documents)
    return one


async def test_what_the_backup_lacks_is_told(restored: Audit) -> None:
    assert await restored.found() == [(Fault.CUT_SHORT, "e1", 4), (Fault.REMOVED, "e3", 1)]


async def test_begun_anew_every_document_is_named_once_more_and_nothing_is_found(
    restored: Audit, tmp_path: Path
) -> None:
    assert await begin_anew(restored.database) == 3
    restored.folder, seen = tmp_path / "new", Seen()
    await restored.strike()

    assert await restored.findings(seen) == []
    assert (seen.documents, seen.not_yet) == (3, 0)
    assert [[head.id for head in one.heads] for one in restored.digests()] == [["e1", "e2"]]
    await forger.edit_and_chain_anew(restored.documents[0], "e2", 1, by="somebody else")
    assert await restored.found() == [(Fault.REWRITTEN, "e2", 1)]


async def test_the_old_digests_tell_of_it(restored: Audit) -> None:
    await begin_anew(restored.database)
    await restored.strike()

    assert (Fault.DIGEST_FORGED, None) in {(one.fault, one.id) for one in await restored.findings()}


async def test_asked_twice_it_is_begun_once(restored: Audit) -> None:
    assert await begin_anew(restored.database) == 3
    assert await begin_anew(restored.database) == 0
