"""The clocks of files: what broke off or leaves is removed, what waits is scanned."""

from collections.abc import AsyncIterator
from datetime import datetime

from services.complaints.domain import attachment as domain
from services.complaints.domain.attachment import Attachment, CaseFiles, Lies, Scan
from services.complaints.domain.complaint import Complaint
from services.complaints.usecases.attachments import contents_of
from services.complaints.usecases.use import CLOCK, Use
from shared.files.scanner import ScannerAway
from shared.files.store import MissingFile
from shared.observe import metrics
from shared.retention import Kept
from shared.sealing import Unopenable
from shared.store.history import Act
from shared.store.repository import NotFound


async def clear(use: Use, id_: str, now: datetime) -> None:
    """Say that what broke off leaves, remove the bytes of all that leaves, then say that they are gone."""
    act = Act(name="give-up", by=CLOCK, at=now)
    files = (await use.files.change(None, id_, act, lambda found: domain.give_up(found, now))).state
    gone = [one.id for one in files.attachments if one.lies is Lies.LEAVING]
    for one in gone:
        await use.store.remove(one)
    act = Act(name="clear", by=CLOCK, at=now, note=" ".join(gone))
    await use.files.change(None, id_, act, lambda found: domain.cleared(found, gone, now))


async def forget_words(use: Use, kept: Kept[Complaint], id_: str, now: datetime) -> None:
    """Erase what was written in a case, its files first: broken off, it is begun again."""
    if await kept.is_over(id_, now):
        try:
            act = Act(name="forget-words", by=CLOCK, at=now, clause=kept.rule.clause)
            await use.files.change(None, id_, act, lambda files: domain.leave_all(files, now))
        except NotFound:
            pass  # a case without files
    await kept.let_go(id_, now)


async def waiting(use: Use, now: datetime) -> AsyncIterator[str]:
    """Cases with files that wait for a scan; none while the scanner is away."""
    if use.scanner is None or await use.scanner.answers():
        async for id_ in use.files.due("scan_at", now):
            yield id_


async def scan(use: Use, id_: str, now: datetime) -> None:
    """Scan what waits. What malware is found in leaves; what can't be judged now is asked about later."""
    files = (await use.files.load(id_)).state
    for one in files.here:
        if one.scan_at is not None and one.scan_at <= now:
            await _note(use, files, one, await _judged(use, files, one), now)


async def _note(use: Use, files: CaseFiles, one: Attachment, result: Scan, now: datetime) -> None:
    act = Act(name=f"scan-{result}", by=CLOCK, at=now, note=one.id)
    await use.files.change(None, files.id, act, lambda found: domain.scanned(found, one.id, result, now))


async def _judged(use: Use, files: CaseFiles, one: Attachment) -> Scan:
    """Where no scanner is set any more, nobody waits for it."""
    if use.scanner is None:
        return Scan.NOT_SCANNED
    try:
        key = await use.keeper.of_contact(one.agency_id, one.contact_id)
        found = await use.scanner.found_in(contents_of(use, key, files.id, one))
    except ScannerAway:
        metrics.FILES_SCANNED.labels("away").inc()
        return Scan.WAITING
    except (NotFound, MissingFile, Unopenable):
        return Scan.NOT_SCANNED  # its person was erased: nobody can open it any more
    metrics.FILES_SCANNED.labels("clean" if found is None else "found").inc()
    return Scan.CLEAN if found is None else Scan.FOUND
