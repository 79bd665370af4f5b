"""The citizen is asked something, and replies."""

from services.complaints import access
from services.complaints.domain import asking
from services.complaints.domain.complaint import Complaint
from services.complaints.usecases.citizens import own
from services.complaints.usecases.use import CITIZEN, Use, by_post, home_of, lines_of, measure_of
from shared.access.who import Who
from shared.store.history import Act
from shared.store.repository import Saved


async def ask(use: Use, who: Who, id_: str, text: str, if_match: int | None) -> Saved[Complaint]:
    """Ask the citizen; until the reply the clock stands still."""
    now, agency_id = use.clock.now(), await home_of(use, who, id_)
    lines, measure = await lines_of(use, agency_id, now), await measure_of(use, agency_id)
    return await by_post(
        use,
        who,
        id_,
        access.ASK,
        lambda by: Act(name="ask", by=by, at=now),
        lambda complaint, post: asking.ask(complaint, text, post, now, lines, measure),
        if_match,
    )


async def reply(use: Use, code: str, mobile: str, text: str) -> Saved[Complaint]:
    """The citizen's words to what they were asked."""
    found = await own(use, code, mobile)
    now, agency_id = use.clock.now(), found.state.agency_id
    lines, measure = await lines_of(use, agency_id, now), await measure_of(use, agency_id)
    return await use.complaints.change(
        agency_id,
        found.state.id,
        Act(name="reply", by=CITIZEN, at=now),
        lambda complaint: asking.hear(complaint, text, now, lines, measure),
    )
