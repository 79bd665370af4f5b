"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.directory.api import agencies, calendars, province, services

router = APIRouter(
    routes=[
        *province.router.routes,
        *agencies.router.routes,
        *services.router.routes,
        *calendars.router.routes,
    ]
)
