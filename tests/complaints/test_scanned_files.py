"""Files and malware: refused where found, held while nobody can look, "not scanned" where nobody does."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.complaints.app import assemble
from services.complaints.settings import Settings
from tests.complaints.attachments import add, chunks, download, download_own, listed, own, send
from tests.complaints.cases import file, only_id
from tests.serving import Serving, serving
from tests.shared.files.clamd_double import EICAR, ClamdDouble, clamd

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-10")]


@pytest.fixture
async def address() -> str:
    """Of a scanner that is away until somebody listens there."""
    async with clamd(ClamdDouble()) as listens_at:
        return listens_at


@pytest.fixture
async def scanned(database: AsyncDatabase[dict[str, Any]], address: str) -> AsyncIterator[Serving]:
    """The service with a scanner set."""
    async with serving("complaints", Settings(clamd=address), assemble, database) as running:
        yield running


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


async def test_malware_is_refused_when_it_comes_and_nothing_of_it_is_kept(
    scanned: Serving, address: str
) -> None:
    receipt = await file(scanned)
    async with clamd(ClamdDouble(), port_of(address)):
        refused = await send(scanned, receipt, EICAR)
        clean = await send(scanned, receipt)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/file")
    assert (clean.status_code, clean.json()["scan"]) == (201, "clean")
    assert len(await listed(scanned, await only_id(scanned))) == len(await chunks(scanned)) == 1


async def test_while_the_scanner_is_away_a_file_is_taken_in_and_held_until_it_was_scanned(
    scanned: Serving, address: str
) -> None:
    receipt = await file(scanned)
    id_ = await only_id(scanned)
    sent = await send(scanned, receipt)
    assert (sent.status_code, sent.json()["scan"]) == (201, "waiting-for-scan")
    held = await download(scanned, id_, sent.json()["id"])
    assert (held.status_code, held.json()["clause"]) == (409, "FOAD-10")
    assert (await download_own(scanned, receipt, sent.json()["id"])).status_code == 409

    scanned.clock.forward(minutes=1)
    before = await scanned.database["attachments"].find_one({"_id": id_})
    await scanned.sweep()
    assert await scanned.database["attachments"].find_one({"_id": id_}) == before
    async with clamd(ClamdDouble(), port_of(address)):
        await scanned.sweep()
    assert [one["scan"] for one in await own(scanned, receipt)] == ["clean"]
    assert (await download(scanned, id_, sent.json()["id"])).status_code == 200


async def test_malware_that_is_found_later_is_removed_and_was_given_out_to_nobody(
    scanned: Serving, address: str
) -> None:
    receipt = await file(scanned)
    id_ = await only_id(scanned)
    bad = (await send(scanned, receipt, EICAR)).json()["id"]
    await add(scanned, id_, "note", b"clean")
    scanned.clock.forward(minutes=1)
    async with clamd(ClamdDouble(), port_of(address)):
        for _ in range(2):
            await scanned.sweep()

    assert [one["scan"] for one in await listed(scanned, id_)] == ["clean"]
    assert (await download(scanned, id_, bad)).status_code == 404
    await scanned.sweep()
    assert len(await chunks(scanned)) == 1


async def test_a_file_that_the_scanner_can_not_judge_is_asked_about_less_and_less_often(
    scanned: Serving, address: str
) -> None:
    receipt = await file(scanned)
    await send(scanned, receipt)
    double = ClamdDouble(stream_bytes_max=1)
    async with clamd(double, port_of(address)):
        for minutes in (1, 10, 60, 60):
            scanned.clock.forward(minutes=minutes)
            await scanned.sweep()
            scanned.clock.forward(milliseconds=-1)
            await scanned.sweep()
            scanned.clock.forward(milliseconds=1)

    assert double.asked.count("INSTREAM") == 4
    assert [one["scan"] for one in await own(scanned, receipt)] == ["waiting-for-scan"]


async def test_where_no_scanner_is_set_files_are_shown_as_not_scanned_those_that_waited_too(
    scanned: Serving, database: AsyncDatabase[dict[str, Any]]
) -> None:
    receipt = await file(scanned)
    await send(scanned, receipt)
    async with serving("complaints", Settings(), assemble, database) as without:
        without.clock.forward(minutes=1)
        await without.sweep()
        assert [one["scan"] for one in await own(without, receipt)] == ["not-scanned"]
