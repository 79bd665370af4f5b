"""Files in MongoDB, beside the documents that name them."""

from collections.abc import AsyncIterator, Iterable

from gridfs.asynchronous import AsyncGridFSBucket, NoFile
from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from shared.files.sealed import SEALED_PIECE_BYTES
from shared.files.store import FileStore, MissingFile
from shared.mongo import Document

BUCKET = "files"


class GridFS(FileStore):
    """A chunk for each sealed piece."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._database = database
        self._bucket = AsyncGridFSBucket(database, BUCKET, chunk_size_bytes=SEALED_PIECE_BYTES)

    @override
    async def put(self, id_: str, pieces: Iterable[bytes], *, bytes_count: int) -> None:
        stream = self._bucket.open_upload_stream_with_id(id_, id_)
        try:
            for piece in pieces:
                await stream.write(piece)
            await stream.close()
        except BaseException:
            await stream.abort()
            raise

    @override
    async def get(self, id_: str) -> AsyncIterator[bytes]:
        try:
            stream = await self._bucket.open_download_stream(id_)
        except NoFile:
            raise MissingFile(id_) from None
        while piece := await stream.readchunk():
            yield piece

    @override
    async def remove(self, id_: str) -> None:
        # It removes the chunks of an upload that broke off too, and says only then that there was no file.
        try:
            await self._bucket.delete(id_)
        except NoFile:
            return

    @override
    async def prepare(self) -> None:
        await self._database[f"{BUCKET}.files"].create_index([("filename", 1), ("uploadDate", 1)])
        await self._database[f"{BUCKET}.chunks"].create_index([("files_id", 1), ("n", 1)], unique=True)
