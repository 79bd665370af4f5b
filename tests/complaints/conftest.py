from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.complaints.app import assemble
from services.complaints.settings import Settings
from tests.serving import Serving, serving


@pytest.fixture
async def complaints(database: AsyncDatabase[dict[str, Any]]) -> AsyncIterator[Serving]:
    """The service on a database of its own, on Saturday at nine."""
    async with serving("complaints", Settings(), assemble, database) as running:
        yield running
