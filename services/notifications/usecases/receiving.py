"""What citizens send to a system's own line: kept until it asks, given to it once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.notifications import rules
from services.notifications.domain.asked import id_from
from services.notifications.domain.client import Client
from services.notifications.domain.inbound import Arrived
from services.notifications.domain.received import Received, sender_purpose
from services.notifications.usecases.use import CITIZEN, Use
from shared.calendar.jalali import local_day
from shared.retention import Kept
from shared.sealing import Unopenable
from shared.store.history import Act
from shared.store.store import DuplicateId

PAGE = 100
"""So many Kavenegar gives at once."""


class NotItsLine(Exception):
    """What is sent to this line isn't kept for the system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message in the clear, for as long as an answer takes."""

    message: Received
    sender: str
    text: str


async def client_of(use: Use, line: str) -> Client | None:
    """The system whose line it is; None where what comes is for the agency itself."""
    own = use.doors.own_line(line)
    return None if own is None else await use.systems.listed.of_line(own)


async def keep(use: Use, client: Client, gateway: str, number: str, arrived: Arrived) -> None:
    """Keep it for its system, once however often the gateway brings it."""
    now, figures = use.clock.now(), await use.directory.figures(client.agency_id)
    kept = figures.of(rules.INBOUND_WORDS, local_day(now))
    person = await use.senders.of_number(client.agency_id, number, now, kept=kept, told=True)
    id_ = id_from(use.master_key.keyed_hash("sms received", gateway, arrived.reference))
    message = Received(
        id=id_,
        agency_id=client.agency_id,
        client_id=client.id,
        line=use.doors.line_of(arrived.line),
        contact_id=person.contact_id,
        words=person.seal(arrived.text, purpose=id_),
        sender=person.seal(number, purpose=sender_purpose(id_)),
        received_at=now,
    )
    try:
        await use.systems.received.add(Act(name="receive", by=CITIZEN, at=now), (message, []))
    except DuplicateId:
        return


async def receive(use: Use, client: Client, line: str, *, read: bool) -> Sequence[Letter]:
    """What came to one of its lines: unread, which is read with that, or the newest that was read.

    Of two calls at once each message is given to one.
    """
    own = _own_line(use, client, line)
    found = await use.systems.inboxes.of_line(client.id, own, read=read, most=PAGE)
    if not read:
        now = use.clock.now()
        act = Act(name="read", by=f"client:{client.id}", at=now)
        ours = await asyncio.gather(*[_read(use, one, act, now) for one in found])
        found = [one for one, is_ours in zip(found, ours, strict=True) if is_ours]
    keys = await use.senders.of_contacts(client.agency_id, {one.contact_id for one in found})
    letters: list[Letter] = []
    for one in found:
        key = keys.get(one.contact_id)
        if key is None or one.words is None or one.sender is None:
            continue  # its sender was erased
        try:
            sender = key.unseal(one.sender, purpose=sender_purpose(one.id))
            letters.append(Letter(message=one, sender=sender, text=key.unseal(one.words, purpose=one.id)))
        except Unopenable:
            continue
    return letters


async def count(
    use: Use, client: Client, line: str, *, read: bool | None, since: datetime, until: datetime
) -> int:
    """How many came to one of its lines in between."""
    own = _own_line(use, client, line)
    return await use.systems.inboxes.count(client.id, own, read=read, since=since, until=until)


def words(use: Use) -> Kept[Received]:
    """For how long it is kept what citizens sent to systems."""
    return Kept(
        documents=use.systems.received,
        directory=use.directory,
        rule=rules.INBOUND_WORDS,
        since=lambda message: message.received_at,
        since_field="received_at",
        forget=lambda message, _: message.forget_words(),
    )


async def _read(use: Use, message: Received, act: Act, now: datetime) -> bool:
    """Whether it was this call that read it."""
    ours = False

    def decide(one: Received) -> Received:
        nonlocal ours
        after = one.read(now)
        ours = after != one
        return after

    await use.systems.received.change(None, message.id, act, lambda one: (decide(one), []))
    return ours


def _own_line(use: Use, client: Client, line: str) -> str:
    own = use.doors.line_of(line)
    if own not in client.terms.inbound_lines:
        raise NotItsLine
    return own
