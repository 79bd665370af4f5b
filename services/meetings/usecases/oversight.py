"""What was not carried out, for whoever watches over it."""

from services.meetings.domain.oversight import Breach, breaches_of_committee, breaches_of_meeting
from services.meetings.usecases.committees import of_agency
from services.meetings.usecases.use import Use
from shared.access.who import Who
from shared.events.directory import Role


async def oversee(use: Use, who: Who, *, after: str | None, limit: int) -> tuple[list[Breach], str | None]:
    """What was not carried out in the committees that somebody heads: nothing for who heads none.

    The agency's head sees all of them.
    """
    committees = {one.id: one for one in await of_agency(use, who.agency_id)}
    posts, sees_all, now = {post.id for post in who.posts}, Role.HEAD in who.roles, use.clock.now()
    seen = {id_: one for id_, one in committees.items() if sees_all or one.chair in posts}
    page = await use.breaches.not_carried_out(who.agency_id, [*seen], now, after=after, limit=limit)
    meetings = [saved.state for saved in page.items]
    since = min((one.starts_at for one in meetings), default=now)
    official = await use.breaches.official_since(who.agency_id, [*seen], since)
    lacking = [one for committee in seen.values() for one in breaches_of_committee(committee)]
    missed = [
        breach
        for one in meetings
        for breach in breaches_of_meeting(
            one, seen[one.committee_id], official.get(one.committee_id, ()), now
        )
    ]
    return [*(lacking if after is None else []), *missed], page.next
