"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.directory.api import agencies, calendars, figures, posts, province, services

router = APIRouter(
    routes=[
        *province.router.routes,
        *agencies.router.routes,
        *posts.router.routes,
        *services.router.routes,
        *calendars.router.routes,
        *figures.router.routes,
    ]
)
