from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.content.app import assemble
from services.content.settings import Settings
from tests.serving import Serving, serving


@pytest.fixture
async def content(database: AsyncDatabase[dict[str, Any]]) -> AsyncIterator[Serving]:
    """The service on a database of its own, on Saturday at nine."""
    async with serving("content", Settings(), assemble, database) as running:
        yield running
