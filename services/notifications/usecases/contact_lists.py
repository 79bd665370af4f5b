"""The lists that an agency keeps: made, seen, and who is put on them or taken off."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.notifications import access, rules
from services.notifications.domain.contact_list import (
    ContactList,
    Entry,
    ListKind,
    Member,
    Removal,
    member_id,
)
from services.notifications.domain.list_import import EntryForm, wrong_in
from services.notifications.usecases.at_once import all_of
from services.notifications.usecases.knowing import hash_of
from services.notifications.usecases.reaching import masked_of
from services.notifications.usecases.scope import chart_of, post_for, unit_for, units_of
from services.notifications.usecases.use import CLOCK, Use
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.events.directory import Post
from shared.identity import new_id
from shared.keys.keeper import OpenKey
from shared.keys.person import Why
from shared.rule import Invalid
from shared.sealing import Unopenable
from shared.store.history import Act
from shared.store.repository import NotFound, Once, Page
from shared.store.store import DuplicateId

AT_ONCE_MAX = 32
FOUND_MAX = 200
PAGES_AT_ONCE = 5
"""Of a closed list so much leaves at each turn of its clock, which keeps no other waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Somebody on a list for people to read: the number masked, None while it isn't known here yet."""

    member: Member
    name: str | None
    number: str | None
    basis: str | None
    source: str | None


async def make(
    use: Use, who: Who, kind: ListKind, name: str, unit: str | None, once: Once | None
) -> ContactList:
    """A new list, of the agency or of a unit."""
    post, unit_id = unit_for(who, access.LISTS, unit, await chart_of(use, who.agency_id))
    now = use.clock.now()
    made = ContactList(
        id=new_id(),
        agency_id=who.agency_id,
        kind=kind,
        name=name,
        unit_id=unit_id,
        post_id=post.id,
        made_at=now,
    )
    act = Act(name="make", by=who.named(post), at=now)
    return (await use.many.lists.add(act, (made, []), once=once)).state


async def listed(
    use: Use, who: Who, *, after: str | None, limit: int
) -> tuple[Page[ContactList], Mapping[str, int]]:
    """A page of those that somebody sees, and how many are on each."""
    units = units_of(who, access.LISTS, await chart_of(use, who.agency_id))
    where: dict[str, Any] = {} if units is None else {"state.unit_id": {"$in": units}}
    page = await use.many.lists.page(who.agency_id, where=where, after=after, limit=limit)
    return page, await use.many.on_lists.count([saved.state.id for saved in page.items])


async def one(use: Use, who: Who, id_: str) -> tuple[ContactList, Post]:
    """A list, and the post by which somebody handles it."""
    found = (await use.many.lists.get(who.agency_id, id_)).state
    return found, post_for(who, access.LISTS, found.unit_id, await chart_of(use, who.agency_id))


async def close(use: Use, who: Who, id_: str) -> ContactList:
    """Nobody is put on it any more, and nothing begins to be sent to it. What is being sent goes on."""
    now = use.clock.now()
    figures = await use.directory.figures(who.agency_id)
    kept = figures.of(rules.WORDS, local_day(now))
    return await _changed(use, who, id_, "close", lambda one: one.close(now, kept=kept))


async def reopen(use: Use, who: Who, id_: str) -> ContactList:
    """Use it again."""
    return await _changed(use, who, id_, "reopen", ContactList.reopen)


async def count(use: Use, list_: ContactList) -> int:
    """How many are on it."""
    return (await use.many.on_lists.count([list_.id])).get(list_.id, 0)


async def members(
    use: Use, who: Who, id_: str, *, ending: str | None, after: str | None, limit: int
) -> tuple[list[Shown], str | None]:
    """A page of who is on a list; of those whose mobile ends with four digits, where these are given."""
    await one(use, who, id_)
    among = None
    if ending is not None:
        found = await use.senders.ending_with(who.agency_id, ending, most=FOUND_MAX)
        among = [member_id(id_, contact_id) for contact_id in found]
    page, following = await use.many.on_lists.of_list(who.agency_id, id_, after, limit=limit, among=among)
    return await _shown(use, who.agency_id, page), following


async def put(use: Use, who: Who, id_: str, row: EntryForm) -> Shown:
    """Put somebody on a list; who stands on it stays as they are. Invalid for who may not be."""
    list_, post = await one(use, who, id_)
    list_.must_be_open()
    act = Act(name="put", by=who.named(post), at=use.clock.now())
    for column, why in wrong_in(row, list_.kind, act.at):
        raise Invalid(f"/{column}", why)
    [member] = await put_all(use, list_, [row.entry()], act, post.id, None)
    [shown] = await _shown(use, who.agency_id, [member])
    return shown


async def take_off(use: Use, who: Who, id_: str, of_member: str) -> None:
    """Take somebody off; who is on no list any more is forgotten. A second time changes nothing."""
    _, post = await one(use, who, id_)
    now = use.clock.now()
    found = (await use.many.members.get(who.agency_id, of_member)).state
    if found.list_id != id_:
        raise NotFound(of_member)
    await _leaves(use, found, Removal.BY_STAFF, Act(name="take-off", by=who.named(post), at=now))


async def empty(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: of a list that was closed so long ago some leave, and are forgotten as if they had
    been taken off; once nobody is left, that is noted.
    """
    list_, act = (await use.many.lists.load(id_)).state, Act(name="empty", by=CLOCK, at=now)
    for _ in range(PAGES_AT_ONCE):
        if not list_.is_over(now):
            return
        people, _ = await use.many.on_lists.of_list(list_.agency_id, id_, None)
        if not people:
            await use.many.lists.change(None, id_, act, lambda one: (one.emptied(now), []))
            return
        places = asyncio.Semaphore(AT_ONCE_MAX)
        await all_of(_leaves(use, one, Removal.LIST_CLOSED, act, places) for one in people)
        list_ = (await use.many.lists.load(id_)).state


async def put_all(
    use: Use, list_: ContactList, entries: Sequence[Entry], act: Act, post_id: str, import_id: str | None
) -> list[Member]:
    """Put these on a list, each once however often it is asked for. Each is a person with a key of their own,
    whose number goes to who sends messages.
    """
    places, kept = asyncio.Semaphore(AT_ONCE_MAX), await kept_for(use, list_.agency_id, act.at)

    async def put_one(entry: Entry) -> Member:
        async with places:
            key = await use.senders.of_number(
                list_.agency_id, entry.number, act.at, kept=kept, told=True, kind=entry.kind
            )
            put = _member(list_, entry, key, post_id, import_id, act.at)
            try:
                return (await use.many.members.add(act, (put, []))).state
            except DuplicateId:
                saved = await use.many.members.change(
                    list_.agency_id, put.id, act, lambda before: (before.again(put), [])
                )
                return saved.state

    members = await all_of(put_one(entry) for entry in entries)
    hashes = [hash_of(use, entry.number) for entry in entries]
    await use.numbers.keep(
        {one.contact_id: (list_.agency_id, known) for one, known in zip(members, hashes, strict=True)}
    )
    still = await all_of(use.senders.keeps(member.contact_id, act.at, kept=kept) for member in members)
    gone = [member.contact_id for member, there in zip(members, still, strict=True) if not there]
    if gone:
        await forget(use, gone)
    return members


async def forget(use: Use, contact_ids: Collection[str]) -> None:
    """These persons are erased: what was said of them goes, wherever they stand on a list."""
    now = use.clock.now()
    act = Act(name="erase", by=CLOCK, at=now)
    for member in await use.many.on_lists.of_contacts(contact_ids):
        await use.many.members.change(None, member.id, act, lambda one: (one.remove(Removal.ERASED, now), []))
    await use.many.recipients.forget(contact_ids)
    await use.numbers.drop(contact_ids)


async def kept_for(use: Use, agency_id: str, now: datetime) -> timedelta:
    """After how long it is looked at again whether somebody is needed."""
    return (await use.directory.figures(agency_id)).of(rules.INBOUND_WORDS, local_day(now))


def words_of(key: OpenKey, member: Member) -> dict[str, str]:
    """Name, basis and source in the clear; Unopenable where the key doesn't fit."""
    return {} if member.words is None else json.loads(key.unseal(member.words, purpose=member.id))


def _member(
    list_: ContactList, entry: Entry, key: OpenKey, post_id: str, import_id: str | None, now: datetime
) -> Member:
    id_ = member_id(list_.id, key.contact_id)
    said = {"name": entry.name, "basis": entry.basis, "source": entry.source}
    return Member(
        id=id_,
        agency_id=list_.agency_id,
        list_id=list_.id,
        contact_id=key.contact_id,
        kind=entry.kind,
        words=key.seal(json.dumps(said, ensure_ascii=False), purpose=id_),
        consent_at=entry.consent_at,
        post_id=post_id,
        import_id=import_id,
        added_at=now,
    )


async def _changed(
    use: Use, who: Who, id_: str, name: str, decide: Callable[[ContactList], ContactList]
) -> ContactList:
    _, post = await one(use, who, id_)
    act = Act(name=name, by=who.named(post), at=use.clock.now())
    saved = await use.many.lists.change(who.agency_id, id_, act, lambda one: (decide(one), []))
    return saved.state


async def _leaves(
    use: Use, member: Member, why: Removal, act: Act, places: asyncio.Semaphore | None = None
) -> None:
    """They are on the list no more; who is then on none is forgotten."""
    async with places or contextlib.nullcontext():
        await use.many.members.change(None, member.id, act, lambda one: (one.remove(why, act.at), []))
        await _forget_unless_needed(use, member, act.by, act.at)


async def _forget_unless_needed(use: Use, member: Member, by: str, now: datetime) -> None:
    since = now - await kept_for(use, member.agency_id, now)

    async def needed() -> bool:
        on_others = await use.many.on_lists.of_contacts([member.contact_id])
        return bool(on_others or await use.sent.of_sender(member.contact_id, since))

    await use.senders.erase_unless(
        needed,
        agency_id=member.agency_id,
        contact_id=member.contact_id,
        why=Why.WITHDRAWN,
        by=by,
        now=now,
    )


async def _shown(use: Use, agency_id: str, found: Sequence[Member]) -> list[Shown]:
    contact_ids = {member.contact_id for member in found}
    keys = await use.senders.of_contacts(agency_id, contact_ids)
    reached = await use.contacts.of(contact_ids)

    async def show(member: Member) -> Shown:
        key, reach, said = keys.get(member.contact_id), reached.get(member.contact_id), {}
        if key is not None:
            try:
                said = words_of(key, member)
            except Unopenable:
                said = {}
        return Shown(
            member=member,
            name=said.get("name"),
            basis=said.get("basis"),
            source=said.get("source"),
            number=None if reach is None else await masked_of(use, reach),
        )

    return [await show(member) for member in found]
