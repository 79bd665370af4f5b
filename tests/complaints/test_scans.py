"""The letter or form itself lies in the case that was entered from it, as the evidence of its door."""

from typing import Any

import httpx
import pytest

from tests.complaints.attachments import OFFICER, download, download_own, listed, own, withdraw
from tests.complaints.cases import MOBILE, file, only_id
from tests.complaints.test_doors import hand
from tests.serving import Serving, bearer
from tests.shared.files import samples

pytestmark = [pytest.mark.real, pytest.mark.clause("COUNTY-D2")]
SECRETARY = "water.pr.secretary"


async def scan(
    complaints: Serving, id_: str, content: bytes | None = None, *, post: str = OFFICER
) -> httpx.Response:
    given = bytes(samples.plain_photo()) if content is None else content
    return await complaints.http.post(
        f"/v1/complaints/{id_}/scan", files={"file": ("نامه.jpg", given)}, headers=bearer(post)
    )


async def entered(complaints: Serving, door: str, post: str = OFFICER) -> dict[str, Any]:
    return (await hand(complaints, door, post)).json()


@pytest.mark.parametrize("door", ["post", "paper", "desk", "email", "phone"])
async def test_who_enters_a_case_adds_what_it_was_entered_from_and_the_case_shows_it(
    complaints: Serving, door: str
) -> None:
    case = await entered(complaints, door, SECRETARY)
    added = [await scan(complaints, case["id"], post=SECRETARY) for _ in range(2)]
    [seen] = await listed(complaints, case["id"])

    assert [one.status_code for one in added] == [201, 201]
    assert (seen["purpose"], seen["post_id"], seen["kind"]) == ("scan", SECRETARY, "jpeg")
    assert (await download(complaints, case["id"], seen["id"])).status_code == 200


@pytest.mark.clause("FOAD-10")
async def test_its_citizen_sees_the_scan_of_their_own_letter_and_who_opened_it(complaints: Serving) -> None:
    case = await entered(complaints, "post")
    await scan(complaints, case["id"])
    [kept] = await listed(complaints, case["id"])
    await download(complaints, case["id"], kept["id"])
    [seen] = await own(complaints, case)

    assert (seen["purpose"], [one["post_id"] for one in seen["openings"]]) == ("scan", [OFFICER])
    assert (await download_own(complaints, case, seen["id"])).status_code == 200


async def test_the_scan_of_anothers_letter_is_taken_away_again(complaints: Serving) -> None:
    case = await entered(complaints, "post")
    added = (await scan(complaints, case["id"])).json()
    for _ in range(2):
        assert (await withdraw(complaints, case["id"], added["id"])).status_code == 204

    assert await listed(complaints, case["id"]) == await own(complaints, case) == []


async def test_what_nobody_entered_has_no_scan(complaints: Serving) -> None:
    await file(complaints, mobile=MOBILE)
    refused = await scan(complaints, await only_id(complaints))

    assert (refused.status_code, refused.json()["clause"]) == (409, "COUNTY-D2")


@pytest.mark.parametrize(
    ("post", "status"), [("roads.desk.officer", 404), ("water.deputy", 403), ("water.inspector", 403)]
)
async def test_only_who_takes_in_at_the_agency_itself_adds_one(
    complaints: Serving, post: str, status: int
) -> None:
    case = await entered(complaints, "post")

    assert (await scan(complaints, case["id"], post=post)).status_code == status
    assert (await scan(complaints, case["id"], b"MZ\x90\0")).status_code == 422
    assert await listed(complaints, case["id"]) == []
