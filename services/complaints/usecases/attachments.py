"""Files are added to a case, opened, withdrawn. The bytes come first, then the word that they are there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from services.complaints import access, rules
from services.complaints.domain import attachment as domain
from services.complaints.domain import correspondence
from services.complaints.domain.attachment import Attachment, CaseFiles, Lies, Limits, Opening, Purpose, Scan
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.correspondence import Came
from services.complaints.domain.transfer import must_be_here
from services.complaints.usecases.citizens import follow, titles_of
from services.complaints.usecases.persons import About, seal_words
from services.complaints.usecases.use import CITIZEN, Use
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.events.directory import Name
from shared.files.kinds import KINDS, Clean, Kind, unfit
from shared.files.looking import look_into
from shared.files.scanner import ScannerAway
from shared.files.sealed import seal_file, sealed_bytes, unseal_file
from shared.files.store import MissingFile
from shared.identity import new_id
from shared.keys.keeper import OpenKey
from shared.language import Text
from shared.observe import metrics
from shared.rule import Invalid, Refused
from shared.sealing import Unopenable
from shared.store.history import Act
from shared.store.repository import NotFound
from shared.store.store import DuplicateId, OutcomeUnknown

NAME_MAX, NOTE_MAX, TRIED_MAX = 200, 4000, 30
_NOT_TAKEN = Text(
    fa="این فایل‌ها که همراه آن فرستاده شده بود پذیرفته نشد:",
    en="These files, which were sent along, were not taken in:",
)
_TOO_MANY = Text(fa="فایل‌ها بیش از اندازه بود.", en="There were too many files.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file as somebody sent it, with the SHA-256 of all of it."""

    name: str
    content: bytearray
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file with its name in the clear; None once the citizen was forgotten."""

    attachment: Attachment
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file to be given out: `pieces` are checked one by one as they come."""

    kind: Kind
    name: str | None
    bytes_count: int
    pieces: AsyncIterator[bytes]


async def add_own(use: Use, complaint: Complaint, sent: Sent) -> Listed:
    """Its citizen adds a file. The same sent again is the one that is there."""
    return await _add(use, complaint, sent, Purpose.CASE, CITIZEN, None)


async def add_all_own(use: Use, complaint: Complaint, some: Sequence[Sent], *, ref: str) -> None:
    """Files that came with a case, or with what was added to it. One that is not taken in costs the case
    nothing: a note names it and says why. `ref` knows all of them again.
    """
    refused: list[tuple[str, Text]] = [(one.name, _TOO_MANY) for one in some[TRIED_MAX:]]
    for one in some[:TRIED_MAX]:
        try:
            await add_own(use, complaint, one)
        except (Invalid, Refused) as wrong:
            refused.append((one.name, wrong.detail))
    if refused:
        lines = [f"{name[:NAME_MAX]}: {why.fa}" for name, why in refused]
        words = "\n".join([_NOT_TAKEN.fa, *lines])[:NOTE_MAX]
        await note_of_nobody(use, complaint, words, f"files {ref}", by=CITIZEN)


async def note_of_nobody(use: Use, complaint: Complaint, words: str, ref: str, *, by: str) -> None:
    """A note by nobody's post, the same `ref` once."""
    now, said = use.clock.now(), await seal_words(use, complaint, words, About.NOTE)
    key = await use.keeper.of_contact(complaint.agency_id, complaint.contact.id)
    came = Came(ref=key.hash(ref), text=words, said=said)
    act = Act(name="note", by=by, at=now)
    await use.complaints.change(
        complaint.agency_id, complaint.id, act, lambda one: correspondence.note(one, came, now)
    )


async def add(use: Use, who: Who, id_: str, sent: Sent, purpose: Purpose) -> Listed:
    """Staff add one: with the answer, for the citizen; or to what they write for each other."""
    complaint = (await use.complaints.get(who.agency_id, id_)).state
    post = who.acting(access.WRITE, complaint.may_be_worked_by)
    return await _add(use, complaint, sent, purpose, who.named(post), post.id)


async def add_scan(use: Use, who: Who, id_: str, sent: Sent) -> Listed:
    """Whoever takes complaints in adds the letter or form itself that one was entered from."""
    complaint, post = (await use.complaints.get(who.agency_id, id_)).state, who.acting(access.TAKE_IN)
    return await _add(use, complaint, sent, Purpose.SCAN, who.named(post), post.id)


async def list_own(use: Use, code: str, mobile: str) -> tuple[Sequence[Listed], dict[str, Name]]:
    """What the citizen sent and what came with answers; and how the posts are called that opened it."""
    complaint = (await follow(use, code, mobile)).state
    of_citizen = [one for one in await _here(use, complaint.id) if one.is_of_citizen(complaint)]
    posts = {opening.post_id for one in of_citizen for opening in one.openings}
    return await _listed(use, complaint, of_citizen), await titles_of(use, complaint, posts)


async def list_all(use: Use, who: Who, id_: str) -> Sequence[Listed]:
    """All files of a case, for its staff."""
    complaint = (await use.complaints.get(who.agency_id, id_)).state
    return await _listed(use, complaint, await _here(use, id_))


async def open_own(use: Use, code: str, mobile: str, attachment_id: str) -> Opened:
    """The citizen gets one of theirs."""
    complaint = (await follow(use, code, mobile)).state
    found = await _found(use, complaint, attachment_id)
    if not found.is_of_citizen(complaint):
        raise NotFound(attachment_id)
    return await _open(use, complaint, found)


async def open_(use: Use, who: Who, id_: str, attachment_id: str) -> Opened:
    """Staff who work on the case get one. That they open what the citizen sent is noted first."""
    now = use.clock.now()
    complaint = (await use.complaints.get(who.agency_id, id_)).state
    found = await _found(use, complaint, attachment_id)
    post = who.acting(access.READ, complaint.may_be_worked_by)
    must_be_here(complaint)
    opened = await _open(use, complaint, found)
    if found.in_their_hand:
        opening = Opening(post_id=post.id, person_id=who.subject, day=local_day(now))
        act = Act(name="open", by=who.named(post), at=now, note=attachment_id)
        await use.files.change(None, id_, act, lambda one: domain.open_(one, attachment_id, opening, now))
    return opened


async def withdraw(use: Use, who: Who, id_: str, attachment_id: str) -> None:
    """Staff take away what they added and no citizen has got. A second time changes nothing."""
    now = use.clock.now()
    complaint = (await use.complaints.get(who.agency_id, id_)).state
    files = await files_of(use, id_)
    found = next((one for one in files.attachments if one.id == attachment_id), None)
    if found is None or found.lies is Lies.COMING:
        raise NotFound(attachment_id)
    post = who.acting(access.WRITE, complaint.may_be_worked_by)
    if found.lies is not Lies.HERE:
        return
    domain.must_be_withdrawable(complaint, found)
    act = Act(name="withdraw", by=who.named(post), at=now, note=attachment_id)
    await use.files.change(None, id_, act, lambda one: domain.leave(one, attachment_id, now))


async def _add(
    use: Use, complaint: Complaint, sent: Sent, purpose: Purpose, by: str, post_id: str | None
) -> Listed:
    key = await use.keeper.of_contact(complaint.agency_id, complaint.contact.id)
    round_ = len(complaint.rounds) - 1
    whose = f"{purpose} {round_}" if purpose is Purpose.ANSWER else purpose
    hash_ = key.hash(f"file {complaint.id} {whose} {sent.sha256}")
    known = (await files_of(use, complaint.id)).same_as(hash_)
    if known is not None:
        return _clear(key, complaint.id, known)
    must_be_here(complaint)
    domain.must_take(complaint, purpose)
    clean = await asyncio.to_thread(look_into, sent.content)
    now, id_ = use.clock.now(), new_id()
    added = Attachment(
        id=id_,
        purpose=purpose,
        agency_id=complaint.agency_id,
        contact_id=complaint.contact.id,
        post_id=post_id,
        round=round_,
        kind=clean.kind.name,
        bytes_count=clean.bytes_count,
        name=key.seal(sent.name[:NAME_MAX] or clean.kind.name, purpose=about(complaint.id, id_, "name")),
        hash=hash_,
        begun_at=now,
        scan=await _scan(use, clean),
    )
    act = Act(name=f"add-to-{purpose}", by=by, at=now, note=id_)
    limits = Limits.of(await use.directory.figures(complaint.agency_id), local_day(now))
    await take_place(use, complaint.id, added, act, lambda files, one: domain.begin(files, one, limits))
    sealed = seal_file(key.key, clean.pieces, purpose=about(complaint.id, id_, "content"))
    await use.store.put(id_, sealed, bytes_count=sealed_bytes(clean.bytes_count))
    kept = await use.files.change(
        None,
        complaint.id,
        Act(name="keep", by=by, at=now, note=id_),
        lambda one: domain.keep(one, id_, use.clock.now()),
    )
    # Handed over meanwhile, nobody knows whether it was taken along: whoever sends it, sends it there again.
    must_be_here((await use.complaints.load(complaint.id)).state)
    found = kept.state.same_as(hash_)
    if found is None:
        raise OutcomeUnknown(id_)  # it took so long that it was taken for one that broke off
    return _clear(key, complaint.id, found)


async def take_place(
    use: Use,
    complaint_id: str,
    added: Attachment,
    act: Act,
    begin: Callable[[CaseFiles, Attachment], domain.Decision],
) -> None:
    """Take its place, in the document of the case's files, which the first of them makes."""
    first = CaseFiles(id=complaint_id, agency_id=added.agency_id)
    with contextlib.suppress(DuplicateId):
        try:
            await use.files.load(complaint_id)
        except NotFound:
            await use.files.add(act, begin(first, added))
            return
    await use.files.change(None, complaint_id, act, lambda one: begin(one, added))


async def _scan(use: Use, clean: Clean) -> Scan:
    """What the scanner says of a file before it is stored; Invalid where it finds something."""
    if use.scanner is None:
        return Scan.NOT_SCANNED
    try:
        found = await use.scanner.found_in(clean.pieces)
    except ScannerAway:
        metrics.FILES_SCANNED.labels("away").inc()
        return Scan.WAITING
    metrics.FILES_SCANNED.labels("clean" if found is None else "found").inc()
    if found is not None:
        raise unfit(fa="در این فایل بدافزار یافت شد.", en="Malware was found in this file.")
    return Scan.CLEAN


async def _open(use: Use, complaint: Complaint, found: Attachment) -> Opened:
    """Ready to be given out: its first piece was read and fits."""
    if found.scan is Scan.WAITING:
        raise Refused(
            rules.FILES,
            Text(
                fa="این فایل هنوز برای بدافزار بررسی نشده است و تا آن زمان داده نمی‌شود.",
                en="This file waits to be scanned for malware and is not given out before.",
            ),
        )
    key = await use.keeper.of_contact(found.agency_id, found.contact_id)
    pieces = contents_of(use, key, complaint.id, found)
    try:
        first = await anext(pieces, b"")
    except (MissingFile, Unopenable):
        raise NotFound(found.id) from None
    listed = _clear(key, complaint.id, found)
    return Opened(
        kind=KINDS[found.kind],
        name=listed.name,
        bytes_count=found.bytes_count,
        pieces=_with_first(first, pieces),
    )


def contents_of(use: Use, key: OpenKey, complaint_id: str, one: Attachment) -> AsyncIterator[bytes]:
    """A file's pieces in the clear."""
    return unseal_file(key.key, use.store.get(one.id), purpose=about(complaint_id, one.id, "content"))


async def _with_first(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


async def files_of(use: Use, complaint_id: str) -> CaseFiles:
    """Of the case that the caller may see: the complaint itself said so."""
    try:
        return (await use.files.load(complaint_id)).state
    except NotFound:
        return CaseFiles(id=complaint_id, agency_id="")


async def _here(use: Use, complaint_id: str) -> Sequence[Attachment]:
    return (await files_of(use, complaint_id)).here


async def _found(use: Use, complaint: Complaint, attachment_id: str) -> Attachment:
    for one in await _here(use, complaint.id):
        if one.id == attachment_id:
            return one
    raise NotFound(attachment_id)


async def _listed(use: Use, complaint: Complaint, some: Sequence[Attachment]) -> Sequence[Listed]:
    keys: dict[str, OpenKey] = {}
    for agency_id in {one.agency_id for one in some}:
        theirs = {one.contact_id for one in some if one.agency_id == agency_id}
        keys |= await use.keeper.of_contacts(agency_id, theirs)
    return [
        _clear(keys[one.contact_id], complaint.id, one)
        if one.contact_id in keys
        else Listed(attachment=one, name=None)
        for one in some
    ]


def _clear(key: OpenKey, complaint_id: str, one: Attachment) -> Listed:
    name: str | None = None
    with contextlib.suppress(Unopenable):
        name = one.name and key.unseal(one.name, purpose=about(complaint_id, one.id, "name"))
    return Listed(attachment=one, name=name)


def about(complaint_id: str, id_: str, what: str) -> str:
    """Nothing of a file can be opened as another, or in another case."""
    return f"{what} of file {id_} of {complaint_id}"
