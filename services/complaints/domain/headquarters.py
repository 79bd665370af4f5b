"""Who is headquarters' public relations, who heads an office, and to whom what they owe goes up."""

from datetime import datetime

from services.complaints import rules
from shared.directory.chart import Chart
from shared.events.directory import Post, Role, UnitKind
from shared.language import Text
from shared.rule import Refused

OF_HEADQUARTERS = frozenset({Role.HEAD_OF_PUBLIC_RELATIONS, Role.SECRETARY})


def is_of_headquarters(post: Post, chart: Chart) -> bool:
    """Public relations of the agency itself: its head, and whoever keeps records there."""
    return post.role in OF_HEADQUARTERS and post.unit_id in {head.unit_id for head in _heads(chart)}


def head_of_office(chart: Chart, unit_id: str, now: datetime) -> Post | None:
    """Who heads a unit: of its head, its deputy and the agency's head the first who is there now."""
    ladder = [
        *chart.of_role(Role.UNIT_HEAD, unit_id=unit_id),
        *chart.of_role(Role.DEPUTY, unit_id=unit_id),
        *chart.of_role(Role.HEAD),
    ]
    return next((post for post in ladder if chart.holder(post.id, now)), ladder[0] if ladder else None)


def line_above(chart: Chart, province: Chart | None, now: datetime) -> tuple[Post, ...]:
    """The head of public relations, then the agency's head, of whom each is there now.

    Where nobody at all is, it is the province's inspection's: what is overdue always lies with a named post.
    """
    own = [*_heads(chart), *chart.of_role(Role.HEAD)]
    above = province.of_role(Role.INSPECTOR) if province is not None else ()
    line = [post for post in own if chart.holder(post.id, now)] or [*above, *own][:1]
    if not line:
        raise Refused(
            rules.PRESS_LADDER,
            Text(
                fa="در نمودار این دستگاه هیچ پستی برای ارجاع نیست.",
                en="This agency's chart has no post that it could go to.",
            ),
        )
    return tuple(line)


def _heads(chart: Chart) -> list[Post]:
    """A county office may have a head of public relations of its own: that isn't headquarters."""
    heads = chart.of_role(Role.HEAD_OF_PUBLIC_RELATIONS)
    return [head for head in heads if not _is_county_office(chart, head.unit_id)]


def _is_county_office(chart: Chart, unit_id: str | None) -> bool:
    unit = chart.units.get(unit_id or "")
    return unit is not None and unit.kind is UnitKind.COUNTY_OFFICE
