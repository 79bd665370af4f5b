"""No message twice for the same occasion and people (COUNTY-B7): what was let go before, and to whom."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime

from services.notifications import rules
from services.notifications.domain.broadcast import Broadcast, Standing
from services.notifications.domain.lane import Lane
from services.notifications.domain.occasion import First, Passed, Register
from services.notifications.domain.recipient import Laid
from services.notifications.usecases.use import Use
from shared.calendar.jalali import local_day
from shared.persian import fold

NEVER_WENT = frozenset({Standing.DRAFT, Standing.WAITING, Standing.HELD})


def words_key(use: Use, agency_id: str, text: str) -> str:
    """The same for the same words at an agency, whatever spaces and signs they are written with."""
    return use.master_key.keyed_hash("words-told", agency_id, _letters(text))


def _letters(text: str) -> str:
    """Letters and digits alone: «روز مهندس!», «روز‌مهندس» and «روزِ مهندس» are one."""
    return "".join(one for one in fold(text) if one.isalnum())


def keys_of(use: Use, broadcast: Broadcast) -> frozenset[str]:
    """By what a broadcast and one before it are the same: the occasion, of whatever kind, or the words."""
    wish, agency_id = broadcast.wish, broadcast.agency_id
    occasion = use.master_key.keyed_hash("occasion", agency_id, _letters(wish.occasion))
    return frozenset({occasion, words_key(use, agency_id, wish.text)})


async def let_go(use: Use, broadcast: Broadcast, now: datetime) -> First | int:
    """Enter a broadcast whose people are written down as going; how many of them are left to who was first,
    where its sender wants that. Not entered, and who was first, where somebody was told before.

    Of two at the same instant the one sees the other: who enters adds to what they have looked at.
    """
    while True:
        register = await use.many.occasions.of(broadcast.agency_id)
        if register.has(broadcast.id):
            return (await use.many.recipients.counts(broadcast.id)).get(Laid.DROPPED, 0)
        before = await _before(use, broadcast, register, now)
        if broadcast.drops:
            await _drop_common(use, broadcast, before)
        elif (first := await _first_of(use, broadcast, before)) is not None:
            return first
        one = Passed(broadcast_id=broadcast.id, keys=keys_of(use, broadcast), at=now)
        if await use.many.occasions.let_go(register, one, now):
            return (await use.many.recipients.counts(broadcast.id)).get(Laid.DROPPED, 0)


async def _before(use: Use, broadcast: Broadcast, register: Register, now: datetime) -> Sequence[Broadcast]:
    """What told the same within the window, the first first; nothing counts where its sender insists."""
    if broadcast.insisted is not None:
        return ()
    figures = await use.directory.figures(broadcast.agency_id)
    since = now - figures.of(rules.NO_DUPLICATES, local_day(now))
    like = register.like(keys_of(use, broadcast), since=since, but=broadcast.id)
    known = [(await use.many.broadcasts.load(one.broadcast_id)).state for one in like]
    return [one for one in known if one.status not in NEVER_WENT]


async def _drop_common(use: Use, broadcast: Broadcast, before: Sequence[Broadcast]) -> None:
    async for page in _in_common(use, broadcast, before):
        await use.many.recipients.mark([*page], Laid.DROPPED)


async def _first_of(use: Use, broadcast: Broadcast, before: Sequence[Broadcast]) -> First | None:
    """The first who told any of its people, and how many of them were told by anybody."""
    count, by = 0, set[str]()
    async for page in _in_common(use, broadcast, before):
        count += len(page)
        by.update(*page.values())
    first = next((one for one in before if one.id in by), None)
    return first and _first(first, count)


async def _in_common(
    use: Use, broadcast: Broadcast, before: Sequence[Broadcast]
) -> AsyncIterator[Mapping[str, Collection[str]]]:
    """A page after another, as soon as nobody waits for a message."""
    async for page in use.many.recipients.in_common(broadcast.id, [one.id for one in before]):
        yield page
        await use.precedence.give_way(Lane.BROADCAST)


def _first(one: Broadcast, in_common: int) -> First:
    return First(
        broadcast_id=one.id,
        post_id=one.post_id,
        unit_id=one.unit_id,
        channel=one.wish.channel,
        kind=one.wish.kind,
        occasion=one.wish.occasion,
        at=one.started_at or one.made_at,
        in_common=in_common,
    )
