"""A voice menu files for its caller."""

from typing import Any

import httpx
import pytest

from tests.complaints.cases import MOBILE, event_names, only_id
from tests.serving import Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-10")]


@pytest.fixture
async def key(complaints: Serving) -> str:
    """That of water's menu."""
    answer = await complaints.http.post(
        "/v1/open311-clients", json={"name": "menu"}, headers=bearer("water.head")
    )
    return answer.json()["api_key"]


async def calls(complaints: Serving, key: str, **changes: Any) -> httpx.Response:
    """Somebody rings and chooses."""
    said = {"api_key": key, "agency_id": "water", "digit": 6, "mobile": MOBILE, "call": "1700000000.42"}
    return await complaints.http.post("/v1/ivr/complaints", json={**said, **changes})


async def test_what_a_caller_chooses_is_a_case_like_any_other(complaints: Serving, key: str) -> None:
    receipt = (await calls(complaints, key, service_code="1001")).json()

    id_ = await only_id(complaints)
    seen = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer("water.desk.officer"))
    case = seen.json()
    assert (case["door"], case["ground"], case["service_code"], case["unit_id"]) == (
        "ivr",
        "put-off-without-reason",
        "1001",
        "desk",
    )
    assert (case["entry"]["medium"], case["mobile"]) == ("menu", "0912***4567")
    own = {"code": receipt["tracking_code"], "mobile": MOBILE}
    assert (await complaints.http.post("/v1/follow", json=own)).is_success


@pytest.mark.parametrize(
    ("digit", "ground"),
    [(0, "none-of-these"), (1, "rules-not-transparent"), (7, "nobody-at-the-desk")],
)
async def test_a_digit_is_a_ground_in_their_order_and_nought_is_none_of_them(
    complaints: Serving, key: str, digit: int, ground: str
) -> None:
    assert (await calls(complaints, key, digit=digit)).status_code == 201

    seen = await complaints.http.get(
        f"/v1/complaints/{await only_id(complaints)}", headers=bearer("water.desk.officer")
    )
    assert (seen.json()["ground"], seen.json()["service_code"]) == (ground, "unsorted")


async def test_the_same_call_files_once_and_another_call_again(complaints: Serving, key: str) -> None:
    first, again = await calls(complaints, key), await calls(complaints, key)
    other = await calls(complaints, key, call="1700000000.43")

    assert first.json() == again.json() != other.json()
    assert await event_names(complaints) == ["ComplaintFiled"] * 2


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"api_key": "wrong"}, 404),
        ({"agency_id": "roads"}, 404),
        ({"agency_id": "nobody"}, 404),
        ({"digit": 8}, 422),
        ({"digit": -1}, 422),
        ({"mobile": "02122334455"}, 422),
        ({"service_code": "2001"}, 422),
        ({"call": "زنگ"}, 422),
        ({"call": ""}, 422),
    ],
)
async def test_what_is_wrong_files_nothing(
    complaints: Serving, key: str, changes: dict[str, Any], status: int
) -> None:
    assert (await calls(complaints, key, **changes)).status_code == status
    assert await event_names(complaints) == []


async def test_a_call_that_is_called_by_the_number_shows_none(complaints: Serving, key: str) -> None:
    assert (await calls(complaints, key, call=MOBILE)).status_code == 201

    [document] = await complaints.database["complaints"].find().to_list()
    assert document["state"]["entry"]["reference"] is None
    assert MOBILE not in repr(document)
