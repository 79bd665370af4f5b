"""The main job on the running whole, as `paygir demo` tells it: over HTTP and events only."""

from pathlib import Path
from typing import Any

import pytest

from deploy.demo.story import main_job
from deploy.demo.story.complaint import messages
from deploy.demo.story.meeting import CHAIR, COMMITTEE, NEXT_AGENDA
from deploy.demo.story.world import World, world
from deploy.embedded import ports
from tests.embedded.launcher import Launcher, running
from tests.real import free_ports

MOBILE = "09121234567"


def offset() -> int:
    """Where all of a whole stack's ports are free."""
    bases = list(ports.wanted(without=frozenset()).values())
    return free_ports(*bases)[0] - bases[0]


@pytest.mark.real
async def test_the_main_job_goes_through_all_services_and_every_number_has_its_cases(tmp_path: Path) -> None:
    chosen = offset()
    with running("up", "--clock", "scaled", folder=tmp_path, offset=chosen) as launcher:
        launcher.wait_until_up()
        await _told_twice(launcher, tmp_path, chosen)


async def _told_twice(launcher: Launcher, folder: Path, chosen: int) -> None:
    """The second time on the same data, quarters later: nothing of the first stands in its way."""
    async with world(offset=chosen, folder=folder, quiet=True) as one:
        await main_job.tell(one, MOBILE)
        first = await messages(one, MOBILE)
        await main_job.tell(one, MOBILE)
        both = await messages(one, MOBILE)

        await _goes_on(one)

    # Filed, taken, two levels up, answered, open again, answered, closed: one for each, and no more.
    assert (len(first), len(both)) == (8, 16)
    assert launcher.process.poll() is None


async def _goes_on(world: World) -> None:
    """A meeting deals with what the minutes before it said: the service told it itself (PORTAL-10-7)."""

    async def look() -> dict[str, Any] | None:
        listed = await world.get("meetings", "/v1/meetings", by=CHAIR, committee_id=COMMITTEE)
        return next((one for one in listed["items"] if one["agenda"]), None)

    later = await world.until("a meeting with an agenda", look)
    before = await world.get("meetings", f"/v1/meetings/{later['agenda_from']}", by=CHAIR)
    assert later["agenda"] == [*NEXT_AGENDA]
    assert before["starts_at"] < later["starts_at"]
