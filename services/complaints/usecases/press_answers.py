"""The answer to a press case: drafted, approved by headquarters, published."""

from contextlib import suppress
from datetime import datetime

from services.complaints import access
from services.complaints.domain import press_answer
from services.complaints.domain.headquarters import is_of_headquarters
from services.complaints.domain.press import Heard, PressCase, PressFacts
from services.complaints.usecases.press import of_headquarters
from services.complaints.usecases.press_clock import line_above
from services.complaints.usecases.steps import Step, take_step
from services.complaints.usecases.use import Use, chart_of, measure_of
from shared.access.who import Who
from shared.cloudevents import Envelope
from shared.directory.chart import Chart
from shared.events.content import ContentPublished, ContentWithdrawn
from shared.events.directory import Post
from shared.store.history import Act
from shared.store.repository import NotFound, Saved


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


async def hear_of_site(use: Use, envelope: Envelope) -> None:
    """Content put an answer on the site, or took it off. Safe to repeat; an unknown case is nothing."""
    event, now = envelope.event(), use.clock.now()
    if not isinstance(event, ContentPublished | ContentWithdrawn) or event.press_case_id is None:
        return
    heard = Heard(item_id=event.item_id, sequence=envelope.sequence)
    line, measure = await line_above(use, event.agency_id, now), await measure_of(use, event.agency_id)

    def decide(case: PressCase) -> tuple[PressCase, PressFacts]:
        if isinstance(event, ContentPublished):
            return press_answer.is_on_site(case, heard, event.published_at, line, measure)
        return press_answer.is_off_site(case, heard, now, measure)

    act = Act(name="hear-of-site", by=f"event:{envelope.id}", at=now)
    with suppress(NotFound):
        await use.press.change(event.agency_id, event.press_case_id, act, decide)


def _of_who_has_it(chart: Chart, now: datetime, if_match: int | None) -> Step[PressCase]:
    """The office's own posts once it is there, headquarters before."""

    def fits(case: PressCase, post: Post) -> bool:
        return post.unit_id == case.unit_id if case.is_with_office else is_of_headquarters(post, chart)

    return Step(name="draft", may=access.PRESS_DRAFT, fits=fits, at=now, if_match=if_match)
