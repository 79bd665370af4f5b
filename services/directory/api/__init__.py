"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.directory.api import agencies, calendars, posts, province, services

router = APIRouter(
    routes=[
        *province.router.routes,
        *agencies.router.routes,
        *posts.router.routes,
        *services.router.routes,
        *calendars.router.routes,
    ]
)
