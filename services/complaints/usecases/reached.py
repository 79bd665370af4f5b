"""What went up to somebody's posts."""

from services.complaints.domain.complaint import Complaint
from services.complaints.usecases.use import Use
from shared.access.who import Who
from shared.events.directory import PROVINCE
from shared.store.repository import Page


async def at_ones_posts(use: Use, who: Who, *, after: str | None, limit: int) -> Page[Complaint]:
    """For a post of the governorate from all agencies, for any other from its own."""
    agency_id = None if who.agency_id == PROVINCE else who.agency_id
    return await use.cases.at_posts(agency_id, [post.id for post in who.posts], after=after, limit=limit)
