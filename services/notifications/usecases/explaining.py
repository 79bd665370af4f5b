"""Rules, rights and duties in an agency's words: written by it, told by SMS, phone, page and brochure."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from services.notifications import access, rules
from services.notifications.domain import explanation
from services.notifications.domain.explanation import Explained, Explanation, Guide, Told, id_of
from services.notifications.usecases.changing import changed
from services.notifications.usecases.scope import chart_of
from services.notifications.usecases.use import Use
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.rule import Invalid
from shared.store.history import Act
from shared.store.repository import NotFound, Saved
from shared.store.store import DuplicateId


async def own(use: Use, who: Who) -> Sequence[Saved[Explanation]]:
    """All that the agency has written, by number."""
    return await use.explained.of(who.agency_id)


async def parts_max(use: Use, agency_id: str) -> int:
    """In so many parts at most an agency explains one rule."""
    figures = await use.directory.figures(agency_id)
    return figures.of(rules.EXPLAINED_PARTS, local_day(use.clock.now()))


async def write(
    use: Use, who: Who, number: int, draft: Explained, if_match: int | None
) -> Saved[Explanation]:
    """Write it, or write it anew; nobody is told it yet."""
    act = _act(who, "write", use.clock.now())
    first = Explanation.begin(who.agency_id, number, draft)
    if not if_match:
        with suppress(DuplicateId):
            return await use.explanations.add(act, (first, []))
    return await _changed(use, who, number, act, lambda one: one.redraft(draft), if_match)


async def publish(use: Use, who: Who, number: int, if_match: int | None) -> Saved[Explanation]:
    """From now on people are told it. Invalid for one that is too long, or that nobody wrote."""
    now, most = use.clock.now(), await parts_max(use, who.agency_id)
    act = _act(who, "publish", now)
    try:
        return await _changed(use, who, number, act, lambda one: one.publish(most, now), if_match)
    except NotFound:
        raise Invalid("/words", explanation.NOTHING_WRITTEN) from None


async def withdraw(use: Use, who: Who, number: int, if_match: int | None) -> Saved[Explanation]:
    """People are told it no more. NotFound where nothing was written."""
    act = _act(who, "withdraw", use.clock.now())
    return await _changed(use, who, number, act, Explanation.withdraw, if_match)


async def told(use: Use, agency_id: str) -> Sequence[Told]:
    """What people are told in an agency's name, by number."""
    return explanation.told(await use.explained.told(agency_id))


async def guide(use: Use, agency_id: str) -> Guide:
    """The same at length, as a page and a brochure show it. NotFound for an agency that isn't known here."""
    chart = await chart_of(use, agency_id)
    figures = await use.directory.figures(agency_id)
    return Guide(
        agency=chart.name.fa,
        told=tuple(await told(use, agency_id)),
        ask_by=figures.of(rules.EXPLAIN_WORDS, local_day(use.clock.now()))[0],
        line=next(iter(use.doors.lines_of(agency_id)), None),
    )


async def answer(use: Use, agency_id: str, number: int) -> str | None:
    """What an SMS is answered that asks for a rule; None where the agency explains none."""
    figures, day = await use.directory.figures(agency_id), local_day(use.clock.now())
    return explanation.answer(
        await told(use, agency_id),
        number,
        word=figures.of(rules.EXPLAIN_WORDS, day)[0],
        parts_max=figures.of(rules.EXPLAINED_PARTS, day),
    )


async def _changed(
    use: Use,
    who: Who,
    number: int,
    act: Act,
    decide: Callable[[Explanation], Explanation],
    if_match: int | None,
) -> Saved[Explanation]:
    id_ = id_of(who.agency_id, number)
    return await changed(use.explanations, who.agency_id, id_, act, decide, if_match)


def _act(who: Who, name: str, now: datetime) -> Act:
    post = who.acting(access.WORD)
    return Act(name=name, by=who.named(post), at=now, clause=rules.EXPLAINED_PARTS.clause)
