"""A new complaint names a service that is given; of a withdrawn one the old cases go on."""

import pytest

from shared.bus.effects import Projection
from shared.directory.replica import COLLECTION, fold
from shared.events.directory import DirectoryEvent, ServiceWithdrawn
from tests.complaints.cases import act, file, filing, only_id, verdict
from tests.province import service_event, told
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-4")]
LISTED, WITHDRAWN = service_event("water", "1001"), ServiceWithdrawn(agency_id="water", code="1001")


async def tell(complaints: Serving, *events: DirectoryEvent) -> None:
    """What the directory tells of the service after its first listing."""
    copy = Projection(complaints.database[COLLECTION], fold)
    await copy.work(told("service:1001", events, after=1))


@pytest.mark.parametrize(("events", "status"), [((), 201), ((WITHDRAWN,), 422), ((WITHDRAWN, LISTED), 201)])
async def test_a_complaint_is_taken_while_its_service_is_given(
    complaints: Serving, events: tuple[DirectoryEvent, ...], status: int
) -> None:
    await tell(complaints, *events)
    answer = await complaints.http.post("/v1/complaints", json=filing())

    assert answer.status_code == status, answer.text
    if status == 422:
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/service_code"]


async def test_the_cases_of_a_withdrawn_service_are_answered_and_closed(complaints: Serving) -> None:
    receipt = await file(complaints)
    await tell(complaints, WITHDRAWN)
    id_ = await only_id(complaints)
    answered = await act(complaints, "water.desk.officer", "answer", id_, text="امروز انجام شد.")
    closed = await verdict(complaints, receipt, satisfied=True)

    assert (answered.status_code, closed.json()["status"]) == (200, "closed"), answered.text
