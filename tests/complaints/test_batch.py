"""A file of complaints is looked at whole; then each row is filed once, as from the web."""

import asyncio
import csv
import io
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.complaints.cases import event_names, file, only_id
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
CLERK = "water.pr.secretary"
DUE = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
HEADER = ("reference", "service_code", "ground", "text", "mobile", "received_at")
ROW = ("11/1", "1001", "put-off-without-reason", "سه بار گفتند فردا بیا.", "09121234567", "1405/08/30 09:00")


def row(**changes: str) -> tuple[str, ...]:
    return tuple({**dict(zip(HEADER, ROW, strict=True)), **changes}.values())


def csv_of(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


async def send(
    complaints: Serving, content: bytes, *, dry_run: bool = False, post: str = CLERK
) -> httpx.Response:
    return await complaints.http.post(
        "/v1/intake/batch",
        params={"dry_run": str(dry_run).lower()},
        content=content,
        headers={**bearer(post), "content-type": "text/csv"},
    )


async def everything(complaints: Serving) -> list[Any]:
    return await complaints.database["complaints"].find().sort("_id").to_list()


def wrong(answer: httpx.Response) -> list[tuple[int, str]]:
    assert answer.status_code == 422, answer.text
    return [(one["line"], one["column"]) for one in answer.json()["errors"]]


@pytest.mark.clause("COUNTY-D2")
async def test_a_row_is_the_same_case_as_from_the_web(complaints: Serving) -> None:
    await file(complaints)
    officer = bearer("water.desk.officer")
    web = (await complaints.http.get(f"/v1/complaints/{await only_id(complaints)}", headers=officer)).json()
    complaints.clock.forward(minutes=20)
    answer = await send(complaints, csv_of(row()))
    listed = (await complaints.http.get("/v1/complaints", headers=officer)).json()["items"]
    [case] = [one for one in listed if one["door"] == "csv"]

    assert answer.json() == {"dry_run": False, "filed": 1, "known": 0}
    own = {"id", "tracking_code", "door", "entry"}
    assert {name: case[name] for name in case.keys() - own} == {name: web[name] for name in web.keys() - own}
    assert datetime.fromisoformat(case["reply_due_at"]) == DUE
    assert (case["entry"]["post_id"], case["entry"]["reference"]) == (CLERK, "11/1")
    assert await event_names(complaints) == ["ComplaintFiled", "ComplaintFiled"]
    assert len(await complaints.database["complaints"].distinct("state.contact.id")) == 1


async def test_the_same_file_again_or_twice_at_once_makes_no_doubles(complaints: Serving) -> None:
    content = csv_of(*(row(reference=str(number), mobile="") for number in range(30)))
    both = await asyncio.gather(send(complaints, content), send(complaints, content))
    complaints.clock.forward(days=9)
    third = await send(complaints, content)
    more = await send(complaints, csv_of(row(reference="7", mobile=""), row(reference="new")))

    assert [one.status_code for one in both] == [200, 200], both[0].text
    assert sum(one.json()["filed"] for one in both) == 30
    assert third.json() == {"dry_run": False, "filed": 0, "known": 30}
    assert more.json() == {"dry_run": False, "filed": 1, "known": 1}
    assert len(await everything(complaints)) == 31


async def test_a_dry_run_tells_every_wrong_row_and_changes_nothing(complaints: Serving) -> None:
    content = csv_of(
        row(),
        row(reference="", service_code="2001"),
        row(reference="2", service_code="2001", ground="price"),
        row(reference="3", mobile="0212223344", received_at="1405/13/01"),
        row(reference="4", received_at="1405/08/30 09:01"),
        row(reference="5", received_at="1405/08/20 08:59"),
        row(),
        row(reference="09121234567"),
        (*row(reference="6"), "more"),
    )
    told = [wrong(await send(complaints, content, dry_run=dry_run)) for dry_run in (True, False)]

    assert (
        told
        == [
            [
                (3, "reference"),
                (4, "service_code"),
                (4, "ground"),
                (5, "mobile"),
                (5, "received_at"),
                (6, "received_at"),
                (7, "received_at"),
                (8, "reference"),
                (9, "reference"),
                (10, "row"),
            ]
        ]
        * 2
    )
    assert await everything(complaints) == []


async def test_a_dry_run_of_a_good_file_counts_and_changes_nothing(complaints: Serving) -> None:
    content = csv_of(row(), row(reference="2"))
    before = await send(complaints, content, dry_run=True)
    empty = await everything(complaints)
    await send(complaints, csv_of(row()))
    after = await send(complaints, content, dry_run=True)

    assert before.json() == {"dry_run": True, "filed": 2, "known": 0}
    assert empty == []
    assert after.json() == {"dry_run": True, "filed": 1, "known": 1}


async def test_a_number_that_was_filed_with_something_else_is_told(complaints: Serving) -> None:
    await send(complaints, csv_of(row()))
    answer = await send(complaints, csv_of(row(text="دیگر"), row(reference="2")))

    assert wrong(answer) == [(2, "reference")]
    assert len(await everything(complaints)) == 1


async def test_digits_and_letters_are_those_of_any_keyboard(complaints: Serving) -> None:
    first = await send(complaints, csv_of(row()))
    again = await send(
        complaints,
        "\ufeff".encode()
        + csv_of(
            row(
                reference="۱۱/١",
                service_code="۱۰۰۱",
                ground="موكول كردن به روزهاي ديگر بدون دليل قانوني",
                mobile="۰۹۱۲ ۱۲۳ ۴۵۶۷",
                received_at="۳۰ آبان ۱۴۰۵ ساعت ۹:۰۰",
            )
        ),
    )

    assert first.json()["filed"] == 1
    assert again.json() == {"dry_run": False, "filed": 0, "known": 1}


@pytest.mark.parametrize(
    ("content", "status", "columns"),
    [
        (b"", 422, ["header"]),
        (csv_of(header=HEADER[1:]), 422, ["header"]),
        (csv_of(row()) + b'"never closed', 422, ["csv"]),
        (b"\xff\xfe\x00", 400, []),
        (csv_of(row(text="x" * 4001)), 422, ["text"]),
        (csv_of(row()) + b"x" * 300_000, 413, []),
    ],
)
async def test_a_file_that_is_none_files_nothing(
    complaints: Serving, content: bytes, status: int, columns: list[str]
) -> None:
    answer = await send(complaints, content)

    assert answer.status_code == status, answer.text
    assert [one["column"] for one in answer.json().get("errors", [])] == columns
    assert await everything(complaints) == []


async def test_another_agency_files_its_own_rows_under_the_same_numbers(complaints: Serving) -> None:
    await send(complaints, csv_of(row()))
    theirs = await send(complaints, csv_of(row(service_code="2001")), post="roads.pr.secretary")

    assert theirs.json()["filed"] == 1
    assert {one["agency_id"] for one in await everything(complaints)} == {"water", "roads"}
