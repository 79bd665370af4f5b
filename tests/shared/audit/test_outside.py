"""What goes outside stays there, and says who signed it."""

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.audit.digest import Digest, Head, UnreadableDigest, hour_of, read_digest
from shared.audit.keys import AuditKey, NoAuditKey, PublicKeys
from shared.audit.ledger import Waiting
from shared.audit.outside import DigestRefused, Folder, PlaceAway, Webhook, file_of
from shared.store.history import GENESIS
from tests.province import SATURDAY_NINE
from tests.shared.audit.receiver import Receiver, receiving

KEY = AuditKey.new()
KEYS = PublicKeys.from_pem(KEY.public_pem().encode())


def digest(number: int = 1, *, before: str = GENESIS, agency_id: str = "water") -> Digest:
    return Digest(
        service="errands",
        agency_id=agency_id,
        number=number,
        hour=SATURDAY_NINE,
        covers_to=SATURDAY_NINE,
        before=before,
        key_id=KEY.id,
        heads=[Head("errands", "e1", 3, "ab" * 32)],
    )


def waiting(one: Digest) -> Waiting:
    return Waiting(
        id=f"{one.agency_id}:{one.number}",
        service=one.service,
        agency_id=one.agency_id,
        number=one.number,
        key_id=one.key_id,
        line=one.line(KEY),
    )


def test_a_digest_is_read_back_as_it_was_signed() -> None:
    one = digest()

    assert read_digest(one.line(KEY), KEYS) == one
    assert read_digest(one.line(KEY), KEYS).hash() == one.hash()


def test_every_single_changed_character_of_a_digest_is_found() -> None:
    line = digest().line(KEY)
    unnoticed: list[int] = []
    for at in range(len(line) - 1):
        changed = line[:at] + (b"7" if line[at : at + 1] != b"7" else b"8") + line[at + 1 :]
        try:
            told = read_digest(changed, KEYS)
        except UnreadableDigest:
            continue
        if told != digest():
            unnoticed.append(at)

    assert unnoticed == []


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b"null", b"\xff", b'{"hash": 1}', b"[" * 100_000])
def test_what_is_no_digest_is_said_to_be_none(line: bytes) -> None:
    with pytest.raises(UnreadableDigest):
        read_digest(line, KEYS)


def test_an_hour_has_struck_when_it_is_full() -> None:
    struck = SATURDAY_NINE.replace(minute=0)

    assert hour_of(struck) == struck
    assert hour_of(struck.replace(minute=59, second=59, microsecond=999_999)) == struck


def test_a_key_is_read_as_openssl_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "audit.key"
    file.write_text(KEY.pem())

    read = AuditKey.from_settings(file=file, text=None)

    assert read is not None
    assert read.id == KEY.id
    assert AuditKey.from_settings(file=None, text=None) is None


@pytest.mark.parametrize("text", ["", "no key", base64.b64encode(bytes(32)).decode(), KEY.public_pem()])
def test_what_is_no_audit_key_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "audit.key"
    file.write_text(text)

    with pytest.raises(NoAuditKey):
        AuditKey.from_pem(text)
    with pytest.raises(NoAuditKey):
        AuditKey.from_settings(file=tmp_path / "nothing", text=None)
    with pytest.raises(NoAuditKey):
        PublicKeys.from_pem(b"no key")


async def test_a_folder_has_a_file_for_each_agency_and_a_line_for_each_digest(tmp_path: Path) -> None:
    folder, first = Folder(tmp_path), digest()
    second = digest(2, before=first.hash())
    for one in (first, second, digest(agency_id="roads")):
        await folder.put(waiting(one))

    assert file_of(tmp_path, "errands", "water").read_bytes() == first.line(KEY) + second.line(KEY)
    assert file_of(tmp_path, "errands", "roads").read_bytes().count(b"\n") == 1


async def test_a_torn_line_stays_and_the_next_one_is_whole(tmp_path: Path) -> None:
    file, line = file_of(tmp_path, "errands", "water"), digest().line(KEY)
    file.parent.mkdir()
    file.write_bytes(line[:40])

    await Folder(tmp_path).put(waiting(digest()))

    assert file.read_bytes() == line[:40] + b"\n" + line


async def test_an_agencys_name_leads_nowhere_else(tmp_path: Path) -> None:
    await Folder(tmp_path / "digests").put(waiting(digest(agency_id="../../x/y")))

    [file] = files_below(tmp_path)
    assert file.parent == tmp_path / "digests" / "errands"


def files_below(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


async def test_a_folder_that_cannot_be_written_is_away(tmp_path: Path) -> None:
    (tmp_path / "errands").write_text("a file where a folder should be")

    with pytest.raises(PlaceAway):
        await Folder(tmp_path).put(waiting(digest()))


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


async def test_a_webhook_gets_the_very_line_and_its_signature(receiver: Receiver) -> None:
    await Webhook(receiver.url).put(waiting(digest()))

    [(headers, body)] = receiver.requests
    told = read_digest(body, KEYS)
    assert told == digest()
    signature = base64.b64decode(headers["paygir-signature"])
    assert KEYS.signed(headers["paygir-key-id"], told.body(), signature)


@pytest.mark.parametrize(
    ("status", "raised"),
    [
        *((status, PlaceAway) for status in (302, 401, 403, 404, 408, 429, 500, 503)),
        *((status, DigestRefused) for status in (400, 409, 413, 422)),
    ],
)
async def test_a_webhook_that_does_not_take_it_says_for_whom(
    receiver: Receiver, status: int, raised: type[Exception]
) -> None:
    receiver.status = status

    with pytest.raises(raised):
        await Webhook(receiver.url).put(waiting(digest()))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "no address", "http://[", "ftp://127.0.0.1/"])
async def test_a_webhook_that_cannot_be_reached_is_away(url: str) -> None:
    with pytest.raises(PlaceAway):
        await Webhook(url).put(waiting(digest()))


async def test_a_webhook_that_never_answers_is_away_in_time() -> None:
    held: list[asyncio.StreamWriter] = []

    def keep(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    with pytest.raises(PlaceAway):
        await Webhook(f"http://127.0.0.1:{port}/", timeout_s=0.2).put(waiting(digest()))

    for writer in held:
        writer.close()
    server.close()
    await server.wait_closed()
