"""What the tests of the register of misconduct have in common."""

from typing import Any

import httpx

from tests.serving import Serving, bearer

INSPECTOR, GOVERNORATES = "water.inspector", "governorate.inspection"
OFFICER = "water.desk.officer"
REASONS = "در بازدید و با گفتهٔ دو مراجع روشن شد."
WHY = "آماده‌کردن پرونده برای هیئت"


def opening(post: str = OFFICER, **changes: Any) -> dict[str, Any]:
    """What was seen on a visit at water's desk."""
    return {
        "person_id": f"p-{post}",
        "post_id": post,
        "source": "visit",
        "reference": "۱۴۰۵/ب/۳۱۸",
        "service_code": "1001",
        "step": "reception",
        "cause": "disrespect",
        "happened_on": "2026-11-18",
        "what": "با مراجع با بی‌احترامی رفتار شد.",
        "evidence": ["صورت‌جلسهٔ بازدید"],
        **changes,
    }


async def enter(serving: Serving, post: str = OFFICER, by: str = INSPECTOR, **changes: Any) -> httpx.Response:
    """Inspection opens a record."""
    body = opening(post, **changes)
    return await serving.http.post("/v1/misconduct", json=body, headers=bearer(by))


async def opened(serving: Serving, post: str = OFFICER, by: str = INSPECTOR, **changes: Any) -> str:
    """The id of a new record."""
    answer = await enter(serving, post, by, **changes)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def does(serving: Serving, id_: str, what: str, *, by: str = INSPECTOR, **body: Any) -> httpx.Response:
    """One act on a record."""
    return await serving.http.post(f"/v1/misconduct/{id_}/{what}", json=body or None, headers=bearer(by))


async def heard(serving: Serving, post: str = OFFICER, by: str = INSPECTOR, **changes: Any) -> str:
    """A record whose person was heard."""
    id_ = await opened(serving, post, by, **changes)
    assert (await does(serving, id_, "statement", by=by, text="خسته بودم.")).is_success
    return id_


async def found(serving: Serving, degree: str, **changes: Any) -> dict[str, Any]:
    """A record with a finding, as it is shown then."""
    answer = await does(serving, await heard(serving, **changes), "finding", degree=degree, reasons=REASONS)
    assert answer.status_code == 200, answer.text
    return answer.json()
