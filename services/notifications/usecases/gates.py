"""What keeps a message back though it could be sent: the hour, what an agency may send, the same number."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.notifications import rules
from services.notifications.domain.message import SMS, Lane, Message
from services.notifications.domain.quiet import HOUR, next_day, quiet_until
from services.notifications.domain.status import Reason
from services.notifications.usecases.knowing import hash_of
from services.notifications.usecases.use import Use
from shared.calendar.jalali import local_day
from shared.events.directory import PROVINCE
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

    of: tuple[tuple[str, int], ...] = ()


async def pass_gates(use: Use, message: Message, *, kind: str, number: str, parts: int) -> Kept | Taken:
    """Whether it may go now. What tells of one's own case always may; what is tried again was counted."""
    if message.is_of_own_case or kind != SMS:
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
    return Taken() if message.counted else await _allowed(use, message, number, parts, figures, now)


def quota_key(agency_id: str, day: date) -> str:
    """Under which it is counted what an agency sends on a local day."""
    return f"agency {agency_id} {day.isoformat()}"


async def give_back(use: Use, taken: Taken) -> None:
    """It did not go after all: another sender has it."""
    for key, amount in taken.of:
        await use.allowances.give_back(key, amount)


async def _allowed(
    use: Use, message: Message, number: str, parts: int, figures: Figures, now: datetime
) -> Kept | Taken:
    day, tomorrow, hour = local_day(now), next_day(now), now.replace(minute=0, second=0, microsecond=0)
    too_often = Kept(
        reason=Reason.TOO_OFTEN,
        until=None if message.lane is Lane.CODE else hour + HOUR,  # late, a code is of no use
    )
    asked = [
        (
            f"number {hash_of(use, number)} {hour.isoformat()}",
            1,
            figures.of(rules.TO_ONE_NUMBER, day),
            too_often,
        ),
        (
            quota_key(message.agency_id, day),
            parts,
            figures.of(rules.QUOTA, day),
            Kept(reason=Reason.QUOTA, until=tomorrow),
        ),
    ]
    if use.parts_a_day is not None:
        asked.append(
            (
                f"province {day.isoformat()}",
                parts,
                await _provinces(use, message, use.parts_a_day, now),
                Kept(reason=Reason.PROVINCES_QUOTA, until=tomorrow),
            )
        )
    taken: list[tuple[str, int]] = []
    for key, amount, most, kept in asked:
        if not await use.allowances.take(key, amount, most=most, over_at=use.real_now() + KEPT):
            await give_back(use, Taken(of=tuple(taken)))
            return kept
        taken.append((key, amount))
    return Taken(of=tuple(taken))


async def _provinces(use: Use, message: Message, parts_a_day: int, now: datetime) -> int:
    """What all may send in a day; a code may go into the reserve."""
    if message.lane is Lane.CODE:
        return parts_a_day
    figures = await use.directory.figures(PROVINCE)
    return int(parts_a_day * (1 - figures.of(rules.RESERVE, local_day(now))))
