"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.notifications.api import inbound, inbox, ivr, messages, staff_lists, subscriptions

PARTS = (messages, inbox, staff_lists, subscriptions, inbound, ivr)
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
