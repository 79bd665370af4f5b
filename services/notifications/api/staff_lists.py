"""The staff as lists to send to."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from services.notifications import access, rules
from services.notifications.api.parts import UseIt
from services.notifications.domain.staff_lists import StaffList
from services.notifications.usecases import staff_lists as listing
from shared.access.guard import allowed
from shared.access.who import Who
from shared.events.directory import Name
from shared.web.parts import V1, Pages, PageView, View
from shared.web.staff import Asked, GroupView

router = APIRouter(prefix=V1, tags=["messages"])
Sender = Annotated[Who, Depends(allowed(access.STAFF_LISTS))]


class StaffListView(GroupView):
    """A list to send to: how many are in it, how many have a mobile and how many none."""

    name: Name | None
    staff: int
    reachable: int
    missing: int


class StaffListsView(View):
    """The lists that the caller may send to, and the clause that asks for them."""

    clause: str
    lists: list[StaffListView]


class MemberView(View):
    """Somebody of the staff by the post that they hold; `mobile` is null where none is known."""

    person_id: str
    post_id: str
    title: Name
    mobile: str | None = Field(examples=["0912***4567"])


class MembersView(PageView[MemberView]):
    """A page of a list."""

    of: StaffListView


@router.get("/staff-lists")
async def staff_lists(who: Sender, use: UseIt) -> StaffListsView:
    """The agency's staff as lists for SMS: all, by county office, by unit, by role, by committee."""
    lists = await listing.staff_lists(use, who)
    return StaffListsView(clause=rules.STAFF_LIST.clause, lists=[_list_view(one) for one in lists])


@router.get("/staff-lists/members")
async def staff_list(who: Sender, use: UseIt, pages: Pages, asked: Asked) -> MembersView:
    """Who is in a list, by post, with their numbers masked; who has none is in it too."""
    page = await listing.staff_list(use, who, asked, after=pages.after, limit=pages.limit)
    members = [
        MemberView(
            person_id=one.employee.person_id,
            post_id=one.employee.post.id,
            title=one.employee.post.title,
            mobile=one.mobile,
        )
        for one in page.members
    ]
    return MembersView(items=members, next=page.next, of=_list_view(page.list))


def _list_view(one: StaffList) -> StaffListView:
    return StaffListView(
        office=one.group.office,
        unit=one.group.unit,
        role=one.group.role,
        committee=one.group.committee,
        name=one.name,
        staff=one.staff,
        reachable=one.reachable,
        missing=one.staff - one.reachable,
    )
