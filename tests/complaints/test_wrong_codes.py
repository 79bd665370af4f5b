"""Whoever tries a code learns nothing by it: nobody's is answered as somebody else's."""

from typing import Any

import httpx
import pytest

from shared.keys.storage import keys_database
from tests.complaints.cases import file
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-10")]
NOBODYS = "3TMJ-WP0K-48R6-TF3J"
STRANGER, KNOWN = "09120000000", "09121111111"
BODIES: dict[str, dict[str, Any]] = {
    "": {},
    "/rating": {"satisfied": True},
    "/reply": {"text": "شنبه"},
    "/withdrawal": {},
    "/consent": {"consent": True},
    "/erasure": {},
    "/unlink": {},
    "/attachments": {},
    "/attachments/list": {},
    "/attachments/content": {"attachment_id": "a1"},
}
"""All that a citizen can do with their case."""
WITH_A_FILE = "/attachments"
BY_CHANCE = frozenset({"date", "traceparent"})


async def noted(complaints: Serving, *, anew: bool = True) -> list[tuple[str, str, str, list[str]]]:
    """All that was asked of the two databases and written to them: what, where, by which fields. From now on
    they note anew.
    """
    found: list[tuple[str, str, str, list[str]]] = []
    for database in (complaints.database, keys_database(complaints.database)):
        await database.command({"profile": 0})
        async for one in database["system.profile"].find({"op": {"$ne": "getmore"}}).sort("ts", 1):
            command: dict[str, Any] = one.get("command", {})
            if "profile" not in command:
                asked: list[Any] = [command[one] for one in ("filter", "query", "q") if one in command]
                found.append(
                    (one["op"], one["ns"], next(iter(command), ""), sorted(asked[0] if asked else []))
                )
        await database["system.profile"].drop()
        await database.command({"profile": 2 if anew else 0})
    return found


async def tried(complaints: Serving, path: str, code: str, mobile: str) -> httpx.Response:
    body = {"code": code, "mobile": mobile, **BODIES[path]}
    how: dict[str, Any] = {"json": body}
    if path == WITH_A_FILE:
        how = {"data": body, "files": {"file": ("شرح.txt", "متن".encode())}}
    return await complaints.http.post(f"/v1/follow{path}", **how)


async def test_no_way_to_a_case_by_its_code_is_forgotten_here(complaints: Serving) -> None:
    document = (await complaints.http.get("/openapi.json")).json()
    assert {path.removeprefix("/v1/follow") for path in document["paths"] if "/follow" in path} == set(BODIES)


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("mobile", [STRANGER, KNOWN])
async def test_a_code_that_nobody_has_does_the_same_work_and_says_the_same_as_somebody_elses(
    complaints: Serving, path: str, mobile: str
) -> None:
    receipt = await file(complaints)
    await file(complaints, mobile=KNOWN)
    answers: list[Any] = []
    work: list[Any] = []
    await noted(complaints)
    for code in (NOBODYS, receipt["tracking_code"]):
        answer = await tried(complaints, path, code, mobile)
        headers = {name: value for name, value in answer.headers.items() if name not in BY_CHANCE}
        answers.append((answer.status_code, headers, answer.content))
        work.append(await noted(complaints))
    await noted(complaints, anew=False)

    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert work[0] == work[1]
    assert len(work[0]) == 3, "the try is counted, the code looked for, and the person"
