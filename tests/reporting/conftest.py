from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.reporting.app import assemble
from services.reporting.settings import Settings
from tests.reporting.stories import join
from tests.serving import Serving, serving


@pytest.fixture
async def reporting(database: AsyncDatabase[dict[str, Any]]) -> AsyncIterator[Serving]:
    """The service on a database of its own, on Saturday 30 Aban 1405; water and roads have their turns."""
    async with serving("reporting", Settings(), assemble, database) as running:
        await join(running, "water")
        await join(running, "roads")
        yield running
