"""HTTP in, HTTP out. Decides nothing."""

from fastapi import APIRouter

from services.complaints.api import cases, looks, persons

router = APIRouter(routes=[*cases.router.routes, *looks.router.routes, *persons.router.routes])
