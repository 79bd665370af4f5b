from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.meetings.app import assemble
from services.meetings.settings import Settings
from services.meetings.usecases import committees
from tests.meetings.groups import joined, told
from tests.serving import Serving, serving


@pytest.fixture
async def meetings(database: AsyncDatabase[dict[str, Any]]) -> AsyncIterator[Serving]:
    """The service on a database of its own, on 30 Aban 1405; water has its group, and its clock is set."""
    async with serving("meetings", Settings(), assemble, database) as running:
        await committees.constitute(running.parts.use, told(joined()))
        await running.sweep()
        yield running
