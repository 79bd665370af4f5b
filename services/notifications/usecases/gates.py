"""What keeps a message back though it could be sent: the hour, what an agency may send, the same number."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.notifications import rules
from services.notifications.domain.lane import Lane
from services.notifications.domain.message import SMS, Message
from services.notifications.domain.quiet import HOUR, next_day, quiet_until
from services.notifications.domain.status import Reason
from services.notifications.usecases import province
from services.notifications.usecases.knowing import hash_of
from services.notifications.usecases.use import Use
from shared.calendar.jalali import local_day
from shared.rule import Figures

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """It waits; with `until` None it will never go."""

    reason: Reason
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """It may go; what it takes of each allowance can be given back."""

    of: tuple[province.Part, ...] = ()


async def pass_gates(use: Use, message: Message, *, kind: str, number: str, parts: int) -> Kept | Taken:
    """Whether it may go now. What tells of one's own case may, but for a receipt too many; what is tried
    again was counted.
    """
    if kind != SMS or (message.is_of_own_case and not message.on_screen):
        return Taken()
    now, figures = use.clock.now(), await use.directory.figures(message.agency_id)
    day = local_day(now)
    if message.lane is Lane.BROADCAST:
        quiet = quiet_until(
            now,
            from_hour=figures.of(rules.QUIET_FROM, day),
            until_hour=figures.of(rules.QUIET_UNTIL, day),
        )
        if quiet is not None:
            return Kept(reason=Reason.QUIET_HOURS, until=quiet)
    if message.counted:
        return Taken()
    if message.on_screen:
        return await _receipt(use, message, number, figures, day)
    return await _allowed(use, message, number, parts, figures, now)


def quota_key(agency_id: str, lane: Lane, day: date) -> str:
    """Under which it is counted what an agency sends in a lane on a local day."""
    return f"agency {agency_id} {lane.value} {day.isoformat()}"


async def give_back(use: Use, taken: Taken) -> None:
    """It did not go after all: another sender has it."""
    for part in taken.of:
        await use.allowances.give_back(*part)


async def _receipt(use: Use, message: Message, number: str, figures: Figures, day: date) -> Kept | Taken:
    """Else whoever files with somebody's number could call it up without end."""
    key = f"receipts {hash_of(use, number)} {day.isoformat()}"
    most = figures.of(rules.RECEIPTS_TO_ONE_NUMBER, day)
    if await use.allowances.take_once(key, message.id, most=most, over_at=use.real_now() + KEPT):
        return Taken()
    return Kept(reason=Reason.TOO_MANY_RECEIPTS, until=None)


async def _allowed(
    use: Use, message: Message, number: str, parts: int, figures: Figures, now: datetime
) -> Kept | Taken:
    """Each lane is counted for itself: what is sent to many takes nothing away from the others."""
    day, hour = local_day(now), now.replace(minute=0, second=0, microsecond=0)
    over_at = use.real_now() + KEPT
    own = quota_key(message.agency_id, message.lane, day)
    if not await use.allowances.take(own, parts, most=figures.of(rules.QUOTA, day), over_at=over_at):
        return _kept(message, Reason.QUOTA, until=next_day(now))
    of_all = await province.take(use, message, parts, day, over_at=over_at)
    if of_all is None:
        await give_back(use, Taken(of=((own, parts, None),)))
        return _kept(message, Reason.PROVINCES_QUOTA, until=next_day(now))
    taken = Taken(of=((own, parts, None), *of_all))
    to_one = f"number {hash_of(use, number)} {message.lane.value} {hour.isoformat()}"
    most = figures.of(rules.TO_ONE_NUMBER, day)
    if not await use.allowances.take_once(to_one, message.id, most=most, over_at=over_at):
        await give_back(use, taken)
        return _kept(message, Reason.TOO_OFTEN, until=hour + HOUR)
    return taken


def _kept(message: Message, reason: Reason, *, until: datetime) -> Kept:
    """Late, a code is of no use."""
    return Kept(reason=reason, until=None if message.lane is Lane.CODE else until)
