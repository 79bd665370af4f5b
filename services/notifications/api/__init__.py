"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.notifications.api import (
    broadcast_report,
    broadcasts,
    contact_lists,
    inbound,
    inbox,
    ivr,
    messages,
    preferences,
    receipts,
    staff_lists,
    subscriptions,
    wordings,
)

PARTS = (
    messages,
    inbox,
    staff_lists,
    contact_lists,
    broadcasts,
    broadcast_report,
    wordings,
    subscriptions,
    receipts,
    inbound,
    ivr,
    preferences,
)
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
