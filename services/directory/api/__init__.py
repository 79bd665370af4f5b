"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.directory.api import (
    agencies,
    calendars,
    contacts,
    directives,
    figures,
    memberships,
    posts,
    programmes,
    province,
    services,
    staff,
)

router = APIRouter(
    routes=[
        *province.router.routes,
        *agencies.router.routes,
        *posts.router.routes,
        *memberships.router.routes,
        *contacts.router.routes,
        *staff.router.routes,
        *services.router.routes,
        *calendars.router.routes,
        *figures.router.routes,
        *programmes.router.routes,
        *directives.router.routes,
    ]
)
