"""Whom a broadcast is for: the staff of its groups, who is on its lists, each once."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass

from services.notifications import access
from services.notifications.domain.broadcast import NAME, Broadcast
from services.notifications.domain.contact_list import Member, OnList
from services.notifications.domain.lane import Lane
from services.notifications.domain.message import EMAIL, SMS
from services.notifications.domain.occasion import Channel
from services.notifications.domain.recipient import Recipient
from services.notifications.domain.sms import parts_of
from services.notifications.domain.staff_lists import Recipient as OfStaff
from services.notifications.domain.words import filled
from services.notifications.usecases import staff_lists
from services.notifications.usecases.contact_lists import words_of
from services.notifications.usecases.knowing import hash_of
from services.notifications.usecases.reaching import number_of
from services.notifications.usecases.scope import chart_of, post_for
from services.notifications.usecases.use import Use
from shared.access.who import Who
from shared.directory.staff import Group, staff_of
from shared.events.contacts import ContactKind
from shared.keys.keeper import OpenKey
from shared.sealing import Unopenable

BY: Mapping[Channel, Collection[ContactKind]] = {
    Channel.SMS: {ContactKind.MOBILE},
    Channel.EMAIL: {ContactKind.EMAIL},
    Channel.SMS_OR_EMAIL: {ContactKind.MOBILE, ContactKind.EMAIL},
    Channel.IN_APP: (),
}
KINDS = {ContactKind.MOBILE: SMS, ContactKind.EMAIL: EMAIL}
"""Of which kind a message to each is."""
PIECE = 25
"""Read at once, and written: whoever waits for a single message waits for one such at the most."""
NO_NAME = "ن" * 20
"""In the place of a name that isn't known yet, to reckon parts by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What sending would come to: `parts` of the longest text that was looked at, and that for everybody."""

    people: int
    reachable: int
    refused: int
    text: str
    parts: int
    cost_parts: int


async def pages(use: Use, broadcast: Broadcast) -> AsyncIterator[list[Recipient]]:
    """All of them in pages. Who is in several groups and lists comes several times, known by the same.

    A group that the agency has no more has nobody in it.
    """
    for group in await groups_of(use, broadcast):
        staff = await staff_lists.recipients(use, broadcast.agency_id, group)
        for start in range(0, len(staff), PIECE):
            await use.precedence.give_way(Lane.BROADCAST)
            yield [await _of_staff(use, broadcast, one) for one in staff[start : start + PIECE]]
    for list_id in broadcast.wish.lists:
        after = ""
        while found := await _on_list(use, list_id, after):
            yield await _of_list(use, broadcast, found)
            after = found[-1].member_id


async def _on_list(use: Use, list_id: str, after: str) -> Sequence[OnList]:
    await use.precedence.give_way(Lane.BROADCAST)
    return await use.many.on_lists.reached(list_id, after, PIECE)


async def groups_of(use: Use, broadcast: Broadcast) -> list[Group]:
    """The groups that it is for, without what the chart has no more: a dissolved committee for example."""
    chart = await chart_of(use, broadcast.agency_id)
    return [group for group in broadcast.wish.groups if group.is_of(chart)]


async def who_left(use: Use, broadcast: Broadcast, people: Sequence[Recipient]) -> list[Recipient]:
    """Who of these was written down as staff and is in none of its groups any more."""
    staff = [one for one in people if one.member_id is None]
    if not staff:
        return []
    chart, now = await chart_of(use, broadcast.agency_id), use.clock.now()
    there = [one for group in await groups_of(use, broadcast) for one in staff_of(chart, group, now)]
    posts = {one.post.id for one in there}
    persons = {_person(use, broadcast, one.person_id) for one in there}
    return [
        one
        for one in staff
        if (one.known_by[-1] not in persons if one.post_id is None else one.post_id not in posts)
    ]


async def refusing(use: Use, broadcast: Broadcast, contact_ids: Collection[str]) -> Collection[str]:
    """Who of these wants no such messages."""
    return await use.many.refused(use, broadcast.agency_id, contact_ids, broadcast.wish.kind.value)


async def preview(use: Use, who: Who, id_: str) -> Preview:
    """How many people it is for, and what it costs; nothing is changed."""
    broadcast = (await use.many.broadcasts.get(who.agency_id, id_)).state
    chart = await chart_of(use, who.agency_id)
    post_for(who, access.BROADCAST, broadcast.unit_id, chart)
    known: set[str] = set()
    reached, refused, by_sms = 0, 0, 0
    text, longest = "", 0
    async for page in pages(use, broadcast):
        fresh = {one.known_by[0]: one for one in page if one.known_by[0] not in known}
        known |= fresh.keys()
        reachable = [one for one in fresh.values() if one.is_reached]
        contact_ids = {one.contact_id for one in reachable if one.contact_id is not None}
        unwilling = await refusing(use, broadcast, contact_ids)
        refused += len(unwilling)
        reached += len(reachable)
        by_sms += sum(one.goes_by_sms and one.contact_id not in unwilling for one in reachable)
        if longest == 0:
            texts = await _texts(use, broadcast, chart.name.fa, reachable)
            text, longest = texts[0], max(map(parts_of, texts))
    return Preview(
        people=len(known),
        reachable=reached,
        refused=refused,
        text=text,
        parts=longest,
        cost_parts=by_sms * longest,
    )


def said_to(broadcast: Broadcast, agency: str, key: OpenKey, member: Member) -> str:
    """The text with somebody's name in it; Unopenable where their key doesn't fit."""
    name = words_of(key, member).get("name", "")
    return filled(broadcast.wish.text, {NAME: name}, agency=agency)


async def _texts(use: Use, broadcast: Broadcast, agency: str, people: Sequence[Recipient]) -> list[str]:
    """What the first of them will read."""
    if not broadcast.wish.names_people:
        return [filled(broadcast.wish.text, {}, agency=agency)]
    keys = await use.senders.of_contacts(broadcast.agency_id, {one.contact_id or "" for one in people})
    members = await use.many.on_lists.still_on({one.member_id or "" for one in people})
    texts: list[str] = []
    for member in members.values():
        key = keys.get(member.contact_id)
        if key is not None:
            texts.append(said_to(broadcast, agency, key, member))
    return texts or [filled(broadcast.wish.text, {NAME: NO_NAME}, agency=agency)]


async def _of_staff(use: Use, broadcast: Broadcast, one: OfStaff) -> Recipient:
    """Known by their number where it is known, and as a person."""
    person = _person(use, broadcast, one.employee.person_id)
    known_by = (person,)
    if one.reach is not None:
        try:
            known_by = (hash_of(use, await number_of(use, one.reach)), person)
        except Unopenable:
            known_by = (person,)
    if broadcast.wish.channel is Channel.IN_APP:
        return Recipient(known_by=known_by, post_id=one.employee.post.id)
    if one.reach is None or one.reach.kind not in _ways(use, broadcast):
        return Recipient(known_by=known_by)
    return Recipient(known_by=known_by, contact_id=one.reach.contact_id, kind=one.reach.kind)


def _person(use: Use, broadcast: Broadcast, person_id: str) -> str:
    return use.master_key.keyed_hash("person", broadcast.agency_id, person_id)


async def _of_list(use: Use, broadcast: Broadcast, people: Sequence[OnList]) -> list[Recipient]:
    await use.precedence.give_way(Lane.BROADCAST)
    hashes = await use.numbers.known({one.contact_id for one in people})
    ways = _ways(use, broadcast)

    def known_by(one: OnList) -> tuple[str, ...]:
        known = hashes.get(one.contact_id)
        return (one.contact_id,) if known is None else (known[1],)

    return [
        Recipient(
            known_by=known_by(one),
            contact_id=one.contact_id if one.kind in ways else None,
            kind=one.kind,
            member_id=one.member_id,
        )
        for one in people
    ]


def _ways(use: Use, broadcast: Broadcast) -> Collection[ContactKind]:
    """By which of the channel's ways anything leaves here: where none does, nobody is reached."""
    kinds = BY[broadcast.wish.channel]
    return {kind for kind in kinds if use.gateways.take(KINDS[kind], Lane.BROADCAST)}
