"""What Paygir asks of Keycloak's administration API."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from deploy.keycloak.realm import Person, account

ADMINISTRATOR = "admin"
TOKEN_KEPT_S = 30.0  # Keycloak's own lives a minute
TIMEOUT_S = 180.0  # a realm with hundreds of passwords is hashed in one go


class Administration:
    """Signed in as the administrator. Every call raises httpx.HTTPError if Keycloak refuses it."""

    def __init__(self, http: httpx.AsyncClient, password: str) -> None:
        self._http, self._password = http, password
        self._token, self._token_at = "", float("-inf")

    async def has_realm(self, name: str) -> bool:
        """Whether there is such a realm."""
        return (await self.ask("GET", f"/admin/realms/{name}", allowed=404)).is_success

    async def make_realm(self, realm: dict[str, Any]) -> None:
        """Take in a whole realm with its accounts: all of it or nothing."""
        await self.ask("POST", "/admin/realms", realm)

    async def put_person(self, realm: str, person: Person) -> None:
        """An account with this agency and password, made if there is none."""
        users = f"/admin/realms/{realm}/users"
        found = await self.ask("GET", f"{users}?exact=true&username={person.username}")
        if known := found.json():
            await self.ask("PUT", f"{users}/{known[0]['id']}", account(person))
        else:
            await self.ask("POST", users, account(person))

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        allowed: int | None = None,
    ) -> httpx.Response:
        """Any request; `allowed` is a refusal that is an answer too."""
        headers = {"authorization": f"Bearer {await self._signed_in()}"}
        answer = await self._http.request(method, path, json=body, headers=headers)
        return answer if answer.status_code == allowed else answer.raise_for_status()

    async def _signed_in(self) -> str:
        if time.monotonic() - self._token_at > TOKEN_KEPT_S:
            asking = {
                "grant_type": "password",
                "client_id": "admin-cli",
                "username": ADMINISTRATOR,
                "password": self._password,
            }
            answer = await self._http.post("/realms/master/protocol/openid-connect/token", data=asking)
            self._token = str(answer.raise_for_status().json()["access_token"])
            self._token_at = time.monotonic()
        return self._token


@asynccontextmanager
async def administration(url: str, password: str) -> AsyncGenerator[Administration]:
    """Of the Keycloak at this address."""
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S, trust_env=False) as http:
        yield Administration(http, password)
