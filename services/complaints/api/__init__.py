"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.complaints.api import cases, citizens, looks, persons

PARTS = (citizens, cases, looks, persons)
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
