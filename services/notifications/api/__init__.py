"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.notifications.api import inbound, inbox, messages, staff_lists

PARTS = (messages, inbox, staff_lists, inbound)
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
