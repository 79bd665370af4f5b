"""Who can sign in to the tests' Keycloak, in two realms that know the same people."""

from dataclasses import dataclass
from typing import Any

from deploy.keycloak.admin import ADMINISTRATOR, administration
from deploy.keycloak.realm import PORTAL, REALM, Person, System, realm
from deploy.keycloak.sign_in import Tokens, sign_in, sign_in_system
from tests.province import holder
from tests.real import Provider

PASSWORD = "correct horse battery staple"  # noqa: S105 - of a Keycloak that lives as long as the tests
NEIGHBOUR = "neighbour"
OTHER_SYSTEM = "another-programs-own"
FEED = "water-feed"
SECRET = "a secret of the tests alone"  # noqa: S105 - likewise
POSTS = (
    "water.head",
    "water.desk.officer",
    "water.desk.head",
    "roads.desk.officer",
)


@dataclass(frozen=True, slots=True)
class Accounts:
    """Signs them in."""

    provider: Provider

    def issuer(self, name: str = REALM) -> str:
        """Of one of the two realms."""
        return self.provider.issuer.removesuffix(REALM) + name

    async def person(self, post_id: str, *, realm_name: str = REALM, client_id: str = PORTAL) -> Tokens:
        """The tokens of whoever fills a post, by the login page."""
        issuer = self.issuer(realm_name)
        return await sign_in(issuer, username=holder(post_id), password=PASSWORD, client_id=client_id)

    async def system(self) -> Tokens:
        """The tokens of water's system."""
        return await sign_in_system(self.issuer(), client_id=FEED, secret=SECRET)


def people() -> list[Person]:
    """Those who fill the posts."""
    return [
        Person(username=holder(post), person=holder(post), agency=post.split(".")[0], password=PASSWORD)
        for post in POSTS
    ]


def client_for_another() -> dict[str, Any]:
    """The portal's like, but its tokens are for no audience of ours."""
    [portal] = realm()["clients"]
    mappers = [one for one in portal["protocolMappers"] if one["name"] != "audience"]
    return {**portal, "clientId": OTHER_SYSTEM, "protocolMappers": mappers}


async def made(provider: Provider) -> Accounts:
    """All of them, made in Keycloak."""
    words = provider.words
    async with administration(provider.url, words.of("administrator", ADMINISTRATOR)) as admin:
        for person in people():
            await admin.put_person(REALM, person)
        feed = System(client_id=FEED, agency="water", secret=SECRET)
        await admin.make_realm(realm(name=NEIGHBOUR, people=people()[:1], systems=[feed]))
        partial = realm(systems=[feed])
        addition = {
            "ifResourceExists": "FAIL",
            "clients": [partial["clients"][-1], client_for_another()],
            "users": partial["users"],
        }
        await admin.ask("POST", f"/admin/realms/{REALM}/partialImport", addition)
    return Accounts(provider)
