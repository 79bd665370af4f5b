"""The posts that an unanswered complaint goes up to."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from services.complaints import rules
from shared.directory.chart import Chart
from shared.events.directory import Post, Role
from shared.language import Text
from shared.rule import Refused

Lines = Callable[[str], Sequence[Post]]
"""A unit's line by the unit's id: a complaint's unit may be another than its caller saw."""
Filled = Callable[[str], bool]
"""Whether somebody fills the post of this id now."""


def escalation_line(chart: Chart, province: Chart | None, unit_id: str, now: datetime) -> tuple[Post, ...]:
    """The posts that an unanswered complaint of this unit goes to, lowest first: each one filled now.

    From the unit's head upwards as the chart says, then the governorate's inspection. Where nobody at all
    fills a post, the highest one stands: an escalation always ends at a named post.
    """
    heads = chart.of_role(Role.UNIT_HEAD, unit_id=unit_id) or chart.of_role(Role.HEAD)
    own = [post for head in heads[:1] for post in (head, *chart.line_above(head.id))]
    above = _line_above_agency(own, province)
    filled = [post for post in own if chart.holder(post.id, now)]
    filled += [post for post in above if province is not None and province.holder(post.id, now)]
    named = filled or [*own, *above][-1:]
    if not named:
        raise Refused(
            rules.LADDER,
            Text(
                fa="در نمودار این دستگاه هیچ پستی برای ارجاع نیست.",
                en="This agency's chart has no post that a complaint could go to.",
            ),
        )
    return tuple(named)


def sorting_unit(chart: Chart) -> str:
    """Whose desk gets what names no service: public relations' own, else the agency's first.

    A desk is a unit with a case officer; of an agency without any it is nobody's but its head's.
    """
    desks = [post.unit_id or "" for post in chart.of_role(Role.CASE_OFFICER)]
    own = [post.unit_id for post in chart.of_role(Role.HEAD_OF_PUBLIC_RELATIONS)]
    return next((desk for desk in desks if desk in own), desks[0] if desks else "")


def in_charge(had_by: Iterable[str | None], line: Sequence[Post], is_filled: Filled) -> str:
    """The first of those who have it whose post somebody fills now; else the line's lowest."""
    return next((one for one in had_by if one is not None and is_filled(one)), line[0].id)


def post_at(level: int, line: Sequence[Post]) -> Post:
    """A level higher than the line is long stays with its last post."""
    return line[min(level, len(line)) - 1]


def _line_above_agency(own: Sequence[Post], province: Chart | None) -> tuple[Post, ...]:
    if province is None:
        return ()
    first = province.posts.get(own[-1].reports_to or "") if own else None
    if first is None:
        return province.of_role(Role.INSPECTOR)[:1]
    return (first, *province.line_above(first.id))
