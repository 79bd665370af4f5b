"""Tokens for people of the demo, from whichever issuer `paygir up` has started."""

import asyncio
import contextlib
from pathlib import Path

import httpx

from deploy.embedded import keycloak
from deploy.embedded.environment import Idp
from deploy.keycloak.admin import ADMINISTRATOR, administration
from deploy.keycloak.realm import REALM, Person
from deploy.keycloak.sign_in import NotSignedIn, sign_in

TIMEOUT_S = 5.0


class NoToken(Exception):
    """The issuer is away, or gives none; says why."""


async def token_for(person: str, agency: str, *, idp: Idp, issuer: str, folder: Path) -> str:
    """An access token of this person, of whom the issuer learns here if it doesn't know them.

    Raises:
        NoToken: It gives none.
    """
    try:
        if idp is Idp.KEYCLOAK:
            return await _from_keycloak(person, agency, issuer=issuer, folder=folder)
        async with httpx.AsyncClient(base_url=issuer, timeout=TIMEOUT_S, trust_env=False) as http:
            (await http.put(f"/subjects/{person}", json={"agency": agency})).raise_for_status()
            asked = await http.post("/token", json={"subject": person})
            return str(asked.raise_for_status().json()["access_token"])
    except (httpx.HTTPError, ValueError, KeyError, NotSignedIn) as error:
        raise NoToken(str(error)[:300]) from error


async def account_of(person: str, agency: str, *, issuer: str, folder: Path) -> str:
    """The password by which a person of the demo can sign in to Keycloak; their username is their id."""
    words = keycloak.secret_words(folder / "keycloak")
    password = await asyncio.to_thread(words.of, "people", person)
    administrator = await asyncio.to_thread(words.of, "administrator", ADMINISTRATOR)
    async with administration(issuer.removesuffix(f"/realms/{REALM}"), administrator) as admin:
        known = Person(username=person, person=person, agency=agency, password=password)
        await admin.put_person(REALM, known)
    return password


async def _from_keycloak(person: str, agency: str, *, issuer: str, folder: Path) -> str:
    words = keycloak.secret_words(folder / "keycloak")
    if await asyncio.to_thread(words.knows, "people", person):
        password = await asyncio.to_thread(words.of, "people", person)
        with contextlib.suppress(NotSignedIn):  # the last attempt may have ended before Keycloak took it in
            return str((await sign_in(issuer, username=person, password=password))["access_token"])
    password = await account_of(person, agency, issuer=issuer, folder=folder)
    return str((await sign_in(issuer, username=person, password=password))["access_token"])
