"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.notifications.api import inbox, messages, receipts, staff_lists

PARTS = (messages, inbox, staff_lists, receipts)
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
