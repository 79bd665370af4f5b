"""What was not carried out of the rules that groups meet by, as whoever watches over them sees it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.meetings import rules
from services.meetings.domain.committee import Committee
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.status import Status
from shared.language import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One thing that a clause asks for and nobody did by its time. `duty_of` are the posts that owed it.

    `meeting_id` and `month` are None for a committee that lacks somebody. `mended_at` is when it was done
    late, or when the committee next met with a quorum; None while that is to come.
    """

    clause: str | None
    says: Text
    committee_id: str
    meeting_id: str | None = None
    month: str | None = None
    duty_of: tuple[str, ...]
    since: datetime
    mended_at: datetime | None = None


def breaches_of_committee(committee: Committee) -> Iterator[Breach]:
    """What its chart lacks now: who is to arrange the chart is the agency's head."""
    if committee.dissolved_at is not None:
        return
    for gap in committee.gaps:
        yield Breach(
            clause=gap.clause,
            says=gap.says,
            committee_id=committee.id,
            duty_of=(committee.head_post,) if committee.head_post else (),
            since=gap.since,
        )


def breaches_of_meeting(
    stored: Meeting, committee: Committee, official: Sequence[datetime], now: datetime
) -> Iterator[Breach]:
    """Those of one meeting, whether or not the clock has come by.

    `official` are the instants at which the committee's meetings were declared official.
    """
    meeting, _ = stored.check_clock(now)
    match meeting.status:
        case Status.LAPSED:
            seats = stored.seated(committee).seats
            says = _LAPSED if meeting.convened_at is not None else _NOT_CONVENED
            yield _of(meeting, meeting.clause, says, (seats.chair,), meeting.ends_at, official)
        case Status.NOT_OFFICIAL:
            absent = tuple(post for post in meeting.seats.members if post not in meeting.present)
            since = meeting.closed_at or meeting.ends_at
            yield _of(meeting, rules.QUORUM.clause, _NOT_OFFICIAL, absent, since, official)
        case _:
            sending = meeting.sending
            due_at = None if sending is None or sending.in_time else sending.due_at
            if sending is not None and due_at is not None and due_at <= now:
                sent = () if sending.sent_at is None else (sending.sent_at,)
                duty_of = (meeting.seats.secretary,)
                yield _of(meeting, rules.SENDING_TIME.clause, _OVERDUE, duty_of, due_at, sent)


def _of(
    meeting: Meeting,
    clause: str | None,
    says: Text,
    duty_of: tuple[str, ...],
    since: datetime,
    mending: Sequence[datetime],
) -> Breach:
    return Breach(
        clause=clause,
        says=says,
        committee_id=meeting.committee_id,
        meeting_id=meeting.id,
        month=meeting.month,
        duty_of=duty_of,
        since=since,
        mended_at=min((at for at in mending if at >= since), default=None),
    )


_LAPSED = Text(fa="زمان جلسه گذشت و برگزار نشد.", en="The meeting's time passed without it.")
_NOT_CONVENED = Text(fa="جلسه به‌موقع فراخوانده نشد.", en="The meeting was not convened in time.")
_NOT_OFFICIAL = Text(
    fa="دوسوم اعضا حاضر نشدند و جلسه رسمیت نیافت.",
    en="Two thirds of the members did not come, and the meeting was not official.",
)
_OVERDUE = Text(
    fa="تصمیمات جلسه در مهلت ارسال نشد.", en="The meeting's decisions were not sent within their time."
)
