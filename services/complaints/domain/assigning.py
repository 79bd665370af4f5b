"""Who of the agency has it: an officer of its unit, the desk again, or another unit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.complaints import rules
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint, Facts, Status
from services.complaints.domain.escalation import check_clock
from services.complaints.domain.line import Lines, post_at
from services.complaints.domain.moves import Move, after
from shared.directory.chart import Chart
from shared.events.complaints import ComplaintTaken
from shared.events.complaints_course import ComplaintAssigned, ComplaintGivenBack, ComplaintRouted
from shared.events.directory import Post, Role
from shared.language import Text
from shared.rule import Invalid, Refused


def officer_of(chart: Chart, unit_id: str, post_id: str, now: datetime) -> Post:
    """A case officer of the unit, whose post somebody fills now; Invalid for any other post."""
    post = chart.posts.get(post_id)
    if (
        post is None
        or post.role is not Role.CASE_OFFICER
        or post.unit_id != unit_id
        or chart.holder(post_id, now) is None
    ):
        raise Invalid(
            "/post_id",
            Text(
                fa="این پست کارشناسی از همین واحد نیست که اکنون کسی در آن باشد.",
                en="This is no case officer's post of the same unit that somebody fills now.",
            ),
        )
    return post


def assign(complaint: Complaint, officer: Post, by: Post, now: datetime) -> tuple[Complaint, Facts]:
    """Give it to an officer. What went up to a post is that post's to give. The clock doesn't notice."""
    status = after(complaint, Move.ASSIGN)
    if complaint.taken_by == officer.id:
        return complaint, []
    must_be_ones_to_give(complaint, by)
    assigned = replace(complaint, status=status, taken_by=officer.id)
    return assigned, [
        ComplaintAssigned(**complaint.case, post_id=officer.id, by_post=by.id, assigned_at=now),
        ComplaintTaken(**complaint.case, post_id=officer.id, taken_at=now),
    ]


def give_back(complaint: Complaint, by: Post, now: datetime, lines: Lines) -> tuple[Complaint, Facts]:
    """Whoever has it can't do it: the desk has it again, or the post that it went up to.

    The unit's head may take it off an officer, too. The event names who is to see to it.
    """
    status, had = after(complaint, Move.GIVE_BACK), complaint.taken_by or by.id
    if by.id != had:
        must_be_ones_to_give(complaint, by)
        if by.role is not Role.UNIT_HEAD:
            raise Refused(
                rules.PROCESS,
                Text(
                    fa="این شکایت در دست دیگری است؛ خود او یا رئیس واحد آن را بازمی‌گرداند.",
                    en="Somebody else has this complaint: they or the unit's head give it back.",
                ),
            )
    post_id = complaint.level_post or lines(complaint.unit_id)[0].id
    event = ComplaintGivenBack(**complaint.case, was_with=had, post_id=post_id, given_back_at=now)
    return replace(complaint, status=status, taken_by=None), [event]


def route(
    complaint: Complaint, unit_id: str, chart: Chart, now: datetime, lines: Lines, measure: Measure
) -> tuple[Complaint, Facts]:
    """It is another unit's; nothing where it is there already. Invalid for a unit that the agency hasn't."""
    after(complaint, Move.ROUTE)
    if unit_id not in chart.units:
        raise Invalid("/unit_id", Text(fa="این دستگاه چنین واحدی ندارد.", en="This agency has no such unit."))
    if complaint.unit_id == unit_id:
        return complaint, []
    return send_on(complaint, unit_id, now, lines, measure)


def send_on(
    complaint: Complaint, unit_id: str, now: datetime, lines: Lines, measure: Measure
) -> tuple[Complaint, Facts]:
    """Another unit has it, on the level where it stands. The citizen's clock goes on.

    What was due before goes up the old unit's line first. Where the citizen is waited for, they are still:
    their reply is for the post that answers for it there.
    """
    checked, facts = check_clock(complaint, now, lines(complaint.unit_id), measure)
    post = _answers_for(checked.level, lines(unit_id))
    waits = checked.status is Status.WAITING
    routed = replace(
        checked,
        status=checked.status if waits else after(checked, Move.ROUTE),
        unit_id=unit_id,
        taken_by=post.id if waits else None,
        level_post=post.id if checked.level else None,
        rounds=(*checked.rounds[:-1], checked.round.passed_on(post.id)),
    )
    event = ComplaintRouted(
        **complaint.case,
        was_unit_id=complaint.unit_id,
        unit_id=unit_id,
        level=checked.level,
        post_id=post.id,
        routed_at=now,
        reply_due_at=checked.round.due_at,
        waits_for_citizen=waits,
    )
    return routed, [*facts, event]


def _answers_for(level: int, line: Sequence[Post]) -> Post:
    """Of what nobody has taken yet: the lowest post of the line, or the one on its level."""
    return post_at(max(1, level), line)


def must_be_ones_to_give(complaint: Complaint, by: Post) -> None:
    """Refused where a higher post has it, but for that post."""
    lies_above = complaint.status is Status.TAKEN and complaint.taken_by == complaint.level_post
    if lies_above and by.id != complaint.level_post:
        raise Refused(
            rules.PROCESS,
            Text(
                fa="این شکایت به مقام بالاتر رسیده است و فقط او می‌تواند آن را به دیگری بسپارد.",
                en="This complaint went up to a higher post, and only that post can give it to somebody.",
            ),
        )
