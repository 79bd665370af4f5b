"""Everybody who may come to a route, and what they show."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from joserfc.jwk import ECKey
from pymongo.asynchronous.database import AsyncDatabase

from shared.bus.effects import Projection
from shared.directory.replica import COLLECTION, fold
from shared.events.directory import PROVINCE, AgencyJoined, PostFilled
from tests.http.routes import Route
from tests.http.worlds import World
from tests.province import SATURDAY_NINE, agency_events, governorate_events, told
from tests.serving import bearer, token

STANDS_IN_FROM = SATURDAY_NINE + timedelta(hours=1)
STANDS_IN_UNTIL = SATURDAY_NINE + timedelta(hours=2)
WHILE_STOOD_IN = SATURDAY_NINE + timedelta(minutes=90)
"""Stand-ins act only now: before and after, the holder does."""
ANOTHER_KEY = ECKey.generate_key("P-256", {"kid": "test", "use": "sig", "alg": "ES256"})
Headers = dict[str, str]


def at_nine(world: World, route: Route) -> Mapping[str, Headers | None]:
    """Who asks at nine, and how; None where nobody of that kind could be asked for."""
    post = world.permitted_post(route)
    agency = post.id.split(".", 1)[0]
    subject = f"p-{post.id}"
    return {
        "citizen": {},
        "expired": _shows(token(subject, agency, exp=1)),
        "wrong issuer": _shows(token(subject, agency, iss="https://elsewhere.example")),
        "wrong key": _shows(token(subject, agency, key=ANOTHER_KEY)),
        "no agency": _shows(token(subject, None)),
        "system": _shows(token("service-account-feed", agency)),
        "without post": world.barred(route),
        "stand-in": _shows(token(stand_in(post.id), agency)),
        "other agency": world.elsewhere(route),
        "governorate": bearer("governorate.head"),
        "its inspection": bearer("governorate.inspection"),
    }


def while_stood_in(world: World, route: Route) -> Mapping[str, Headers]:
    """The holder and the stand-in, while the one is away."""
    post = world.permitted_post(route)
    agency = post.id.split(".", 1)[0]
    return {
        "holder away": bearer(post.id),
        "stand-in there": _shows(token(stand_in(post.id), agency)),
    }


def stand_in(post_id: str) -> str:
    """Who stands in for the post's holder between ten and eleven."""
    return f"s-{post_id}"


async def name_stand_ins(database: AsyncDatabase[dict[str, Any]]) -> None:
    """Every post of water and the governorate has one."""
    copy = Projection(database[COLLECTION], fold)
    for agency, before in (("water", agency_events("water")), (PROVINCE, governorate_events())):
        [joined] = [event for event in before if isinstance(event, AgencyJoined)]
        away = [
            PostFilled(
                agency_id=agency,
                post_id=post.id,
                person_id=stand_in(post.id),
                from_at=STANDS_IN_FROM,
                until_at=STANDS_IN_UNTIL,
                stand_in=True,
            )
            for post in joined.posts
        ]
        await copy.work(told(agency, away, after=len(before)))


def _shows(text: str) -> Headers:
    return {"authorization": f"Bearer {text}"}
