from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from tests.http.actors import name_stand_ins
from tests.http.worlds import MAKERS, World, parts_of, world_of
from tests.serving import serving


@pytest.fixture(params=sorted(MAKERS))
async def world(
    request: pytest.FixtureRequest, database: AsyncDatabase[dict[str, Any]]
) -> AsyncIterator[World]:
    """Each service in turn, with one thing of every kind."""
    settings, assemble = parts_of(request.param)
    async with serving(request.param, settings, assemble, database) as running:
        await name_stand_ins(database)
        yield await world_of(request.param, running)
