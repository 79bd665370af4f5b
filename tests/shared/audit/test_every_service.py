"""In every service, for every kind of document: what it does itself is no finding, tampering is one."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from shared.audit.finding import Fault
from shared.audit.verify import Seen
from shared.identity import new_id
from tests.http.worlds import MAKERS, parts_of, world_of
from tests.serving import serving
from tests.shared.audit import forger
from tests.shared.audit.auditing import Audit

pytestmark = pytest.mark.real
Document = dict[str, Any]
Collection = AsyncCollection[Document]
Forge = Callable[[Collection, str], Awaitable[object]]
DUMMY = "made-for-the-audit"

FORGERIES: Mapping[str, tuple[Forge, Fault]] = {
    "deletes an entry": (lambda kept, id_: forger.delete_entry(kept, id_, 1), Fault.DELETED),
    "edits an entry": (lambda kept, id_: forger.edit_entry(kept, id_, 1, by="forged"), Fault.EDITED),
    "edits it and chains anew": (
        lambda kept, id_: forger.edit_and_chain_anew(kept, id_, 1, by="forged"),
        Fault.REWRITTEN,
    ),
    "edits the state": (lambda kept, id_: forger.edit_state(kept, id_, forged=1), Fault.STATE_EDITED),
    "gives it to another agency": (
        lambda kept, id_: kept.update_one({"_id": id_}, {"$set": {"agency_id": "forger"}}),
        Fault.STATE_EDITED,
    ),
    "removes it": (lambda kept, id_: kept.delete_one({"_id": id_}), Fault.REMOVED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """A service with one thing of every kind, all of it in a digest."""

    audit: Audit
    kinds: Mapping[str, Collection]

    async def one_of(self, kind: str) -> str:
        """Any document of this kind."""
        found = await self.kinds[kind].find_one({}, {"_id": 1}, sort=[("_id", 1)])
        assert found is not None
        return found["_id"]


@pytest.fixture(params=sorted(MAKERS))
async def audited(
    request: pytest.FixtureRequest, database: AsyncDatabase[Document], tmp_path: Path
) -> AsyncIterator[Audited]:
    settings, assemble = parts_of(request.param)
    async with serving(request.param, settings, assemble, database) as running:
        await world_of(request.param, running)
        documents = [repository.collection for repository in running.parts.repositories]
        for kept in documents:
            if await kept.find_one() is None:  # of a kind that no story here tells of
                await kept.insert_one({**forger.plausible(DUMMY, write_id=new_id()), "undigested": True})
        audit = Audit(database=database, folder=tmp_path, documents=documents, service=request.param)
        await audit.strike()
        yield Audited(audit=audit, kinds={kept.name: kept for kept in documents})


async def test_what_the_service_did_itself_is_no_finding_and_all_of_it_is_covered(audited: Audited) -> None:
    seen, counted = Seen(), 0
    for kept in audited.kinds.values():
        counted += await kept.count_documents({})

    assert await audited.audit.findings(seen) == []
    assert (seen.documents, seen.not_yet) == (counted, 0)


async def test_each_forgery_is_found_on_each_kind_of_document_and_on_no_other(audited: Audited) -> None:
    wrong: list[str] = []
    for kind, kept in audited.kinds.items():
        id_ = await audited.one_of(kind)
        before = await forger.take(kept, id_)
        for what, (forge, fault) in FORGERIES.items():
            await forge(kept, id_)
            found = [(one.fault, one.kind, one.id) for one in await audited.audit.findings()]
            if found != [(fault, kind, id_)]:
                wrong.append(f"{what}, {kind}: {found}")
            await forger.put(kept, before)

    assert wrong == []
    assert await audited.audit.findings() == []


async def test_a_document_put_in_by_hand_is_found_in_each_kind(audited: Audited) -> None:
    for kept in audited.kinds.values():
        await kept.insert_one(forger.plausible("x1", write_id=new_id(), kept=False))

    found = {(one.fault, one.kind) for one in await audited.audit.findings()}

    assert found == {(Fault.UNCHAINED, kind) for kind in audited.kinds}


async def test_a_whole_kind_that_is_dropped_is_found(audited: Audited) -> None:
    for kind, kept in audited.kinds.items():
        gone = await kept.count_documents({})
        await kept.drop()
        found = [one for one in await audited.audit.findings() if one.kind == kind]
        assert [one.fault for one in found] == [Fault.REMOVED] * gone


def test_every_service_is_here() -> None:
    services = {path.parent.name for path in Path(__file__).parents[3].glob("services/*/__main__.py")}

    assert set(MAKERS) == services
