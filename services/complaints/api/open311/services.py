"""Discovery, the services of a jurisdiction, and what is asked with each."""

from typing import Annotated

from fastapi import Depends, Request, Response

from services.complaints import access, rules
from services.complaints.api.open311.formats import (
    MEDIA,
    PREFIX,
    agency_of,
    answer,
    answer_one,
    must_be_agency,
    new_router,
)
from services.complaints.usecases import open311
from services.complaints.usecases.use import Use
from shared.access.guard import open_to_all
from shared.directory.lookup import CatalogueService
from shared.grounds import GROUND_NAMES
from shared.language import Text
from shared.web.parts import uses
from shared.web.problems import language_of

router = new_router()
UseIt = Annotated[Use, Depends(uses)]
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-21T00:00:00Z"
GROUND = "ground"
GROUND_ASKED = Text(fa="موضوع شکایت", en="What the complaint is about")


@router.get("/discovery.{kind}", response_model=str)
@open_to_all(access.OPEN311)
async def discovery(request: Request) -> Response:
    """Where this API is and what it speaks."""
    endpoint = {
        "specification": SPECIFICATION,
        "url": str(request.url.replace(path=PREFIX, query="")),
        "changeset": CHANGESET,
        "type": "production",
        "formats": [*MEDIA.values()],
    }
    row = {"changeset": CHANGESET, "contact": None, "key_service": None, "endpoints": [endpoint]}
    return answer_one(request, "discovery", row)


@router.get("/services.{kind}", response_model=str)
@open_to_all(access.OPEN311)
async def services(request: Request, use: UseIt) -> Response:
    """All services of a jurisdiction: an agency."""
    agency_id, language = agency_of(request.query_params), language_of(request)
    await must_be_agency(use, agency_id)
    found = await open311.services(use, agency_id)
    return answer(request, "services", "service", [_row(one, language) for one in found])


@router.get("/services/{code}.{kind}", response_model=str)
@open_to_all(access.OPEN311)
async def definition(code: str, request: Request, use: UseIt) -> Response:
    """What is asked of who complains about a service: the ground."""
    agency_id, language = agency_of(request.query_params), language_of(request)
    await must_be_agency(use, agency_id)
    found = await open311.service(use, agency_id, code)
    values = [{"key": one, "name": GROUND_NAMES[one].in_(language)} for one in rules.GROUNDS.preset]
    ground = {
        "variable": True,
        "code": GROUND,
        "datatype": "singlevaluelist",
        "required": True,
        "datatype_description": None,
        "order": 1,
        "description": GROUND_ASKED.in_(language),
        "values": values,
    }
    row = {"service_code": found.code, "attributes": [ground]}
    return answer_one(request, "service_definition", row)


def _row(service: CatalogueService, language: str) -> dict[str, object]:
    name = (service.title.en or service.title.fa) if language == "en" else service.title.fa
    return {
        "service_code": service.code,
        "service_name": name,
        "description": name,
        "metadata": True,
        "type": "realtime",
        "keywords": None,
        "group": service.unit_id,
    }
