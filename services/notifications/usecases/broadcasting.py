"""How a broadcast goes on by itself: its people written down, looked at, laid out piece by piece, ended.

Every step may be broken off, and be done by two at once: people are written down once, a message's id is
derived from broadcast and person, and what was done is marked afterwards.
"""

import asyncio
import contextlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from services.notifications import rules
from services.notifications.domain.broadcast import Broadcast, Standing
from services.notifications.domain.contact_list import Member
from services.notifications.domain.held import notice_of
from services.notifications.domain.inbox import Notice
from services.notifications.domain.lane import Lane
from services.notifications.domain.message import Cause, Message
from services.notifications.domain.occasion import CARRIED_OUT, Channel, First
from services.notifications.domain.recipient import Laid, Recipient
from services.notifications.domain.status import Reason
from services.notifications.domain.words import filled
from services.notifications.usecases import duplicates
from services.notifications.usecases.at_once import all_of
from services.notifications.usecases.broadcast_people import KINDS, pages, refusing, said_to, who_left
from services.notifications.usecases.queueing import queue
from services.notifications.usecases.use import CLOCK, Use
from shared.calendar.jalali import local_day
from shared.identity import derived_id
from shared.keys.keeper import OpenKey
from shared.observe.logs import log
from shared.sealing import Unopenable
from shared.store.history import Act
from shared.store.store import DuplicateId

_LOG = log(__name__)
AHEAD_MAX = 400
"""So many may wait to be sent: the rest stays where a pause or a stop needs to do nothing about it."""
SAFE_AT_ONCE, SAFE_WITHIN_S, LOOKS_EVERY_S = 200, 10.0, 0.1
PIECE, AT_ONCE = 50, 10
"""Read, and made, at once: whoever waits for a single message waits for one such at the most."""


async def advance_all(use: Use) -> None:
    """All that there is something to do about. One that can't go on keeps no other from its turn."""
    async for id_ in use.many.broadcasts.due("work_at", use.clock.now()):
        try:
            await advance(use, id_)
        except Exception as error:  # noqa: BLE001 - it comes again
            _LOG.warning("broadcast can't go on", broadcast=id_, error=type(error).__name__)


async def advance(use: Use, id_: str) -> None:
    """The next step of one."""
    broadcast = (await use.many.broadcasts.load(id_)).state
    match broadcast.status:
        case Standing.STARTING:
            await _begin(use, broadcast)
        case Standing.RUNNING:
            await _go_on(use, broadcast)
        case Standing.STOPPED:
            await _clear(use, broadcast)
        case _:
            return


async def _begin(use: Use, broadcast: Broadcast) -> None:
    """Write down whom it is for; let it go unless somebody told them the same before (COUNTY-B7)."""
    now = use.clock.now()
    kept = (await use.directory.figures(broadcast.agency_id)).of(rules.WORDS, local_day(now))
    until, known, reached = use.real_now() + kept, set[str](), set[str]()
    async for page in pages(use, broadcast):
        await use.precedence.give_way(Lane.BROADCAST)
        there = [one for one in page if one.is_reached]
        await use.many.recipients.write(broadcast.id, there, until)
        known |= {one.known_by[0] for one in page}
        reached |= {one.known_by[0] for one in there}
    await _until_safe(use, broadcast, [*reached])
    people, unreachable = len(known), len(known - reached)
    found = await duplicates.let_go(use, broadcast, now)
    if isinstance(found, First):
        act = Act(name="hold", by=CLOCK, at=now, clause=rules.NO_DUPLICATES.clause)
        await use.many.broadcasts.change(
            None,
            broadcast.id,
            act,
            lambda one: (one.hold(found, people=people, unreachable=unreachable, now=now), []),
        )
        await _tell_sender(use, broadcast, found, now)
        return
    act = Act(name="run", by=CLOCK, at=now, clause=CARRIED_OUT[broadcast.wish.kind].clause)
    await use.many.broadcasts.change(
        None,
        broadcast.id,
        act,
        lambda one: (one.run(people=people, unreachable=unreachable, dropped=found, now=now), []),
    )
    use.many.going.forget(broadcast.id)
    await advance(use, broadcast.id)


async def _until_safe(use: Use, broadcast: Broadcast, people: Sequence[str]) -> None:
    """None of them is told before all are written down for good: else some might never be. Where a primary
    that went away took some with it, all is begun again.
    """
    for start in range(0, len(people), SAFE_AT_ONCE):
        piece = people[start : start + SAFE_AT_ONCE]
        async with asyncio.timeout(SAFE_WITHIN_S):
            while not await use.many.recipients.are_safe(broadcast.id, piece):  # noqa: ASYNC110  the server's
                await asyncio.sleep(LOOKS_EVERY_S)
        await use.precedence.give_way(Lane.BROADCAST)


async def _go_on(use: Use, broadcast: Broadcast) -> None:
    """Lay out as much as there is room for; end it when nothing is left."""
    now, room = use.clock.now(), AHEAD_MAX - await use.many.outgoing.ahead(broadcast.id)
    if broadcast.expires_at is not None and now >= broadcast.expires_at:
        await use.many.recipients.mark_all(broadcast.id, Laid.TOO_LATE)
    while room > 0 and await _runs(use, broadcast.id):
        people = await use.many.recipients.waiting(broadcast.id, min(PIECE, room))
        if not people:
            await _end(use, broadcast)
            return
        await _lay_out(use, broadcast, people)
        room -= len(people)


async def _lay_out(use: Use, broadcast: Broadcast, people: Sequence[Recipient]) -> None:
    """A message for each: who was taken off, left the staff's group or was erased meanwhile has none."""
    contact_ids = {one.contact_id for one in people if one.contact_id is not None}
    refused = await refusing(use, broadcast, contact_ids)
    members = await use.many.on_lists.still_on({one.member_id for one in people if one.member_id})
    keys: Mapping[str, OpenKey] = {}
    if broadcast.wish.names_people:
        keys = await use.senders.of_contacts(broadcast.agency_id, contact_ids)
    off_the_list = [one for one in people if one.member_id is not None and one.member_id not in members]
    gone = [*off_the_list, *await who_left(use, broadcast, people)]
    there = [one for one in people if one not in gone]
    for start in range(0, len(there), AT_ONCE):
        if not await _runs(use, broadcast.id):
            return
        await use.precedence.give_way(Lane.BROADCAST)
        piece = there[start : start + AT_ONCE]
        await all_of(_tell(use, broadcast, one, members, keys, refused) for one in piece)
        await use.many.recipients.mark([one.id for one in piece], Laid.OUT)
    await use.many.recipients.mark([one.id for one in gone], Laid.GONE)


async def _tell(
    use: Use,
    broadcast: Broadcast,
    one: Recipient,
    members: Mapping[str, Member],
    keys: Mapping[str, OpenKey],
    refused: Collection[str],
) -> None:
    now = use.clock.now()
    act = Act(
        name="queue", by=f"broadcast:{broadcast.id}", at=now, clause=CARRIED_OUT[broadcast.wish.kind].clause
    )
    if broadcast.wish.channel is Channel.IN_APP:
        await _put_in_inbox(use, broadcast, one, act)
        return
    message = _message(broadcast, one, now)
    if broadcast.wish.names_people:
        message = await _with_name(use, broadcast, message, members.get(one.member_id or ""), keys)
    if one.contact_id in refused:
        message = message.suppress(Reason.REFUSED_BY_PERSON, now)
    await queue(use, act, message)


def _message(broadcast: Broadcast, one: Recipient, now: datetime) -> Message:
    """A subject of its own: messages about the same go one after the other."""
    id_ = one.message_id(broadcast.id)
    return Message(
        id=id_,
        agency_id=broadcast.agency_id,
        cause=Cause(event_id=broadcast.id, subject=id_, sequence=1, at=now),
        kind=KINDS[one.kind],
        lane=Lane.BROADCAST,
        clause=CARRIED_OUT[broadcast.wish.kind].clause,
        template=f"broadcast-{broadcast.wish.kind.value}",
        template_version=1,
        variables={},
        wording=broadcast.wish.text,
        broadcast_id=broadcast.id,
        contact_id=one.contact_id,
        queued_at=now,
        status_at=now,
        send_at=now,
        expires_at=broadcast.expires_at,
    )


async def _with_name(
    use: Use, broadcast: Broadcast, message: Message, member: Member | None, keys: Mapping[str, OpenKey]
) -> Message:
    """With its text sealed, for a name is in it. Who was erased this moment gets none."""
    key, chart = keys.get(message.contact_id or ""), await use.directory.chart(broadcast.agency_id)
    now = use.clock.now()
    if key is None or member is None or chart is None:
        return replace(message, wording=None).suppress(Reason.CONTACT_FORGOTTEN, now)
    try:
        text = said_to(broadcast, chart.name.fa, key, member)
    except Unopenable:
        return replace(message, wording=None).suppress(Reason.CANNOT_BE_OPENED, now)
    return replace(message, wording=None, sealed=key.seal(text, purpose=message.id))


async def _put_in_inbox(use: Use, broadcast: Broadcast, one: Recipient, act: Act) -> None:
    chart = await use.directory.chart(broadcast.agency_id)
    text = filled(broadcast.wish.text, {}, agency=chart.name.fa if chart else broadcast.agency_id)
    notice = Notice(
        id=one.message_id(broadcast.id),
        agency_id=broadcast.agency_id,
        post_id=one.post_id or "",
        kind=f"broadcast-{broadcast.wish.kind.value}",
        cause=broadcast.id,
        fa=text,
        en=text,
        at=act.at,
    )
    with contextlib.suppress(DuplicateId):
        await use.inbox.add(act, (notice, []))


async def _end(use: Use, broadcast: Broadcast) -> None:
    if await use.many.outgoing.is_any_open(broadcast.id):
        return
    now = use.clock.now()
    act = Act(name="finish", by=CLOCK, at=now)
    await use.many.broadcasts.change(None, broadcast.id, act, lambda one: (one.finish(now), []))


async def _clear(use: Use, broadcast: Broadcast) -> None:
    """Nothing of a stopped one is left to be sent."""
    now = use.clock.now()
    await use.many.recipients.mark_all(broadcast.id, Laid.STOPPED)
    act = Act(name="suppress", by=f"broadcast:{broadcast.id}", at=now)
    while unsent := await use.many.outgoing.unsent(broadcast.id, AT_ONCE):
        stopped = await all_of(
            use.messages.change(None, id_, act, lambda one: (one.suppress(Reason.STOPPED, now), []))
            for id_ in unsent
        )
        taken_back = [one.state.contact_id for one in stopped if one.state.reason == Reason.STOPPED]
        await use.many.recipients.take_back(broadcast.id, [id_ for id_ in taken_back if id_ is not None])
    act = Act(name="clear", by=CLOCK, at=now)
    await use.many.broadcasts.change(None, broadcast.id, act, lambda one: (one.clear(now), []))


async def _runs(use: Use, broadcast_id: str) -> bool:
    return (await use.many.broadcasts.load(broadcast_id)).state.goes


async def _tell_sender(use: Use, broadcast: Broadcast, first: First, now: datetime) -> None:
    """Its sender reads in their inbox who was first."""
    id_ = derived_id("broadcast-held", broadcast.id, first.broadcast_id)
    notice = notice_of(broadcast, first, id_=id_, at=now)
    with contextlib.suppress(DuplicateId):
        await use.inbox.add(Act(name="inform", by=CLOCK, at=now), (notice, []))
