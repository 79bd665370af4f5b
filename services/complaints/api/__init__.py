"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.complaints.api import cases, citizens, looks, notes, persons

PARTS = (citizens, cases, notes, looks, persons)
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
