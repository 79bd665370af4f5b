"""A file of complaints, from a system of the agency's own or typed from paper."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from services.complaints import access
from services.complaints.usecases import batch
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.web.parts import V1, View, uses
from shared.web.problems import language_of
from shared.web.tables import CSV, must_have_no_problems, read_csv_body

router = APIRouter(prefix=V1, tags=["complaints"])
CSV_EXAMPLE = (
    "reference,service_code,ground,text,mobile,received_at\n"
    "1405/1234,10011001100,nobody-at-the-desk,از ساعت ۸ کسی پشت باجهٔ ۳ نبود.,09121234567,1405/08/30 08:15\n"
)
A_FILE = {
    "requestBody": {
        "required": True,
        "content": {CSV: {"schema": {"type": "string"}, "example": CSV_EXAMPLE}},
    }
}


class BatchView(View):
    """How many rows were filed, or would be; `known` were filed before."""

    dry_run: bool
    filed: int
    known: int


@router.post("/intake/batch", openapi_extra=A_FILE)
async def file_batch(
    request: Request,
    who: Annotated[Who, Depends(allowed(access.BATCH))],
    use: Annotated[Use, Depends(uses)],
    dry_run: Annotated[bool, Query()] = False,
) -> BatchView:
    """File each row of a CSV file (UTF-8) once: the same file again makes no doubles.

    One wrong row, and nothing is filed: all of them are told. A larger file is sent in parts.
    """
    table = await asyncio.to_thread(read_csv_body, await request.body())
    done = await batch.file_batch(use, who, table, dry_run=dry_run)
    must_have_no_problems(done.problems, language_of(request))
    return BatchView(dry_run=dry_run, filed=done.filed, known=done.known)
