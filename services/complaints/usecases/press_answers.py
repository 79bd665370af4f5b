"""The answer to a press case: drafted, approved by headquarters, published."""

from datetime import datetime

from services.complaints import access
from services.complaints.domain import press_answer
from services.complaints.domain.headquarters import is_of_headquarters
from services.complaints.domain.press import PressCase
from services.complaints.usecases.press import of_headquarters
from services.complaints.usecases.press_clock import line_above
from services.complaints.usecases.steps import Step, take_step
from services.complaints.usecases.use import Use, chart_of, measure_of
from shared.access.who import Who
from shared.directory.chart import Chart
from shared.events.directory import Post
from shared.store.repository import Saved


async def draft(use: Use, who: Who, id_: str, text: str, if_match: int | None) -> Saved[PressCase]:
    """Whoever has it writes an answer."""
    chart, now = await chart_of(use, who.agency_id), use.clock.now()
    return await take_step(
        use.press,
        who,
        id_,
        _of_who_has_it(chart, now, if_match),
        lambda case, post: press_answer.draft(case, text, post, now),
    )


async def send_back(
    use: Use, who: Who, id_: str, number: int, reason: str, if_match: int | None
) -> Saved[PressCase]:
    """Headquarters doesn't approve the draft."""
    chart, now = await chart_of(use, who.agency_id), use.clock.now()
    return await take_step(
        use.press,
        who,
        id_,
        of_headquarters("send-back", access.PRESS_APPROVE, chart, now, if_match),
        lambda case, post: press_answer.send_back(case, number, reason, post, now),
    )


async def approve(use: Use, who: Who, id_: str, number: int, if_match: int | None) -> Saved[PressCase]:
    """The head of public relations approves exactly this draft."""
    chart, now = await chart_of(use, who.agency_id), use.clock.now()
    line, measure = await line_above(use, who.agency_id, now), await measure_of(use, who.agency_id)
    return await take_step(
        use.press,
        who,
        id_,
        of_headquarters("approve", access.PRESS_APPROVE, chart, now, if_match),
        lambda case, post: press_answer.approve(case, number, post, now, line, measure),
    )


async def publish_elsewhere(
    use: Use, who: Who, id_: str, link: str, reason: str, if_match: int | None
) -> Saved[PressCase]:
    """The public reads the answer at a link, for a reason."""
    chart, now = await chart_of(use, who.agency_id), use.clock.now()
    line, measure = await line_above(use, who.agency_id, now), await measure_of(use, who.agency_id)
    return await take_step(
        use.press,
        who,
        id_,
        of_headquarters("publish-elsewhere", access.PRESS_APPROVE, chart, now, if_match),
        lambda case, _: press_answer.publish_elsewhere(case, link, reason, now, line, measure),
    )


def _of_who_has_it(chart: Chart, now: datetime, if_match: int | None) -> Step[PressCase]:
    """The office's own posts once it is there, headquarters before."""

    def fits(case: PressCase, post: Post) -> bool:
        return post.unit_id == case.unit_id if case.is_with_office else is_of_headquarters(post, chart)

    return Step(name="draft", may=access.PRESS_DRAFT, fits=fits, at=now, if_match=if_match)
