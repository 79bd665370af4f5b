from collections.abc import AsyncIterator

import pytest

from deploy.keycloak.admin import ADMINISTRATOR, Administration, administration
from tests.keycloak.accounts import Accounts, made
from tests.real import Provider, waiting_for


@pytest.fixture(scope="session")
def accounts(keycloak: Provider) -> Accounts:
    """People and systems of the tests' own small province, and a second realm beside it."""
    return waiting_for(made(keycloak))


@pytest.fixture
async def admin(keycloak: Provider) -> AsyncIterator[Administration]:
    """Keycloak's administrator."""
    async with administration(keycloak.url, keycloak.words.of("administrator", ADMINISTRATOR)) as one:
        yield one
