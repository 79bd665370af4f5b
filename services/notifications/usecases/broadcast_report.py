"""Who got a broadcast: figures, and a list with the numbers masked."""

import csv
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

from services.notifications.domain.broadcast import Broadcast
from services.notifications.domain.occasion import Channel
from services.notifications.domain.recipient import Laid, Recipient
from services.notifications.domain.status import Status, why
from services.notifications.usecases import broadcasts
from services.notifications.usecases.reaching import masked_of
from services.notifications.usecases.use import Use
from shared.access.who import Who
from shared.store.repository import cursor_of, read_cursor

HEADER = ("number", "post", "state", "reason", "at")
PAGE = 200
NO_MESSAGE = (Laid.DROPPED, Laid.GONE, Laid.STOPPED, Laid.TOO_LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many of its people stand where: by the message of each, or why there is none."""

    waiting: int
    by_status: Mapping[Status, int]
    not_sent: Mapping[Laid, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One of its people. `number` is masked; None for a post's inbox, or where it is known no more."""

    number: str | None
    post_id: str | None
    state: str
    reason: str | None
    at: datetime | None


async def progress(use: Use, broadcast: Broadcast) -> Progress:
    """Where it stands now."""
    laid = await use.many.recipients.counts(broadcast.id)
    by_status = dict(await use.many.outgoing.counts(broadcast.id))
    if broadcast.wish.channel is Channel.IN_APP:
        by_status = {Status.DELIVERED: laid.get(Laid.OUT, 0)} if laid.get(Laid.OUT) else {}
    not_sent = {one: laid[one] for one in NO_MESSAGE if one in laid}
    return Progress(waiting=laid.get(Laid.WAITING, 0), by_status=by_status, not_sent=not_sent)


async def report(
    use: Use, who: Who, id_: str, *, after: str | None, limit: int
) -> tuple[list[Line], str | None]:
    """A page of who got it, and the cursor of what follows."""
    broadcast = (await broadcasts.one(use, who, id_)).state
    place = None if after is None else read_cursor(after)[1]
    found = await use.many.recipients.page(id_, place, limit + 1)
    page = found[:limit]
    following = cursor_of(None, page[-1].message_id(id_)) if len(found) > limit else None
    return await _lines(use, broadcast, page), following


async def file(use: Use, who: Who, id_: str) -> AsyncIterator[str]:
    """All of it as CSV, in pieces; refused before the first."""
    broadcast = (await broadcasts.one(use, who, id_)).state
    return _pieces(use, broadcast)


async def _pieces(use: Use, broadcast: Broadcast) -> AsyncIterator[str]:
    yield "\ufeff" + _row(HEADER)
    place = None
    while True:
        page = await use.many.recipients.page(broadcast.id, place, PAGE)
        lines = await _lines(use, broadcast, page)
        yield "".join(
            _row((one.number, one.post_id, one.state, one.reason, one.at and one.at.isoformat()))
            for one in lines
        )
        if len(page) < PAGE:
            return
        place = page[-1].message_id(broadcast.id)


async def _lines(use: Use, broadcast: Broadcast, people: Sequence[Recipient]) -> list[Line]:
    states = await use.many.outgoing.states([one.message_id(broadcast.id) for one in people])
    reached = await use.contacts.of({one.contact_id for one in people if one.contact_id is not None})

    async def line(one: Recipient) -> Line:
        reach, state = reached.get(one.contact_id or ""), states.get(one.message_id(broadcast.id))
        number = None if reach is None else await masked_of(use, reach)
        if state is not None:
            return Line(
                number=number,
                post_id=one.post_id,
                state=state["status"],
                reason=why(Status(state["status"]), state["reason"]),
                at=state["status_at"],
            )
        inside = one.post_id is not None and one.laid is Laid.OUT
        return Line(
            number=number,
            post_id=one.post_id,
            state=Status.DELIVERED.value if inside else one.laid.value,
            reason=None,
            at=None,
        )

    return [await line(one) for one in people]


def _row(cells: Sequence[str | None]) -> str:
    text = StringIO()
    csv.writer(text).writerow([cell or "" for cell in cells])
    return text.getvalue()
