"""Digests that were removed, forged, swapped or signed by somebody else: each is found and named."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.audit.digest import Digest
from shared.audit.finding import Fault
from shared.audit.keys import AuditKey, PublicKeys
from shared.audit.verify import Seen
from shared.identity import new_id
from tests.shared.audit import forger
from tests.shared.audit.auditing import Audit
from tests.shared.errands import add, errands, step

pytestmark = pytest.mark.real
Database = AsyncDatabase[dict[str, Any]]
Found = list[tuple[Fault, int | None]]


@pytest.fixture
async def audit(database: Database, tmp_path: Path) -> Audit:
    """One errand, in the digests of four hours."""
    repository = await errands(database)
    one = Audit(database=database, folder=tmp_path, documents=[repository.collection])
    await add(repository, "e1")
    for _ in range(4):
        await step(repository, "e1")
        await one.strike()
    return one


async def found(audit: Audit) -> Found:
    return [(one.fault, one.digest) for one in await audit.findings()]


async def test_each_digest_names_the_one_before_it(audit: Audit) -> None:
    digests = audit.digests()

    assert [one.number for one in digests] == [1, 2, 3, 4]
    assert [one.before for one in digests[1:]] == [one.hash() for one in digests[:-1]]
    assert [one.heads[0].version for one in digests] == [2, 3, 4, 5]
    assert await found(audit) == []


@pytest.mark.parametrize("number", [1, 2, 4])
async def test_a_removed_digest_is_named(audit: Audit, number: int) -> None:
    lines = audit.lines()
    audit.write([*lines[: number - 1], *lines[number:]])

    assert await found(audit) == [(Fault.DIGEST_MISSING, number)]


async def test_all_digests_being_gone_is_found(audit: Audit) -> None:
    audit.file().unlink()

    assert await found(audit) == [(Fault.DIGEST_MISSING, number) for number in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    "forged",
    [
        {"heads": []},
        {"hour": "2020-01-01T00:00:00Z"},
        {"agency_id": "roads"},
        {"service": "meetings"},
        {"signature": "AAAA"},
        {"hash": "0" * 64},
        {"number": "two"},
        {"more": 1},
    ],
)
async def test_an_edited_digest_is_found_with_its_place(audit: Audit, forged: dict[str, Any]) -> None:
    lines = audit.lines()
    lines[1] = orjson.dumps({**orjson.loads(lines[1]), **forged}) + b"\n"
    audit.write(lines)

    findings = await audit.findings()

    assert [(one.fault, one.place or one.digest) for one in findings] == [
        (Fault.DIGEST_FORGED, "water.jsonl:2"),
        (Fault.DIGEST_MISSING, 2),
    ]


async def test_a_digest_signed_by_another_key_is_forged(audit: Audit) -> None:
    stranger, lines = AuditKey.new(), audit.lines()
    told = audit.digests()[1].model_copy(update={"heads": [], "key_id": stranger.id})
    audit.write([lines[0], told.line(stranger), *lines[2:]])

    assert (Fault.DIGEST_FORGED, None) in await found(audit)


async def test_a_digest_that_claims_our_key_and_is_signed_by_another_is_forged(audit: Audit) -> None:
    lines = audit.lines()
    audit.write([lines[0], audit.digests()[1].line(AuditKey.new()), *lines[2:]])

    assert (Fault.DIGEST_FORGED, None) in await found(audit)


async def test_whoever_has_even_the_key_cannot_change_one_digest_without_the_next_telling(
    audit: Audit,
) -> None:
    lines, told = audit.lines(), audit.digests()[1]
    other = told.model_copy(update={"hour": told.hour - timedelta(minutes=1)})
    audit.write([lines[0], other.line(audit.key), *lines[2:]])

    assert await found(audit) == [(Fault.DIGEST_TORN_OFF, 3)]


async def test_two_stories_under_one_number_are_found(audit: Audit) -> None:
    lines, told = audit.lines(), audit.digests()[1]
    other = told.model_copy(update={"heads": []})
    audit.write([*lines, other.line(audit.key)])

    assert await found(audit) == [(Fault.DIGEST_FORGED, 2)]


async def test_swapped_digests_are_out_of_order(audit: Audit) -> None:
    lines = audit.lines()
    audit.write([lines[0], lines[2], lines[1], lines[3]])

    assert await found(audit) == [(Fault.DIGEST_OUT_OF_ORDER, 2)]


async def test_a_digest_that_came_twice_is_no_finding(audit: Audit) -> None:
    lines = audit.lines()
    audit.write([*lines, lines[1]])

    assert await found(audit) == []


async def test_a_line_torn_by_a_power_cut_and_written_again_is_no_finding(audit: Audit) -> None:
    lines = audit.lines()
    audit.write([*lines[:2], lines[2][:100] + b"\n", lines[2], lines[3], lines[3][:50]])

    assert await found(audit) == []


async def test_a_line_that_is_half_there_and_never_came_whole_is_found(audit: Audit) -> None:
    lines = audit.lines()
    audit.write([*lines[:2], lines[2][:100] + b"\n", lines[3]])

    assert await found(audit) == [(Fault.DIGEST_FORGED, None), (Fault.DIGEST_MISSING, 3)]


async def test_after_the_key_was_changed_both_are_trusted(audit: Audit, database: Database) -> None:
    old = audit.key
    audit.key = AuditKey.new()
    await step(await errands(database), "e1")
    await audit.strike()
    both = PublicKeys.from_pem((old.public_pem() + audit.key.public_pem()).encode())

    assert await audit.findings(keys=both) == []
    assert [one.fault for one in await audit.findings()][:4] == [Fault.DIGEST_FORGED] * 4


async def test_a_damaged_chain_claims_nothing_of_what_it_would_have_covered(audit: Audit) -> None:
    lines, seen = audit.lines(), Seen()
    audit.write(lines[:-1])
    await audit.documents[0].insert_one(forger.plausible("x1", write_id=new_id()))

    assert [one.fault for one in await audit.findings(seen)] == [Fault.DIGEST_MISSING]
    assert seen.covered_to == {}


async def test_a_digest_holds_ids_and_hashes_only(audit: Audit) -> None:
    [first, *_] = (orjson.loads(line) for line in audit.lines())

    assert first.keys() == {*Digest.model_fields, "type", "hash", "signature"}
    assert [len(one) for one in first["heads"]] == [4]


async def test_a_chain_begun_anew_after_the_services_own_note_was_deleted_is_found(
    audit: Audit, database: Database
) -> None:
    await database["digests"].drop()
    await step(await errands(database), "e1")
    await audit.strike()

    assert (Fault.DIGEST_FORGED, 1) in await found(audit)
