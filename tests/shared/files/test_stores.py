"""Every store keeps bytes by name, gives them back, and removes what is whole or half: GridFS and S3."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from moto.server import ThreadedMotoServer
from pymongo.asynchronous.database import AsyncDatabase

from shared.files.gridfs import GridFS
from shared.files.s3 import S3
from shared.files.sealed import PIECE_BYTES, SEALED_PIECE_BYTES, seal_file, sealed_bytes, unseal_file
from shared.files.store import FileStore, MissingFile, StoreAway
from shared.sealing import Unopenable

pytestmark = pytest.mark.real
BUCKET, KEY_ID, SECRET = "files", "AKIAPAYGIR0000000000", "not-a-secret"
KEY, ANOTHER_KEY = bytes(32), bytes([1] * 32)


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    """A server that speaks S3, with one bucket."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    httpx.put(f"{url}/{BUCKET}").raise_for_status()
    yield url
    server.stop()


def s3(url: str, folder: Path, bucket: str = BUCKET) -> S3:
    keys = folder / "keys"
    keys.write_text(f"{KEY_ID}\n{SECRET}\n")
    return S3(url=url, bucket=bucket, region="us-east-1", keys_file=keys)


@pytest.fixture(params=["gridfs", "s3"])
async def store(
    request: pytest.FixtureRequest, database: AsyncDatabase[dict[str, Any]], tmp_path: Path
) -> AsyncIterator[FileStore]:
    """Each in turn, empty."""
    one = GridFS(database) if request.param == "gridfs" else s3(request.getfixturevalue("s3_url"), tmp_path)
    await one.prepare()
    yield one
    await one.remove("a")


async def got(store: FileStore, id_: str = "a") -> bytes:
    return b"".join([piece async for piece in store.get(id_)])


@pytest.mark.parametrize("count", [1, SEALED_PIECE_BYTES, SEALED_PIECE_BYTES + 1, 3_000_000])
async def test_what_was_put_is_got_and_what_was_removed_is_missing(store: FileStore, count: int) -> None:
    content = os.urandom(count)
    await store.put("a", iter([content[:1000], content[1000:]]), bytes_count=count)

    assert await got(store) == content
    for _ in range(2):
        await store.remove("a")
        with pytest.raises(MissingFile):
            await got(store)


async def test_what_was_put_half_is_missing_and_can_be_removed(
    database: AsyncDatabase[dict[str, Any]],
) -> None:
    store = GridFS(database)
    await database["files.chunks"].insert_one({"files_id": "a", "n": 0, "data": b"half"})
    with pytest.raises(MissingFile):
        await got(store)

    await store.remove("a")
    assert await database["files.chunks"].count_documents({}) == 0


async def test_an_s3_store_that_is_away_or_has_no_such_bucket_is_told_as_such(
    s3_url: str, tmp_path: Path
) -> None:
    for wrong in (s3("http://127.0.0.1:1", tmp_path), s3(s3_url, tmp_path, bucket="nowhere")):
        with pytest.raises(StoreAway):
            await wrong.put("a", iter([b"x"]), bytes_count=1)
    with pytest.raises(StoreAway):
        await got(s3("http://127.0.0.1:1", tmp_path))


async def over(pieces: list[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def opened(pieces: list[bytes], key: bytes = KEY, purpose: str = "p") -> bytes:
    return b"".join([piece async for piece in unseal_file(key, over(pieces), purpose=purpose)])


@pytest.mark.parametrize("count", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES + 7])
async def test_a_sealed_file_opens_whole_however_it_is_cut_and_is_as_long_as_was_said(count: int) -> None:
    content = os.urandom(count)
    sealed = list(seal_file(KEY, [content[: count // 3], memoryview(content)[count // 3 :]], purpose="p"))
    whole = b"".join(sealed)

    assert len(whole) == sealed_bytes(count)
    assert await opened(sealed) == content
    assert await opened([whole[at : at + 1000] for at in range(0, len(whole), 1000)]) == content


async def test_no_piece_can_be_read_otherwise_changed_moved_left_out_or_added() -> None:
    first, second, third = seal_file(KEY, [os.urandom(2 * PIECE_BYTES + 7)], purpose="p")
    changed = bytes([first[0] ^ 1]) + first[1:]
    wrong: tuple[list[bytes], ...] = (
        [first, second],
        [second, first, third],
        [first, third],
        [first, second, third, third],
        [changed, second, third],
        [first, second, third[:-1]],
        [third],
        [],
    )
    for pieces in wrong:
        with pytest.raises(Unopenable):
            await opened(list(pieces))
    for key, purpose in ((ANOTHER_KEY, "p"), (KEY, "q")):
        with pytest.raises(Unopenable):
            await opened([first, second, third], key, purpose)
