"""Where a service keeps files and what scans them: for the settings of every service that takes any."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings
from pymongo.asynchronous.database import AsyncDatabase

from shared.files.gridfs import GridFS
from shared.files.s3 import S3
from shared.files.scanner import Clamd, Scanner
from shared.files.store import FileStore
from shared.mongo import Document


class FileSettings(BaseSettings):
    """MongoDB and no scanner, unless something is said."""

    clamd: str | None = Field(
        default=None, description="clamd that scans files, host:port or its socket's path; else none does"
    )
    files_s3_url: str | None = Field(
        default=None, description="S3 store that keeps files instead of MongoDB's GridFS"
    )
    files_s3_bucket: str = Field(default="paygir", description="its bucket, which must be there")
    files_s3_region: str = Field(default="us-east-1", description="the region that requests are signed for")
    files_s3_keys_file: Path | None = Field(
        default=None, description="file with the access key's id and, on a second line, its secret"
    )

    @model_validator(mode="after")
    def _s3_has_keys(self) -> Self:
        if self.files_s3_url and self.files_s3_keys_file is None:
            raise ValueError("PAYGIR_FILES_S3_URL needs PAYGIR_FILES_S3_KEYS_FILE")
        return self

    def store(self, database: AsyncDatabase[Document]) -> FileStore:
        """S3 where it is named, else MongoDB."""
        if self.files_s3_url is None or self.files_s3_keys_file is None:
            return GridFS(database)
        return S3(
            url=self.files_s3_url,
            bucket=self.files_s3_bucket,
            region=self.files_s3_region,
            keys_file=self.files_s3_keys_file,
        )

    def scanner(self) -> Scanner | None:
        """None where files are not scanned."""
        return None if self.clamd is None else Clamd(self.clamd)
