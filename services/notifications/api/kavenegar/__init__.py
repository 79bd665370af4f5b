"""Kavenegar's REST interface, so that software written for it sends through Paygir without a change."""

from fastapi import APIRouter

from services.notifications.api.kavenegar import inbox, mine, sending

router = APIRouter(routes=[*sending.router.routes, *mine.router.routes, *inbox.router.routes])
