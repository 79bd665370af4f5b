"""Repeats of a matter are linked, after they were filed; and unlinked by whoever knows better."""

from datetime import datetime

from services.complaints import access, rules
from services.complaints.domain import repeats
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.repeats import Matter
from services.complaints.usecases.citizens import own
from services.complaints.usecases.looks import UNLINKED
from services.complaints.usecases.persons import About, seal_words
from services.complaints.usecases.use import CITIZEN, Use, by_post, measure_of
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.cloudevents import Envelope
from shared.events.complaints import ComplaintEvent
from shared.store.history import Act
from shared.store.repository import Saved

LOOKED_AT_MAX = 10
"""Before it and after it. Whoever files more often on one ground of one service has theirs linked one to the
other, and the first of them is still the only one that is not."""


async def hear_of_filing(use: Use, envelope: Envelope) -> None:
    """Look for what a new complaint repeats, and for what was filed at the same moment. Safe to repeat.

    Two filed at once: whichever is looked at last sees both, and both see the same one as the first. Who has
    this complaint only repeats nothing: that is asked first, for all who are heard of at once.
    """
    if await _is_its_persons_only(use, envelope):
        return
    now, found = use.clock.now(), (await use.complaints.load(envelope.subject)).state
    figures = (await measure_of(use, found.agency_id)).figures
    matter = Matter(
        within=figures.of(rules.REPEATS, local_day(now)),
        likeness=figures.of(rules.LIKENESS, local_day(now)),
    )
    others = await use.cases.of_matter(found, matter.within, most=LOOKED_AT_MAX)
    first, later = repeats.pairs(found, others, matter)
    by = f"event:{envelope.id}"
    if first is not None:
        await _link(use, found, first, by, now)
    for one in later:
        await _link(use, one, found if first is None else first, by, now)


async def unlink(use: Use, who: Who, id_: str, reason: str) -> Saved[Complaint]:
    """Somebody of the agency says, with a reason, that it is a matter of its own."""
    found, now = await use.complaints.get(who.agency_id, id_), use.clock.now()
    sealed = await seal_words(use, found.state, reason, About.REASON)
    return await by_post(
        use,
        who,
        id_,
        access.UNLINK,
        lambda by: Act(name=UNLINKED, by=by, at=now, note=sealed.words),
        lambda complaint, _: repeats.unlink(complaint, now),
    )


async def unlink_own(use: Use, code: str, mobile: str) -> Saved[Complaint]:
    """The citizen says so."""
    found, now = (await own(use, code, mobile)).state, use.clock.now()
    act = Act(name="say-it-is-another-matter", by=CITIZEN, at=now)
    return await use.complaints.change(
        found.agency_id, found.id, act, lambda complaint: repeats.unlink(complaint, now)
    )


async def code_of_first(use: Use, complaint: Complaint) -> str | None:
    """The tracking code of what it repeats; None where it repeats nothing."""
    if complaint.repeats is None:
        return None
    return (await use.complaints.get(complaint.agency_id, complaint.repeats)).state.tracking_code


async def _is_its_persons_only(use: Use, envelope: Envelope) -> bool:
    """Of whoever can't be reached the event names nobody, and who was forgotten meanwhile has it no more."""
    event = envelope.event()
    if not isinstance(event, ComplaintEvent) or event.contact_id is None:
        return False
    return await use.cases.is_only(envelope.agency, event.contact_id, envelope.subject)


async def _link(use: Use, complaint: Complaint, first: Complaint, by: str, now: datetime) -> None:
    act = Act(name="link", by=by, at=now, clause=rules.REPEATS.clause, note=first.repeats or first.id)
    await use.complaints.change(
        complaint.agency_id, complaint.id, act, lambda one: repeats.link(one, first, now)
    )
