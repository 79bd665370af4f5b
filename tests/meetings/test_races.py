"""Whoever loses a race is asked anew whether they may."""

import pytest

from tests.meetings.groups import CHAIR, MEMBERS, act, azar, seen
from tests.racing import after_the_first_look
from tests.serving import Serving

pytestmark = pytest.mark.real
DEPUTY = MEMBERS[1]


async def test_who_had_the_chair_taken_back_records_nobody(meetings: Serving) -> None:
    id_ = (await azar(meetings))["id"]
    await act(meetings, CHAIR, id_, "chair", post_id=DEPUTY)
    repository = meetings.parts.repositories[1]
    after_the_first_look(repository, lambda: act(meetings, CHAIR, id_, "chair", post_id=CHAIR))

    refused = await act(meetings, DEPUTY, id_, "attendance", posts=list(MEMBERS))

    assert refused.status_code == 403
    assert ((await seen(meetings))["presiding"], (await seen(meetings))["present"]) == (CHAIR, [])
