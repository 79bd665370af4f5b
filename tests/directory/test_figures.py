"""An agency's own figures: tighter freely, looser by the province's agreement, old cases keep theirs."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import httpx
import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.complaints.app import assemble
from services.complaints.settings import Settings
from services.meetings import rules as meetings_rules
from services.meetings.domain.terms import Terms
from shared.directory.lookup import Directory
from shared.figures import ADAPTABLE
from tests.complaints.cases import filing
from tests.directory.forms import csv_of, governor, power, row, tell
from tests.province import SATURDAY_NINE
from tests.serving import Serving, serving, token

pytestmark = pytest.mark.real
TODAY, TOMORROW, LATER = "2026-11-21", "2026-11-22", "2026-12-22"
AGREEMENT = {"letter": "۱۲۳۴/ص", "on": TODAY}
SUNDAY_NINE = SATURDAY_NINE + timedelta(days=1)
Answer = httpx.Response


def head() -> dict[str, str]:
    """The header of the agency's own head."""
    return {"authorization": f"Bearer {token('p-power-001', 'power')}"}


@pytest.fixture
async def joined(directory: Serving) -> Serving:
    """Power has joined, has a service, and its head is known here."""
    made = [
        await directory.http.post("/v1/agencies", json=power(), headers=governor()),
        await directory.http.post("/v1/services/import", content=csv_of(row()), headers=governor()),
    ]
    assert all(one.is_success for one in made)
    await tell(directory, directory.database)
    return directory


async def put(
    directory: Serving, headers: dict[str, str], *, agency: str = "power", **changes: Any
) -> Answer:
    """Set a figure: two hours for an answer, from tomorrow on."""
    body = {"figure": "FOAD-6", "value": "PT2H", "from_day": TOMORROW, **changes}
    return await directory.http.post(f"/v1/agencies/{agency}/figures", json=body, headers=headers)


async def in_force(directory: Serving, on: str, figure: str = "FOAD-6") -> str:
    """What holds for power on a day."""
    answer = await directory.http.get("/v1/agencies/power/figures", params={"on": on})
    [one] = [one for one in answer.json() if one["figure"] == figure]
    return one["value"]


async def told(directory: Serving) -> list[dict[str, Any]]:
    """The records of figures that wait for the bus."""
    records = await directory.published(directory.parts.use.agencies)
    return [one for one in records if one["headers"]["ce_type"].endswith(".FigureSet.v1")]


@pytest.mark.clause("RIGHTS-G9")
async def test_the_head_sets_a_tighter_figure_and_it_holds_from_its_day_on(joined: Serving) -> None:
    answer = await put(joined, head())

    assert answer.status_code == 200, answer.text
    assert [await in_force(joined, day) for day in (TODAY, TOMORROW)] == ["PT3H", "PT2H"]
    assert answer.json()["sets"] == [
        {"value": "PT2H", "from_day": TOMORROW, "for_all": False, "agreement": None}
    ]


@pytest.mark.clause("RIGHTS-G9")
@pytest.mark.parametrize(
    ("by_governor", "agreement", "status"),
    [(False, None, 409), (False, AGREEMENT, 409), (True, None, 409), (True, AGREEMENT, 200)],
)
async def test_looser_is_for_the_governorate_alone_and_with_the_central_secretariats_letter(
    joined: Serving, by_governor: bool, agreement: dict[str, str] | None, status: int
) -> None:
    answer = await put(joined, governor() if by_governor else head(), value="PT4H", agreement=agreement)

    assert answer.status_code == status, answer.text
    assert answer.json()["clause"] == ("FOAD-6" if status == 200 else "RIGHTS-G9")
    assert await in_force(joined, TOMORROW) == ("PT4H" if status == 200 else "PT3H")
    assert len(await told(joined)) == (status == 200)


@pytest.mark.clause("RIGHTS-G9")
async def test_what_was_set_tighter_is_not_set_back_without_the_agreement_either(joined: Serving) -> None:
    await put(joined, head())
    back = await put(joined, head(), value="PT2H30M", from_day=LATER)
    tighter = await put(joined, head(), value="PT1H", from_day=LATER)

    assert (back.status_code, tighter.status_code) == (409, 200)
    days = (TODAY, TOMORROW, "2026-12-21", LATER)
    assert [await in_force(joined, day) for day in days] == ["PT3H", "PT2H", "PT2H", "PT1H"]


@pytest.mark.clause("RIGHTS-G9")
@pytest.mark.parametrize(
    ("figure", "tighter", "looser"),
    [
        ("PORTAL-10-3", "3/4", "3/5"),
        ("PORTAL-10-3/majority", "2/3", None),
        ("PORTAL-10-1/notice", "P10D", "P6D"),
        ("PORTAL-10-6", "P1D", "P3D"),
        ("FOAD-6/ladder", "PT0S PT1H PT2H PT3H", "PT0S PT2H PT4H"),
        ("RIGHTS-P9-5", "P8D", "P6D"),
        ("FOAD-10/files", "30", "10"),
    ],
)
async def test_each_figure_has_its_own_way_of_being_tighter(
    joined: Serving, figure: str, tighter: str, looser: str | None
) -> None:
    statuses = [
        (await put(joined, head(), figure=figure, value=value)).status_code
        for value in (tighter, looser or tighter)
    ]

    assert statuses == [200, 409 if looser else 200]
    assert await in_force(joined, TOMORROW, figure) == tighter


async def test_the_provinces_figure_holds_for_all_and_an_agencys_of_the_same_day_goes_before(
    joined: Serving, elsewhere: AsyncDatabase[dict[str, Any]]
) -> None:
    for_all = await put(joined, governor(), agency="governorate", value="PT2H30M")
    own = await put(joined, head())
    await put(joined, governor(), agency="governorate", figure="PORTAL-10-6", value="P1D", from_day=LATER)
    await tell(joined, elsewhere)
    copy = await Directory(elsewhere).figures("power")

    assert (for_all.status_code, own.status_code) == (200, 200), own.text
    for day in (TODAY, TOMORROW, LATER):
        for figure in ("FOAD-6", "PORTAL-10-6"):
            rule = ADAPTABLE[figure].rule
            held = copy.of(rule, date.fromisoformat(day))
            assert await in_force(joined, day, figure) == rule.write(held)
    assert [one["for_all"] for one in own.json()["sets"]] == [True, False]


async def test_the_same_figure_set_twice_or_by_many_at_once_is_told_once(joined: Serving) -> None:
    answers = await asyncio.gather(*[put(joined, head()) for _ in range(8)])

    assert [answer.status_code for answer in answers] == [200] * 8
    assert len(await told(joined)) == 1


async def test_who_saw_an_older_version_is_refused(joined: Serving) -> None:
    first = await put(joined, head())
    stale = await put(joined, {**head(), "if-match": '"1"'}, value="PT1H")
    good = await put(joined, {**head(), "if-match": first.headers["etag"]}, value="PT1H")

    assert (stale.status_code, good.status_code) == (412, 200)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"from_day": TODAY}, "/from_day"),
        ({"from_day": "2026-11-20"}, "/from_day"),
        ({"figure": "FOAD-5"}, "/figure"),
        ({"figure": "PORTAL-10-1/week"}, "/figure"),
        ({"figure": ""}, "/figure"),
        ({"value": "two hours"}, "/value"),
        ({"value": "2/3"}, "/value"),
        ({"value": "PT14M"}, "/value"),
        ({"value": "PT25H"}, "/value"),
        ({"value": "1e999999999"}, "/value"),
        ({"figure": "FOAD-6/ladder", "value": "PT2H PT1H"}, "/value"),
        ({"agreement": {"letter": "1", "on": TOMORROW}}, "/agreement/on"),
        ({"agreement": {"letter": "", "on": TODAY}}, "/agreement/letter"),
        ({"agreement": {"letter": "1"}}, "/agreement/on"),
    ],
)
async def test_what_is_no_figure_or_begins_before_tomorrow_is_told_by_its_place(
    joined: Serving, changes: dict[str, Any], pointer: str
) -> None:
    answer = await put(joined, governor(), **changes)

    assert answer.status_code == 422, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert await told(joined) == []


async def test_another_agencys_head_finds_no_agency_and_an_officer_may_not(joined: Serving) -> None:
    other = await put(joined, head(), agency="governorate")
    officer = {"authorization": f"Bearer {token('p-power-006', 'power')}"}

    assert other.status_code == 404
    assert (await put(joined, officer)).status_code == 403


@pytest.mark.clause("RIGHTS-G9")
async def test_a_complaint_filed_before_the_day_keeps_its_deadline_and_one_filed_on_it_has_the_new_one(
    joined: Serving, elsewhere: AsyncDatabase[dict[str, Any]]
) -> None:
    saturday = filing(agency_id="power", service_code="10011001100")
    await put(joined, head())
    await tell(joined, elsewhere)
    async with serving("complaints", Settings(), assemble, elsewhere) as complaints:
        await tell(joined, elsewhere)
        before = (await complaints.http.post("/v1/complaints", json=saturday)).json()
        complaints.clock.set(SUNDAY_NINE)
        after = (await complaints.http.post("/v1/complaints", json=saturday)).json()
        code = {"code": before["tracking_code"], "mobile": saturday["mobile"]}
        old = (await complaints.http.post("/v1/follow", json=code)).json()

    assert datetime.fromisoformat(before["reply_due_at"]) == datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    assert old["reply_due_at"] == before["reply_due_at"]
    assert datetime.fromisoformat(after["reply_due_at"]) == datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


async def test_a_meeting_opened_before_the_day_keeps_its_quorum_and_one_opened_on_it_has_the_new_one(
    joined: Serving, elsewhere: AsyncDatabase[dict[str, Any]]
) -> None:
    await put(joined, head(), figure="PORTAL-10-3", value="3/4")
    await tell(joined, elsewhere)
    figures = await Directory(elsewhere).figures("power")
    quorums = [Terms.of(figures, at).quorum for at in (SATURDAY_NINE, SUNDAY_NINE)]

    assert quorums == [Fraction(2, 3), Fraction(3, 4)]
    assert meetings_rules.QUORUM.preset == Fraction(2, 3)
