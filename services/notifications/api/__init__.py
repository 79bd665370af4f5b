"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.notifications.api import (
    clients,
    inbound,
    inbox,
    ivr,
    kavenegar,
    messages,
    receipts,
    staff_lists,
    subscriptions,
)

PARTS = (messages, inbox, staff_lists, subscriptions, receipts, inbound, ivr, clients, kavenegar)
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
