"""Requests, as GeoReport calls complaints: filed with a client's key, read by all without a word of them."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Depends, Request, Response

from services.complaints import access
from services.complaints.api.open311.formats import (
    Wrong,
    agency_of,
    answer,
    listed,
    must_be_agency,
    new_router,
    number_of,
    shown,
    span_of,
)
from services.complaints.api.open311.senders import (
    MAY_HAVE_FILES,
    client_of,
    form_of,
    links,
    needed,
    no_key,
    sent_of,
)
from services.complaints.api.open311.services import GROUND
from services.complaints.domain.complaint import Complaint, Status
from services.complaints.domain.reports import STATUSES, Reported, changed_at, status_of
from services.complaints.usecases import open311
from services.complaints.usecases.open311 import Report
from services.complaints.usecases.use import Use
from shared.access.guard import open_to_all
from shared.calendar.jalali import show_instant
from shared.identity import show_code
from shared.language import Text
from shared.mobile import read_mobile
from shared.personal import names_a_number
from shared.store.repository import Saved
from shared.web.answers import within
from shared.web.parts import uses
from shared.web.problems import language_of
from shared.web.uploads import Reader, Upload

router = new_router()
UseIt = Annotated[Use, Depends(uses)]
TEXT_MAX, PLACE_MAX, CODE_MAX = 4000, 300, 64
PAGE_MAX, PAGES_MAX = 200, 1000
NOT_PINPOINTED = "#NOTPINPOINTED#"
_OWN_NUMBER = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?")
NOTES = Text(fa="به دستگاه دیگری سپرده شد.", en="It was handed over to another agency.")
NOTICE = Text(
    fa="کد پیگیری {code}؛ پاسخ تا {due} داده می‌شود.", en="Tracking code {code}; an answer is due by {due}."
)


@router.post("/requests.{kind}", response_model=str, openapi_extra=MAY_HAVE_FILES)
@open_to_all(access.OPEN311)
async def file(request: Request, use: UseIt, reader: Reader) -> Response:
    """File a complaint: form-encoded, with the `api_key` of a client of the agency or the province.

    Files come in a multipart form, by any name; a `media_url` is kept as a link and never fetched. Of who
    reports only a mobile is kept, if it is one: the client knows them, and is told by the updates.
    """
    async with form_of(request, reader) as (given, files):
        saved = await within(_filed(use, given, files))
    due = show_instant(saved.state.rounds[0].due_at).in_(language_of(request))
    notice = NOTICE.in_(language_of(request)).format(code=show_code(saved.state.tracking_code), due=due)
    row = {"service_request_id": saved.state.id, "service_notice": notice, "account_id": None}
    return answer(request, "service_requests", "request", [row], 201)


@router.get("/requests.{kind}", response_model=str)
@open_to_all(access.OPEN311)
async def reports(request: Request, use: UseIt) -> Response:
    """A jurisdiction's reports of at most ninety days, the newest first, by status, service, id and page."""
    given = request.query_params
    agency_id = agency_of(given)
    await must_be_agency(use, agency_id)
    ids, (since, until) = listed(given, "service_request_id"), span_of(given, use.clock.now())
    size = number_of(given, "page_size", default=50, most=PAGE_MAX)
    wanted = Reported(
        agency_id=agency_id,
        since=since,
        until=until,
        ids=ids,
        service_codes=listed(given, "service_code"),
        statuses=_statuses(listed(given, "status")),
        skip=(number_of(given, "page", default=1, most=PAGES_MAX) - 1) * size,
        limit=size,
    )
    rows = [await _row(use, one, language_of(request)) for one in await open311.reports(use, wanted)]
    return answer(request, "service_requests", "request", rows)


@router.get("/requests/{id_}.{kind}", response_model=str)
@open_to_all(access.OPEN311)
async def report(id_: str, request: Request, use: UseIt) -> Response:
    """One report."""
    found = await open311.report(use, agency_of(request.query_params), id_)
    row = await _row(use, found, language_of(request))
    return answer(request, "service_requests", "request", [row])


@router.get("/tokens/{token}.{kind}", response_model=str)
@open_to_all(access.OPEN311)
async def token(token: str, request: Request, use: UseIt) -> Response:
    """A report has its id at once, so its token is the same."""
    found = await open311.report(use, agency_of(request.query_params), token)
    row = {"service_request_id": found.id, "token": found.id}
    return answer(request, "service_requests", "request", [row])


async def _filed(use: Use, given: Mapping[str, str], files: Sequence[Upload]) -> Saved[Complaint]:
    client, report = await client_of(use, given), _report(given, files)
    await must_be_agency(use, report.agency_id)
    if not client.may_file_at(report.agency_id):
        raise no_key()
    return await open311.file(use, client, report)


def _report(given: Mapping[str, str], files: Sequence[Upload]) -> Report:
    """What the client says, as far as its form goes."""
    own = given.get("attribute[fixmystreet_id]") or given.get("service_request_id_ext") or ""
    is_number = _OWN_NUMBER.fullmatch(own) and not names_a_number(own)
    return Report(
        agency_id=agency_of(given),
        service_code=needed(given, "service_code", CODE_MAX),
        ground=needed(given, f"attribute[{GROUND}]", CODE_MAX),
        text="\n".join([needed(given, "description", TEXT_MAX), *_place(given), *links(given)]),
        mobile=read_mobile(given.get("phone", "")),
        reference=own if is_number else None,
        files=sent_of(files),
    )


def _place(given: Mapping[str, str]) -> list[str]:
    """Where it is, as words of the complaint: who reports may say it, and it may be their home."""
    address = given.get("address_string", "").strip()[:PLACE_MAX]
    lat, long = given.get("lat", ""), given.get("long", "")
    unknown = given.get("address_id") == NOT_PINPOINTED
    known = not unknown and _DEGREES.fullmatch(lat) and _DEGREES.fullmatch(long)
    return [*([address] if address else []), *([f"{lat}, {long}"] if known else [])]


def _statuses(names: list[str]) -> frozenset[Status]:
    if any(one not in STATUSES for one in names):
        raise Wrong(400, "status باید open یا closed باشد.", "status is open or closed.")
    return frozenset[Status]().union(*(STATUSES[one] for one in names or STATUSES))


async def _row(use: Use, reported: Complaint, language: str) -> dict[str, object]:
    """Nothing that anybody wrote is in it, and nothing of who wrote it.

    What was handed over is told by the id that the client knows, as it stands where it is now.
    """
    complaint = await open311.now(use, reported)
    service = await use.directory.service(complaint.service_code)
    chart = await use.directory.chart(complaint.agency_id)
    return {
        "service_request_id": reported.id,
        "status": status_of(complaint),
        "status_notes": NOTES.in_(language) if complaint is not reported else None,
        "service_name": service and service.title.fa,
        "service_code": complaint.service_code,
        "description": None,
        "agency_responsible": chart and (chart.name.en if language == "en" else chart.name.fa),
        "service_notice": None,
        "requested_datetime": shown(complaint.filed_at),
        "updated_datetime": shown(changed_at(complaint)),
        "expected_datetime": shown(complaint.round.due_at),
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }
