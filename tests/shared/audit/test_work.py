"""One digest an hour for each agency, whoever works, whatever breaks off; and each gets outside, in order."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from shared.audit.digest import Digest
from shared.audit.ledger import Ledger, Waiting
from shared.audit.outside import DigestRefused, Folder, Outside, PlaceAway
from shared.audit.work import DigestWork
from shared.clock import wall_now
from tests.shared.audit.auditing import Audit
from tests.shared.errands import ROADS, add, errands, step
from tests.shared.outbox.topic import until

pytestmark = pytest.mark.real
Database = AsyncDatabase[dict[str, Any]]


@pytest.fixture
async def audit(database: Database, tmp_path: Path) -> Audit:
    """Two errands of water, one of roads, no digest yet."""
    repository = await errands(database)
    for id_, agency_id in (("e1", "water"), ("e2", "water"), ("r1", ROADS)):
        await add(repository, id_, agency_id=agency_id)
    return Audit(database=database, folder=tmp_path, documents=[repository.collection])


class Place(Outside):
    """Takes what it is told to take."""

    def __init__(self) -> None:
        self.took: list[str] = []
        self.away = False
        self.refuses: set[str] = set()

    @override
    async def put(self, one: Waiting) -> None:
        await asyncio.sleep(0)
        if self.away:
            raise PlaceAway("away")
        if one.agency_id in self.refuses:
            raise DigestRefused("not this one")
        self.took.append(one.id)


async def test_an_hour_has_one_digest_however_often_it_is_asked_for(audit: Audit) -> None:
    worker = audit.worker()
    await audit.strike(worker)
    await worker.round()
    await audit.worker().round()

    assert [one.number for one in audit.digests()] == [1]
    assert [head.id for head in audit.digests()[0].heads] == ["e1", "e2"]


async def test_an_hour_in_which_nothing_changed_says_so(audit: Audit) -> None:
    await audit.strike()
    await audit.strike()

    assert [(one.number, len(one.heads)) for one in audit.digests()] == [(1, 2), (2, 0)]


async def test_a_service_that_has_not_made_its_own_indexes_yet_can_be_asked(
    database: Database, tmp_path: Path
) -> None:
    new = Audit(database=database, folder=tmp_path, documents=[database["new"]])
    await database["new"].insert_one({"_id": "n1"})
    await new.strike()

    assert new.digests() == []


async def test_the_hour_is_the_services_own_and_full(audit: Audit) -> None:
    audit.clock.forward(minutes=59)
    await audit.strike()

    [digest] = audit.digests()
    now = audit.clock.now()
    assert digest.hour == now.replace(minute=0, second=0, microsecond=0)


async def test_a_day_without_a_worker_is_made_good_by_one_digest(audit: Audit, database: Database) -> None:
    await audit.strike()
    await step(await errands(database), "e2")
    audit.clock.forward(hours=24)
    await audit.strike()

    assert [(one.number, [head.id for head in one.heads]) for one in audit.digests()][1:] == [(2, ["e2"])]


async def test_many_workers_at_once_make_one_digest(audit: Audit) -> None:
    audit.clock.forward(hours=1)
    ledger = audit.ledger()
    await ledger.make_indexes()
    hour = audit.clock.now()
    # Without any lease: what holds is the database.
    await asyncio.gather(
        *[
            audit.ledger().make("water", hour, now=wall_now(), key=audit.key, places=["file"])
            for _ in range(8)
        ]
    )

    assert await database_digests(audit) == ["water:1"]


async def test_a_second_worker_leaves_it_to_the_first(audit: Audit) -> None:
    audit.clock.forward(hours=1)
    await audit.ledger().make_indexes()
    workers = [audit.worker() for _ in range(4)]
    await asyncio.gather(*[worker.round() for worker in workers])
    await asyncio.gather(*[worker.round() for worker in workers])

    assert len(audit.lines()) == len(audit.lines(ROADS)) == 1


async def test_more_documents_than_a_digest_holds_take_several(audit: Audit, database: Database) -> None:
    repository = await errands(database)
    for number in range(7):
        await add(repository, f"f{number}")
    audit.heads_max = 3
    await audit.strike()

    digests = audit.digests()
    assert [len(one.heads) for one in digests] == [3, 3, 3, 0]
    assert [one.covers_to is None for one in digests] == [True, True, True, False]
    assert len({head.id for one in digests for head in one.heads}) == 9
    assert await audit.findings() == []


async def test_a_document_that_changes_between_looking_and_noting_is_in_the_next_digest(
    audit: Audit, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = await errands(database)
    keep = Ledger.keep

    async def meanwhile(self: Ledger, digest: Digest, *told: Any, **how: Any) -> bool:
        if digest.agency_id == "water":
            await step(repository, "e1")
        return await keep(self, digest, *told, **how)

    monkeypatch.setattr(Ledger, "keep", meanwhile)
    await audit.strike()
    monkeypatch.undo()
    await audit.strike()

    assert [[(h.id, h.version) for h in one.heads] for one in audit.digests()] == [
        [("e1", 1), ("e2", 1)],
        [("e1", 2)],
    ]
    assert await audit.findings() == []


async def test_one_that_breaks_off_before_it_notes_what_it_named_names_it_again(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: Any) -> None:
        await asyncio.sleep(0)
        raise ConnectionError("the power is gone")

    monkeypatch.setattr(Ledger, "named", dies)
    await audit.strike()
    monkeypatch.undo()
    await audit.strike()

    assert [[head.id for head in one.heads] for one in audit.digests()] == [["e1", "e2"], ["e1", "e2"]]
    assert await audit.findings() == []


async def test_one_that_breaks_off_in_the_middle_goes_on_within_the_hour(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit.heads_max = 1
    named_by, died = Ledger.named, False

    async def dies_once(self: Ledger, heads: Any) -> None:
        nonlocal died
        if not died and heads and heads[0].id == "e1":
            died = True
            raise ConnectionError("the power is gone")
        await named_by(self, heads)

    monkeypatch.setattr(Ledger, "named", dies_once)
    audit.clock.forward(hours=1)
    await audit.ledger().make_indexes()
    worker = audit.worker()
    await worker.round()
    await worker.round()

    named = {head.id for one in audit.digests() for head in one.heads}
    assert named == {"e1", "e2"}
    assert audit.digests()[-1].covers_to is not None
    assert await audit.findings() == []


async def test_what_a_place_cannot_take_waits_a_day_and_then_comes_in_order(audit: Audit) -> None:
    away, file = Place(), Folder(audit.folder)
    away.away = True
    for _ in range(24):
        await audit.strike(audit.worker({"file": file, "webhook": away}))
    assert (away.took, len(audit.lines())) == ([], 24)

    away.away = False
    await audit.strike(audit.worker({"file": file, "webhook": away}))

    assert away.took == [f"{agency}:{number}" for agency in (ROADS, "water") for number in range(1, 26)]
    assert await database_digests(audit) == ["roads:25", "water:25"]


async def test_a_place_that_is_away_is_asked_less_and_less(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    away, now = Place(), 0.0
    away.away = True
    worker = audit.worker({"webhook": away})
    asked: list[float] = []
    put = away.put

    async def counted(one: Waiting) -> None:
        asked.append(now)
        await put(one)

    monkeypatch.setattr(away, "put", counted)
    monkeypatch.setattr("shared.audit.work._real_s", lambda: now)
    await audit.strike(worker)
    for second in range(1, 40):
        now = float(second)
        await worker.round()

    assert asked == [0.0, 2.0, 6.0, 14.0, 30.0]


async def test_a_digest_that_a_place_refuses_holds_up_its_own_agency_only(audit: Audit) -> None:
    place = Place()
    place.refuses = {ROADS}
    await audit.strike(audit.worker({"webhook": place}))
    await audit.strike(audit.worker({"webhook": place}))

    assert place.took == ["water:1", "water:2"]
    place.refuses = set()
    await audit.strike(audit.worker({"webhook": place}))
    assert [one for one in place.took if one.startswith(ROADS)] == ["roads:1", "roads:2", "roads:3"]


async def test_none_passes_the_one_before_it_that_was_refused(audit: Audit) -> None:
    place = Place()
    place.away = True
    for _ in range(3):
        await audit.strike(audit.worker({"webhook": place}))

    class Moody(Place):
        """Refuses the first that comes."""

        @override
        async def put(self, one: Waiting) -> None:
            self.refuses = set() if self.took or self.refuses else {ROADS}
            await super().put(one)

    moody = Moody()
    await audit.worker({"webhook": moody}).round()

    assert moody.took == ["water:1", "water:2", "water:3"]
    await audit.worker({"webhook": moody}).round()
    assert moody.took[3:] == ["roads:1", "roads:2", "roads:3"]


async def test_a_worker_killed_before_it_notes_that_a_digest_was_taken_sends_it_again(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: Any) -> None:
        await asyncio.sleep(0)
        raise ConnectionError("the power is gone")

    monkeypatch.setattr(Ledger, "taken", dies)
    with pytest.raises(ConnectionError):
        await audit.strike()
    monkeypatch.undo()
    await audit.worker().round()

    lines = audit.lines(ROADS)
    assert len(lines) == 2
    assert len({*lines}) == 1
    assert await audit.findings() == []


async def test_the_age_of_the_last_digest_that_was_taken_is_shown(audit: Audit) -> None:
    await audit.strike()

    age_s = REGISTRY.get_sample_value("paygir_digest_sent_age_seconds", {"place": "file"})
    assert age_s is not None
    assert 0 <= age_s < 600


async def test_it_runs_beside_the_rest_and_outlives_faults(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, faults = audit.worker(), 0
    once = DigestWork.round

    async def fails_first(self: DigestWork) -> None:
        nonlocal faults
        faults += 1
        if faults < 3:
            raise ConnectionError("away")
        await once(self)

    monkeypatch.setattr(DigestWork, "round", fails_first)
    task = asyncio.create_task(worker.run())

    async def is_there() -> bool:
        return bool(audit.lines())

    await until(is_there)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert len(audit.digests()) == 1


async def database_digests(audit: Audit) -> list[str]:
    """What the database keeps of them."""
    return [one["_id"] async for one in audit.database["digests"].find().sort("_id", 1)]
