"""The demo province is loaded into a real database, and whoever holds a post there gets a token."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from pymongo.asynchronous.database import AsyncDatabase

from deploy.cli.token import token_of
from deploy.demo.directory import opened_directory
from deploy.demo.load import is_loaded, load, wait_until_known
from deploy.demo.read import HERE, read_calendar, read_province
from deploy.embedded import issuer as development
from deploy.embedded import ports
from deploy.embedded.broken import Broken
from deploy.embedded.waiting import until
from services.directory.domain.figures import figures_of
from services.directory.settings import Settings
from services.directory.usecases import agencies, provinces
from services.directory.usecases.use import events_told, everything
from shared.access.tokens import token_check
from shared.calendar.jalali import local_day
from shared.clock import wall_now
from shared.events.directory import PROVINCE
from shared.figures import ADAPTABLE
from tests.directory.forms import csv_of, row
from tests.real import free_ports

pytestmark = pytest.mark.real
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
HOURS = read_calendar()


@pytest.fixture
async def issuer(tmp_path: Path) -> AsyncIterator[str]:
    """The development issuer's address."""
    [port] = free_ports(8109)
    url = f"http://{ports.HOST}:{port}"
    config = uvicorn.Config(
        development.build(tmp_path, url), host=ports.HOST, port=port, log_config=None, lifespan="off"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield url
    server.should_exit = True
    await serving


@pytest.fixture
def settings(mongodb: str, database: AsyncDatabase[dict[str, Any]], issuer: str) -> Settings:
    return Settings(mongodb=mongodb, database=database.name, key=KEY, key_file=None, issuer=issuer)


async def test_the_demo_is_loaded_whole_and_a_second_time_tells_nothing_new(settings: Settings) -> None:
    province = read_province()
    async with opened_directory(settings) as use:
        assert not await is_loaded(use)
        await load(use, province, HOURS)
        told = await events_told(use)
        await load(use, province, HOURS)

        assert await is_loaded(use)
        assert await events_told(use) == told
        held = sum(post.holder is not None for post in province.posts().values())
        # Services, agencies, holders, advisers, one stand-in, calendar.
        assert told == 4600 + 4 + held + 3 + 1 + 1


@pytest.mark.clause("FOAD-9")
async def test_another_province_is_another_deployment_with_its_own_files(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "coast"
    (folder / "agencies").mkdir(parents=True)
    name = {"fa": "ساحل", "en": "Coast"}
    listed = {"counties": [{"id": "port", "name": name}], "listed": [{"id": "gas", "name": name}]}
    (folder / "province.yaml").write_text(json.dumps({"id": "coast", "name": name, **listed}))
    shutil.copy(HERE / "agencies/governorate.yaml", folder / "agencies")
    (folder / "services.csv").write_bytes(csv_of(row(agency_id="gas", unit_id="")))
    (folder / "calendar.json").write_text(json.dumps({**HOURS.model_dump(mode="json"), "version": 7}))
    tomorrow = local_day(wall_now()) + timedelta(days=1)
    (folder / "figures.yaml").write_text(f"- {{figure: FOAD-6, value: PT2H, from_day: {tomorrow}}}\n")
    monkeypatch.setenv("PAYGIR_PROVINCE", str(folder))
    async with opened_directory(settings) as use:
        for _ in range(2):
            await load(use, read_province(), read_calendar())
        told = await events_told(use)
        preset = figures_of((await use.agencies.load(PROVINCE)).state.figures, ())
        province = (await use.provinces.load(PROVINCE)).state.form
        joined = [saved.state.id for saved in await everything(use.agencies)]
        owners = [saved.state.agency_id for saved in await everything(use.services)]
        hours = (await use.calendars.load("calendar:governorate")).state.calendar

    assert (province.id, [county.id for county in province.counties]) == ("coast", ["port"])
    assert (joined, owners, hours["version"]) == (["governorate"], ["gas"], 7)
    reply_time = ADAPTABLE["FOAD-6"].rule
    assert preset.of(reply_time, tomorrow) == timedelta(hours=2)
    assert preset.of(reply_time, local_day(wall_now())) == timedelta(hours=3)
    held = sum(post.holder is not None for post in read_province().governorate.posts)
    assert told == 1 + held + 1 + 1 + 1  # governorate, holders, figure, service, calendar


async def test_what_was_cut_off_in_the_middle_is_not_taken_for_loaded(settings: Settings) -> None:
    province = read_province()
    async with opened_directory(settings) as use:
        await provinces.settle_province(use, "operator", province.form)
        await agencies.settle_agency(use, "operator", province.governorate)

        assert not await is_loaded(use)


async def test_a_token_is_of_the_holder_or_of_the_stand_in_while_there_is_one(settings: Settings) -> None:
    async with opened_directory(settings) as use:
        province = read_province()
        await provinces.settle_province(use, "operator", province.form)
        for form in (province.governorate, *province.agencies):
            await agencies.settle_agency(use, "operator", form)
        acting = await agencies.holder_of(use, "water.groundwater.head")
    check = token_check(settings)
    officers = await check.claims(await token_of("water.customer-affairs.officer-1", settings))
    heads = await check.claims(await token_of("water.groundwater.head", settings))

    assert (officers.subject, officers.agency_id) == ("p-water-024", "water")
    assert heads.subject == acting
    for post, why in [("water.nobody", "no post"), ("roads.right-of-way.head", "Nobody acts")]:
        with pytest.raises(Broken, match=why):
            await token_of(post, settings)


async def test_without_the_issuer_the_person_is_told_what_to_start(settings: Settings) -> None:
    async with opened_directory(settings) as use:
        await agencies.settle_agency(use, "operator", read_province().governorate)
    [port] = free_ports(8108)
    away = settings.model_copy(update={"issuer": f"http://{ports.HOST}:{port}"})

    with pytest.raises(Broken, match="paygir up"):
        await token_of("governorate.inspection.head", away)


async def test_the_wait_ends_when_each_service_has_taken_all_events_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = {"complaints": iter([0, 3, 5]), "meetings": iter([5])}

    def ready(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"directory_events": next(known[request.url.host])})

    client = httpx.AsyncClient(transport=httpx.MockTransport(ready))

    def fake(**_: object) -> httpx.AsyncClient:
        return client

    monkeypatch.setattr(httpx, "AsyncClient", fake)
    await wait_until_known(5, {name: f"http://{name}" for name in known})

    assert [next(rest, None) for rest in known.values()] == [None, None]


async def test_a_service_that_never_learns_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.demo.load.PATIENCE_S", 0.0)
    [port] = free_ports(8107)

    with pytest.raises(Broken, match="complaints"):
        await wait_until_known(1, {"complaints": f"http://{ports.HOST}:{port}"})
