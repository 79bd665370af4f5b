"""What staff do with a complaint."""

from services.complaints import access, rules
from services.complaints.domain import handling, outside
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.outside import RightDoor
from services.complaints.usecases.use import Use, by_post, home_of, lines_of, measure_of
from shared.access.who import Who
from shared.store.history import Act
from shared.store.repository import Saved


async def take(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Complaint]:
    """A case officer takes it."""
    now = use.clock.now()
    return await by_post(
        use,
        who,
        id_,
        access.TAKE,
        lambda by: Act(name="take", by=by, at=now),
        lambda complaint, post: handling.take(complaint, post, now),
        if_match,
    )


async def point_elsewhere(
    use: Use, who: Who, id_: str, door: RightDoor, text: str, if_match: int | None
) -> Saved[Complaint]:
    """It lies outside the grounds: the citizen is told where it belongs."""
    now, agency_id = use.clock.now(), await home_of(use, who, id_)
    lines, measure = await lines_of(use, agency_id, now), await measure_of(use, agency_id)
    return await by_post(
        use,
        who,
        id_,
        access.ANSWER,
        lambda by: Act(name="point-elsewhere", by=by, at=now, clause=rules.RIGHT_DOORS.clause),
        lambda complaint, post: outside.point_elsewhere(complaint, door, text, post, now, lines, measure),
        if_match,
    )


async def answer(
    use: Use, who: Who, id_: str, text: str, if_match: int | None, *, upheld: bool | None = None
) -> Saved[Complaint]:
    """Answer it; the citizen is asked for a verdict."""
    now, agency_id = use.clock.now(), await home_of(use, who, id_)
    lines, measure = await lines_of(use, agency_id, now), await measure_of(use, agency_id)
    return await by_post(
        use,
        who,
        id_,
        access.ANSWER,
        lambda by: Act(name="answer", by=by, at=now),
        lambda complaint, post: handling.answer(
            complaint, text, post, now, lines(complaint.unit_id), measure, upheld=upheld
        ),
        if_match,
    )
