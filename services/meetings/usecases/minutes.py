"""What becomes of a meeting's minutes."""

from services.meetings import access
from services.meetings.domain.meeting import Meeting
from services.meetings.usecases.use import Use, own_meeting
from shared.access.who import Who
from shared.store.history import Act
from shared.store.repository import Saved


async def send(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Meeting]:
    """The secretary sends the decisions."""
    meeting, _ = await own_meeting(use, who, id_)
    post = who.acting(access.SEND, lambda post: post.id == meeting.seats.secretary)
    now = use.clock.now()
    act = Act(name="send-decisions", by=who.named(post), at=now)
    return await use.meetings.change(
        who.agency_id, id_, act, lambda meeting: meeting.send(post.id, now), if_match=if_match
    )
