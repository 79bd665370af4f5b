"""What happened to a case at agencies that had it before is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.complaints.domain.past import Stay
from services.complaints.usecases.persons import About, open_words
from services.complaints.usecases.use import Use, seen
from shared.access.who import Who
from shared.events.directory import Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A stay with the names of its agency and posts, as far as they are known still, and why it ended."""

    stay: Stay
    agency: Name | None
    posts: Mapping[str, Name]
    reason: str | None


async def past(use: Use, who: Who, id_: str) -> Sequence[Told]:
    """Of a case that they may see. Reasons are for the agencies: whom it reached elsewhere sees the rest."""
    found = (await seen(use, who, id_)).state
    sealed = [one.reason.words if one.reason else "" for one in found.past]
    reasons: Sequence[str | None] = [None] * len(sealed)
    if found.agency_id == who.agency_id:
        reasons = await open_words(use, found, sealed, About.MOVE)
    told: list[Told] = []
    for stay, reason in zip(found.past, reasons, strict=True):
        chart = await use.directory.chart(stay.agency_id)
        titles = {} if chart is None else {post.id: post.title for post in chart.posts.values()}
        told.append(Told(stay=stay, agency=chart and chart.name, posts=titles, reason=reason))
    return told
