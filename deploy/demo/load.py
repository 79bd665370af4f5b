"""Loads the demo province, or that of PAYGIR_PROVINCE: `python -m deploy.demo.load [--if-empty] [--wait]`.

Nobody has a post before the governorate has joined, so it goes through the directory's use cases, not over
HTTP. Loading again changes nothing; where a file was changed, that change is made and told.
"""

import asyncio
import sys
import time
from collections.abc import Mapping
from typing import Annotated

import httpx
import typer

from deploy.demo.directory import directory_settings, opened_directory
from deploy.demo.province import Province
from deploy.demo.read import Unreadable, read_calendar, read_province
from deploy.embedded import ports, stack
from deploy.embedded.broken import Broken
from deploy.embedded.say import say
from services.directory.domain import calendar
from services.directory.usecases import agencies, calendars, catalogue, figures, provinces
from services.directory.usecases.use import Use, events_told
from shared.calendar.calendar_data import CalendarData
from shared.events.directory import PROVINCE
from shared.rule import Invalid, Refused
from shared.store.repository import NotFound
from shared.tables import read_csv

OPERATOR = "operator"
PATIENCE_S = 120.0
ASKED_AGAIN_S = 0.3


async def is_loaded(use: Use) -> bool:
    """Whether all of it is there: the calendar comes last."""
    try:
        await use.calendars.load(calendar.id_of(PROVINCE))
    except NotFound:
        return False
    return True


async def load(use: Use, province: Province, hours: CalendarData) -> None:
    """The province, its governorate, its agencies, their services, the calendar: in that order."""
    try:
        await provinces.settle_province(use, OPERATOR, province.form)
        for form in (province.governorate, *province.agencies):
            await agencies.settle_agency(use, OPERATOR, form)
            posts, units = len(form.posts), len(form.units)
            say(
                fa=f"  {form.name.fa}: {units} واحد، {posts} پست",
                en=f"  {form.name.en}: {units} units, {posts} posts",
            )
        await figures.settle_figures(use, OPERATOR, province.figures)
        imported = await catalogue.import_catalogue(use, OPERATOR, read_csv(province.catalogue))
        _must_have_no_problems(imported)
        new, changed, same = imported.listed, imported.changed, imported.unchanged
        say(
            fa=f"  خدمات: {new} تازه، {changed} تغییریافته، {same} بی‌تغییر",
            en=f"  Services: {new} new, {changed} changed, {same} the same",
        )
        await calendars.settle_calendar(use, OPERATOR, PROVINCE, hours)
        say(fa="  تقویم کاری استان", en="  The province's working calendar")
    except (Invalid, Refused) as refusal:
        raise Broken(
            fa=f"استان بارگذاری نشد: {refusal.detail.fa}",
            en=f"The province was not loaded: {refusal.detail.en}",
            detail=str(refusal),
        ) from refusal


async def wait_until_known(events: int, addresses: Mapping[str, str]) -> None:
    """Until the copies of the services at these addresses have taken in so many of the directory's events.

    Raises:
        Broken: One of them hasn't, after two minutes.
    """
    waited_for = dict(addresses)
    gives_up_at = time.monotonic() + PATIENCE_S
    async with httpx.AsyncClient(timeout=5.0, trust_env=False) as http:
        while waited_for:
            for name, address in list(waited_for.items()):
                if await _events_known(http, address) >= events:
                    del waited_for[name]
            if waited_for and time.monotonic() > gives_up_at:
                names = ", ".join(waited_for)
                raise Broken(
                    fa=f"این سرویس‌ها هنوز استان را نمی‌شناسند: {names}",
                    en=f"These services don't know the province yet: {names}",
                )
            await asyncio.sleep(ASKED_AGAIN_S if waited_for else 0)


async def running_services() -> dict[str, str]:
    """The addresses of the services that answer on this machine now."""
    addresses = {
        name: f"http://{ports.HOST}:{ports.SERVICES[name] + ports.offset()}" for name in stack.services()
    }
    async with httpx.AsyncClient(timeout=2.0, trust_env=False) as http:
        return {name: address for name, address in addresses.items() if await _answers(http, address)}


async def _answers(http: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await http.get(f"{address}/live")).is_success
    except httpx.TransportError:
        return False


async def _events_known(http: httpx.AsyncClient, address: str) -> int:
    try:
        return int((await http.get(f"{address}/ready")).json()["directory_events"])
    except (httpx.TransportError, KeyError, ValueError):
        return 0


def _must_have_no_problems(imported: catalogue.Imported) -> None:
    if imported.problems:
        told = [f"{one.line}: {one.column}: {one.reason.en}" for one in imported.problems]
        raise Broken(
            fa="فهرست خدمات ایراد دارد.", en="The catalogue has problems.", detail="\n".join(told[:20])
        )


async def _run(*, if_empty: bool, wait: bool) -> None:
    started_at = time.monotonic()
    async with opened_directory(directory_settings()) as use:
        if if_empty and await is_loaded(use):
            say(fa="استان پیش‌تر بارگذاری شده است.", en="The province is loaded already.")
        else:
            province = read_province()
            await load(use, province, read_calendar())
            took_s, name = time.monotonic() - started_at, province.form.name
            say(
                fa=f"«{name.fa}» در {took_s:.1f} ثانیه بارگذاری شد.",
                en=f"Loaded {name.en} in {took_s:.1f} s.",
            )
        events = await events_told(use)
    if wait:
        services = await running_services()
        await wait_until_known(events, services)
        took_s, names = time.monotonic() - started_at, ", ".join(services)
        say(
            fa=f"همهٔ {events} رویداد به این سرویس‌ها رسید ({took_s:.1f} ثانیه): {names}",
            en=f"All {events} events reached these services ({took_s:.1f} s): {names}",
        )


def main(
    *,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing where it is loaded already")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Until all running services know it")] = False,
) -> None:
    """Load the province into the directory."""
    try:
        asyncio.run(_run(if_empty=if_empty, wait=wait))
    except (Broken, Unreadable) as error:
        print(error.said() if isinstance(error, Broken) else error, file=sys.stderr)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
