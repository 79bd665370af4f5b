"""Signing in: a person as their browser does (code flow with PKCE), a system with its secret."""

import base64
import hashlib
import secrets
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from typing_extensions import override

from deploy.keycloak.realm import PORTAL, SIGNED_IN

TIMEOUT_S = 30.0
Tokens = dict[str, Any]


class NotSignedIn(Exception):
    """The provider let nobody in; says why."""


async def sign_in(issuer: str, *, username: str, password: str, client_id: str = PORTAL) -> Tokens:
    """The tokens a person gets through the login page. The verifier never leaves this process but to the
    token endpoint, so a code that is caught on the way is worth nothing.
    """
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asking = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": SIGNED_IN,
        "scope": "openid",
        "state": state,
        "nonce": secrets.token_urlsafe(16),
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as browser:
        known = await endpoints(browser, issuer)
        page = await browser.get(known["authorization_endpoint"], params=asking)
        _keep_cookies(browser)
        back = await browser.post(login_form(page), data={"username": username, "password": password})
        said = parse_qs(urlsplit(str(back.headers.get("location", ""))).query)
        if said.get("state") != [state] or "code" not in said:
            raise NotSignedIn(f"no code for {username}: {back.status_code}")
        asking = {
            "grant_type": "authorization_code",
            "client_id": client_id,
            "redirect_uri": SIGNED_IN,
            "code": said["code"][0],
            "code_verifier": verifier,
        }
        return _tokens(await browser.post(known["token_endpoint"], data=asking))


async def sign_in_system(issuer: str, *, client_id: str, secret: str) -> Tokens:
    """The tokens of a system (client credentials)."""
    async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as http:
        known = await endpoints(http, issuer)
        asking = {"grant_type": "client_credentials"}
        return _tokens(await http.post(known["token_endpoint"], data=asking, auth=(client_id, secret)))


async def endpoints(http: httpx.AsyncClient, issuer: str) -> dict[str, str]:
    """What the provider publishes of itself."""
    answer = await http.get(f"{issuer}/.well-known/openid-configuration")
    found: dict[str, str] = answer.raise_for_status().json()
    return found


def login_form(page: httpx.Response) -> str:
    """Where the login page sends what is typed into it."""
    reader = _Forms()
    reader.feed(page.text)
    if len(reader.actions) != 1:
        raise NotSignedIn(f"no login page: {page.status_code}")
    return reader.actions[0]


def _keep_cookies(browser: httpx.AsyncClient) -> None:
    """Browsers take 127.0.0.1 for safe without TLS, so they send its secure cookies back."""
    for cookie in browser.cookies.jar:
        cookie.secure = cookie.secure and not cookie.domain.startswith("127.")


def _tokens(answer: httpx.Response) -> Tokens:
    said: Tokens = answer.json()
    if not answer.is_success:
        raise NotSignedIn(f"{answer.status_code}: {said.get('error')}: {said.get('error_description')}")
    return said


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.actions: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        action = dict(attrs).get("action")
        if tag == "form" and action:
            self.actions.append(action)
