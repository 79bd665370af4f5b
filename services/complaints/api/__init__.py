"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.complaints.api import (
    asking,
    cases,
    citizens,
    looks,
    misconduct,
    moves,
    notes,
    persons,
    press,
    press_answers,
    reached,
    reckoning,
    register,
    templates,
)

PARTS = (
    citizens,
    cases,
    reached,
    reckoning,
    moves,
    asking,
    notes,
    templates,
    looks,
    persons,
    press,
    press_answers,
    misconduct,
    register,
)
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
