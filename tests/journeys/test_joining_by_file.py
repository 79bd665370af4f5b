"""An agency joins by one file, and all services work for it at once: no code, no restart (FOAD-9)."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml

from shared.calendar.jalali import JalaliQuarter
from shared.clock import FileClock
from tests.content.items import submission
from tests.directory.forms import POWER, Form, csv_of, of_post, power, row
from tests.journeys.bus import SERVICES
from tests.journeys.citizens import complaint
from tests.journeys.effects import pending, told
from tests.journeys.offices import Offices
from tests.journeys.stack import MARKS, Stack, stack_for
from tests.meetings.groups import CONVENES

pytestmark = [*MARKS, pytest.mark.asyncio(loop_scope="module")]
CODE = 10011001100
WEEK = {
    day: ["07:00-10:00", "16:00-19:00"] for day in ("saturday", "sunday", "monday", "tuesday", "wednesday")
}
CALENDAR: Form = {
    "id": "power",
    "version": 1,
    "hours": [{"from_day": "2020-01-01", "first_half": WEEK, "second_half": WEEK}],
}
FIGURE: Form = {"figure": "FOAD-6", "value": "PT2H", "from_day": "2026-12-05"}
WHOLE: Form = {**POWER, "calendar": CALENDAR, "figures": [FIGURE]}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[Stack]:
    """All services, and a province that is founded; nobody but the governorate has joined."""
    async with stack_for(*SERVICES, scaled_clock=True) as one:
        FileClock(one.folder / "clock.json").set(to=CONVENES, scale=1.0)
        await one.start("kafka", "mongodb", "issuer")
        await one.settle("directory")  # somebody must hold the governorate's posts before it joins
        await one.start(*SERVICES)
        await Offices(one, {}).found()
        yield one


async def add(stack: Stack, file: Path, *options: str) -> tuple[int, str]:
    """What `paygir agency add` says, and its code."""
    governor = (await stack.bearer("governorate.head"))["authorization"].removeprefix("Bearer ")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.cli", "agency", "add", str(file)),
        *("--directory", stack.url("directory", ""), *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PAYGIR_TOKEN": governor, "PAYGIR_LANGUAGE": "en"},
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode().strip()


def written(folder: Path, form: Form, name: str = "power.yaml") -> Path:
    """The agency's file."""
    file = folder / name
    is_json = file.suffix == ".json"
    file.write_text(json.dumps(form, indent="\t") if is_json else yaml.safe_dump(form, allow_unicode=True))
    return file


async def all_told(stack: Stack) -> dict[str, list[int]]:
    """What the directory has told, once nothing waits for the bus."""
    await stack.eventually("nothing waits", lambda: pending(stack), lambda waiting: not waiting)
    return await told(stack, "directory")


async def test_every_fault_of_a_file_is_told_with_its_place_and_nothing_is_changed(
    stack: Stack, tmp_path: Path
) -> None:
    spoilt = power(of_post("power.it.head", role="governorate", unit="power.nowhere", reports_to="x.y"))
    before = await all_told(stack)
    for options in ((), ("--dry-run",)):
        code, said = await add(stack, written(tmp_path, spoilt), *options)
        assert (code, said.splitlines()[0]) == (1, "power.yaml has faults, and nothing was changed.")
        lines = written(tmp_path, spoilt).read_text().splitlines()
        places = [line.split(": ")[:2] for line in said.splitlines()[1:]]
        assert [field for _, field in places] == ["posts.5.role", "posts.5.unit", "posts.5.reports_to"]
        for (place, _), value in zip(places, ("governorate", "power.nowhere", "x.y"), strict=True):
            assert lines[int(place.split(":")[1]) - 1].endswith(f": {value}")
    code, said = await add(stack, written(tmp_path, {**POWER, "colour": "blue"}))
    assert (code, "colour" in said) == (1, True)
    no_editor = power(of_post("power.pr.head", role="secretary"))
    code, said = await add(stack, written(tmp_path, no_editor), "--dry-run")
    assert (code, "PORTAL-2-3" in said) == (1, True)
    figures = [{**FIGURE, "value": "PT4H"}, {**FIGURE, "value": "soon"}, {**FIGURE, "from_day": "2020-01-01"}]
    code, said = await add(stack, written(tmp_path, {**POWER, "figures": figures}), "--dry-run")
    told_of = [line.split(": ")[1] for line in said.splitlines()[1:]]
    assert (code, told_of) == (1, ["figures.0", "figures.1.value", "figures.2.from_day"]), said
    assert "RIGHTS-G9" in said
    assert await all_told(stack) == before


@pytest.mark.clause("FOAD-9")
async def test_an_agency_that_joins_by_its_file_is_served_by_all_without_code_or_restart(
    stack: Stack, tmp_path: Path
) -> None:
    file = written(tmp_path, WHOLE)
    pids = {name: one.pid for name, one in stack.running.items()}
    assert await add(stack, file, "--dry-run") == (0, "The file has no fault. Nothing was changed.")
    assert (await stack.http.get(stack.url("directory", "/v1/agencies/power"))).status_code == 404

    joined = await add(stack, file)
    events = await all_told(stack)
    again = await add(stack, file)
    as_json = await add(stack, written(tmp_path, WHOLE, "power.json"))
    changed = await add(stack, written(tmp_path, power(of_post("power.it.head", role="member"))))

    assert joined == (0, "شرکت توزیع برق joined.")
    assert again == as_json == (0, "شرکت توزیع برق has joined already; nothing changes.")
    assert (changed[0], "another chart" in changed[1]) == (1, True)
    assert await all_told(stack) == events
    await list_its_service(stack)
    # Filed on Wednesday at one, when it is closed until four: three working hours end at seven.
    assert await reply_due(stack, 1) == datetime(2026, 11, 25, 15, 30, tzinfo=UTC)
    await its_group_meets(stack)
    await its_committees_are_lists_to_send_to(stack)
    await its_item_waits_for_its_group(stack)
    await its_report_card_is_there(stack)
    # The next Saturday but one, before it opens at seven: two hours by its own figure.
    FileClock(stack.folder / "clock.json").set(to=datetime(2026, 12, 5, 3, 0, tzinfo=UTC))
    assert await reply_due(stack, 2) == datetime(2026, 12, 5, 5, 30, tzinfo=UTC)
    assert {name: one.pid for name, one in stack.running.items()} == pids


async def list_its_service(stack: Stack) -> None:
    url, governor = stack.url("directory", "/v1/services/import"), await stack.bearer("governorate.head")
    answer = await stack.http.post(
        url, content=csv_of(row(CODE)), headers={**governor, "content-type": "text/csv"}
    )
    assert answer.json()["listed"] == 1, answer.text


async def reply_due(stack: Stack, number: int) -> datetime:
    """The deadline on a citizen's receipt."""
    body = complaint(number, agency_id="power", service_code=str(CODE))

    async def filed() -> dict[str, Any]:
        answer = await stack.http.post(stack.url("complaints", "/v1/complaints"), json=body)
        return answer.json() if answer.status_code == 201 else {}

    return datetime.fromisoformat((await stack.eventually("a receipt", filed, bool))["reply_due_at"])


async def its_group_meets(stack: Stack) -> None:
    """Convened by the clock, for the days and hours of PORTAL-10-1."""
    chair = await stack.bearer_of("p-power-004", "power")

    async def meetings() -> list[dict[str, Any]]:
        answer = await stack.http.get(stack.url("meetings", "/v1/meetings"), headers=chair)
        return answer.json()["items"] if answer.is_success else []

    [meeting] = await stack.eventually("its first meeting", meetings, bool)
    assert meeting["committee_id"] == "power.portal-group"


async def its_committees_are_lists_to_send_to(stack: Stack) -> None:
    """By what notifications were told over the bus: three sit in each, and nobody has given a number."""
    chair = await stack.bearer_of("p-power-004", "power")

    async def committees() -> dict[str, tuple[int, int]]:
        answer = await stack.http.get(stack.url("notifications", "/v1/staff-lists"), headers=chair)
        lists: list[dict[str, Any]] = answer.json()["lists"] if answer.is_success else []
        return {
            one["committee"]: (one["staff"], one["missing"]) for one in lists if one["committee"] is not None
        }

    assert await stack.eventually("its committees", committees, bool) == {
        "power.portal-group": (3, 3),
        "power.transformation-commission": (3, 3),
    }


async def its_item_waits_for_its_group(stack: Stack) -> None:
    representative = await stack.bearer_of("p-power-003", "power")
    secretary = await stack.bearer_of("p-power-005", "power")
    item = submission(domain="power.works")

    async def submitted() -> int:
        answer = await stack.http.post(stack.url("content", "/v1/items"), json=item, headers=representative)
        return answer.status_code

    await stack.eventually("an item taken", submitted, lambda status: status == 201)
    waiting = await stack.http.get(stack.url("content", "/v1/items/to-review"), headers=secretary)
    assert [one["domain"] for one in waiting.json()["items"]] == ["power.works"], waiting.text


async def its_report_card_is_there(stack: Stack) -> None:
    head = await stack.bearer_of("p-power-001", "power")
    quarter = JalaliQuarter.at(FileClock(stack.folder / "clock.json").now())
    url = stack.url("reporting", f"/v1/report-cards/power/{quarter}")

    async def card() -> dict[str, Any]:
        answer = await stack.http.get(url, headers=head)
        return answer.json() if answer.is_success else {}

    seen = await stack.eventually("its report card", card, bool)
    assert (seen["agency_id"], seen["issued"]) == ("power", False)
