from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.notifications.app import assemble
from services.notifications.settings import Settings
from tests.notifications.cases import Case
from tests.notifications.inbound import DOORS
from tests.notifications.receiver import System, system
from tests.serving import Serving, serving


@pytest.fixture
async def running(database: AsyncDatabase[dict[str, Any]]) -> AsyncIterator[Serving]:
    """The service with its development phone, on Saturday at nine."""
    async with serving("notifications", Settings(sandbox=True, inbound=DOORS), assemble, database) as one:
        yield one


@pytest.fixture
async def case(running: Serving) -> Case:
    """A complaint whose citizen's number is there."""
    one = Case(running)
    await one.contact_comes()
    return one


@pytest.fixture
async def other() -> AsyncIterator[System]:
    """Another system that is told of events."""
    async with system() as one:
        yield one
