"""What came by mail or SMS is sorted: nobody has said yet which service it is about, and on which ground."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.complaints import rules
from services.complaints.access import DESK
from services.complaints.domain.as_filed import AsFiled
from services.complaints.domain.assigning import send_on
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint, Facts
from services.complaints.domain.line import Lines
from services.complaints.domain.moves import Move, after
from shared.calendar.jalali import local_day
from shared.directory.chart import Chart
from shared.events.complaints_course import ComplaintSorted
from shared.events.directory import Post, Role
from shared.language import Text
from shared.rule import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """As what it is sorted. A service of no unit leaves it at the desk where it is."""

    service_code: str
    unit_id: str | None
    ground: str


def sorting_desk(chart: Chart, wished: str | None) -> str:
    """The unit that was wished, for an address for example; else public relations if there is a desk in it.

    Else the first unit of the chart that has one. Empty where there is none at all: the agency's head has it.
    """
    desks = [post.unit_id for post in chart.posts.values() if post.role in DESK and post.unit_id]
    relations = [post.unit_id for post in chart.of_role(Role.HEAD_OF_PUBLIC_RELATIONS)]
    for unit_id in (wished, *relations):
        if unit_id is not None and unit_id in desks:
            return unit_id
    return desks[0] if desks else ""


def sort(
    complaint: Complaint, named: Named, post: Post, now: datetime, lines: Lines, measure: Measure
) -> tuple[Complaint, Facts]:
    """Name what its citizen didn't; the same again changes nothing, another name before an answer mends it.

    Another unit's service sends it there. What the citizen named, and what was answered as this, stays so.
    """
    after(complaint, Move.SORT)
    _must_be_one_of_the_seven(named.ground, complaint, measure)
    if (named.service_code, named.ground) == (complaint.service_code, complaint.ground):
        return complaint, []
    this_round = len(complaint.rounds)
    came_as = complaint.as_filed or AsFiled(
        service_code=complaint.service_code, ground=complaint.ground, sorted_in_round=this_round
    )
    _must_not_be_answered_as_this(came_as, this_round)
    _must_not_be_named_by_its_citizen(came_as, named)
    as_named = replace(
        complaint,
        service_code=named.service_code,
        ground=named.ground,
        as_filed=replace(came_as, sorted_in_round=this_round),
    )
    told = ComplaintSorted(
        **complaint.case,
        clause=rules.SORTED.clause,
        was_service_code=complaint.service_code,
        service_code=named.service_code,
        was_ground=complaint.ground,
        ground=named.ground,
        post_id=post.id,
        sorted_at=now,
    )
    unit_id = named.unit_id or complaint.unit_id
    if named.service_code == complaint.service_code or unit_id == complaint.unit_id:
        return as_named, [told]
    sent, facts = send_on(as_named, unit_id, now, lines, measure)
    return sent, [told, *facts]


def _must_be_one_of_the_seven(ground: str, complaint: Complaint, measure: Measure) -> None:
    grounds = measure.figures.of(rules.GROUNDS, local_day(complaint.filed_at))
    if ground not in grounds:
        raise Refused(
            rules.GROUNDS,
            Text(
                fa="این از موارد هفتگانه نیست؛ آنچه در آن‌ها نیست، با پاسخ به جای درست راهنمایی می‌شود.",
                en=f"It is none of the seven grounds: {', '.join(grounds)}. "
                "What is on none of them is pointed to the right door, with an answer.",
            ),
        )


def _must_not_be_answered_as_this(came_as: AsFiled, this_round: int) -> None:
    if came_as.sorted_in_round != this_round:
        raise Refused(
            rules.SORTED,
            Text(
                fa="به این شکایت با همین خدمت و زمینه پاسخ داده شده است و دیگر تغییر نمی‌کند.",
                en="This complaint was answered as what it was sorted as: that stays so.",
            ),
        )


def _must_not_be_named_by_its_citizen(came_as: AsFiled, named: Named) -> None:
    if came_as.service_code not in (rules.UNSORTED, named.service_code):
        raise Refused(
            rules.SORTED,
            Text(
                fa="خدمت این شکایت را خود شهروند گفته است؛ اگر کار واحد دیگری است، به همان واحد بفرستید.",
                en="Its citizen named the service: where it is another unit's, send it there.",
            ),
        )
    if came_as.ground not in (rules.NO_GROUND, named.ground):
        raise Refused(
            rules.SORTED,
            Text(
                fa="زمینهٔ این شکایت را خود شهروند گفته است و میز خدمت آن را تغییر نمی‌دهد.",
                en="Its citizen named the ground, and a desk doesn't change it.",
            ),
        )
