"""What citizens do with their own complaint, by its code and their mobile."""

from collections.abc import Collection

from services.complaints import rules
from services.complaints.domain import privacy, verdict, withdrawal
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.transfer import must_have_arrived
from services.complaints.usecases.use import CITIZEN, Use, lines_of, measure_of
from shared.calendar.jalali import local_day
from shared.events.directory import Name
from shared.store.history import Act
from shared.store.repository import NotFound, Saved


async def follow(use: Use, code: str, mobile: str) -> Saved[Complaint]:
    """The citizen's own case, where it is now, by code and mobile.

    A wrong code and a wrong number are the same: NotFound.
    """
    whose = await use.cases.whose(code)
    person = await use.keeper.find(whose.agency_id if whose else "", mobile)
    if whose is None or person is None or person.id != whose.contact_id:
        raise NotFound(code)
    return await use.complaints.load(whose.id)


async def own(use: Use, code: str, mobile: str) -> Saved[Complaint]:
    """The same, for whoever is to change it: Refused for a moment while it is handed over."""
    found = await follow(use, code, mobile)
    must_have_arrived(found.state)
    return found


async def rate(
    use: Use, code: str, mobile: str, *, satisfied: bool, reason: str | None, score: int | None = None
) -> Saved[Complaint]:
    """The citizen's verdict. Invalid for a digit that says something else than their word."""
    found = await own(use, code, mobile)
    now, agency_id = use.clock.now(), found.state.agency_id
    lines, measure = await lines_of(use, agency_id, now), await measure_of(use, agency_id)
    if score is not None:
        verdict.must_agree(
            score, satisfied=satisfied, least=measure.figures.of(rules.SATISFIED_FROM, local_day(now))
        )
    return await use.complaints.change(
        agency_id,
        found.state.id,
        Act(name="rate", by=CITIZEN, at=now),
        lambda complaint: verdict.rate(
            complaint,
            satisfied=satisfied,
            reason=reason,
            score=score,
            now=now,
            line=lines(complaint.unit_id),
            measure=measure,
        ),
    )


async def withdraw(use: Use, code: str, mobile: str, reason: str | None) -> Saved[Complaint]:
    """The citizen takes it back."""
    found = await own(use, code, mobile)
    now, agency_id = use.clock.now(), found.state.agency_id
    lines, measure = await lines_of(use, agency_id, now), await measure_of(use, agency_id)
    return await use.complaints.change(
        agency_id,
        found.state.id,
        Act(name="withdraw", by=CITIZEN, at=now),
        lambda complaint: withdrawal.withdraw(complaint, reason, now, lines, measure),
    )


async def set_consent(use: Use, code: str, mobile: str, *, consent: bool) -> Saved[Complaint]:
    """The citizen lets the agency know who they are, or takes that back."""
    found = await own(use, code, mobile)
    act = Act(name="consent" if consent else "withdraw-consent", by=CITIZEN, at=use.clock.now())
    return await use.complaints.change(
        found.state.agency_id,
        found.state.id,
        act,
        lambda complaint: privacy.set_consent(complaint, consent=consent),
    )


async def post_titles(use: Use, complaint: Complaint) -> dict[str, Name]:
    """How the posts are called that looked: a citizen knows an office, not an id."""
    return await titles_of(use, complaint, {one.post_id for one in complaint.all_looks})


async def titles_of(use: Use, complaint: Complaint, posts: Collection[str]) -> dict[str, Name]:
    """How these posts are called, of the agency that has it and of those that had it."""
    if not posts:
        return {}
    agencies = {complaint.agency_id, *(one.agency_id for one in complaint.past)}
    charts = [await use.directory.chart(one) for one in sorted(agencies)]
    known = [one.posts for one in charts if one is not None]
    return {id_: one[id_].title for id_ in posts for one in known if id_ in one}
