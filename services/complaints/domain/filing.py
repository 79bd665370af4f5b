"""A complaint is taken in."""

from datetime import datetime

from services.complaints import rules
from services.complaints.domain.clock import Measure, Round
from services.complaints.domain.complaint import Complaint, Facts
from services.complaints.domain.contact import Contact
from services.complaints.domain.identity import Identity
from shared.calendar.jalali import local_day
from shared.events.complaints import ComplaintFiled
from shared.events.contacts import SealedContact
from shared.language import Text
from shared.rule import Refused


def file(
    *,
    id_: str,
    tracking_code: str,
    agency_id: str,
    service_code: str,
    unit_id: str,
    ground: str,
    text: str,
    door: str,
    contact: Contact,
    identity: Identity | None = None,
    now: datetime,
    measure: Measure,
) -> tuple[Complaint, Facts]:
    """Open it. Its deadline is set here, by the calendar and figures of this moment."""
    grounds = measure.figures.of(rules.GROUNDS, local_day(now))
    if not rules.is_ground(ground, grounds=grounds):
        raise Refused(
            rules.GROUNDS,
            Text(
                fa=f"این از موارد هفتگانهٔ نحوهٔ ارائهٔ خدمت نیست؛ برای آنچه در آن‌ها نیست: {rules.NO_GROUND}.",
                en=f"It is no ground on how a service is given: {', '.join(grounds)}. "
                f"For what is on none of them: {rules.NO_GROUND}.",
            ),
        )
    first = Round.begin(now, measure)
    complaint = Complaint(
        id=id_,
        agency_id=agency_id,
        tracking_code=tracking_code,
        service_code=service_code,
        unit_id=unit_id,
        ground=ground,
        text=text,
        door=door,
        contact=contact,
        identity=identity,
        filed_at=now,
        rounds=(first,),
        warns_at=first.warns_at(measure),
        escalates_at=measure.escalates_at(first, 1),
        measured_by=measure.name,
    )
    filed = ComplaintFiled(
        **complaint.case,
        clause=rules.REPLY_TIME.clause,
        service_code=service_code,
        unit_id=unit_id,
        ground=ground,
        door=door,
        filed_at=now,
        reply_due_at=first.due_at,
    )
    sealed = SealedContact(contact_id=contact.id, agency_id=agency_id, sealed=contact.sealed)
    return complaint, [sealed, filed]
