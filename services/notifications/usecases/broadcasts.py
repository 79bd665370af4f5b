"""What its sender does with a broadcast, and headquarters with a county office's invitation."""

from collections.abc import Callable

from services.notifications import access, rules
from services.notifications.domain.broadcast import Broadcast, Standing, Wish, check, ends_at
from services.notifications.domain.contact_list import ListKind
from services.notifications.domain.occasion import CARRIED_OUT
from services.notifications.usecases.contact_lists import one as list_of
from services.notifications.usecases.scope import chart_of, post_for, unit_for, units_of
from services.notifications.usecases.use import Use
from shared.access.who import Who
from shared.events.directory import Post, Role
from shared.identity import new_id
from shared.language import Text
from shared.rule import Invalid, Refused
from shared.store.history import Act
from shared.store.repository import NotFound, Once, Page, Saved


async def draft(use: Use, who: Who, wish: Wish, unit: str | None, once: Once | None) -> Saved[Broadcast]:
    """A new one, that nobody is told of yet."""
    chart, now = await chart_of(use, who.agency_id), use.clock.now()
    post, unit_id = unit_for(who, access.BROADCAST, unit, chart)
    await _check(use, who, wish, post)
    ends_at(wish, now)
    made = Broadcast(
        id=new_id(),
        agency_id=who.agency_id,
        post_id=post.id,
        unit_id=unit_id,
        office=chart.county_of(unit_id),
        wish=wish,
        made_at=now,
        status_at=now,
    )
    act = Act(name="draft", by=who.named(post), at=now, clause=CARRIED_OUT[wish.kind].clause)
    return await use.many.broadcasts.add(act, (made, []), once=once)


async def reword(use: Use, who: Who, id_: str, wish: Wish, if_match: int | None) -> Saved[Broadcast]:
    """Another text, or other people, while it is a draft."""
    found = await one(use, who, id_)
    chart, now = await chart_of(use, who.agency_id), use.clock.now()
    await _check(use, who, wish, post_for(who, access.BROADCAST, found.state.unit_id, chart))
    return await _changed(use, who, id_, "reword", lambda one: one.reword(wish, now), if_match)


async def listed(use: Use, who: Who, *, after: str | None, limit: int) -> Page[Broadcast]:
    """A page of those that somebody sees, the newest first."""
    units = units_of(who, access.BROADCAST, await chart_of(use, who.agency_id))
    return await use.many.broadcasts.page(
        who.agency_id,
        where={} if units is None else {"state.unit_id": {"$in": units}},
        by="state.made_at",
        newest_first=True,
        after=after,
        limit=limit,
    )


async def one(use: Use, who: Who, id_: str) -> Saved[Broadcast]:
    """One that somebody handles."""
    found = await use.many.broadcasts.get(who.agency_id, id_)
    post_for(who, access.BROADCAST, found.state.unit_id, await chart_of(use, who.agency_id))
    return found


async def start(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Broadcast]:
    """Send it. Whether anybody was told the same before is looked at before the first message."""
    now, chart = use.clock.now(), await chart_of(use, who.agency_id)
    await _must_be_open(use, (await one(use, who, id_)).state)

    def decide(broadcast: Broadcast) -> Broadcast:
        post = post_for(who, access.BROADCAST, broadcast.unit_id, chart)
        is_headquarters = post.role is Role.HEAD_OF_PUBLIC_RELATIONS and chart.county_of(post.unit_id) is None
        return broadcast.start(now, by_headquarters=is_headquarters)

    return await _changed(use, who, id_, "start", decide, if_match)


async def agree(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Broadcast]:
    """As headquarters' public relations: let a county office's invitation go."""
    post, now = await _headquarters(use, who), use.clock.now()
    await _must_be_open(use, (await use.many.broadcasts.get(who.agency_id, id_)).state)
    act = Act(name="agree", by=who.named(post), at=now, clause=rules.INVITATIONS.clause)
    return await _decided(use, who, id_, act, lambda one: one.agree(post.id, now), if_match)


async def send_back(use: Use, who: Who, id_: str, reason: str, if_match: int | None) -> Saved[Broadcast]:
    """As headquarters' public relations: not so, and why."""
    post, now = await _headquarters(use, who), use.clock.now()
    act = Act(name="send-back", by=who.named(post), at=now, clause=rules.INVITATIONS.clause, note=reason)
    return await _decided(use, who, id_, act, lambda one: one.send_back(reason, now), if_match)


async def drop_common(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Broadcast]:
    """Leave those to the first who told them, and tell the others."""
    now = use.clock.now()
    return await _changed(use, who, id_, "drop-common", lambda one: one.drop_common(now), if_match)


async def insist(use: Use, who: Who, id_: str, reason: str, if_match: int | None) -> Saved[Broadcast]:
    """Tell all of them all the same; the reason stands in the history."""
    now = use.clock.now()
    return await _changed(use, who, id_, "insist", lambda one: one.insist(reason, now), if_match, note=reason)


async def pause(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Broadcast]:
    """Nothing more leaves, of what is queued neither."""
    now = use.clock.now()
    return await _changed(use, who, id_, "pause", lambda one: one.pause(now), if_match)


async def resume(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Broadcast]:
    """Go on."""
    now = use.clock.now()
    return await _changed(use, who, id_, "resume", lambda one: one.resume(now), if_match)


async def stop(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Broadcast]:
    """What has not left never does."""
    now = use.clock.now()
    return await _changed(use, who, id_, "stop", lambda one: one.stop(now), if_match)


async def may_go(use: Use, broadcast_id: str) -> bool:
    """Whether a broadcast's messages may leave now; what was found out is remembered for a second."""
    return await use.many.going.of(broadcast_id, lambda: _goes(use, broadcast_id))


async def is_stopped(use: Use, broadcast_id: str) -> bool:
    """Whether its sender stopped it: what of it waits is let go of."""
    return (await use.many.broadcasts.load(broadcast_id)).state.status is Standing.STOPPED


async def _goes(use: Use, broadcast_id: str) -> bool:
    try:
        return (await use.many.broadcasts.load(broadcast_id)).state.goes
    except NotFound:
        return False


async def _check(use: Use, who: Who, wish: Wish, post: Post) -> None:
    """Invalid or Refused for what can't be told so; Forbidden for people who aren't the sender's."""
    chart, kinds = await chart_of(use, who.agency_id), set[ListKind]()
    for place, id_ in enumerate(wish.lists):
        try:
            list_, _ = await list_of(use, who, id_)
        except NotFound:
            raise Invalid(f"/lists/{place}", _NO_LIST) from None
        if list_.is_closed:
            raise Invalid(f"/lists/{place}", _CLOSED)
        kinds.add(list_.kind)
    for place, group in enumerate(wish.groups):
        if not group.is_of(chart):
            raise Invalid(f"/groups/{place}", _NO_GROUP)
        _, seen = group.seen_by(who, access.BROADCAST, access.ALL_STAFF, chart)
        if seen != group:
            said = Text(
                fa=f"تنها به کارکنان واحد خود می‌توان فرستاد: {post.unit_id}.",
                en=f"Only the staff of one's own unit can be told: {post.unit_id}.",
            )
            raise Invalid(f"/groups/{place}/unit", said)
    check(wish, ListKind.CITIZENS in kinds)


async def _must_be_open(use: Use, broadcast: Broadcast) -> None:
    """Refused where it has not begun and a list of it was closed. What has begun goes on."""
    if broadcast.has_begun:
        return
    for id_ in broadcast.wish.lists:
        if (await use.many.lists.get(broadcast.agency_id, id_)).state.is_closed:
            raise Refused(CARRIED_OUT[broadcast.wish.kind], _CLOSED)


async def _headquarters(use: Use, who: Who) -> Post:
    chart = await chart_of(use, who.agency_id)
    return who.acting(access.AGREE, lambda post: chart.county_of(post.unit_id) is None)


async def _changed(
    use: Use,
    who: Who,
    id_: str,
    name: str,
    decide: Callable[[Broadcast], Broadcast],
    if_match: int | None,
    *,
    note: str | None = None,
) -> Saved[Broadcast]:
    now, chart = use.clock.now(), await chart_of(use, who.agency_id)

    def act(broadcast: Broadcast) -> Act:
        post = post_for(who, access.BROADCAST, broadcast.unit_id, chart)
        clause = CARRIED_OUT[broadcast.wish.kind].clause
        return Act(name=name, by=who.named(post), at=now, clause=clause, note=note)

    def decided(broadcast: Broadcast) -> Broadcast:
        post_for(who, access.BROADCAST, broadcast.unit_id, chart)
        return decide(broadcast)

    return await _decided(use, who, id_, act, decided, if_match)


async def _decided(
    use: Use,
    who: Who,
    id_: str,
    act: Act | Callable[[Broadcast], Act],
    decide: Callable[[Broadcast], Broadcast],
    if_match: int | None,
) -> Saved[Broadcast]:
    """Saved, and noticed at once by whoever lays out and sends."""
    saved = await use.many.broadcasts.change(
        who.agency_id, id_, act, lambda one: (decide(one), []), if_match=if_match
    )
    use.many.going.forget(id_)
    use.many.wake.set()
    use.wake.set()
    return saved


_NO_LIST = Text(fa="چنین فهرستی نیست.", en="There is no such list.")
_CLOSED = Text(fa="این فهرست بسته است.", en="The list is closed.")
_NO_GROUP = Text(
    fa="دستگاه چنین واحد، اداره یا گروهی ندارد.", en="The agency has no such unit, office or committee."
)
