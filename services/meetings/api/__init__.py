"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.meetings.api import committees, meetings, oversight

router = APIRouter(routes=[*committees.router.routes, *meetings.router.routes, *oversight.router.routes])
