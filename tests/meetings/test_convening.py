"""The clock that convenes, when it is disturbed."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from services.meetings.usecases import clocks
from services.meetings.usecases.use import Use
from shared.bus.effects import Projection
from shared.directory.lookup import Directory
from shared.directory.replica import COLLECTION, fold
from tests.meetings.groups import CONVENES, GROUP, HOLIDAY, event_names, seen
from tests.province import calendar_event, told
from tests.serving import Serving

pytestmark = pytest.mark.real


@dataclass(frozen=True)
class BreaksOff:
    """The committees of a sweep that dies before it can look on to the next month."""

    committees: Any

    async def load(self, id_: str) -> Any:
        return await self.committees.load(id_)

    async def change(self, *_: object, **__: object) -> None:
        raise ConnectionError("the process was killed here")


@pytest.mark.clause("PORTAL-10-1")
async def test_a_sweep_that_broke_off_in_the_middle_is_taken_up_and_convenes_nothing_twice(
    meetings: Serving,
) -> None:
    use: Use = meetings.parts.use
    meetings.clock.set(CONVENES)
    with pytest.raises(ConnectionError):
        await clocks.convene_if_due(
            replace(use, committees=cast("Any", BreaksOff(use.committees))), GROUP, CONVENES
        )
    assert (await meetings.sweep(), await meetings.sweep()) == (1, 0)

    assert (await seen(meetings))["month"] == "1405-09"
    assert await event_names(meetings) == ["MeetingConvened"]


@pytest.mark.clause("PORTAL-10-1")
async def test_four_sweeps_at_once_convene_one_meeting(meetings: Serving) -> None:
    use: Use = meetings.parts.use
    await asyncio.gather(*[clocks.convene_if_due(use, GROUP, CONVENES) for _ in range(4)])

    assert (await seen(meetings))["month"] == "1405-09"
    assert (await use.committees.load(GROUP)).state.month == "1405-10"


@pytest.mark.clause("PORTAL-10-1")
async def test_a_holiday_announced_after_the_clock_was_set_moves_the_convening(meetings: Serving) -> None:
    await Projection(meetings.database[COLLECTION], fold).work(
        told("calendar:governorate", [calendar_event(overrides=[HOLIDAY])], after=1)
    )
    use: Use = replace(meetings.parts.use, directory=Directory(meetings.database))
    await clocks.convene_if_due(use, GROUP, CONVENES)

    assert await event_names(meetings) == []
    moved = (await use.committees.load(GROUP)).state.convenes_at
    assert moved is not None
    assert (moved - CONVENES).days == 3
