"""Files of a case: who added them, for whom, and how each comes and goes. The bytes lie elsewhere.

All of a case are one thing, so that their number and their sum have one order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from services.complaints import rules
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.moves import Move, after
from shared.events.event import Event
from shared.language import Text
from shared.rule import Figures, Refused

HALF_DONE = timedelta(hours=1)
"""No upload takes so long: what was begun before and isn't there broke off."""
EVER_MAX = 200
BEFORE = -1
"""As whose round a file goes that came with an answer of an agency before."""
SCAN_AGAIN = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
Facts = Sequence[Event]


class Purpose(StrEnum):
    """For whom a file is. A scan is the letter or form itself that a case was entered from, as evidence."""

    CASE = "case"
    ANSWER = "answer"
    NOTE = "note"
    SCAN = "scan"


class Scan(StrEnum):
    """What is known of it by the scanner of malware."""

    NOT_SCANNED = "not-scanned"
    WAITING = "waiting-for-scan"
    CLEAN = "clean"
    FOUND = "malware-found"


class Lies(StrEnum):
    """Whether its bytes are there. `coming` and `leaving` are on their way: nobody is shown them."""

    COMING = "coming"
    HERE = "here"
    LEAVING = "leaving"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """That somebody of the staff opened it, for the citizen to know. Once for each day."""

    post_id: str
    person_id: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file. `name` is sealed, `hash` keyed by the citizen's key; both go when the file goes.

    `agency_id` and `contact_id` say under whose key all of it is sealed; `round` which answer it goes with.
    """

    id: str
    purpose: Purpose
    agency_id: str
    contact_id: str
    post_id: str | None
    round: int
    kind: str
    bytes_count: int
    name: str | None
    hash: str | None
    begun_at: datetime
    first_at: datetime | None = None
    """When it was added at an agency that had its case before; None for what was added here."""
    lies: Lies = Lies.COMING
    scan: Scan
    scan_at: datetime | None = None
    scanned_in_vain: int = 0
    openings: tuple[Opening, ...] = ()

    @property
    def added_at(self) -> datetime:
        """When it was added, wherever its case was then."""
        return self.first_at or self.begun_at

    @property
    def by_citizen(self) -> bool:
        """Sent by the citizen."""
        return self.purpose is Purpose.CASE

    @property
    def in_their_hand(self) -> bool:
        """What the citizen wrote or sent: that it is opened is theirs to know."""
        return self.purpose in (Purpose.CASE, Purpose.SCAN)

    def is_of_citizen(self, complaint: Complaint) -> bool:
        """Whether the citizen may have it: their own, a scan too, and what goes with an answer given."""
        if self.purpose is Purpose.ANSWER:
            rounds = complaint.rounds
            if self.round == BEFORE:
                return True
            return self.round < len(rounds) and rounds[self.round].answered_at is not None
        return self.in_their_hand


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFiles:
    """All files of one complaint. `clear_at` and `scan_at` are when there is something to do."""

    id: str
    agency_id: str
    attachments: tuple[Attachment, ...] = ()
    clear_at: datetime | None = None
    scan_at: datetime | None = None

    @property
    def here(self) -> tuple[Attachment, ...]:
        """Those that can be shown, in the order in which they came."""
        return tuple(one for one in self.attachments if one.lies is Lies.HERE)

    def same_as(self, hash_: str) -> Attachment | None:
        """The one that is there already."""
        return next((one for one in self.here if one.hash == hash_), None)


Decision = tuple[CaseFiles, Facts]


def must_take(complaint: Complaint, purpose: Purpose) -> None:
    """Refused where the case takes no file of this kind any more. Notes have no end."""
    if purpose is Purpose.ANSWER:
        after(complaint, Move.ANSWER)
    if purpose is Purpose.SCAN and (complaint.entry is None or complaint.entry.post_id is None):
        raise Refused(
            rules.DOORS,
            Text(
                fa="این شکایت را همکاران شما از روی کاغذ وارد نکرده‌اند؛ تصویر نامه یا برگه ندارد.",
                en="Nobody of the agency entered this complaint: there is no letter or form to scan.",
            ),
        )
    owed = complaint.round.answered_at is None and complaint.closed_at is None
    if purpose is Purpose.CASE and not owed:
        raise Refused(
            rules.FILES,
            Text(
                fa="به این شکایت پاسخ داده شده است و فایل تازه نمی‌گیرد؛ اگر راضی نیستید، همان را ثبت کنید.",
                en="This complaint was answered and takes no more files; say so if you are not satisfied.",
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many files, and bytes together, each side of a case may have."""

    files: int
    bytes_count: int

    @classmethod
    def of(cls, figures: Figures, on: date) -> Self:
        """An agency's on a local day."""
        return cls(files=figures.of(rules.FILES, on), bytes_count=figures.of(rules.FILES_BYTES, on))


def begin(files: CaseFiles, added: Attachment, limits: Limits) -> Decision:
    """Its place is taken before its bytes are stored. Refused beyond the limits, whoever else adds now."""
    side = [one for one in files.attachments if one.by_citizen is added.by_citizen]
    counted = {one.hash: one for one in [*side, added] if one.lies in (Lies.COMING, Lies.HERE)}
    if len(counted) > limits.files or len(side) >= EVER_MAX:
        raise Refused(
            rules.FILES,
            Text(
                fa=f"این شکایت {limits.files} فایل دارد و فایل دیگری نمی‌گیرد.",
                en=f"This complaint has {limits.files} files and takes no more.",
            ),
        )
    if sum(one.bytes_count for one in counted.values()) > limits.bytes_count:
        most = limits.bytes_count // 2**20
        raise Refused(
            rules.FILES_BYTES,
            Text(
                fa=f"فایل‌های این شکایت با هم از {most} مگابایت بیشتر می‌شود.",
                en=f"The files of this complaint would have more than {most} MB together.",
            ),
        )
    if added.scan is Scan.WAITING:
        added = replace(added, scan_at=added.begun_at + SCAN_AGAIN[0])
    return bring(files, added)


def bring(files: CaseFiles, added: Attachment) -> Decision:
    """Its place is taken for what comes from another agency with its case: nothing of that is too much."""
    return _timed(replace(files, attachments=(*files.attachments, added)), added.begun_at), ()


def keep(files: CaseFiles, id_: str, now: datetime) -> Decision:
    """Its bytes are there. If the same came by another way meanwhile, that one stays and this one leaves."""

    def kept(one: Attachment) -> Attachment:
        if one.lies is not Lies.COMING:
            return one
        if one.hash and files.same_as(one.hash):
            return _left(one)
        return replace(one, lies=Lies.HERE)

    return _changed(files, id_, kept, now)


def leave(files: CaseFiles, id_: str, now: datetime) -> Decision:
    """It is shown no more from now on; its bytes go next. A second time changes nothing."""
    return _changed(files, id_, _left, now)


def must_be_withdrawable(complaint: Complaint, attachment: Attachment) -> None:
    """Refused for what is the citizen's: what they sent, or were sent. A scan may be of another's letter."""
    if attachment.purpose is not Purpose.SCAN and attachment.is_of_citizen(complaint):
        raise Refused(
            rules.PROCESS,
            Text(
                fa="آنچه شهروند فرستاده یا با پاسخ گرفته است برداشته نمی‌شود.",
                en="What the citizen sent, or got with an answer, is not taken away.",
            ),
        )


def leave_all(files: CaseFiles, now: datetime) -> Decision:
    """The case's words are to be erased, and its files with them."""
    return _timed(replace(files, attachments=tuple(map(_left, files.attachments))), now), ()


def give_up(files: CaseFiles, now: datetime) -> Decision:
    """What broke off while it came leaves: whoever still brings it is told to begin anew."""
    changed = tuple(_left(one) if _broke_off(one, now) else one for one in files.attachments)
    return (files if changed == files.attachments else _timed(replace(files, attachments=changed), now)), ()


def cleared(files: CaseFiles, ids: Sequence[str], now: datetime) -> Decision:
    """Their bytes are gone. A line stays: by whom, when, of which kind."""
    gone = tuple(replace(one, lies=Lies.GONE) if one.id in ids else one for one in files.attachments)
    return _timed(replace(files, attachments=gone), now), ()


def open_(files: CaseFiles, id_: str, opening: Opening, now: datetime) -> Decision:
    """Noted once for each person, post and day."""

    def opened(one: Attachment) -> Attachment:
        return one if opening in one.openings else replace(one, openings=(*one.openings, opening))

    return _changed(files, id_, opened, now)


def scanned(files: CaseFiles, id_: str, result: Scan, now: datetime) -> Decision:
    """What the scanner said of one that waited; what it found something in leaves. Still waiting: later."""

    def judged(one: Attachment) -> Attachment:
        if one.scan is not Scan.WAITING or one.lies is not Lies.HERE:
            return one
        if result is Scan.WAITING:
            times = one.scanned_in_vain + 1
            again = SCAN_AGAIN[min(times, len(SCAN_AGAIN) - 1)]
            return replace(one, scanned_in_vain=times, scan_at=now + again)
        seen = replace(one, scan=result, scan_at=None)
        return _left(seen) if result is Scan.FOUND else seen

    return _changed(files, id_, judged, now)


def _changed(
    files: CaseFiles, id_: str, change: Callable[[Attachment], Attachment], now: datetime
) -> Decision:
    changed = tuple(change(one) if one.id == id_ else one for one in files.attachments)
    return (files if changed == files.attachments else _timed(replace(files, attachments=changed), now)), ()


def _left(one: Attachment) -> Attachment:
    """What it was called and known by goes with it."""
    if one.lies is Lies.GONE:
        return one
    return replace(one, lies=Lies.LEAVING, name=None, hash=None)


def _broke_off(one: Attachment, now: datetime) -> bool:
    return one.lies is Lies.COMING and now >= one.begun_at + HALF_DONE


def _timed(files: CaseFiles, now: datetime) -> CaseFiles:
    """With the times at which it is to be looked at again."""
    leaving = any(one.lies is Lies.LEAVING for one in files.attachments)
    coming = [one.begun_at + HALF_DONE for one in files.attachments if one.lies is Lies.COMING]
    waiting = [one.scan_at for one in files.here if one.scan_at is not None]
    clear_at = min(files.clear_at or now, now) if leaving else min(coming, default=None)
    return replace(files, clear_at=clear_at, scan_at=min(waiting, default=None))
