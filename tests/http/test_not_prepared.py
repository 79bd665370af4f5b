"""A service that hasn't made its unique indexes yet writes nothing, and says when to come again."""

import pytest

from shared.web.middleware import SAFE_METHODS
from tests.http.worlds import World

pytestmark = pytest.mark.real


async def test_until_the_indexes_are_there_every_write_is_put_off_and_reading_goes_on(world: World) -> None:
    health = world.serving.app.state.health
    assert health.prepared
    health.prepared = False
    try:
        for route in world.routes:
            answer = await world.ask(route, body=world.lawful_body(route))
            if route.method in SAFE_METHODS:
                assert answer.status_code < 500, route.name
            else:
                assert answer.status_code == 503, route.name
                assert answer.json()["type"].endswith("not-prepared")
                assert int(answer.headers["retry-after"]) > 0
    finally:
        health.prepared = True
