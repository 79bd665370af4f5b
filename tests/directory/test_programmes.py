"""The nine programmes: what the directive says, and what a province makes of a measure with agreement."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directory.domain.programmes import PROGRAMMES, AdaptationForm, Measure
from tests.directory.forms import governor, power, tell
from tests.province import SATURDAY_NINE
from tests.serving import Serving, token

YESTERDAY, TODAY, TOMORROW, LATER = "2026-11-20", "2026-11-21", "2026-11-22", "2026-12-22"
AGREEMENT = {"letter": "۱۲۳۴/ص", "on": TODAY}
SITTINGS = "RIGHTS-P2-5"
BODY: dict[str, Any] = {
    "says": {"fa": "نشست علمی در هر شهرستان، هر فصل یک بار", "en": "A sitting in each county, each quarter"},
    "often": {"times": 1, "every": "quarter"},
    "audience": ["staff", "managers"],
    "because": "پراکندگی شهرستان‌ها",
    "from_day": TOMORROW,
    "agreement": AGREEMENT,
}
Answer = httpx.Response


async def adapt(
    directory: Serving, headers: dict[str, str] | None = None, *, clause: str = SITTINGS, **changes: Any
) -> Answer:
    """Adapt a measure: sittings in each county, from tomorrow on."""
    path = f"/v1/programmes/{clause}/adaptations"
    return await directory.http.post(path, json={**BODY, **changes}, headers=headers or governor())


async def measure(directory: Serving, on: str, clause: str = SITTINGS) -> dict[str, Any]:
    """A measure as anybody reads it on a day, without any token."""
    answer = await directory.http.get("/v1/programmes", params={"on": on})
    [one] = [
        one
        for programme in answer.json()["programmes"]
        for one in programme["measures"]
        if one["clause"] == clause
    ]
    return one


async def told(directory: Serving) -> list[dict[str, Any]]:
    """What waits for the bus."""
    return await directory.published(directory.parts.use.measures)


def test_the_nine_programmes_are_there_with_all_their_measures() -> None:
    # Counted in the directive's own text.
    assert [len(one.measures) for one in PROGRAMMES] == [5, 9, 4, 8, 6, 5, 8, 7, 7]


@pytest.mark.real
@pytest.mark.clause("RIGHTS-G9")
async def test_a_measure_is_what_the_province_says_from_its_day_on_and_the_directives_before(
    directory: Serving,
) -> None:
    answer = await adapt(directory)
    before, after = [await measure(directory, day) for day in (TODAY, TOMORROW)]

    assert answer.status_code == 200, answer.text
    assert before["in_force"] is None
    assert {name: after["in_force"][name] for name in BODY} == {**BODY, "audience": ["managers", "staff"]}
    [record] = await told(directory)
    assert record["headers"]["ce_type"].endswith(".ProgrammeAdapted.v1")
    assert record["headers"]["ce_clause"] == SITTINGS
    assert "پراکندگی" not in record["value"].decode()


@pytest.mark.real
@pytest.mark.clause("RIGHTS-G9")
async def test_without_the_central_secretariats_letter_nothing_is_adapted(directory: Serving) -> None:
    answer = await adapt(directory, agreement=None)

    assert (answer.status_code, answer.json()["clause"]) == (409, "RIGHTS-G9")
    assert (await measure(directory, TOMORROW))["adaptations"] == []
    assert await told(directory) == []


@pytest.mark.real
async def test_an_agencys_head_may_not(directory: Serving) -> None:
    await directory.http.post("/v1/agencies", json=power(), headers=governor())
    await tell(directory, directory.database)
    head = {"authorization": f"Bearer {token('p-power-001', 'power')}"}

    assert (await adapt(directory, head)).status_code == 403


@pytest.mark.real
@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"from_day": TODAY}, "/from_day"),
        ({"from_day": YESTERDAY}, "/from_day"),
        ({"agreement": {"letter": "1", "on": TOMORROW}}, "/agreement/on"),
        ({"audience": []}, "/audience"),
        ({"audience": ["guests", "staff"]}, "/audience/0"),
        ({"often": {"times": 0, "every": "year"}}, "/often/times"),
        ({"often": {"times": 1, "every": "day"}}, "/often/every"),
        ({"because": ""}, "/because"),
        ({"clause": "RIGHTS-G9"}, None),
        ({"clause": "FOAD-6"}, None),
    ],
)
async def test_what_is_no_adaptation_is_told_by_its_place(
    directory: Serving, changes: dict[str, Any], pointer: str | None
) -> None:
    answer = await adapt(directory, **changes)

    assert answer.status_code == (422 if pointer else 404), answer.text
    if pointer:
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert await told(directory) == []


@pytest.mark.real
async def test_a_measure_with_a_figure_is_adapted_by_its_figure(directory: Serving) -> None:
    answer = await adapt(directory, clause="RIGHTS-P9-5")

    assert (answer.status_code, answer.json()["clause"]) == (409, "RIGHTS-G9")


@pytest.mark.real
async def test_said_twice_or_by_many_at_once_it_is_told_once(directory: Serving) -> None:
    answers = await asyncio.gather(*[adapt(directory) for _ in range(8)])

    assert [answer.status_code for answer in answers] == [200] * 8
    assert len(await told(directory)) == 1
    assert len((await measure(directory, TOMORROW))["adaptations"]) == 1


@pytest.mark.real
async def test_who_saw_an_older_version_is_refused(directory: Serving) -> None:
    first = await adapt(directory)
    good = await adapt(directory, {**governor(), "if-match": first.headers["etag"]}, from_day=LATER)
    stale = await adapt(directory, {**governor(), "if-match": first.headers["etag"]}, because="دیگر")

    assert (good.status_code, stale.status_code) == (200, 412)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=8), st.integers(0, 31))
def test_of_all_adaptations_the_latest_begun_holds_and_of_one_day_what_was_said_last(
    days: list[int], asked: int
) -> None:
    today = SATURDAY_NINE.date()
    found = Measure(id=SITTINGS)
    for said, ahead in enumerate(days):
        form = AdaptationForm.model_validate(
            {**BODY, "from_day": today + timedelta(days=ahead), "because": f"{said}"}
        )
        found, _ = found.adapt(form, SATURDAY_NINE)

    begun = [(ahead, said) for said, ahead in enumerate(days) if ahead <= asked]
    holds = found.on(today + timedelta(days=asked))
    assert (holds and int(holds.because)) == (max(begun)[1] if begun else None)
