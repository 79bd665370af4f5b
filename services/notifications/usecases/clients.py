"""Which systems send SMS by keys of their own: made, changed, paused, revoked by the agency."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from services.notifications import access
from services.notifications.domain.client import AGENCYS_MAX, Client, Standing, Terms, foreign
from services.notifications.usecases.use import Use
from shared.access.who import Who
from shared.events.event import Event
from shared.identity import new_id, new_secret
from shared.language import Text
from shared.rule import Invalid
from shared.store.history import Act
from shared.store.repository import NotFound, Saved

NOT_OURS = Text(fa="این خط از آنِ دستگاه شما نیست.", en="This line is not one of your agency's.")


class TooMany(Exception):
    """The agency has as many systems as it may."""


async def make(use: Use, who: Who, terms: Terms) -> tuple[Saved[Client], str]:
    """A new one, and its key: it is told now and never again. NotUnique for a line that another one has."""
    now, by, key = use.clock.now(), who.named(who.acting(access.CLIENTS)), new_secret()
    terms = _checked(use, who, terms)
    if await use.systems.listed.count(who.agency_id) >= AGENCYS_MAX:
        raise TooMany
    client = Client(
        id=new_id(),
        agency_id=who.agency_id,
        terms=terms,
        key_hash=_hash(use, key),
        made_at=now,
        status_at=now,
    )
    return await use.systems.clients.add(Act(name="make", by=by, at=now), (client, [])), key


async def change(use: Use, who: Who, id_: str, terms: Terms, if_match: int | None) -> Saved[Client]:
    """It may do something else from now on."""
    await own(use, who, id_)
    terms = _checked(use, who, terms)
    return await _changed(use, who, id_, "change", lambda client: client.changed(terms), if_match)


async def pause(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Client]:
    """It sends nothing until it is resumed."""
    now = use.clock.now()
    return await _changed(use, who, id_, "pause", lambda client: client.pause(now), if_match)


async def resume(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Client]:
    """It goes on."""
    now = use.clock.now()
    return await _changed(use, who, id_, "resume", lambda client: client.resume(now), if_match)


async def revoke(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Client]:
    """Its key opens nothing any more. A second time changes nothing."""
    now = use.clock.now()
    act = Act(name="revoke", by=who.named(who.acting(access.CLIENTS)), at=now)
    return await use.systems.clients.change(
        who.agency_id, id_, act, lambda client: (client.revoke(now), []), if_match=if_match
    )


async def rotate(use: Use, who: Who, id_: str, if_match: int | None) -> tuple[Saved[Client], str]:
    """Another key, told now and never again; the one before opens nothing from now on."""
    key = new_secret()
    key_hash = _hash(use, key)
    return await _changed(use, who, id_, "rotate", lambda client: client.rotate(key_hash), if_match), key


async def with_key(use: Use, key: str) -> Client | None:
    """Whose key it is; None for nobody's, or a revoked one's."""
    found = await use.systems.clients.find(key_hash=_hash(use, key))
    return None if found is None or found.state.status is Standing.REVOKED else found.state


async def own(use: Use, who: Who, id_: str) -> Saved[Client]:
    """The agency's own, or NotFound; one that was revoked is not found either."""
    found = await use.systems.clients.get(who.agency_id, id_)
    if found.state.status is Standing.REVOKED:
        raise NotFound(id_)
    return found


async def _changed(
    use: Use, who: Who, id_: str, name: str, decide: Callable[[Client], Client], if_match: int | None
) -> Saved[Client]:
    act = Act(name=name, by=who.named(who.acting(access.CLIENTS)), at=use.clock.now())

    def decided(client: Client) -> tuple[Client, Sequence[Event]]:
        if client.status is Standing.REVOKED:
            raise NotFound(id_)
        return decide(client), []

    return await use.systems.clients.change(who.agency_id, id_, act, decided, if_match=if_match)


def _checked(use: Use, who: Who, terms: Terms) -> Terms:
    """The same with its lines as their digits alone; Invalid for a line that isn't the agency's."""
    doors = use.doors
    written = set(map(doors.line_of, doors.lines_of(who.agency_id)))
    lines = tuple(map(doors.line_of, terms.lines))
    inbound = tuple(map(doors.line_of, terms.inbound_lines))
    sending = written | {doors.line_of(line) for line in use.gateways.lines_of(who.agency_id)}
    for name, asked, owned in (("lines", lines, sending), ("inbound_lines", inbound, written)):
        if (place := foreign(asked, sorted(owned))) is not None:
            raise Invalid(f"/{name}/{place}", NOT_OURS)
    return replace(terms, lines=tuple(dict.fromkeys(lines)), inbound_lines=tuple(dict.fromkeys(inbound)))


def _hash(use: Use, key: str) -> str:
    return use.master_key.keyed_hash("sms client", key)
