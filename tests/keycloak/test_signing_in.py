"""People come through the login page with PKCE, systems with their secret; each is of one agency."""

import base64
import hashlib
import json
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pymongo.asynchronous.database import AsyncDatabase

from deploy.cli.token import token_of
from deploy.demo.directory import opened_directory
from deploy.demo.people import people as demo_people
from deploy.demo.read import read_province
from deploy.demo.tokens import account_of
from deploy.embedded import keycloak as embedded
from deploy.embedded.environment import Idp
from deploy.keycloak.admin import Administration
from deploy.keycloak.realm import PORTAL, REALM, SIGNED_IN, Person
from deploy.keycloak.sign_in import NotSignedIn, endpoints, sign_in, sign_in_system
from services.directory.settings import Settings
from services.directory.usecases import agencies, provinces
from shared.bus.effects import Projection
from shared.directory.replica import COLLECTION, fold
from shared.events.directory import PostFilled
from tests.complaints.cases import file
from tests.keycloak.accounts import FEED, PASSWORD, SECRET, Accounts
from tests.keycloak.forged import read
from tests.keycloak.services import bearing, trust, trusting
from tests.province import LONG_AGO, agency_events, holder, told
from tests.real import Provider

pytestmark = pytest.mark.real
KEY = base64.b64encode(bytes(range(32))).decode()
LIST = "/v1/complaints"


async def test_an_officer_signed_in_by_the_login_page_works_at_their_own_agency_only(
    accounts: Accounts, database: AsyncDatabase[dict[str, Any]]
) -> None:
    async with trusting(accounts, "complaints", database) as complaints:
        await file(complaints)
        waters = bearing((await accounts.person("water.desk.officer"))["access_token"])
        roads = bearing((await accounts.person("roads.desk.officer"))["access_token"])
        [one] = (await complaints.http.get(LIST, headers=waters)).json()["items"]
        url = f"{LIST}/{one['id']}"

        assert (await complaints.http.get(LIST, headers=roads)).json()["items"] == []
        assert (await complaints.http.post(f"{url}/take", headers=roads)).status_code == 404
        assert (await complaints.http.post(f"{url}/take", headers=waters)).status_code == 200
        entries = [entry async for entry in database["complaints"].find({}, {"history.by": 1})]
        assert f"person:{holder('water.desk.officer')}" in str(entries)


async def test_a_system_signed_in_with_its_secret_may_what_its_post_may_and_nothing_before_it_has_one(
    accounts: Accounts, database: AsyncDatabase[dict[str, Any]]
) -> None:
    async with trusting(accounts, "complaints", database) as complaints:
        feed = bearing((await accounts.system())["access_token"])
        assert (await complaints.http.get(LIST, headers=feed)).status_code == 403

        filled = PostFilled(
            agency_id="water",
            post_id="water.desk.officer-2",
            person_id=FEED,
            from_at=LONG_AGO + timedelta(days=1),
        )
        known = len(agency_events("water"))
        await Projection(database[COLLECTION], fold).work(told("water", [filled], after=known))
        trust(accounts, complaints)  # what it read of the directory is remembered for two seconds
        assert (await complaints.http.get(LIST, headers=feed)).status_code == 200


async def test_what_an_access_token_says_is_person_and_agency_and_nothing_of_their_name(
    accounts: Accounts,
) -> None:
    tokens = await accounts.person("water.head")
    _, claims = read(tokens["access_token"])
    _, of_system = read((await accounts.system())["access_token"])

    assert (claims["person"], claims["agency"], claims["aud"]) == ("p-water.head", "water", "paygir")
    assert claims["sub"] != claims["person"]
    assert claims["exp"] - claims["iat"] == 300
    assert {"name", "given_name", "family_name", "email", "preferred_username"}.isdisjoint(claims)
    assert (of_system["person"], of_system["agency"], of_system["aud"]) == (FEED, "water", "paygir")
    assert read(tokens["id_token"])[1]["aud"] == PORTAL


async def asked_for_a_code(issuer: str, **changes: str | None) -> httpx.Response:
    """What the provider answers to a browser that comes from our portal."""
    asking = {
        "response_type": "code",
        "client_id": PORTAL,
        "redirect_uri": SIGNED_IN,
        "scope": "openid",
        "state": "s",
        "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).decode().rstrip("="),
        "code_challenge_method": "S256",
        **changes,
    }
    said = {name: value for name, value in asking.items() if value is not None}
    async with httpx.AsyncClient(trust_env=False) as browser:
        return await browser.get((await endpoints(browser, issuer))["authorization_endpoint"], params=said)


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": "v" * 43, "code_challenge_method": "plain"},
        {"response_type": "token"},
        {"response_type": "id_token token", "nonce": "n"},
        {"redirect_uri": "https://evil.example/signed-in"},
        {"redirect_uri": "http://127.0.0.1/signed-in/../elsewhere"},
        {"redirect_uri": "http://127.0.0.1.evil.example/signed-in"},
        {"client_id": "nobody"},
    ],
    ids=str,
)
async def test_without_pkce_or_from_elsewhere_there_is_no_login_page(
    accounts: Accounts, changes: dict[str, str | None]
) -> None:
    fine = await asked_for_a_code(accounts.issuer())
    refused = await asked_for_a_code(accounts.issuer(), **changes)

    assert (fine.status_code, "kc-form-login" in fine.text) == (200, True)
    assert "kc-form-login" not in refused.text
    sent_to = parse_qs(urlsplit(str(refused.headers.get("location", ""))).fragment)
    assert "access_token" not in sent_to


async def test_a_code_is_worth_nothing_without_its_verifier(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    stolen: list[str] = []
    post = httpx.AsyncClient.post

    async def with_another_verifier(self: httpx.AsyncClient, url: str, **how: Any) -> httpx.Response:
        if how["data"].get("grant_type") == "authorization_code":
            stolen.append(how["data"]["code"])
            how["data"] = {**how["data"], "code_verifier": secrets.token_urlsafe(48)}
        return await post(self, url, **how)

    with monkeypatch.context() as patch:
        patch.setattr(httpx.AsyncClient, "post", with_another_verifier)
        with pytest.raises(NotSignedIn, match="invalid_grant"):
            await accounts.person("water.head")
    assert len(stolen) == 1
    assert await accounts.person("water.head")


async def test_a_wrong_password_and_the_password_grant_let_nobody_in(accounts: Accounts) -> None:
    head = holder("water.head")
    with pytest.raises(NotSignedIn):
        await sign_in(accounts.issuer(), username=head, password=f"not {PASSWORD}")
    asking = {"grant_type": "password", "client_id": PORTAL, "username": head, "password": PASSWORD}
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post((await endpoints(http, accounts.issuer()))["token_endpoint"], data=asking)
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")

    with pytest.raises(NotSignedIn, match=r"unauthorized_client|invalid_client"):
        await sign_in_system(accounts.issuer(), client_id=FEED, secret=f"not {SECRET}")


async def test_only_administrators_say_whose_agency_and_person_an_account_is(
    accounts: Accounts, keycloak: Provider, admin: Administration
) -> None:
    officer = holder("water.desk.head")
    [before] = (await admin.ask("GET", f"/admin/realms/{REALM}/users?exact=true&username={officer}")).json()
    tokens = await sign_in(accounts.issuer(), username=officer, password=PASSWORD)
    mine = {**before, "attributes": {"agency": ["roads"], "person": ["p-roads.head"]}}
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    async with httpx.AsyncClient(base_url=keycloak.url, trust_env=False, headers=headers) as http:
        asked = [
            await http.post(f"/realms/{REALM}/account", json=mine),
            await http.put(f"/admin/realms/{REALM}/users/{before['id']}", json=mine),
        ]
    assert not any(answer.is_success for answer in asked)

    [after] = (await admin.ask("GET", f"/admin/realms/{REALM}/users?exact=true&username={officer}")).json()
    assert after["attributes"] == before["attributes"] == {"agency": ["water"], "person": [officer]}
    profile = (await admin.ask("GET", f"/admin/realms/{REALM}/users/profile")).json()["attributes"]
    edited_by = {one["name"]: one["permissions"]["edit"] for one in profile}
    assert {edited_by[name] == ["admin"] for name in ("agency", "person", "username")} == {True}


async def test_everybody_of_the_demo_has_an_account_and_each_of_its_agencies_a_system(
    keycloak: Provider, admin: Administration
) -> None:
    found = (await admin.ask("GET", f"/admin/realms/{REALM}/users?max=1000")).json()
    known = {one["username"]: one["attributes"] for one in found if "attributes" in one}
    demo = demo_people()

    assert len({one.username for one in demo}) == len(demo) > 100
    assert all(known[one.username] == {"person": [one.person], "agency": [one.agency]} for one in demo)
    for agency in sorted({one.agency for one in demo}):
        system = embedded.system(keycloak.words, agency)
        signed_in = await sign_in_system(keycloak.issuer, client_id=system.client_id, secret=system.secret)
        said = read(signed_in["access_token"])[1]
        assert (said["agency"], said["person"]) == (agency, f"system-{agency}")


async def test_paygir_token_signs_in_whoever_acts_for_the_post(
    keycloak: Provider, mongodb: str, database: AsyncDatabase[dict[str, Any]]
) -> None:
    settings = Settings(
        mongodb=mongodb, database=database.name, key=KEY, key_file=None, issuer=keycloak.issuer
    )
    province = read_province()
    async with opened_directory(settings) as use:
        await provinces.settle_province(use, "operator", province.form)
        for form in (province.governorate, *province.agencies):
            await agencies.settle_agency(use, "operator", form)
    post = "water.customer-affairs.officer-1"

    async def said() -> tuple[str, str]:
        token = await token_of(post, settings, idp=Idp.KEYCLOAK, folder=keycloak.folder)
        claims = read(token)[1]
        return claims["person"], claims["agency"]

    assert await said() == ("p-water-024", "water")
    assert await said() == ("p-water-024", "water")
    password = await account_of("p-water-024", "water", issuer=keycloak.issuer, folder=keycloak.folder)
    assert await sign_in(keycloak.issuer, username="p-water-024", password=password)
    kept = keycloak.folder / "keycloak" / "secrets.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert json.loads(kept.read_text())["people"] == {"p-water-024": password}


async def test_an_account_without_an_agency_or_a_person_cannot_be_made(admin: Administration) -> None:
    for agency, person in (("", "p-nobody"), ("water", "")):
        nobody = Person(username="nobody", person=person, agency=agency, password=PASSWORD)
        with pytest.raises(httpx.HTTPStatusError, match="400"):
            await admin.put_person(REALM, nobody)
