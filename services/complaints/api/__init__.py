"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.complaints.api import (
    asking,
    attachments,
    batch,
    cases,
    citizens,
    clients,
    intake,
    lists,
    looks,
    misconduct,
    moves,
    notes,
    open311,
    persons,
    press,
    press_answers,
    problems,
    reached,
    reckoning,
    register,
    repeats,
    search,
    templates,
    together,
)

# Lists before cases: a list's name stands where a case's id does.
PARTS = (
    citizens,
    intake,
    batch,
    lists,
    search,
    together,
    cases,
    reached,
    reckoning,
    moves,
    asking,
    attachments,
    notes,
    templates,
    looks,
    repeats,
    persons,
    press,
    press_answers,
    problems,
    misconduct,
    register,
    clients,
    open311,
)
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
