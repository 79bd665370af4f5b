"""The staff as lists to send to."""

from collections.abc import Sequence

from services.notifications import access
from services.notifications.domain.staff_lists import Masked, Recipient, StaffList, StaffPage, lists_of
from services.notifications.usecases.reaching import masked_of
from services.notifications.usecases.scope import chart_of
from services.notifications.usecases.use import Use
from shared.access.who import Who
from shared.directory.chart import Chart
from shared.directory.staff import Group, staff_of
from shared.store.repository import NotFound, cursor_of, read_cursor


async def recipients(use: Use, agency_id: str, group: Group) -> Sequence[Recipient]:
    """Who of an agency's staff is in a group, and how each is reached; NotFound for what it hasn't."""
    return await _recipients(use, await chart_of(use, agency_id), group)


async def staff_lists(use: Use, who: Who) -> Sequence[StaffList]:
    """The groups of the staff that somebody may send to, each with how many can be reached."""
    chart = await chart_of(use, who.agency_id)
    _, whole = Group().seen_by(who, access.STAFF_LISTS, access.ALL_STAFF, chart)
    return lists_of(chart, whole, await _recipients(use, chart, whole))


async def staff_list(use: Use, who: Who, group: Group, *, after: str | None, limit: int) -> StaffPage:
    """A group's members by post, a page of them, their numbers masked."""
    chart = await chart_of(use, who.agency_id)
    _, seen = group.seen_by(who, access.STAFF_LISTS, access.ALL_STAFF, chart)
    members = await _recipients(use, chart, seen)
    behind = [one for one in members if after is None or one.employee.post.id > read_cursor(after)[1]]
    page = behind[:limit]
    return StaffPage(
        list=StaffList.of(seen, None, members),
        members=[
            Masked(employee=one.employee, mobile=one.reach and await masked_of(use, one.reach))
            for one in page
        ],
        next=cursor_of(None, page[-1].employee.post.id) if len(behind) > limit else None,
    )


async def _recipients(use: Use, chart: Chart, group: Group) -> Sequence[Recipient]:
    if not group.is_of(chart):
        raise NotFound(chart.agency_id)
    staff = staff_of(chart, group, use.clock.now())
    reached = await use.contacts.of_staff(chart.agency_id, {one.person_id for one in staff})
    return [Recipient(employee=one, reach=reached.get(one.person_id)) for one in staff]
