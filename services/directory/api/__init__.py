"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.directory.api import (
    agencies,
    calendars,
    directives,
    figures,
    memberships,
    posts,
    province,
    services,
)

router = APIRouter(
    routes=[
        *province.router.routes,
        *agencies.router.routes,
        *posts.router.routes,
        *memberships.router.routes,
        *services.router.routes,
        *calendars.router.routes,
        *figures.router.routes,
        *directives.router.routes,
    ]
)
