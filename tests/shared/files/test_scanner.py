"""clamd judges files over INSTREAM; whatever keeps it from judging is told as such, never as clean.

Where a clamd is installed, the same is asked of the real one, with a database of one signature.
"""

import asyncio
import getpass
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from shared.files.scanner import Clamd, ScannerAway
from tests.shared.files.clamd_double import EICAR, FOUND, ClamdDouble, clamd

BOTH = ["double", *(["real"] if shutil.which("clamd") else [])]
STARTS_S, LOOKS_AGAIN_S = 60, 0.05
CONFIGURATION = """
Foreground yes
LocalSocket {folder}/socket
DatabaseDirectory {folder}/signatures
StreamMaxLength 1M
User {user}
"""


@asynccontextmanager
async def real_clamd(folder: Path, user: str) -> AsyncGenerator[str]:
    """The real program, knowing nothing but EICAR's test file."""
    (folder / "signatures").mkdir()
    (folder / "signatures" / "own.ndb").write_text(f"{FOUND}:0:*:{EICAR.hex()}\n")
    configuration = folder / "clamd.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, user=user))
    process = await asyncio.create_subprocess_exec(
        "clamd", f"--config-file={configuration}", stdout=asyncio.subprocess.DEVNULL
    )
    scanner = Clamd(str(folder / "socket"))
    try:
        for _ in range(round(STARTS_S / LOOKS_AGAIN_S)):
            if await scanner.answers():
                break
            await asyncio.sleep(LOOKS_AGAIN_S)
        yield str(folder / "socket")
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture(params=BOTH)
async def address(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Of a clamd that takes a megabyte."""
    started = (
        real_clamd(tmp_path, getpass.getuser())
        if request.param == "real"
        else clamd(ClamdDouble(stream_bytes_max=2**20))
    )
    async with started as listens_at:
        yield listens_at


async def test_a_clean_file_is_clean_an_infected_one_is_named_and_a_too_large_one_is_not_judged(
    address: str,
) -> None:
    scanner = Clamd(address)

    assert await scanner.answers()
    assert await scanner.found_in([b"clean ", memoryview(b"file")]) is None
    found = await scanner.found_in([b"before ", EICAR[:20], EICAR[20:]])
    assert found is not None
    assert found.removesuffix(".UNOFFICIAL") == FOUND  # the real one says so of signatures of one's own
    with pytest.raises(ScannerAway):
        await scanner.found_in([bytes(2**20 + 1)])


async def test_a_file_that_comes_piece_by_piece_is_judged_as_a_whole(address: str) -> None:
    async def pieces() -> AsyncGenerator[bytes]:
        for place in range(len(EICAR)):
            yield EICAR[place : place + 1]

    assert await Clamd(address).found_in(pieces()) is not None


async def test_a_scanner_that_says_nothing_is_waited_for_no_longer_than_its_time() -> None:
    async with clamd(ClamdDouble(silent=True)) as listens_at:
        scanner = Clamd(listens_at, timeout_s=0.2)
        with pytest.raises(ScannerAway):
            await scanner.found_in([b"x"])
        assert not await scanner.answers()


async def test_a_scanner_that_is_not_there_or_breaks_off_has_judged_nothing(tmp_path: Path) -> None:
    async with clamd(ClamdDouble()) as listens_at:
        gone = Clamd(listens_at)
    for scanner in (gone, Clamd(str(tmp_path / "none"))):
        with pytest.raises(ScannerAway):
            await scanner.found_in([b"x"])
        assert not await scanner.answers()
