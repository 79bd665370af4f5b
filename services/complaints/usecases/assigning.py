"""Who of the agency has a complaint."""

from services.complaints import access
from services.complaints.domain import assigning
from services.complaints.domain.complaint import Complaint
from services.complaints.usecases.persons import About, seal_words
from services.complaints.usecases.use import Use, by_post, chart_of, lines_of, measure_of
from shared.access.who import Who
from shared.store.history import Act
from shared.store.repository import Saved

GIVE_BACK, ROUTE, TRANSFER = "give-back", "route", "transfer"


async def assign(use: Use, who: Who, id_: str, post_id: str, if_match: int | None) -> Saved[Complaint]:
    """The head of its unit gives it to an officer."""
    now, chart = use.clock.now(), await chart_of(use, who.agency_id)
    return await by_post(
        use,
        who,
        id_,
        access.ASSIGN,
        lambda by: Act(name="assign", by=by, at=now),
        lambda complaint, post: assigning.assign(
            complaint, assigning.officer_of(chart, complaint.unit_id, post_id, now), post, now
        ),
        if_match,
    )


async def give_back(use: Use, who: Who, id_: str, reason: str, if_match: int | None) -> Saved[Complaint]:
    """Whoever has it gives it back. The reason stands in the history, sealed."""
    found, now = await use.complaints.get(who.agency_id, id_), use.clock.now()
    said, lines = (
        await seal_words(use, found.state, reason, About.MOVE),
        await lines_of(use, who.agency_id, now),
    )
    return await by_post(
        use,
        who,
        id_,
        access.GIVE_BACK,
        lambda by: Act(name=GIVE_BACK, by=by, at=now, note=said.words),
        lambda complaint, post: assigning.give_back(complaint, post, now, lines),
        if_match,
    )


async def route(
    use: Use, who: Who, id_: str, unit_id: str, reason: str, if_match: int | None
) -> Saved[Complaint]:
    """Another unit has it from now on. The reason stands in the history, sealed."""
    found, now = await use.complaints.get(who.agency_id, id_), use.clock.now()
    said, chart = await seal_words(use, found.state, reason, About.MOVE), await chart_of(use, who.agency_id)
    lines, measure = await lines_of(use, who.agency_id, now), await measure_of(use, who.agency_id)
    return await by_post(
        use,
        who,
        id_,
        access.ROUTE,
        lambda by: Act(name=ROUTE, by=by, at=now, note=said.words),
        lambda complaint, _: assigning.route(complaint, unit_id, chart, now, lines, measure),
        if_match,
    )
