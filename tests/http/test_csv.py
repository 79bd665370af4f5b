"""A catalogue's file that is no good: every wrong line is told, and no service changes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from tests.directory.forms import HEADER, csv_of, governor, row
from tests.http.test_bad_input import is_persian, refused
from tests.http.worlds import World, parts_of, world_of
from tests.serving import serving

pytestmark = pytest.mark.real


@pytest.fixture
async def directory(database: AsyncDatabase[dict[str, Any]]) -> AsyncIterator[World]:
    """The directory with one service listed."""
    settings, assemble = parts_of("directory")
    async with serving("directory", settings, assemble, database) as running:
        yield await world_of("directory", running)


@pytest.mark.parametrize(
    ("content", "status", "column"),
    [
        (b"\xff\xfe\x00", 400, None),
        (b"", 422, "header"),
        (b"\x00", 422, "header"),
        (f"{HEADER},extra\n".encode(), 422, "header"),
        (HEADER.encode() + b'\n"never closed', 422, "csv"),
        (HEADER.encode() + b"\n" + b"x" * 200_000, 422, "csv"),
        (HEADER.encode() + b"\nx" + b"," * 50, 422, "row"),
        (csv_of(row(10**40)), 422, "code"),
        (csv_of(row()).replace(b"\n1", b"\n\x001"), 422, "code"),
        (csv_of(row()).replace(b"\n1", "\n²".encode()), 422, "code"),
        (csv_of(row(cost_rials="9" * 5000)), 422, "cost_rials"),
        (csv_of(row(cost_rials="9223372036854775808")), 422, "cost_rials"),
        (csv_of(row(cost_rials="-1")), 422, "cost_rials"),
        (csv_of(row(cost_rials="NaN")), 422, "cost_rials"),
        (csv_of(row(title_fa="ی" * 301)), 422, "title_fa"),
        (csv_of(row(steps=";".join("گام" for _ in range(31)))), 422, "steps"),
        (csv_of(row(url="javascript:alert(1)")), 422, "url"),
        (csv_of(row(agency_id='{""$ne"": """"}')), 422, "agency_id"),
        (csv_of(row(agency_id="governorate")), 422, "unit_id"),
    ],
)
async def test_a_wrong_file_is_told_where_it_is_wrong_and_lists_nothing(
    directory: World, content: bytes, status: int, column: str | None
) -> None:
    before = await directory.everything()
    headers = {**governor(), "content-type": "text/csv"}
    http = directory.serving.http
    problem = refused(await http.post("/v1/services/import", content=content, headers=headers), status)

    if column is not None:
        assert column in [one["column"] for one in problem["errors"]]
        assert all(is_persian(one["detail"]) for one in problem["errors"])
    assert await directory.everything() == before
