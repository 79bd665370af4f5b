"""Whose things somebody may handle: the whole agency's, or those of their own unit with all below it."""

from services.notifications import access
from services.notifications.usecases.use import Use
from shared.access.who import Forbidden, May, Who
from shared.directory.chart import Chart
from shared.events.directory import Post
from shared.store.repository import NotFound


async def chart_of(use: Use, agency_id: str) -> Chart:
    """NotFound for an agency that isn't known."""
    chart = await use.directory.chart(agency_id)
    if chart is None:
        raise NotFound(agency_id)
    return chart


def post_for(who: Who, may: May, unit_id: str | None, chart: Chart) -> Post:
    """The post by which somebody may handle what is a unit's, or None's: the whole agency's."""
    try:
        return who.acting(may, lambda post: post.role in access.ALL_STAFF)
    except Forbidden:
        return who.acting(may, lambda post: chart.is_within(unit_id, post.unit_id))


def units_of(who: Who, may: May, chart: Chart) -> list[str] | None:
    """The units whose things somebody sees; None for all."""
    try:
        who.acting(may, lambda post: post.role in access.ALL_STAFF)
    except Forbidden:
        own = {post.unit_id for post in who.posts if post.role in may.roles}
        return [unit for unit in sorted(chart.units) if any(chart.is_within(unit, above) for above in own)]
    return None


def unit_for(who: Who, may: May, asked: str | None, chart: Chart) -> tuple[Post, str | None]:
    """For which unit somebody makes a thing, and by which post: their own where they name none and may not
    make it for the whole agency. NotFound for a unit that the agency hasn't.
    """
    if asked is not None and asked not in chart.units:
        raise NotFound(asked)
    try:
        return post_for(who, may, asked, chart), asked
    except Forbidden:
        if asked is not None:
            raise
    post = who.acting(may, lambda post: post.unit_id is not None)
    return post, post.unit_id
