"""A voice menu files for its caller."""

from dataclasses import dataclass

from services.complaints import rules
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.door import Door, Entry
from services.complaints.usecases import clients, filing
from services.complaints.usecases.filing import Filing
from services.complaints.usecases.use import Use
from shared.identity import derived_id
from shared.personal import names_a_number
from shared.store.history import Act
from shared.store.repository import NotFound, Saved
from shared.store.store import DuplicateId

NOTHING_SAID = "با تلفن گویا ثبت شد؛ شهروند متنی نگفته است. لطفاً با شمارهٔ او تماس بگیرید."
"""What stands in place of words, for the desk: nobody can type them on a telephone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a caller chose; `digit` counts the grounds from one, 0 is none of them."""

    agency_id: str
    service_code: str | None
    digit: int
    mobile: str
    reference: str


async def file(use: Use, key: str, call: Call) -> Saved[Complaint]:
    """File it, the same call of the same menu once. NotFound for a key that doesn't file at this agency."""
    client = await clients.with_key(use, key)
    if client is None or not client.may_file_at(call.agency_id):
        raise NotFound(call.agency_id)
    now = use.clock.now()
    shown = None if names_a_number(call.reference) else call.reference
    # Keyed: a menu may make it of the caller's number, and an id is told to all.
    known_by = use.master_key.keyed_hash("ivr call", client.id, call.agency_id, call.reference)
    id_ = derived_id("ivr", known_by)
    said = Filing(
        id=id_,
        agency_id=call.agency_id,
        service_code=call.service_code,
        ground=rules.GROUNDS.preset[call.digit - 1] if call.digit else rules.NO_GROUND,
        text=NOTHING_SAID,
        mobile=call.mobile,
        door=Door.IVR,
        entry=Entry(at=now, reference=shown, medium=client.name),
        act=Act(name="file", by=f"ivr:{client.id}", at=now, clause=rules.PROCESS.clause),
    )
    try:
        return await filing.file(use, said, None)
    except DuplicateId:
        return await use.complaints.get(call.agency_id, id_)
