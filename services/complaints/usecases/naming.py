"""Whom a record of misconduct may name, and whose inspection keeps it."""

from datetime import datetime

from services.complaints import rules
from services.complaints.domain.misconduct import Looker, Named
from shared.directory.chart import Chart
from shared.events.directory import PROVINCE, Role
from shared.language import Text
from shared.rule import Invalid, Refused

ABOVE_INSPECTION = frozenset({Role.HEAD, Role.INSPECTOR})
"""Whom an agency's own inspection can't look into: whom it answers to, and itself."""


def named_in(chart: Chart | None, agency_id: str, person_id: str, post_id: str) -> Named:
    """The person in the post, by the directory: nobody is named who never held it."""
    post = None if chart is None else chart.posts.get(post_id)
    held = () if chart is None else chart.holdings.get(post_id, ())
    if post is None or person_id not in {one.person_id for one in held}:
        raise Invalid(
            "/person_id",
            Text(fa="این فرد متصدی این پست نبوده است.", en="This person never held this post."),
        )
    return Named(
        agency_id=agency_id,
        person_id=person_id,
        post_id=post.id,
        post_title=post.title,
        unit_id=post.unit_id,
    )


def check_keeper(chart: Chart | None, looker: Looker, named: Named, now: datetime) -> None:
    """The agency's own inspection, but the governorate's for the agency's head and for inspection itself."""
    if looker.is_barred_from(named):
        raise Refused(
            rules.REGISTER,
            Text(
                fa="بازرس دربارهٔ خود و همکاران واحد خود پرونده باز نمی‌کند.",
                en="An inspector opens no record of themselves or of their own unit.",
            ),
        )
    is_own = named.agency_id == looker.agency_id
    if is_own and (named.agency_id == PROVINCE or not _is_above(chart, named, now)):
        return
    if not is_own and looker.agency_id == PROVINCE and _is_above(chart, named, now):
        return
    raise Refused(
        rules.REGISTER,
        Text(
            fa="پروندهٔ رئیس و بازرس دستگاه را بازرسی استانداری باز می‌کند و دیگران را بازرسی خود دستگاه.",
            en="The governorate's inspection keeps records of an agency's head and inspector, "
            "the agency's own those of all others.",
        ),
    )


def _is_above(chart: Chart | None, named: Named, now: datetime) -> bool:
    """Whether the person holds such a post, held it then, or stands in at one."""
    if chart is None:
        return False
    own = {
        chart.posts[post_id].role
        for post_id, holdings in chart.holdings.items()
        if post_id in chart.posts
        and any(one.person_id == named.person_id and one.is_at(now) for one in holdings)
    }
    return not ABOVE_INSPECTION.isdisjoint({*own, chart.posts[named.post_id].role})
