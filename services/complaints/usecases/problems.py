"""Problems of offices, and what would solve them: before headquarters until it says what becomes of them."""

from collections.abc import Sequence
from datetime import datetime

from services.complaints import access, rules
from services.complaints.domain.headquarters import is_of_headquarters
from services.complaints.domain.problem import Noticed, Problem
from services.complaints.usecases.press_clock import line_above
from services.complaints.usecases.steps import Step, take_step
from services.complaints.usecases.use import CLOCK, Use, chart_of, measure_of
from shared.access.who import Who
from shared.events.complaints_problems import NoticedBy
from shared.identity import new_id
from shared.store.history import Act
from shared.store.repository import Once, Saved


async def pass_on(use: Use, who: Who, noticed: Noticed, once: Once | None) -> Saved[Problem]:
    """An office tells headquarters of a problem."""
    now, post = use.clock.now(), who.acting(access.PROBLEM_PASS)
    measure = await measure_of(use, who.agency_id)
    decision = Problem.pass_on(new_id(), who.agency_id, noticed, post, now, measure)
    act = Act(name="pass-on", by=who.named(post), at=now, clause=rules.PROBLEM.clause)
    return await use.problems.add(act, decision, once=once)


async def propose(
    use: Use, who: Who, id_: str, by: NoticedBy, text: str, if_match: int | None
) -> Saved[Problem]:
    """Its office says what would solve it."""
    now, measure = use.clock.now(), await measure_of(use, who.agency_id)
    step: Step[Problem] = Step(
        name="propose",
        may=access.PROBLEM_PASS,
        fits=lambda problem, post: post.unit_id == problem.unit_id,
        at=now,
        if_match=if_match,
    )
    return await take_step(
        use.problems, who, id_, step, lambda problem, post: problem.propose(by, text, post, now, measure)
    )


async def answer(
    use: Use, who: Who, id_: str, text: str, taken_up: Sequence[int], if_match: int | None
) -> Saved[Problem]:
    """Headquarters' public relations says what becomes of it."""
    chart, now = await chart_of(use, who.agency_id), use.clock.now()
    measure = await measure_of(use, who.agency_id)
    step: Step[Problem] = Step(
        name="answer",
        may=access.PROBLEM_ANSWER,
        fits=lambda _, post: is_of_headquarters(post, chart),
        at=now,
        if_match=if_match,
    )
    return await take_step(
        use.problems, who, id_, step, lambda problem, post: problem.answer(text, taken_up, post, now, measure)
    )


async def escalate_if_due(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: what headquarters said nothing on in time goes up a level."""
    agency_id = (await use.problems.load(id_)).state.agency_id
    line, measure = await line_above(use, agency_id, now), await measure_of(use, agency_id)
    act = Act(name="escalate", by=CLOCK, at=now)
    await use.problems.change(None, id_, act, lambda problem: problem.check_clock(now, line, measure))


async def follow_calendar(use: Use, id_: str, now: datetime) -> None:
    """A deadline that had not passed when the calendar was changed moves with it."""
    measure = await measure_of(use, (await use.problems.load(id_)).state.agency_id)
    act = Act(name="follow-calendar", by=CLOCK, at=now, note=f"calendar {measure.name}")
    await use.problems.change(None, id_, act, lambda problem: problem.follow_calendar(measure, now))
