"""A case is handed over to another agency with its history: two cases, one after the other, and one clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.complaints import rules
from services.complaints.domain.assigning import must_be_ones_to_give
from services.complaints.domain.clock import Measure, Round
from services.complaints.domain.complaint import Complaint, Facts, Status
from services.complaints.domain.contact import Contact
from services.complaints.domain.escalation import check_clock
from services.complaints.domain.identity import Identity
from services.complaints.domain.line import Lines, post_at
from services.complaints.domain.moves import Move, after
from services.complaints.domain.past import Deed, Onward, Stay
from services.complaints.domain.written import Sealed
from shared.calendar.jalali import local_day
from shared.events.complaints_course import ComplaintTakenOver, ComplaintTransferred
from shared.events.directory import Post
from shared.identity import derived_id
from shared.language import Text
from shared.persian import persian_digits
from shared.rule import Invalid, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Onto:
    """As what it goes on at another agency: a service of its catalogue, the unit that gives it, a ground."""

    agency_id: str
    service_code: str
    unit_id: str
    ground: str


def transfer(
    complaint: Complaint,
    onto: Onto,
    reason: Sealed,
    post: Post,
    now: datetime,
    lines: Lines,
    measure: Measure,
) -> tuple[Complaint, Facts]:
    """It ends here, late or not as it then is. What was due before goes up the line here first.

    The same asked twice is asked once. Invalid for the same agency.
    """
    if complaint.onward is not None and complaint.onward.agency_id == onto.agency_id:
        return complaint, []
    status = after(complaint, Move.TRANSFER)
    must_be_ones_to_give(complaint, post)
    _must_be_new_to_it(complaint, onto.agency_id, measure, now)
    checked, facts = check_clock(complaint, now, lines(complaint.unit_id), measure)
    last, earlier = checked.round, checked.rounds[:-1]
    onward = Onward(
        agency_id=onto.agency_id,
        complaint_id=derived_id("handed over", complaint.id),
        service_code=onto.service_code,
        unit_id=onto.unit_id,
        ground=onto.ground,
        post_id=post.id,
        at=now,
        reason=reason,
        in_time=now < last.due_at and all(one.in_time for one in earlier),
        late_by=max([last.overdue_at(now, measure), *(one.late_by for one in earlier)]),
        escalates_at=checked.escalates_at,
        warns_at=checked.warns_at,
    )
    ended = replace(
        checked,
        status=status,
        warns_at=None,
        escalates_at=None,
        measured_by=None,
        closed_at=now,
        draft=None,
        onward=onward,
    )
    event = ComplaintTransferred(
        **complaint.case,
        clause=rules.HANDED_OVER.clause,
        to_agency_id=onward.agency_id,
        to_complaint_id=onward.complaint_id,
        service_code=onward.service_code,
        post_id=post.id,
        transferred_at=now,
        in_time=onward.in_time,
        late_by_s=round(onward.late_by.total_seconds()),
        level=ended.level,
        rounds=len(ended.rounds),
    )
    return ended, [*facts, event]


def take_over(
    before: Complaint,
    onward: Onward,
    *,
    contact: Contact,
    identity: Identity | None,
    reasons: Sequence[Sealed | None],
    deeds: Sequence[Deed],
    line: Sequence[Post],
    overseen_by: str | None,
    measure: Measure,
    now: datetime,
) -> tuple[Complaint, Facts]:
    """The case at the agency that it was handed over to: `line` is that of its unit there, never empty.

    No time is given and none is taken: what was due is due, and on its level somebody of this line has it.
    `reasons` are why each agency handed it over, the last one's last, under the key of its citizen here.
    """
    post = _corresponding(before, line)
    stay = Stay(
        agency_id=before.agency_id,
        complaint_id=before.id,
        service_code=before.service_code,
        ground=before.ground,
        until_at=onward.at,
        in_time=onward.in_time,
        late_by=onward.late_by,
        level=before.level,
        rounds=before.rounds,
        deeds=tuple(deeds),
        looks=before.looks,
        satisfied=before.satisfied,
        said=before.reason,
    )
    past = (*before.past, stay)
    taken_over = Complaint(
        id=onward.complaint_id,
        agency_id=onward.agency_id,
        tracking_code=before.tracking_code,
        service_code=onward.service_code,
        unit_id=onward.unit_id,
        ground=onward.ground,
        text=before.text,
        door=before.door,
        entry=before.entry,
        contact=contact,
        identity=identity,
        filed_at=before.filed_at,
        rounds=(_going_on_here(before.round, onward, post, measure),),
        level=before.level,
        level_post=post.id if before.level else None,
        escalations=before.escalations,
        escalates_at=onward.escalates_at,
        warns_at=onward.warns_at,
        measured_by=measure.name,
        agencies_before=before.agencies_before + 1,
        past=tuple(replace(one, reason=why) for one, why in zip(past, reasons, strict=True)),
    )
    event = ComplaintTakenOver(
        **taken_over.case,
        clause=rules.HANDED_OVER.clause,
        from_agency_id=before.agency_id,
        from_complaint_id=before.id,
        service_code=taken_over.service_code,
        unit_id=taken_over.unit_id,
        ground=taken_over.ground,
        door=taken_over.door,
        filed_at=taken_over.filed_at,
        transferred_at=onward.at,
        taken_over_at=now,
        level=taken_over.level,
        post_id=post.id,
        overseen_by=overseen_by,
        reply_due_at=taken_over.round.due_at,
    )
    return taken_over, [event]


def arrive(complaint: Complaint, now: datetime) -> tuple[Complaint, Facts]:
    """All of it is there: nothing here is needed for it any more. Safe to say any number of times."""
    if complaint.onward is None or complaint.onward.arrived_at is not None:
        return complaint, []
    return replace(complaint, onward=replace(complaint.onward, arrived_at=now)), []


def must_be_here(complaint: Complaint) -> None:
    """Refused for what was handed over: here nobody goes on with it."""
    if complaint.status is Status.TRANSFERRED:
        raise Refused(
            rules.HANDED_OVER,
            Text(
                fa="این شکایت به دستگاه دیگری سپرده شده است و در آنجا پیگیری می‌شود.",
                en="This complaint was handed over to another agency and goes on there.",
            ),
        )


def must_have_arrived(complaint: Complaint) -> None:
    """Refused while it is on its way: its citizen may say the same again in a moment."""
    if complaint.status is Status.TRANSFERRED:
        raise Refused(
            rules.HANDED_OVER,
            Text(
                fa="شکایت شما در حال سپرده‌شدن به دستگاه دیگری است؛ لطفاً اندکی بعد دوباره بکوشید.",
                en="Your complaint is being handed over to another agency: please try again in a moment.",
            ),
        )


def _must_be_new_to_it(complaint: Complaint, agency_id: str, measure: Measure, now: datetime) -> None:
    if agency_id == complaint.agency_id:
        raise Invalid(
            "/agency_id",
            Text(
                fa="این شکایت در همین دستگاه است؛ برای واحد دیگر آن را به همان واحد بفرستید.",
                en="This complaint is this agency's: to another unit it is routed.",
            ),
        )
    if agency_id in {one.agency_id for one in complaint.past}:
        raise Refused(
            rules.HANDINGS,
            Text(
                fa="این شکایت پیش‌تر در آن دستگاه بوده است و به آن بازگردانده نمی‌شود.",
                en="That agency had this complaint before, and it isn't handed back to it.",
            ),
        )
    most = measure.figures.of(rules.HANDINGS, local_day(now))
    if complaint.agencies_before >= most:
        raise Refused(
            rules.HANDINGS,
            Text(
                fa=f"این شکایت {persian_digits(str(most))} بار سپرده شده است و باز سپرده نمی‌شود.",
                en=f"This complaint was handed over {most} times already, and isn't again.",
            ),
        )


def _corresponding(before: Complaint, line: Sequence[Post]) -> Post:
    """Who has it here: the very post where it lies above both agencies, else the one on its level."""
    above = next((one for one in line if one.id == before.level_post), None)
    return above or post_at(max(1, before.level), line)


def _going_on_here(last: Round, onward: Onward, post: Post, measure: Measure) -> Round:
    """The same clock; this agency's calendar measures it from here on, and a change of it moves the rest."""
    in_time = onward.at < last.due_at
    return replace(
        last.passed_on(post.id),
        opened_to=last.opened_to and post.id,
        calendar_id=measure.calendar.id,
        calendar_version=measure.calendar.version,
        figures_version=measure.figures.version,
        came_at=onward.at,
        came_to=post.id,
        came_with=measure.calendar.between(onward.at, last.due_at) if in_time else timedelta(0),
    )
