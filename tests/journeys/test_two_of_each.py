"""Two workers of every service at once: one receipt, one fact, one escalation, one meeting, one card."""

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import product

from shared.calendar.jalali import JalaliMonth
from shared.clock import FileClock
from tests.journeys.bus import SERVICES, tell_directory
from tests.journeys.citizens import Citizens
from tests.journeys.effects import (
    code_in,
    complaint_ids,
    dead_letters,
    facts,
    on_the_phone,
    told,
    until_quiet,
)
from tests.journeys.stack import MARKS, Document, Stack, stack_for
from tests.meetings.groups import group, joined, schedule
from tests.province import (
    PROVINCE,
    SATURDAY_NINE,
    agency_events,
    calendar_event,
    governorate_events,
    service_event,
)
from tests.province import told as told_by_directory

pytestmark = MARKS
TWINS = tuple(f"{service}.worker-2" for service in SERVICES)
COMPLAINTS = 40
GROUPS = [f"water.group-{number}" for number in range(20)]  # so many that two sweeps do meet
MONTHS = ["1405-09", "1405-10", "1405-11", "1405-12"]
ANSWER_DUE = SATURDAY_NINE + timedelta(hours=3)
STEP = timedelta(milliseconds=1)


async def test_two_workers_of_each_service_have_one_effect() -> None:
    async with stack_for(*SERVICES, *TWINS, scaled_clock=True) as stack:
        clock = FileClock(stack.folder / "clock.json")
        clock.set(to=SATURDAY_NINE, scale=0.0)  # it stands: only this test moves it
        await stack.start("kafka", "mongodb")
        await stack.settle(*SERVICES)
        await stack.start(*SERVICES)
        await stack.start(*TWINS)
        await tell_the_province(stack)
        await stack.eventually(
            "partitions for each twin", lambda: working(stack, "paygir_consumer_lag"), bool
        )
        citizens = Citizens(stack, "complaints")
        await asyncio.gather(*map(citizens.file, range(COMPLAINTS)))
        await until_quiet(stack)
        ids = await complaint_ids(stack)
        assert sorted(ids) == sorted(citizens.receipts.values())

        clock.set(to=ANSWER_DUE - STEP)
        await stack.eventually("all warned of", lambda: told(stack), lambda seen: all_have(seen, 2, ids))
        await asyncio.sleep(2.5)  # two turns of each sweep
        assert set(map(tuple, (await told(stack)).values())) == {(1, 2)}, "the instant before, nobody goes up"

        clock.set(to=ANSWER_DUE)
        await stack.eventually("all escalated", lambda: told(stack), lambda seen: all_have(seen, 3, ids))
        clock.set(scale=1.0)  # the message about it waits a moment: an answer would be the news
        await stack.eventually(
            "a message about it to each",
            lambda: on_the_phone(stack),
            lambda phone: len(phone) == 2 * COMPLAINTS,
        )
        await until_quiet(stack)
        assert dict.fromkeys(ids.values(), (3, 0)) == await facts(stack)
        phone = await on_the_phone(stack)
        assert Counter(code_in(text) for text in phone.elements()) == dict.fromkeys(ids, 2)
        assert max(phone.values()) == 1

        await stack.eventually(
            "the groups are known",
            lambda: all_of(stack, "meetings", "committees"),
            lambda seen: len(seen) == len(GROUPS),
        )
        for month in MONTHS:
            clock.set(to=schedule().slot(JalaliMonth.parse(month)).convenes_at)
            await stack.eventually(
                f"all meetings of {month}",
                lambda month=month: meetings_of(stack, month),
                lambda seen: len(seen) >= len(GROUPS),
            )
        await until_quiet(stack)
        called = await all_of(stack, "meetings", "meetings")
        assert Counter(
            (one["state"]["month"], one["state"]["committee_id"]) for one in called
        ) == dict.fromkeys(product(MONTHS, GROUPS), 1)

        assert await dead_letters(stack) == {}
        assert await working(stack, "paygir_consumed_total"), "each twin has had its share"


def named(id_: str) -> Document:
    """A group of this name."""
    return group(id=id_)


async def meetings_of(stack: Stack, month: str) -> list[Document]:
    """Those of all groups in one month."""
    return [one for one in await all_of(stack, "meetings", "meetings") if one["state"]["month"] == month]


def all_have(seen: dict[str, list[int]], count: int, ids: dict[str, str]) -> bool:
    """Whether each case has told so many events, by now."""
    return all(len(seen.get(id_, [])) >= count for id_ in ids.values())


async def tell_the_province(stack: Stack) -> None:
    """What settles replicas is not enough: committees and turns come from the events themselves."""
    await tell_directory(
        stack.kafka.bootstrap,
        [
            *told_by_directory("water", [joined(*map(named, GROUPS)), *agency_events("water")[1:]]),
            *told_by_directory(PROVINCE, governorate_events()),
            *told_by_directory("service:1001", [service_event("water", "1001")]),
            *told_by_directory("calendar:governorate", [calendar_event()]),
        ],
    )


async def all_of(stack: Stack, service: str, collection: str) -> list[Document]:
    """The documents of a service's collection."""
    return await stack.mongodb[f"paygir_{service}"][collection].find({}).to_list()


async def working(stack: Stack, figure: str) -> bool:
    """Whether every reader of complaints shows this figure of its subscription to them."""
    for service, subscription in (("notifications", "complaints"), ("reporting", "facts-complaints")):
        for name in (service, f"{service}.worker-2"):
            metrics = (await stack.http.get(stack.url(name, "/metrics"))).text
            if not any(
                line.startswith(figure) and f'subscription="{subscription}"' in line
                for line in metrics.splitlines()
            ):
                return False
    return True
