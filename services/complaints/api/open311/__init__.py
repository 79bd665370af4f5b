"""Open311 GeoReport v2: its own addresses, its own shape of answers and errors, in JSON and XML."""

from fastapi import APIRouter

from services.complaints.api.open311 import reports, services, updates

router = APIRouter(routes=[*services.router.routes, *reports.router.routes, *updates.router.routes])
