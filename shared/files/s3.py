"""Files in any store that speaks S3: put, get and remove, signed, without Amazon's own library."""

from collections.abc import AsyncIterator, Iterable
from http import HTTPStatus
from pathlib import Path

import httpx
from httpx_auth import AWS4Auth
from typing_extensions import override

from shared.files.store import FileStore, MissingFile, StoreAway

TIMEOUT_S = 10.0


class S3(FileStore):
    """One bucket. It must be there; this makes none."""

    def __init__(self, *, url: str, bucket: str, region: str, keys_file: Path) -> None:
        """`keys_file` has the access key's id on its first line and the secret on its second."""
        self._base, self._region, self._keys_file = f"{url.rstrip('/')}/{bucket}", region, keys_file

    @override
    async def put(self, id_: str, pieces: Iterable[bytes], *, bytes_count: int) -> None:
        # The signature covers a hash of the whole: so the sealed file is in memory once.
        content = b"".join(pieces)
        async with self._client() as client:
            answer = await _tried(client, client.build_request("PUT", self._url(id_), content=content))
            await answer.aclose()

    @override
    async def get(self, id_: str) -> AsyncIterator[bytes]:
        async with self._client() as client:
            answer = await _tried(client, client.build_request("GET", self._url(id_)))
            try:
                async for piece in answer.aiter_raw():
                    yield piece
            except httpx.HTTPError as error:
                raise StoreAway(type(error).__name__) from None
            finally:
                await answer.aclose()

    @override
    async def remove(self, id_: str) -> None:
        async with self._client() as client:
            answer = await _tried(client, client.build_request("DELETE", self._url(id_)))
            await answer.aclose()

    @override
    async def prepare(self) -> None:
        """Nothing: a bucket is an operator's to make, with its own rules and backups."""

    def _client(self) -> httpx.AsyncClient:
        # The keys are read anew each time: whoever rotates them starts nothing again.
        key_id, secret = self._keys_file.read_text().split()
        auth = AWS4Auth(key_id, secret, self._region, "s3")
        return httpx.AsyncClient(auth=auth, timeout=TIMEOUT_S, follow_redirects=False)

    def _url(self, id_: str) -> str:
        return f"{self._base}/{id_}"


async def _tried(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    try:
        answer = await client.send(request, stream=True)
    except httpx.HTTPError as error:
        raise StoreAway(type(error).__name__) from None
    if answer.is_success:
        return answer
    await answer.aclose()
    if answer.status_code == HTTPStatus.NOT_FOUND and request.method == "GET":
        raise MissingFile(request.url.path)
    raise StoreAway(str(answer.status_code))
