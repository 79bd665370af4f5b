"""Staff enter a complaint for somebody: who stands at the desk, rings, or wrote on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.complaints import access, rules
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.door import Door, Entry
from services.complaints.usecases import filing
from services.complaints.usecases.filing import Filing
from services.complaints.usecases.persons import Person, masked_contacts
from services.complaints.usecases.use import Use, chart_of
from shared.access.who import Who
from shared.calendar.jalali import show_instant
from shared.events.directory import Name
from shared.identity import derived_id, new_code
from shared.store.history import Act
from shared.store.repository import Once, Saved
from shared.store.store import DuplicateId, NotUnique


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What somebody said or wrote, by which door it came, and what shows that."""

    door: Door
    service_code: str
    ground: str
    text: str
    mobile: str | None
    identity: Person | None = None
    consent: bool = False
    received_at: datetime | None = None
    reference: str | None = None
    tracking_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A complaint as its citizen takes it home: `service` is None once the catalogue doesn't know it,
    `reached_by` the number or address, masked.
    """

    complaint: Complaint
    agency: Name
    service: Name | None
    reached_by: str | None


async def take_in(use: Use, who: Who, handed: Handed, once: Once | None) -> Saved[Complaint]:
    """File it for the citizen, at whoever's agency enters it; the clock runs from its true receipt.

    NotUnique for a paper form that was entered before.
    """
    now, post = use.clock.now(), who.acting(access.TAKE_IN)
    received = handed.received_at or now
    said = Filing(
        agency_id=who.agency_id,
        service_code=handed.service_code,
        ground=handed.ground,
        text=handed.text,
        mobile=handed.mobile,
        identity=handed.identity,
        consent=handed.consent,
        door=handed.door,
        entry=Entry(at=now, post_id=post.id, reference=handed.reference),
        act=Act(
            name="file",
            by=who.named(post),
            at=now,
            clause=rules.DOORS.clause,
            note=f"{handed.door}: {show_instant(received).fa}",
        ),
        received_at=handed.received_at,
        tracking_code=handed.tracking_code,
        id=handed.tracking_code and derived_id("paper form", handed.tracking_code),
    )
    try:
        return await filing.file(use, said, once)
    except DuplicateId:
        raise NotUnique("form_code") from None


async def paper(use: Use, who: Who, id_: str) -> Paper:
    """What is printed of a case for its citizen: the receipt, and once there is one, the answer."""
    complaint = (await use.complaints.get(who.agency_id, id_)).state
    service = await use.directory.service(complaint.service_code)
    contacts = await masked_contacts(use, who.agency_id, [complaint])
    return Paper(
        complaint=complaint,
        agency=(await chart_of(use, who.agency_id)).name,
        service=service and service.title,
        reached_by=contacts.get(complaint.id),
    )


async def paper_forms(use: Use, who: Who, copies: int) -> tuple[Name, Sequence[str]]:
    """The agency's name and a tracking code for each form: its citizen follows by it once it is entered."""
    return (await chart_of(use, who.agency_id)).name, [new_code() for _ in range(copies)]
