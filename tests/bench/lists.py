"""P10: how long a page of each list takes at a million complaints against ten thousand; what it costs."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from statistics import median

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.complaints.domain import lists
from services.complaints.domain.complaint import Complaint, Status
from services.complaints.domain.lists import ANY, Asked, Facet, WorkList
from services.complaints.storage.complaints import Complaints
from services.complaints.storage.indexes import LISTS
from shared.mongo import Document
from shared.store.repository import Page, cursor_of
from tests.bench.filled import fill
from tests.bench.guarantee import filed, saves
from tests.bench.ratios import Measured, Promise
from tests.bench.stage import DATABASE, Stage
from tests.complaints.many import OFTEN, SELDOM
from tests.province import SATURDAY_NINE

FEW, MANY = 10_000, 1_000_000
PAGE = 50
TURNS = 15
"""Of a list in a round: in each, few and many one after the other."""
LIST_GOAL, SAVING_GOAL, SAVING_FLOOR = 1.5, 30, 60
Ask = Callable[[Complaints, int], Awaitable[Page[Complaint] | None]]


async def measure(stage: Stage, *, rounds: int, seconds: float) -> list[Measured]:
    """Each list on both databases in turn; then saving with and without the lists' indexes."""
    for many in (FEW, MANY):
        await fill(stage, _name(many), many)
    taken: dict[str, dict[int, list[float]]] = {name: {FEW: [], MANY: []} for name in ASKS}
    async with stage.database(_name(FEW)) as few, stage.database(_name(MANY)) as many:
        both = {FEW: Complaints(few), MANY: Complaints(many)}
        for _ in range(rounds):
            for name, ask in ASKS.items():
                for size, one in (await _timed(both, ask)).items():
                    taken[name][size].append(one)
    measured = [_measured(name, one[FEW], one[MANY]) for name, one in taken.items()]
    for size in (FEW, MANY):
        async with stage.database(_name(size)) as database:
            await database.client.drop_database(database.name)
    return [*measured, await _cost_of_saving(stage, rounds=rounds, seconds=seconds)]


async def _timed(both: Mapping[int, Complaints], ask: Ask) -> dict[int, float]:
    """The median time of a page on each, in milliseconds."""
    taken: dict[int, list[float]] = {size: [] for size in both}
    for turn in range(TURNS + 1):
        for size, complaints in both.items() if turn % 2 else [*both.items()][::-1]:
            started = time.perf_counter()
            await ask(complaints, size)
            if turn:  # the first brings the pages into memory
                taken[size].append((time.perf_counter() - started) * 1000)
    return {size: median(some) for size, some in taken.items()}


def _measured(name: str, few: Sequence[float], many: Sequence[float]) -> Measured:
    promise = Promise(
        id="P10",
        says=f"{name}: its time at {MANY:,} complaints against {FEW:,} (pages of {PAGE})",
        goal=LIST_GOAL,
        floor=LIST_GOAL,
        at_most=True,
    )
    ratios = [later / first for first, later in zip(few, many, strict=True)]
    return Measured(promise=promise, ratios=ratios, figures={f"ms at {MANY:,}": many, f"ms at {FEW:,}": few})


class Unlisted(Complaints):
    """As if there were no lists and no search."""

    @override
    def beside(self, state: Complaint) -> Document:
        return {}


async def _cost_of_saving(stage: Stage, *, rounds: int, seconds: float) -> Measured:
    """A new complaint with what the lists need and without it, in turn: processor time, here and there."""
    template, facts = await filed(stage)
    each_us: dict[bool, list[float]] = {True: [], False: []}
    async with stage.database(DATABASE) as database:
        for turn in range(rounds):
            for listed in (True, False) if turn % 2 else (False, True):
                await stage.empty()
                complaints = Complaints(database) if listed else Unlisted(database)
                for one in LISTS if not listed else ():
                    await complaints.collection.drop_index(one.name)
                before = await _processor_s(database)
                await saves(complaints, template, facts, seconds)
                used_s = await _processor_s(database) - before
                saved = await complaints.collection.estimated_document_count()
                each_us[listed].append(used_s / saved * 1e6)
    await stage.empty()
    costs = [(full / bare - 1) * 100 for full, bare in zip(each_us[True], each_us[False], strict=True)]
    promise = Promise(
        id="P10",
        says="what lists and searches need, against saving without it: additional processor time",
        goal=SAVING_GOAL,
        floor=SAVING_FLOOR,
        at_most=True,
        unit="%",
    )
    figures = {"us a complaint with it": each_us[True], "without": each_us[False]}
    return Measured(promise=promise, ratios=costs, figures=figures)


async def _processor_s(database: AsyncDatabase[Document]) -> float:
    """Of this process and of the database's."""
    used = (await database.command("serverStatus"))["extra_info"]
    return time.process_time() + (used["user_time_us"] + used["system_time_us"]) / 1e6


def _name(many: int) -> str:
    return f"paygir_bench_lists_{many}"


def _work(which: WorkList, *under: str) -> Ask:
    asked = Asked(
        posts=("water.desk.officer", "water.desk.head"),
        now=SATURDAY_NINE - timedelta(days=20),
        at_risk_until=SATURDAY_NINE,
    )
    wanted = lists.work(which, under or (ANY,), asked)
    return lambda complaints, _: complaints.listed("water", wanted, after=None, limit=PAGE)


def _filed(status: Status | None, *under: str) -> Ask:
    wanted = lists.filed(under or (ANY,), status)
    return lambda complaints, _: complaints.listed("water", wanted, after=None, limit=PAGE)


def _amid(complaints: Complaints, many: int) -> Awaitable[Page[Complaint]]:
    """From the middle of all that there is."""
    after = cursor_of(SATURDAY_NINE - timedelta(minutes=7 * many / 2), "")
    return complaints.listed("water", lists.filed([ANY], None), after=after, limit=PAGE)


async def _tabs(complaints: Complaints, _: int) -> None:
    asked = Asked(posts=("water.desk.officer",), now=SATURDAY_NINE, at_risk_until=SATURDAY_NINE)
    for which in WorkList:
        await complaints.count("water", lists.work(which, [ANY], asked), most=100)


def _of_person(complaints: Complaints, _: int) -> Awaitable[Page[Complaint]]:
    return complaints.of_persons("water", [f"0-c{n}" for n in range(30)], after=None, limit=PAGE)


def _with(*words: str) -> Ask:
    return lambda complaints, _: complaints.with_words("water", words, after=None, limit=PAGE)


ASKS: Mapping[str, Ask] = {
    "all": _filed(None),
    "all, from the middle": _amid,
    "closed": _filed(Status.CLOSED),
    "a unit's": _filed(None, Facet.UNIT.key("u7")),
    "a county's, of 12 units": _filed(None, *(Facet.UNIT.key(f"u{n}") for n in range(12))),
    "a service's": _filed(None, Facet.SERVICE.key("s7")),
    "waiting for a verdict": _work(WorkList.WAITING_FOR_VERDICT),
    **{which.value: _work(which) for which in WorkList if which is not WorkList.WAITING_FOR_VERDICT},
    "late, by a door": _work(WorkList.LATE, Facet.DOOR.key("web")),
    "the numbers on the tabs": _tabs,
    "search by 30 persons": _of_person,
    "search by a word in all": _with(OFTEN),
    "search by that and a rarer one": _with(OFTEN, SELDOM),
}
"""A page of each list, and each search but that by a code, which is one look into a unique index."""
