"""Whoever tries a code learns nothing by it: nobody's is answered as somebody else's."""

from typing import Any

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
}
"""All that a citizen can do with their case."""


async def noted(complaints: Serving, *, anew: bool = True) -> list[tuple[str, str, list[str]]]:
    """What was asked of the two databases, by collection and fields; from now on they note anew."""
    found: list[tuple[str, str, list[str]]] = []
    for database in (complaints.database, keys_database(complaints.database)):
        await database.command({"profile": 0})
        asked = database["system.profile"].find({"command.find": {"$exists": True}}).sort("ts", 1)
        kept = [one["command"] async for one in asked if one["command"]["find"] != "tries"]
        found += [(database.name, one["find"], sorted(one["filter"])) for one in kept]
        await database["system.profile"].drop()
        await database.command({"profile": 2 if anew else 0})
    return found


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
        body = {"code": code, "mobile": mobile, **BODIES[path]}
        answer = await complaints.http.post(f"/v1/follow{path}", json=body)
        answers.append((answer.status_code, answer.json()))
        work.append(await noted(complaints))
    await noted(complaints, anew=False)

    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert work[0] == work[1]
    assert len(work[0]) == 2
