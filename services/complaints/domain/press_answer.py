"""The answer to a press case: drafted, approved by headquarters, published. It ends nowhere before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from services.complaints import rules
from services.complaints.domain.clock import Measure
from services.complaints.domain.deadline import Deadline
from services.complaints.domain.press import (
    PUBLICATION_OWED,
    Draft,
    Heard,
    PressAnswer,
    PressCase,
    PressFacts,
    PressStatus,
    Publication,
)
from services.complaints.domain.press_sending import check_clock
from shared.events.complaints_press import (
    PressAnswerDrafted,
    PressAnswerPublished,
    PressAnswerReady,
    PressAnswerReturned,
    PressAnswerTakenDown,
)
from shared.events.directory import Post
from shared.language import Text
from shared.rule import Invalid, Refused

DRAFTS_MAX = 30


class _Where(TypedDict, total=False):
    item_id: str
    link: str
    reason: str


def draft(case: PressCase, text: str, post: Post, now: datetime) -> tuple[PressCase, PressFacts]:
    """Whoever has it writes an answer, or writes it anew while it waits. The same text is nothing new."""
    if not case.is_unanswered:
        raise _not_its_turn()
    if case.status is PressStatus.DRAFTED and case.drafts[-1].text == text:
        return case, []
    if len(case.drafts) >= DRAFTS_MAX:
        raise Invalid(
            "/text",
            Text(
                fa=f"هر مورد حداکثر {DRAFTS_MAX} پیش‌نویس دارد.",
                en=f"A case has {DRAFTS_MAX} drafts at most.",
            ),
        )
    written = Draft(number=len(case.drafts) + 1, text=text, by_post=post.id, at=now)
    drafted = replace(case, status=PressStatus.DRAFTED, drafts=(*case.drafts, written))
    return drafted, [PressAnswerDrafted(**case.case, draft=written.number, post_id=post.id, drafted_at=now)]


def send_back(
    case: PressCase, number: int, reason: str, post: Post, now: datetime
) -> tuple[PressCase, PressFacts]:
    """Headquarters doesn't approve it. The clock doesn't notice."""
    _must_be_newest(case, number)
    back = PressStatus.SENT if case.is_with_office else PressStatus.SEEN
    drafts = (*case.drafts[:-1], replace(case.drafts[-1], returned=reason))
    returned = PressAnswerReturned(**case.case, draft=number, post_id=post.id, returned_at=now)
    return replace(case, status=back, drafts=drafts), [returned]


def approve(
    case: PressCase, number: int, post: Post, now: datetime, line: Sequence[Post], measure: Measure
) -> tuple[PressCase, PressFacts]:
    """The head of public relations approves exactly this draft; from now on its publication is owed.

    A late answer escalates first, whether or not a sweep has come by.
    """
    if case.status is PressStatus.ANSWERED and case.answer and case.answer.draft == number:
        return case, []
    _must_be_newest(case, number)
    checked, facts = check_clock(case, now, line, measure)
    over = checked.deadline
    if over is None:
        raise _not_its_turn()
    answer = PressAnswer(
        draft=number, by_post=post.id, at=now, due_at=over.due_at, late_by=over.late_by(now, measure)
    )
    fresh = Deadline.begin(now, PUBLICATION_OWED, measure)
    answered = replace(checked, status=PressStatus.ANSWERED, answer=answer, deadline=fresh)
    ready = PressAnswerReady(
        **case.case,
        clause=rules.PRESS.clause,
        post_id=post.id,
        ready_at=now,
        in_time=answer.in_time,
        late_by_s=round(answer.late_by.total_seconds()),
        publish_due_at=fresh.due_at,
    )
    return answered, [*facts, ready]


def publish_elsewhere(
    case: PressCase,
    link: str,
    reason: str,
    now: datetime,
    line: Sequence[Post],
    measure: Measure,
) -> tuple[PressCase, PressFacts]:
    """The public reads it at a link, for a reason: the medium printed it, for example."""
    if case.publication and (case.publication.link, case.publication.reason) == (link, reason):
        return case, []
    if case.status is not PressStatus.ANSWERED:
        raise _not_its_turn()
    return _close(case, now, _Where(link=link, reason=reason), line, measure)


def is_on_site(
    case: PressCase, heard: Heard, published_at: datetime, line: Sequence[Post], measure: Measure
) -> tuple[PressCase, PressFacts]:
    """Content published an item with the answer. What it told before changes nothing."""
    if case.answer is None or _is_old(case, heard):
        return case, []
    case = replace(case, heard=heard)
    if case.status is not PressStatus.ANSWERED:
        return case, []  # a later wording of it, or it was published elsewhere meanwhile
    return _close(case, published_at, _Where(item_id=heard.item_id), line, measure)


def is_off_site(
    case: PressCase, heard: Heard, now: datetime, measure: Measure
) -> tuple[PressCase, PressFacts]:
    """Content took the item back: an answer that nobody can read is owed again."""
    if _is_old(case, heard):
        return case, []
    case = replace(case, heard=heard)
    if case.publication is None or case.publication.item_id != heard.item_id:
        return case, []
    fresh = Deadline.begin(now, PUBLICATION_OWED, measure)
    owed = replace(case, status=PressStatus.ANSWERED, publication=None, deadline=fresh)
    told = PressAnswerTakenDown(
        **case.case,
        clause=rules.PRESS_PUBLISHED.clause,
        item_id=heard.item_id,
        taken_down_at=now,
        publish_due_at=fresh.due_at,
    )
    return owed, [told]


def _close(
    case: PressCase, at: datetime, where: _Where, line: Sequence[Post], measure: Measure
) -> tuple[PressCase, PressFacts]:
    """Nothing is owed any more. A late publication escalates first."""
    checked, facts = check_clock(case, at, line, measure)
    over = checked.deadline
    if over is None:
        raise _not_its_turn()
    publication = Publication(at=at, due_at=over.due_at, late_by=over.late_by(at, measure), **where)
    published = PressAnswerPublished(
        **case.case,
        clause=rules.PRESS_PUBLISHED.clause,
        item_id=publication.item_id,
        published_at=at,
        in_time=publication.in_time,
        late_by_s=round(publication.late_by.total_seconds()),
    )
    closed = replace(checked, status=PressStatus.PUBLISHED, publication=publication, deadline=None)
    return closed, [*facts, published]


def _is_old(case: PressCase, heard: Heard) -> bool:
    last = case.heard
    return last is not None and last.item_id == heard.item_id and heard.sequence <= last.sequence


def _must_be_newest(case: PressCase, number: int) -> None:
    """A decision holds for the draft that was read, never for one that came meanwhile."""
    if case.status is not PressStatus.DRAFTED:
        raise _not_its_turn()
    if case.drafts[-1].number != number:
        raise Refused(
            rules.PRESS,
            Text(
                fa="این پیش‌نویس تازه‌ترین نیست؛ پیش‌نویس تازه را بخوانید.",
                en="That is not the newest draft; read the newest one.",
            ),
        )


def _not_its_turn() -> Refused:
    return Refused(
        rules.PRESS,
        Text(
            fa="اکنون نوبت این کار نیست: پیش‌نویس، تأیید روابط عمومی ستاد، انتشار.",
            en="It is not the turn of this: draft, approval of headquarters, publication.",
        ),
    )
