"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.content.api import bars, items, published

router = APIRouter(routes=[*published.router.routes, *items.router.routes, *bars.router.routes])
