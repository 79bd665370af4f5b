"""Whoever loses a race is asked anew whether they may: the case may have gone to somebody else meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest

from services.complaints.storage.complaints import Complaints
from services.complaints.usecases import clock
from tests.complaints.cases import act, file, only_id
from tests.racing import after_the_first_look
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
DUE = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


async def test_a_deputy_cannot_answer_what_went_above_them_while_they_wrote(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    complaints.clock.set(DUE + timedelta(hours=2))
    await complaints.sweep()  # it lies with the deputy now
    repository = complaints.parts.repositories[0]
    assert isinstance(repository, Complaints)
    use, later = complaints.parts.use, DUE + timedelta(hours=21)
    after_the_first_look(repository, lambda: clock.escalate_if_due(use, id_, later))

    refused = await act(complaints, "water.deputy", "answer", id_, text="انجام شد.")

    assert refused.status_code == 403
    seen = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer("water.desk.officer"))
    assert (seen.json()["status"], seen.json()["level_post"]) == ("filed", "water.head")


async def test_who_loses_a_race_and_still_may_is_on_record_for_what_they_did(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    repository = complaints.parts.repositories[0]
    assert isinstance(repository, Complaints)
    after_the_first_look(repository, lambda: act(complaints, "water.desk.officer-2", "take", id_))

    taken = await act(complaints, "water.desk.officer", "take", id_)

    assert taken.json()["taken_by"] == "water.desk.officer"
    history = await complaints.http.get(f"/v1/complaints/{id_}/history", headers=bearer("water.head"))
    assert [(one["act"], one["by"].split()[0]) for one in history.json()] == [
        ("file", "citizen"),
        ("take", "post:water.desk.officer-2"),
        ("take", "post:water.desk.officer"),
    ]
