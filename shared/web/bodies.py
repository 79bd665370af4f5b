"""How long a body may be: as its route says, else the same for all."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

BODY_BYTES_MAX = 256 * 1024
SAID = "x-body-bytes-max"


@dataclass(frozen=True, slots=True, kw_only=True)
class Longer:
    """Where more is taken than elsewhere, and how much."""

    methods: frozenset[str]
    address: re.Pattern[str]
    bytes_max: int


def up_to(bytes_max: int) -> dict[str, Any]:
    """Of a route's `openapi_extra`: so many bytes are taken here, and the document says so."""
    return {SAID: bytes_max}


def longer_of(routes: Iterable[BaseRoute]) -> list[Longer]:
    """Those of these routes that say how much they take."""
    return [
        Longer(
            methods=frozenset(route.methods or ()),
            address=route.path_regex,
            bytes_max=route.openapi_extra[SAID],
        )
        for route in routes
        if isinstance(route, APIRoute) and route.openapi_extra and SAID in route.openapi_extra
    ]
