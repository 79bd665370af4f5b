"""Each service in this process, trusting the tests' Keycloak."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from shared.access.guard import Guard
from shared.access.tokens import token_check
from shared.directory.lookup import Directory
from tests.http.worlds import parts_of
from tests.keycloak.accounts import Accounts
from tests.serving import Serving, serving

Headers = dict[bytes, bytes]


@asynccontextmanager
async def trusting(
    accounts: Accounts, name: str, database: AsyncDatabase[dict[str, Any]]
) -> AsyncGenerator[Serving]:
    """Its API on the small province."""
    settings, assemble = parts_of(name)
    async with serving(name, settings, assemble, database) as running:
        trust(accounts, running)
        yield running


def trust(accounts: Accounts, running: Serving, **how: str) -> None:
    """From now on it knows no keys yet; `how` are settings that differ from the usual."""
    settings, _ = parts_of("complaints")
    said = {"issuer": accounts.issuer(), "person_claim": "person", **how}
    check = token_check(settings.model_copy(update=said))
    running.app.state.guard = Guard(check, Directory(running.database), running.clock)


def bearing(token: str) -> Headers:
    """The header; as bytes, for a bad token may hold anything."""
    return {b"authorization": f"Bearer {token}".encode()}
