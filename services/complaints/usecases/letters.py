"""A letter by mail becomes a case, or is added to the one it speaks of. Once, however often it comes."""

import contextlib
import hashlib
import re
from collections.abc import Sequence

from services.complaints import rules
from services.complaints.domain import correspondence
from services.complaints.domain.complaint import ENDED, Complaint
from services.complaints.domain.correspondence import Came
from services.complaints.domain.door import Door, Entry
from services.complaints.domain.transfer import must_have_arrived
from services.complaints.usecases import filing
from services.complaints.usecases.attachments import Sent, add_all_own
from services.complaints.usecases.filing import Filing
from services.complaints.usecases.persons import About, seal_words
from services.complaints.usecases.use import CITIZEN, Use, lines_of, measure_of
from shared.identity import derived_id, read_code
from shared.language import Text
from shared.mail import ours
from shared.mail.letter import Letter, Said
from shared.persian import latin_digits
from shared.store.history import Act
from shared.store.repository import NotFound
from shared.store.store import DuplicateId

TEXT_MAX = 4000
MEDIUM = "mail"
CODES_MAX = 5
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}(?:[ \-]?[0-9A-Za-z]{4}){3}(?![0-9A-Za-z])")
_NOTHING = Text(fa="(نامه متنی ندارد)", en="(the letter has no text)")
_GOES_ON = Text(fa="… (ادامه در پیوست)", en="… (goes on in the attached file)")
_WHOLE_TEXT = "متن کامل نامه.txt"


async def take(use: Use, agency_id: str, unit_id: str | None, letter: Letter) -> Said:
    """File it, or add it. Whoever writes from another address is somebody else, and learns of no case."""
    id_ = _id_of(use, agency_id, letter.sender, letter.id)
    complaint, said = await _known(use, agency_id, id_), Said.KNOWN
    if complaint is None:
        complaint, said = await _of_thread(use, agency_id, letter), Said.ADDED
        if complaint is None:
            complaint, said = await _file(use, agency_id, unit_id, letter, id_), Said.FILED
        else:
            complaint = await _add(use, complaint, letter)
    with contextlib.suppress(NotFound):  # erased meanwhile: there is nobody left whose files they would be
        await add_all_own(use, complaint, _files(letter), ref=letter.id)
    return said


async def _file(use: Use, agency_id: str, unit_id: str | None, letter: Letter, id_: str) -> Complaint:
    """On no ground and of no service: which it is about a desk says, and the clock runs meanwhile."""
    now = use.clock.now()
    words = "\n\n".join(one for one in (letter.subject, letter.text) if one) or _NOTHING.fa
    said = Filing(
        id=id_,
        agency_id=agency_id,
        service_code=None,
        unit_id=unit_id,
        ground=rules.NO_GROUND,
        text=_short(words),
        mobile=None,
        email=letter.sender,
        door=Door.EMAIL,
        entry=Entry(at=now, medium=MEDIUM),
        act=Act(name="file", by=CITIZEN, at=now, clause=rules.DOORS.clause),
    )
    try:
        return (await filing.file(use, said, None)).state
    except DuplicateId:
        return (await use.complaints.get(agency_id, id_)).state


async def _add(use: Use, complaint: Complaint, letter: Letter) -> Complaint:
    now, agency_id = use.clock.now(), complaint.agency_id
    text = _short(letter.text or letter.subject or _NOTHING.fa)
    lines, measure = await lines_of(use, agency_id, now), await measure_of(use, agency_id)
    said = await seal_words(use, complaint, text, About.NOTE)
    key = await use.keeper.of_contact(agency_id, complaint.contact.id)
    came = Came(ref=key.hash(f"letter {letter.id}"), text=text, said=said)
    saved = await use.complaints.change(
        agency_id,
        complaint.id,
        Act(name="write", by=CITIZEN, at=now, clause=rules.DOORS.clause),
        lambda one: correspondence.add(one, came, now, lines, measure),
    )
    return saved.state


async def _known(use: Use, agency_id: str, id_: str) -> Complaint | None:
    try:
        return (await use.complaints.get(agency_id, id_)).state
    except NotFound:
        return None


async def _of_thread(use: Use, agency_id: str, letter: Letter) -> Complaint | None:
    """The sender's own running case that the letter answers, or names by its code; nobody else's.

    One that was handed over is where it is now; Refused for a moment while it is on its way.
    """
    if not letter.sender:
        return None
    ids = [ours.about(one) or _id_of(use, agency_id, letter.sender, one) for one in letter.answers]
    found = {one.id: one for one in await use.cases.those(agency_id, ids)} if ids else {}
    answered = [found[id_].tracking_code for id_ in ids if id_ in found]
    for code in dict.fromkeys([*answered, *_codes(letter.subject)]):
        held = await use.cases.held(code)
        if held is not None and await _is_own(use, held.state, letter.sender):
            must_have_arrived(held.state)
            if held.state.status not in ENDED:
                return held.state
    return None


async def _is_own(use: Use, complaint: Complaint, sender: str) -> bool:
    person = await use.keeper.find(complaint.agency_id, sender)
    return person is not None and person.id == complaint.contact.id


def _id_of(use: Use, agency_id: str, sender: str | None, letter_id: str) -> str:
    """The case's id that a letter makes: another sender's letter of the same id makes another."""
    return derived_id("mail", use.master_key.keyed_hash("letter", agency_id, sender or "", letter_id))


def _codes(subject: str) -> Sequence[str]:
    found = (read_code(one[0]) for one in _CODE.finditer(latin_digits(subject)))
    return [code for code in found if code][:CODES_MAX]


def _short(text: str) -> str:
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - len(_GOES_ON.fa)] + _GOES_ON.fa


def _files(letter: Letter) -> Sequence[Sent]:
    """Its files, and before them all of a text that is longer than a case may have."""
    sent = [Sent(name=one.name, content=bytearray(one.content), sha256=one.sha256) for one in letter.files]
    if len(letter.subject) + len(letter.text) + 2 <= TEXT_MAX:
        return sent
    whole = f"{letter.subject}\n\n{letter.text}".encode()
    return [
        Sent(name=_WHOLE_TEXT, content=bytearray(whole), sha256=hashlib.sha256(whole).hexdigest()),
        *sent,
    ]
