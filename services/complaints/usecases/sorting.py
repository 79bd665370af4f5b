"""What names no service and no ground is given both by the desk that has it."""

from services.complaints import access, rules
from services.complaints.domain import sorting
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.sorting import Named
from services.complaints.usecases.filing import given_by
from services.complaints.usecases.use import Use, lines_of, measure_of
from shared.access.who import Who
from shared.events.directory import Post
from shared.store.history import Act
from shared.store.repository import Saved


async def sort(
    use: Use, who: Who, id_: str, service_code: str, ground: str, if_match: int | None
) -> Saved[Complaint]:
    """The history says by its note what it was and what it is now. Invalid for a service of nobody's here."""
    await use.complaints.get(who.agency_id, id_)  # another agency's is not found, whatever is said of it
    now, (_, service) = use.clock.now(), await given_by(use, who.agency_id, service_code)
    named = Named(service_code=service.code, unit_id=service.unit_id, ground=ground)
    lines, measure = await lines_of(use, who.agency_id, now), await measure_of(use, who.agency_id)

    def post(complaint: Complaint) -> Post:
        return who.acting(access.SORT, complaint.may_be_worked_by)

    def act(complaint: Complaint) -> Act:
        was = f"{complaint.service_code}, {complaint.ground}"
        return Act(
            name="sort",
            by=who.named(post(complaint)),
            at=now,
            clause=rules.SORTED.clause,
            note=f"{was} > {named.service_code}, {named.ground}",
        )

    return await use.complaints.change(
        who.agency_id,
        id_,
        act,
        lambda complaint: sorting.sort(complaint, named, post(complaint), now, lines, measure),
        if_match=if_match,
    )
