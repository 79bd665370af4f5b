"""A sweep over more than fits into its pages: each goes up once, whoever else sweeps beside it."""

import asyncio

import pytest

from tests.complaints.due import SWEPT_AT, levels, put_unanswered
from tests.serving import Serving

pytestmark = pytest.mark.real
MANY = 1_200


@pytest.mark.clause("FOAD-6")
async def test_all_that_are_due_go_up_once_though_two_replicas_sweep_at_the_same_time(
    complaints: Serving,
) -> None:
    await put_unanswered(complaints, MANY)
    complaints.clock.set(SWEPT_AT)

    await asyncio.gather(complaints.sweep(), complaints.sweep())

    assert await levels(complaints) == {(1, 1): MANY}
    assert await complaints.sweep() == 0
