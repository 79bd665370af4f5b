"""The list of an agency's staff: masked for who plans, with the real numbers for who says why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from services.directory import access
from services.directory.domain.contacts import NumbersTaken, Reached
from services.directory.domain.staff_list import Line, StaffPage, as_csv
from services.directory.usecases.contacts import keys_of, opened
from services.directory.usecases.use import Use
from shared.access.who import May, Who
from shared.directory.chart import Chart
from shared.directory.staff import Employee, Group, staff_of
from shared.events.directory import Post, Role
from shared.identity import new_id
from shared.keys.keeper import OpenKey
from shared.sealing import Unopenable
from shared.store.history import Act
from shared.store.repository import NotFound, Page, Saved, cursor_of, read_cursor

REASONS_KEPT = timedelta(days=730)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """That real numbers were given, with the reason while it is kept."""

    taken: NumbersTaken
    reason: str | None


async def staff(
    use: Use, who: Who, agency_id: str, group: Group, *, after: str | None, limit: int
) -> StaffPage:
    """A page of a group's staff, their numbers masked; who has none is in it too. By post."""
    _, group, everybody = await _group(use, who, agency_id, access.LIST_STAFF, access.ALL_STAFF, group)
    contacts = await use.people.of_persons(agency_id, {one.person_id for one in everybody})
    reachable = {id_ for id_, one in contacts.items() if one.sealed is not None and one.sealed.mobile}
    behind = [one for one in everybody if after is None or one.post.id > read_cursor(after)[1]]
    page = behind[:limit]
    return StaffPage(
        group=group,
        lines=await _masked(use, agency_id, page),
        staff=len({one.person_id for one in everybody}),
        with_mobile=len(reachable),
        next=cursor_of(None, page[-1].post.id) if len(behind) > limit else None,
    )


async def masked_file(use: Use, who: Who, agency_id: str, group: Group) -> str:
    """The whole list as CSV, its numbers masked."""
    _, _, everybody = await _group(use, who, agency_id, access.LIST_STAFF, access.ALL_STAFF, group)
    return as_csv(await _masked(use, agency_id, everybody))


async def take_numbers(use: Use, who: Who, agency_id: str, group: Group, reason: str) -> str:
    """The whole list as CSV with its real numbers: first it is noted who takes how many of whom, and why."""
    may, now, id_ = access.LOOK_AT_CONTACTS, use.clock.now(), new_id()
    post, group, everybody = await _group(use, who, agency_id, may, may.roles, group)
    lines = await _lines(use, agency_id, everybody)
    # A key of its own, for a reason may hold what is to be forgotten, and is of nobody in particular.
    key = await use.keeper.of_number(agency_id, f"reason {id_}", now, kept=REASONS_KEPT)
    taken = NumbersTaken(
        id=id_,
        agency_id=agency_id,
        post_id=post.id,
        group=group,
        numbers=len({line.employee.person_id for line in lines if line.reached.mobile is not None}),
        taken_at=now,
        key_id=key.contact_id,
        reason=key.seal(reason),
    )
    await use.taken.add(Act(name="take-numbers", by=who.named(post), at=now), (taken, []))
    return as_csv(lines)


async def numbers_taken(
    use: Use, who: Who, agency_id: str, *, after: str | None, limit: int
) -> tuple[list[Taken], Page[NumbersTaken]]:
    """Who was given the agency's real numbers, newest first."""
    if who.agency_id != agency_id:
        raise NotFound(agency_id)
    page = await use.taken.page(agency_id, by="state.taken_at", newest_first=True, after=after, limit=limit)
    keys = await use.keeper.of_contacts(agency_id, {saved.state.key_id for saved in page.items})
    return [_opened(saved, keys.get(saved.state.key_id)) for saved in page.items], page


async def _group(
    use: Use, who: Who, agency_id: str, may: May, all_of_it: Collection[Role], group: Group
) -> tuple[Post, Group, list[Employee]]:
    """By which post somebody sees it, how much of it, and who is in that; NotFound for what isn't theirs."""
    if who.agency_id != agency_id:
        raise NotFound(agency_id)
    chart, now = await _chart(use, agency_id), use.clock.now()
    if not group.is_of(chart):
        raise NotFound(agency_id)
    post, seen = group.seen_by(who, may, all_of_it, chart)
    return post, seen, staff_of(chart, seen, now)


async def _chart(use: Use, agency_id: str) -> Chart:
    return (await use.agencies.get(agency_id, agency_id)).state.chart()


async def _masked(use: Use, agency_id: str, employees: Collection[Employee]) -> list[Line]:
    lines = await _lines(use, agency_id, employees)
    return [Line(employee=line.employee, reached=line.reached.masked()) for line in lines]


async def _lines(use: Use, agency_id: str, employees: Collection[Employee]) -> list[Line]:
    contacts = await use.people.of_persons(agency_id, {one.person_id for one in employees})
    keys = await keys_of(use, agency_id, contacts.values())
    reached = {id_: opened(keys.get(one.contact_id or ""), one) for id_, one in contacts.items()}
    return [Line(employee=one, reached=reached.get(one.person_id, Reached())) for one in employees]


def _opened(saved: Saved[NumbersTaken], key: OpenKey | None) -> Taken:
    try:
        reason = None if key is None else key.unseal(saved.state.reason)
    except Unopenable:
        reason = None
    return Taken(taken=saved.state, reason=reason)
