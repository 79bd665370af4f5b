"""Another system asks for SMS: queued once each before it is answered, whatever is sent again.

The same id of the same system to the same number is the same message for ever. The same text to the same
number is one message for a while, whichever system of the agency sends it; not where it sends codes.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.notifications import rules
from services.notifications.domain.asked import Asked, Order, distinct, id_from
from services.notifications.domain.client import Client
from services.notifications.domain.lane import Lane
from services.notifications.domain.message import Cause, Message
from services.notifications.domain.sms import parts_of
from services.notifications.domain.status import Status
from services.notifications.usecases.use import Use
from shared.calendar.jalali import local_day
from shared.identity import new_id
from shared.keys.keeper import OpenKey
from shared.observe.traces import current_traceparent
from shared.rule import Figures
from shared.sealing import Unopenable
from shared.store.history import Act
from shared.store.store import DuplicateId, OutcomeUnknown

TEMPLATE, VERSION = "sent-by-system", 1
KEPT = timedelta(days=3)
"""What was taken back of a day's parts is given back for so long."""
CAME_TO_NOTHING = frozenset({Status.FAILED, Status.EXPIRED, Status.SUPPRESSED})
"""Then the same text is asked for anew: nobody has it."""


class NotItsLine(Exception):
    """The system may not send from this line."""


class OverQuota(Exception):
    """It sent as many parts today as it may."""


class TooLate(Exception):
    """It is to go when its words are long forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An order and the message that it is; `text` is the message's, "" once it was erased."""

    order: Order
    message: Message
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """An order, whose number it is, its own id as a hash, and the message that it would be."""

    order: Order
    person: OpenKey
    localid: str | None
    same: str
    proposed: str

    def is_(self, message: Message) -> bool:
        """Whether a message goes to the same person."""
        return message.contact_id == self.person.contact_id


async def send(use: Use, client: Client, orders: Sequence[Order], at: datetime | None) -> Sequence[Taken]:
    """Queue what isn't queued yet: all of it or, where the system may not, nothing.

    Raises NotItsLine, OverQuota, TooLate. Where an outcome is unknown the same orders may be sent again.
    """
    now, figures = use.clock.now(), await use.directory.figures(client.agency_id)
    today = local_day(now)
    orders = [replace(order, line=order.line and use.doors.line_of(order.line)) for order in orders]
    if any(order.line is not None and order.line not in client.terms.lines for order in orders):
        raise NotItsLine
    if at is not None and at > now + figures.of(rules.WORDS, today):
        raise TooLate
    kept = figures.of(rules.INBOUND_WORDS, today)

    async def person(number: str) -> OpenKey:
        return await use.senders.of_number(client.agency_id, number, now, kept=kept, told=True)

    numbers = distinct(orders)
    persons = dict(zip(numbers, await asyncio.gather(*map(person, numbers)), strict=True))
    wanted = [_wanted(use, client, order, persons[order.number], at) for order in orders]
    earlier = await _earlier(use, wanted)
    fresh = [one for one, known in zip(wanted, earlier, strict=True) if known is None]
    made = await _queued(use, client, fresh, figures, at, now)
    if client.lane is not Lane.CODE and any(one.status in CAME_TO_NOTHING for one in made):
        made = await _queued(use, client, fresh, figures, at, now)  # taken back while it was joined
    rest = iter(made)
    messages = [known or next(rest) for known in earlier]
    return [
        Taken(order=one.order, message=message, text=_text(one, message))
        for one, message in zip(wanted, messages, strict=True)
    ]


def spent_key(client_id: str, day: date) -> str:
    """Under which it is counted how many parts a system sent on a local day."""
    return f"system {client_id} {day.isoformat()}"


def local_hash(use: Use, client_id: str, localid: str) -> str:
    """A system's own id of a message, which may be anything: a number of somebody, too."""
    return use.master_key.keyed_hash("sms localid", client_id, localid)


def _wanted(use: Use, client: Client, order: Order, person: OpenKey, at: datetime | None) -> _Wanted:
    localid = order.localid and local_hash(use, client.id, order.localid)
    cause = (localid, person.contact_id) if localid else (new_id(),)
    return _Wanted(
        order=order,
        person=person,
        localid=localid,
        same=person.hash(f"sms {at.isoformat() if at else 'now'} {order.text}"),
        proposed=id_from(use.master_key.keyed_hash("sms message", *cause)),
    )


async def _earlier(use: Use, wanted: Sequence[_Wanted]) -> Sequence[Message | None]:
    """The message that each was before, by the system's own id."""
    found = await use.systems.asked.of_localids({one.localid for one in wanted if one.localid})
    known = {(localid, one.contact_id): one for one in found if one.asked for localid in one.asked.localids}
    return [known.get((one.localid or "", one.person.contact_id)) for one in wanted]


async def _queued(
    use: Use, client: Client, fresh: Sequence[_Wanted], figures: Figures, at: datetime | None, now: datetime
) -> Sequence[Message]:
    """The message of each: queued now, or by somebody who wanted the same text to go to the same person."""
    if not fresh:
        return []
    ids, there = await _named(use, client, fresh, figures, now)
    new = {id_: one for id_, one in zip(ids, fresh, strict=True) if id_ not in there}
    parts = {id_: parts_of(one.order.text) for id_, one in new.items()}
    today = local_day(now)
    most = client.terms.daily_parts or figures.of(rules.SYSTEMS_PARTS, today)
    spent, over_at = spent_key(client.id, today), use.real_now() + KEPT
    if new and not await use.allowances.take(spent, sum(parts.values()), most=most, over_at=over_at):
        raise OverQuota

    async def add(id_: str, one: _Wanted) -> Message:
        message = _message(client, id_, one, parts[id_], at, now)
        act = Act(name="queue", by=f"client:{client.id}", at=now, clause=rules.SYSTEMS_PARTS.clause)
        try:
            return (await use.messages.add(act, (message, []))).state
        except DuplicateId:
            await use.allowances.give_back(spent, parts[id_])
            other = (await use.messages.load(id_)).state
            if not one.is_(other):
                raise OutcomeUnknown(id_) from None  # two of 2 ** 52 fell on each other
            return other

    said = await asyncio.gather(*[add(id_, one) for id_, one in new.items()], return_exceptions=True)
    use.wake.set()
    for message in said:
        if isinstance(message, BaseException):
            raise message
        there[message.id] = message
    return await _noted(use, client, fresh, [there[id_] for id_ in ids], now)


async def _named(
    use: Use, client: Client, fresh: Sequence[_Wanted], figures: Figures, now: datetime
) -> tuple[Sequence[str], dict[str, Message]]:
    """The id of each one's message, and those messages that are there already."""
    asked, real_now = use.systems.asked, use.real_now()
    until = now + figures.of(rules.SAME_TEXT, local_day(now))
    if client.lane is Lane.CODE:
        ids: Sequence[str] = [one.proposed for one in fresh]
    else:
        texts = {one.same: one.proposed for one in reversed(fresh)}
        named = await asked.say(texts, until=until, now=now, real_now=real_now)
        ids = [named.get(one.same, one.proposed) for one in fresh]
    there = {message.id: message for message in await asked.with_ids(set(ids))}
    if client.lane is not Lane.CODE:
        ended = {
            one.same: (id_, one)
            for id_, one in zip(ids, fresh, strict=True)
            if id_ in there and there[id_].status in CAME_TO_NOTHING
        }
        instead = {
            same: await asked.say_instead(same, before=id_, id_=one.proposed, until=until, real_now=real_now)
            for same, (id_, one) in ended.items()
        }
        ids = [instead.get(one.same, id_) for id_, one in zip(ids, fresh, strict=True)]
        there |= {message.id: message for message in await asked.with_ids(set(instead.values()))}
    return ids, there


def _message(
    client: Client, id_: str, one: _Wanted, parts: int, at: datetime | None, now: datetime
) -> Message:
    cause = Cause(event_id=id_, subject=id_, sequence=1, at=now, traceparent=current_traceparent())
    return Message(
        id=id_,
        agency_id=client.agency_id,
        cause=cause,
        lane=client.lane,
        clause=rules.SYSTEMS_PARTS.clause,
        template=TEMPLATE,
        template_version=VERSION,
        variables={},
        sealed=one.person.seal(one.order.text, purpose=id_),
        asked=Asked(
            client_ids=(client.id,), localids=(one.localid,) if one.localid else (), parts=parts, at=at
        ),
        line=client.line(one.order.line),
        contact_id=one.person.contact_id,
        queued_at=now,
        status_at=now,
        send_at=at or now,
    )


async def _noted(
    use: Use, client: Client, fresh: Sequence[_Wanted], messages: Sequence[Message], now: datetime
) -> Sequence[Message]:
    """The same messages, each known to this system under all ids that it gave them."""
    localids: dict[str, list[str | None]] = {}
    for one, message in zip(fresh, messages, strict=True):
        localids.setdefault(message.id, []).append(one.localid)
    act = Act(name="ask-again", by=f"client:{client.id}", at=now)

    async def note(message: Message) -> Message:
        def asked_again(one: Message) -> Message:
            return one.asked_by(client.id, localids[one.id])

        if asked_again(message) == message:
            return message
        return (await use.messages.change(None, message.id, act, lambda one: (asked_again(one), []))).state

    each = {message.id: message for message in messages}
    noted = await asyncio.gather(*map(note, each.values()))
    known = {message.id: message for message in noted}
    return [known[message.id] for message in messages]


def _text(one: _Wanted, message: Message) -> str:
    """What is sent, which is what was wanted, unless the same id came with another text before."""
    try:
        return one.person.unseal(message.sealed, purpose=message.id) if message.sealed else ""
    except Unopenable:
        return ""
