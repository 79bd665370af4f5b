"""The complaints service with a POST that checks its body and does nothing: the measure for P2."""

from dataclasses import replace

from fastapi import APIRouter

from services.complaints import access
from services.complaints.api.citizens import FilingBody
from services.complaints.app import assemble
from services.complaints.settings import PORT, Settings
from shared.access.guard import open_to_all
from shared.service import Base, Parts, run
from shared.web.parts import V1

router = APIRouter(prefix=V1)


@router.post("/complaints", status_code=201)
@open_to_all(access.FILE)
async def nothing(body: FilingBody) -> None:
    """A good body is all it wants."""


def empty(base: Base[Settings]) -> Parts:
    """The same parts with this one route."""
    return replace(assemble(base), routers=[router])


if __name__ == "__main__":
    run("complaints", Settings, empty, port=PORT)
