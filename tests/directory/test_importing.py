"""The catalogue is imported whole or not at all, once however often, and can be searched."""

import asyncio
from typing import Any

import httpx
import pytest
from pymongo.asynchronous.database import AsyncDatabase

from deploy.demo.read import HERE, read_province
from services.directory.domain.workbook import XLSX
from services.directory.usecases import agencies, provinces
from services.directory.usecases import catalogue as catalogue_cases
from services.directory.usecases.use import Use
from shared.directory.lookup import Directory
from shared.tables import read_csv
from tests.directory.forms import csv_of, governor, power, row, tell, xlsx_of
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
URL = "/v1/services/import"
FIRST, SECOND = 10011001100, 10011001101


@pytest.fixture
async def catalogue(directory: Serving) -> Serving:
    """An agency that may own services has joined."""
    answer = await directory.http.post("/v1/agencies", json=power(), headers=governor())
    assert answer.status_code == 201, answer.text
    return directory


async def send(directory: Serving, *rows: str, url: str = URL, **headers: str) -> httpx.Response:
    return await directory.http.post(url, content=csv_of(*rows), headers={**governor(), **headers})


async def send_workbook(directory: Serving, *rows: str, url: str = URL) -> httpx.Response:
    headers = {**governor(), "content-type": XLSX}
    return await directory.http.post(url, content=xlsx_of(*rows), headers=headers)


async def events(directory: Serving) -> list[str]:
    records = await directory.published(directory.parts.repositories[2])
    return [record["headers"]["ce_type"].split(".")[3] for record in records]


def counts(answer: httpx.Response) -> tuple[int, int, int]:
    body = answer.json()
    return body["listed"], body["changed"], body["unchanged"]


@pytest.mark.clause("FOAD-4")
async def test_the_catalogue_of_4600_services_is_imported_and_a_second_time_changes_nothing(
    database: AsyncDatabase[dict[str, Any]], directory: Serving
) -> None:
    province, use = read_province(), directory.parts.use
    assert isinstance(use, Use)
    for form in (province.governorate, *province.agencies):
        await provinces.settle_province(use, "operator", province.form)
        await agencies.settle_agency(use, "operator", form)
    table = read_csv((HERE / "services.csv").read_text(encoding="utf-8"))
    first = await catalogue_cases.import_catalogue(use, "operator", table)
    second = await catalogue_cases.import_catalogue(use, "operator", table)

    assert (first.listed, first.changed, first.unchanged) == (4600, 0, 0)
    assert (second.listed, second.changed, second.unchanged) == (0, 0, 4600)
    assert await events(directory) == ["ServiceListed"] * 4600


@pytest.mark.clause("FOAD-4")
async def test_a_listed_service_can_be_named_in_another_service_and_a_withdrawn_one_is_known_as_such(
    catalogue: Serving, elsewhere: AsyncDatabase[dict[str, Any]]
) -> None:
    await send(catalogue, row(FIRST), row(SECOND))
    for _ in range(2):
        gone = await catalogue.http.post(f"/v1/services/{SECOND}/withdraw", headers=governor())
        assert (gone.status_code, gone.json()["withdrawn"]) == (200, True)
    await tell(catalogue, elsewhere)
    first, second = [await Directory(elsewhere).service(str(code)) for code in (FIRST, SECOND)]

    assert first is not None
    assert second is not None
    assert (first.agency_id, first.unit_id, first.withdrawn) == ("power", "power.works", False)
    assert second.withdrawn
    assert await events(catalogue) == ["ServiceListed", "ServiceListed", "ServiceWithdrawn"]


async def test_a_changed_row_is_told_once_and_the_others_not_at_all(catalogue: Serving) -> None:
    await send(catalogue, row(FIRST), row(SECOND))
    changed = await send(catalogue, row(FIRST), row(SECOND, duration="3d"))
    again = await send(catalogue, row(FIRST), row(SECOND, duration="3d"))

    assert (counts(changed), counts(again)) == ((0, 1, 1), (0, 0, 2))
    assert await events(catalogue) == ["ServiceListed"] * 3


async def test_a_withdrawn_service_that_is_imported_again_is_given_again(catalogue: Serving) -> None:
    await send(catalogue, row(FIRST))
    await catalogue.http.post(f"/v1/services/{FIRST}/withdraw", headers=governor())
    again = await send(catalogue, row(FIRST))

    assert counts(again) == (0, 1, 0)
    assert (await catalogue.http.get(f"/v1/services/{FIRST}")).json()["withdrawn"] is False


async def test_one_wrong_row_and_nothing_at_all_is_changed(catalogue: Serving) -> None:
    answer = await send(
        catalogue,
        row(FIRST),
        row(SECOND, duration="soon"),
        row(SECOND + 1, agency_id="nobody"),
        **{"accept-language": "en"},
    )

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:paygir:problem:rows-wrong")
    assert [(one["line"], one["column"]) for one in answer.json()["errors"]] == [
        (3, "duration"),
        (4, "agency_id"),
    ]
    assert answer.json()["errors"][1]["detail"] == "nobody is not known."
    assert await events(catalogue) == []


async def test_a_dry_run_says_what_would_happen_and_does_nothing(catalogue: Serving) -> None:
    answer = await send(catalogue, row(FIRST), url=f"{URL}?dry_run=true")

    assert (counts(answer), answer.json()["dry_run"]) == ((1, 0, 0), True)
    assert await events(catalogue) == []


async def test_an_agency_known_by_name_only_owns_services_without_units(catalogue: Serving) -> None:
    assert counts(await send(catalogue, row(FIRST, agency_id="gas", unit_id=""))) == (1, 0, 0)


async def test_a_code_or_title_that_another_service_has_is_told(catalogue: Serving) -> None:
    await send(catalogue, row(FIRST, title_fa="صدور انشعاب"))
    moved = await send(catalogue, row(FIRST, agency_id="gas", unit_id=""))
    doubled = await send(catalogue, row(SECOND, title_fa="صدور انشعاب"))
    renamed = await send(catalogue, row(FIRST, title_fa="قطع انشعاب"), row(SECOND, title_fa="صدور انشعاب"))

    assert [moved.json()["errors"][0][key] for key in ("line", "column")] == [2, "code"]
    assert [doubled.json()["errors"][0][key] for key in ("line", "column")] == [2, "title_fa"]
    assert counts(renamed) == (1, 1, 0)


async def test_a_head_imports_for_their_own_agency_only(
    catalogue: Serving, database: AsyncDatabase[dict[str, Any]]
) -> None:
    for_other = await send(catalogue, row(FIRST), **bearer("water.head"))
    by_officer = await send(catalogue, row(FIRST), **bearer("water.desk.officer"))

    assert (for_other.status_code, by_officer.status_code) == (422, 403)
    assert [one["column"] for one in for_other.json()["errors"]] == ["agency_id"]
    assert await events(catalogue) == []


async def test_two_imports_at_once_list_each_service_once(catalogue: Serving) -> None:
    rows = [row(FIRST + number) for number in range(200)]
    use: Use = catalogue.parts.use
    table = read_csv(csv_of(*rows).decode())
    async with asyncio.TaskGroup() as tasks:
        for _ in range(2):
            tasks.create_task(catalogue_cases.import_catalogue(use, "operator", table))

    assert await events(catalogue) == ["ServiceListed"] * 200


async def test_an_import_that_was_cut_off_is_made_whole_by_the_same_file(catalogue: Serving) -> None:
    use, collection = catalogue.parts.use, catalogue.parts.repositories[2].collection
    table = read_csv(csv_of(*[row(FIRST + number) for number in range(1500)]).decode())
    cut_off = asyncio.create_task(catalogue_cases.import_catalogue(use, "operator", table))
    while not await collection.find_one({}):
        assert not cut_off.done()
    cut_off.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cut_off
    there = await collection.count_documents({})
    rest = await catalogue_cases.import_catalogue(use, "operator", table)

    assert 0 < there < 1500
    assert rest.listed + rest.unchanged == 1500
    assert rest.unchanged >= there
    assert await events(catalogue) == ["ServiceListed"] * 1500


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("صدور".encode("cp1256"), 400),
        (b"", 422),
        (b"code,title\n", 422),
        (b"x" * (16 * 1024 * 1024 + 1), 413),
    ],
)
async def test_what_is_no_catalogue_is_refused(catalogue: Serving, body: bytes, status: int) -> None:
    answer = await catalogue.http.post(URL, content=body, headers=governor())

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=پروانه چاه", [FIRST]),
        ("?q=چاه پروانه", [FIRST]),
        ("?q=پروانة‌ چ", [FIRST]),
        ("?q=كشاورزي", [FIRST]),
        ("?q=روانه", []),
        ("?q=.*", []),
        ("?q=صدور", [FIRST, SECOND]),
        ("?agency_id=gas", []),
        ("?agency_id=power&q=گاز", [SECOND]),
        ("", [FIRST, SECOND]),
    ],
)
async def test_services_are_found_by_beginnings_of_words_in_any_spelling(
    catalogue: Serving, query: str, found: list[int]
) -> None:
    await send(
        catalogue,
        row(FIRST, title_fa="صدور پروانه حفر چاه کشاورزی"),
        row(SECOND, title_fa="صدور مجوز گازرسانی"),
        row(SECOND + 1, title_fa="صدور پروانه چاه کشاورزی پیشین"),
    )
    await catalogue.http.post(f"/v1/services/{SECOND + 1}/withdraw", headers=governor())
    answer = await catalogue.http.get(f"/v1/services{query}")

    assert [one["code"] for one in answer.json()["items"]] == [str(code) for code in found]


async def test_a_long_list_comes_in_pages(catalogue: Serving) -> None:
    await send(catalogue, *[row(FIRST + number) for number in range(5)])
    codes: list[str] = []
    after: str | None = None
    for _ in range(3):
        query = {"limit": "2", **({"after": after} if after else {})}
        page = (await catalogue.http.get("/v1/services", params=query)).json()
        codes += [one["code"] for one in page["items"]]
        after = page["next"]

    assert codes == [str(FIRST + number) for number in range(5)]
    assert after is None


async def test_of_two_agencies_that_list_one_code_at_once_the_first_has_it(catalogue: Serving) -> None:
    use = catalogue.parts.use
    assert isinstance(use, Use)
    add, gas = use.services.add, row(FIRST, agency_id="gas", unit_id="", title_fa="انشعاب گاز")

    async def add_after_the_other(*given: Any, **named: Any) -> Any:
        use.services.add = add
        await catalogue_cases.import_catalogue(use, "operator", read_csv(csv_of(gas).decode()))
        return await add(*given, **named)

    use.services.add = add_after_the_other
    answer = await send(catalogue, row(FIRST))

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:paygir:problem:taken")
    kept = (await catalogue.http.get(f"/v1/services/{FIRST}")).json()
    assert (kept["agency_id"], kept["title"], await events(catalogue)) == (
        "gas",
        "انشعاب گاز",
        ["ServiceListed"],
    )


@pytest.mark.clause("FOAD-4")
async def test_a_workbook_lists_the_same_services_as_its_csv_text(catalogue: Serving) -> None:
    rows = [row(FIRST), row(SECOND)]
    tried = await send_workbook(catalogue, *rows, url=f"{URL}?dry_run=true")
    nothing = await events(catalogue)
    first = await send_workbook(catalogue, *rows)
    as_text = await send(catalogue, *rows)

    assert (counts(tried), tried.json()["dry_run"], nothing) == ((2, 0, 0), True, [])
    assert (counts(first), counts(as_text)) == ((2, 0, 0), (0, 0, 2))
    assert await events(catalogue) == ["ServiceListed", "ServiceListed"]


@pytest.mark.parametrize("query", ["", "?dry_run=true"])
async def test_every_wrong_row_of_a_workbook_is_told_and_nothing_is_changed(
    catalogue: Serving, query: str
) -> None:
    wrong = [row(FIRST + number, duration="soon", cost_rials="-1") for number in range(1000)]
    answer = await send_workbook(catalogue, *wrong, url=f"{URL}{query}")

    assert (answer.status_code, answer.json()["count"]) == (422, 2000)
    told = [(one["line"], one["column"]) for one in answer.json()["errors"]]
    assert told == [(line, column) for line in range(2, 1002) for column in ("duration", "cost_rials")]
    assert await events(catalogue) == []


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("text/csv; charset=utf-8", 200),
        ("TEXT/CSV", 200),
        (XLSX, 422),
        ("application/json", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ],
)
async def test_the_content_type_says_how_a_file_is_read(catalogue: Serving, kind: str, status: int) -> None:
    answer = await send(catalogue, row(FIRST), **{"content-type": kind})

    assert answer.status_code == status, answer.text


@pytest.mark.clause("FOAD-4")
async def test_a_service_of_another_title_is_renamed_and_keeps_what_it_was_called(
    catalogue: Serving,
) -> None:
    titles = ["صدور پروانه", "صدور پروانه", "صدور مجوز", "واگذاری حق برداشت"]
    answers: list[dict[str, Any]] = []
    for title in titles:
        answers.append((await send(catalogue, row(FIRST, title_fa=title))).json())
        catalogue.clock.forward(days=10)
    service = (await catalogue.http.get(f"/v1/services/{FIRST}")).json()

    assert [(one["listed"], one["changed"], one["renamed"]) for one in answers] == [
        (1, 0, 0),
        (0, 0, 0),
        (0, 1, 1),
        (0, 1, 1),
    ]
    assert (service["title"], service["found_as"]) == ("واگذاری حق برداشت", None)
    assert service["former_titles"] == [
        {"title": "صدور پروانه", "from_day": "2026-11-21", "until_day": "2026-12-11"},
        {"title": "صدور مجوز", "from_day": "2026-12-11", "until_day": "2026-12-21"},
    ]
    assert await catalogue.database["services"].count_documents({}) == 1


@pytest.mark.clause("FOAD-4")
@pytest.mark.parametrize(
    ("query", "found_as"),
    [
        ("حق برداشت", [None]),
        ("پروانة چاه", ["صدور پروانه چاه"]),
        ("مجوز چا", ["مجوز حفر چاه"]),
        ("چاه", ["مجوز حفر چاه"]),
        ("پروانه مجوز", []),
        ("پروانه برداشت", []),
        ("", [None]),
    ],
)
async def test_a_renamed_service_is_found_by_a_former_title_and_says_by_which(
    catalogue: Serving, query: str, found_as: list[str | None]
) -> None:
    for title in ("صدور پروانه چاه", "مجوز حفر چاه", "واگذاری حق برداشت"):
        await send(catalogue, row(FIRST, title_fa=title))
    answer = await catalogue.http.get("/v1/services", params={"q": query})

    assert [one["found_as"] for one in answer.json()["items"]] == found_as


@pytest.mark.clause("FOAD-4")
async def test_a_withdrawn_service_stays_readable_with_its_day_and_history_until_it_is_listed_again(
    catalogue: Serving,
) -> None:
    for title in ("صدور پروانه چاه", "مجوز حفر چاه"):
        await send(catalogue, row(FIRST, title_fa=title))
    await catalogue.http.post(f"/v1/services/{FIRST}/withdraw", headers=governor())
    gone = (await catalogue.http.get(f"/v1/services/{FIRST}")).json()
    offered = (await catalogue.http.get("/v1/services", params={"q": "چاه"})).json()["items"]
    await send(catalogue, row(FIRST, title_fa="مجوز حفر چاه"))
    again = (await catalogue.http.get(f"/v1/services/{FIRST}")).json()

    assert (gone["withdrawn"], gone["withdrawn_on"], offered) == (True, "2026-11-21", [])
    assert (again["withdrawn"], again["withdrawn_on"]) == (False, None)
    assert gone["former_titles"] == again["former_titles"]
    assert [one["title"] for one in again["former_titles"]] == ["صدور پروانه چاه"]
