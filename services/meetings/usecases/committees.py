"""The committees of an agency, as the directory tells them."""

from datetime import datetime

from services.meetings.domain.committee import Committee, Constitution, committees_of
from services.meetings.usecases.use import DIRECTORY, Use
from shared.cloudevents import Envelope
from shared.events.directory import AgencyJoined
from shared.store.history import Act
from shared.store.repository import PAGE_MAX
from shared.store.store import DuplicateId


async def constitute(use: Use, envelope: Envelope) -> None:
    """The agency's committees, as the directory tells them now: new, changed, and gone. Safe to repeat.

    What a later event has overtaken, redriven from the dead letters for example, forms nothing any more.
    """
    joined = envelope.event()
    if not isinstance(joined, AgencyJoined):
        return
    now, as_of = use.clock.now(), envelope.sequence
    told, known = committees_of(joined), await of_agency(use, joined.agency_id)
    if any(as_of < committee.as_of for committee in known):
        return
    for constitution in told:
        await _form_or_reform(use, constitution, joined, as_of=as_of, now=now)
    named = {constitution.id for constitution in told}
    act = Act(name="dissolve", by=DIRECTORY, at=now)
    for gone in [committee.id for committee in known if committee.id not in named]:
        await use.committees.change(
            joined.agency_id, gone, act, lambda committee: committee.dissolve(as_of=as_of, now=now)
        )


async def of_agency(use: Use, agency_id: str) -> list[Committee]:
    found: list[Committee] = []
    after: str | None = None
    while True:
        page = await use.committees.page(agency_id, after=after, limit=PAGE_MAX)
        found += [saved.state for saved in page.items]
        after = page.next
        if after is None:
            return found


async def _form_or_reform(
    use: Use, constitution: Constitution, joined: AgencyJoined, *, as_of: int, now: datetime
) -> None:
    formed = Committee.form(constitution, joined, as_of=as_of, now=now)
    try:
        await use.committees.add(Act(name="form", by=DIRECTORY, at=now), (formed, []))
    except DuplicateId:
        # An id of another agency's committee is not found here, and ends among the dead letters.
        await use.committees.change(
            joined.agency_id,
            constitution.id,
            Act(name="reform", by=DIRECTORY, at=now),
            lambda committee: committee.reform(constitution, joined, as_of=as_of, now=now),
        )
