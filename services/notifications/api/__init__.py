"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.notifications.api import (
    broadcast_report,
    broadcasts,
    clients,
    contact_lists,
    event_systems,
    explanations,
    guides,
    inbound,
    inbox,
    ivr,
    kavenegar,
    messages,
    preferences,
    receipts,
    staff_lists,
    subscriptions,
    usage,
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
    explanations,
    guides,
    event_systems,
    subscriptions,
    receipts,
    inbound,
    ivr,
    preferences,
    clients,
    kavenegar,
    usage,
)
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
