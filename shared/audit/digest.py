"""What a digest says and how it is signed. No database, no clock."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from shared.audit.keys import AuditKey, PublicKeys

TYPE = "ir.paygir.digest.v1"


class UnreadableDigest(ValueError):
    """No digest of ours, or one that was changed."""


class Head(NamedTuple):
    """How far a document's history goes: the hash of its entry of this version."""

    kind: str
    id: str
    version: int
    hash: str


class Digest(BaseModel):
    """The heads of an agency's documents that changed since the digest before, whose hash it names.

    `covers_to` is the real time up to which this and the digests before it name every change;
    None until the first of many parts is complete. It holds ids, numbers and hashes, nothing of a person.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str
    agency_id: str
    number: int = Field(ge=1)
    hour: AwareDatetime
    covers_to: AwareDatetime | None
    before: str
    key_id: str
    heads: Sequence[Head]

    def body(self) -> bytes:
        """What is hashed and signed: JSON without spaces, its names in order."""
        return _plain({"type": TYPE, **self.model_dump(mode="json")})

    def hash(self) -> str:
        """SHA-256 of the body: the next digest names it."""
        return hashlib.sha256(self.body()).hexdigest()

    def line(self, key: AuditKey) -> bytes:
        """As it goes outside: one line of JSON, signed."""
        body = self.body()
        signature = base64.b64encode(key.sign(body)).decode()
        return _plain({**orjson.loads(body), "hash": self.hash(), "signature": signature}) + b"\n"


def read_digest(line: bytes, keys: PublicKeys) -> Digest:
    """The digest in a line from outside, its hash and signature checked.

    Raises:
        UnreadableDigest: It is torn, changed, or signed by no key of these.
    """
    try:
        said: dict[str, Any] = orjson.loads(line)
        hash_, signature = said.pop("hash"), base64.b64decode(said.pop("signature"), validate=True)
        type_ = said.pop("type")
        digest = Digest.model_validate(said)
    except (ValueError, TypeError, KeyError, AttributeError, ValidationError) as error:
        raise UnreadableDigest("no digest") from error
    body = digest.body()
    if type_ != TYPE or hashlib.sha256(body).hexdigest() != hash_:
        raise UnreadableDigest("its hash is another")
    if not keys.signed(digest.key_id, body, signature):
        raise UnreadableDigest("signed by no known key")
    return digest


def hour_of(now: datetime) -> datetime:
    """The full hour that has struck."""
    return now.replace(minute=0, second=0, microsecond=0)


def _plain(said: dict[str, Any]) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
