from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.directory.app import assemble
from services.directory.settings import Settings
from tests.directory.forms import GOVERNORATE, PROVINCE_FORM, governor
from tests.serving import Serving, serving


@pytest.fixture
async def directory(database: AsyncDatabase[dict[str, Any]]) -> AsyncIterator[Serving]:
    """The service on a database of its own: the province is founded, its governorate has joined."""
    async with serving("directory", Settings(), assemble, database) as running:
        founded = await running.http.put("/v1/province", json=PROVINCE_FORM, headers=governor())
        joined = await running.http.post("/v1/agencies", json=GOVERNORATE, headers=governor())
        assert (founded.status_code, joined.status_code) == (200, 201), joined.text
        yield running


@pytest.fixture
async def elsewhere(database: AsyncDatabase[dict[str, Any]]) -> AsyncIterator[AsyncDatabase[dict[str, Any]]]:
    """The database of another service."""
    other = database.client[f"{database.name}_other"]
    yield other
    await database.client.drop_database(other)
