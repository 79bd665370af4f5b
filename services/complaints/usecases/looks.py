"""What is masked is shown for a reason, and the look is noted first."""

from services.complaints import access
from services.complaints.domain import privacy
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.identity import Seen
from services.complaints.usecases.persons import Person, open_identity, open_mobile
from services.complaints.usecases.use import Use, by_post
from shared.access.who import Who
from shared.store.history import Act
from shared.store.repository import NotFound


async def look_at_identity(use: Use, who: Who, id_: str, reason: str) -> Person:
    """Who complains, if they agree to that: noted first, then shown."""
    complaint = await _look(use, who, id_, Seen.IDENTITY, reason)
    if complaint.identity is None:
        raise NotFound(id_)
    return await open_identity(use, complaint, complaint.identity)


async def look_at_mobile(use: Use, who: Who, id_: str, reason: str) -> str:
    """The citizen's number: noted first, then shown."""
    return await open_mobile(use, await _look(use, who, id_, Seen.MOBILE, reason))


async def _look(use: Use, who: Who, id_: str, what: Seen, reason: str) -> Complaint:
    now = use.clock.now()
    saved = await by_post(
        use,
        who,
        id_,
        access.LOOK,
        lambda by: Act(name=f"look-at-{what}", by=by, at=now, note=reason),
        lambda complaint, post: privacy.look(complaint, what, post, now),
    )
    return saved.state
