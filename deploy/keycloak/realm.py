"""The realm of a province: realm.json, which holds no secret, and the accounts that one deployment adds."""

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("realm.json")
REALM = "province"
PORTAL = "paygir-portal"  # not the audience: else an ID token would be for us as well
SIGNED_IN = "http://127.0.0.1/signed-in"  # RFC 8252: on the loopback any port will do
AGENCY_CLAIM = "agency"
PERSON_CLAIM = "person"
"""The claim that names the directory's person. Keycloak's `sub` is an id of its own making."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signs in. `person` is who they are in the directory, `username` only their way in.

    Without a password nobody can sign in yet: Keycloak takes a sixth of a second to hash one.
    """

    username: str
    person: str
    agency: str
    password: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A program of an agency, which signs in with its own secret."""

    client_id: str
    agency: str
    secret: str


def realm(
    *, name: str = REALM, people: Iterable[Person] = (), systems: Iterable[System] = ()
) -> dict[str, Any]:
    """As Keycloak takes it in. Mappers are on each client: a file with client scopes of its own would lose
    the built-in ones, and with them `sub`.
    """
    made: dict[str, Any] = json.loads(FILE.read_text())
    mappers = made["clients"][0]["protocolMappers"]
    made["realm"] = name
    systems = list(systems)
    made["clients"] += [_client(system, mappers) for system in systems]
    made["users"] = [*(account(one) for one in people), *map(_service_account, systems)]
    return made


def account(one: Person) -> dict[str, Any]:
    """As Keycloak's user."""
    made: dict[str, Any] = {
        "username": one.username,
        "enabled": True,
        "attributes": {PERSON_CLAIM: [one.person], AGENCY_CLAIM: [one.agency]},
    }
    if one.password is not None:
        made["credentials"] = [{"type": "password", "value": one.password, "temporary": False}]
    return made


def _client(system: System, mappers: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "clientId": system.client_id,
        "secret": system.secret,
        "publicClient": False,
        "serviceAccountsEnabled": True,
        "standardFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "fullScopeAllowed": False,
        "defaultClientScopes": ["basic", "acr"],
        "optionalClientScopes": [],
        "protocolMappers": copy.deepcopy(mappers),
    }


def _service_account(system: System) -> dict[str, Any]:
    return {
        "username": f"service-account-{system.client_id}",
        "enabled": True,
        "serviceAccountClientId": system.client_id,
        "attributes": {PERSON_CLAIM: [system.client_id], AGENCY_CLAIM: [system.agency]},
    }
