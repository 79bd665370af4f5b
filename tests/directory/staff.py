"""An agency with an office in a county, whose people ask for themselves."""

from typing import Any

import httpx

from tests.directory.forms import Form, governor, post, power, tell
from tests.serving import Serving, token

HEAD, PR_HEAD, SECRETARY, IT = "p-power-001", "p-power-004", "p-power-005", "p-power-006"
OFFICE_HEAD, OFFICE_PR, OFFICER = "p-power-030", "p-power-031", "p-power-032"
MOBILE, MASKED = "09121234567", "0912***4567"
OFFICE = ("center.head", "unit-head", OFFICE_HEAD), ("center.pr", "representative", OFFICE_PR)
Json = dict[str, Any]


def with_an_office(form: Form) -> None:
    """In the county `center`, below the domain `works`: a head, public relations, a case officer."""
    office = {"id": "power.center", "kind": "county-office", "county": "center", "parent": "power.works"}
    form["units"] += [{**office, "name": {"fa": "ادارهٔ مرکز", "en": "Center"}}]
    form["posts"] += [
        post(f"power.{id_}", role, "power.center", "power.head", person)
        for id_, role, person in (*OFFICE, ("center.officer", "case-officer", OFFICER))
    ]


async def joined(directory: Serving) -> Serving:
    """The agency, known to the service's own copy too: its people's tokens say what posts they have."""
    answer = await directory.http.post("/v1/agencies", json=power(with_an_office), headers=governor())
    assert answer.status_code == 201, answer.text
    await tell(directory, directory.database)
    return directory


def by(person: str, agency: str = "power") -> dict[str, str]:
    """The header by which a person asks."""
    return {"authorization": f"Bearer {token(person, agency)}"}


def url_of(person: str, what: str = "", agency: str = "power") -> str:
    return f"/v1/agencies/{agency}/people/{person}/contact{what}"


async def put(
    agency: Serving, person: str, who: str = HEAD, *, headers: Json | None = None, **body: Any
) -> httpx.Response:
    """Somebody says how a person is reached."""
    given = {**by(who), **(headers or {})}
    return await agency.http.put(url_of(person), json=body or {"mobile": MOBILE}, headers=given)


async def get(agency: Serving, person: str, who: str = HEAD) -> httpx.Response:
    return await agency.http.get(url_of(person), headers=by(who))


async def delete(agency: Serving, person: str, who: str = HEAD) -> httpx.Response:
    return await agency.http.delete(url_of(person), headers=by(who))


async def staff(agency: Serving, who: str = HEAD, **asked: Any) -> Json:
    """A page of the list."""
    answer = await agency.http.get("/v1/agencies/power/staff-contacts", params=asked, headers=by(who))
    assert answer.status_code == 200, answer.text
    return answer.json()
