"""A complaint is taken in."""

from collections.abc import Sequence
from datetime import datetime

from services.complaints import rules
from services.complaints.domain.clock import Measure, Round
from services.complaints.domain.complaint import Complaint, Facts
from services.complaints.domain.contact import Contact
from services.complaints.domain.door import Door, Entry
from services.complaints.domain.escalation import check_clock
from services.complaints.domain.identity import Identity
from shared.calendar.jalali import local_day
from shared.events.complaints import ComplaintFiled
from shared.events.directory import Post
from shared.language import Text
from shared.persian import persian_digits
from shared.rule import Invalid, Refused


def file(
    *,
    id_: str,
    tracking_code: str,
    agency_id: str,
    service_code: str,
    unit_id: str,
    ground: str,
    text: str,
    door: Door,
    entry: Entry | None = None,
    contact: Contact,
    identity: Identity | None = None,
    received_at: datetime | None = None,
    now: datetime,
    measure: Measure,
    line: Sequence[Post] = (),
) -> tuple[Complaint, Facts]:
    """Open it. Its deadline is set here, by the calendar of this moment and the figures of its receipt.

    `received_at` is when it really came, where that was before `now`: it may be late already, and goes up
    at once, along `line` (`escalation_line`, never empty then).
    """
    at = received_at or now
    _must_be_received(at, now, measure)
    must_be_ground(ground, at, measure)
    first = Round.begin(at, measure)
    complaint = Complaint(
        id=id_,
        agency_id=agency_id,
        tracking_code=tracking_code,
        service_code=service_code,
        unit_id=unit_id,
        ground=ground,
        text=text,
        door=door,
        entry=entry,
        contact=contact,
        identity=identity,
        filed_at=at,
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
        filed_at=at,
        reply_due_at=first.due_at,
    )
    if at == now:
        return complaint, [filed]
    checked, escalated = check_clock(complaint, now, line, measure)
    return checked, [filed, *escalated]


def must_be_ground(ground: str, at: datetime, measure: Measure) -> None:
    """Refused for what is neither one of the grounds nor the word for none of them."""
    grounds = measure.figures.of(rules.GROUNDS, local_day(at))
    if not rules.is_ground(ground, grounds=grounds):
        raise Refused(
            rules.GROUNDS,
            Text(
                fa=f"این از موارد هفتگانهٔ نحوهٔ ارائهٔ خدمت نیست؛ برای آنچه در آن‌ها نیست: {rules.NO_GROUND}.",
                en=f"It is no ground on how a service is given: {', '.join(grounds)}. "
                f"For what is on none of them: {rules.NO_GROUND}.",
            ),
        )


def _must_be_received(at: datetime, now: datetime, measure: Measure) -> None:
    if at > now:
        raise Invalid("/received_at", Text(fa="این زمان هنوز نرسیده است.", en="That time has not come yet."))
    back = measure.figures.of(rules.RECEIVED, local_day(now))
    if not rules.is_within_reach(at, now=now, back=back):
        raise Refused(
            rules.RECEIVED,
            Text(
                fa=f"آنچه بیش از {persian_digits(str(back.days))} روز پیش رسیده با زمان آن روز ثبت نمی‌شود.",
                en=f"What came more than {back.days} days ago can't be entered with the time of that day.",
            ),
        )
