"""P9: nothing lost, nothing out of order, nothing done twice while relays and consumers are killed."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx

from deploy.embedded import ports
from deploy.embedded.processes import Running
from tests.bench.bus import published, skip_what_is_there
from tests.bench.follower import DATABASE, EFFECTS, FACTS, GROUPS
from tests.bench.ratios import Counted
from tests.bench.stage import COMPLAINT, PATIENCE_S, Stage, ready
from tests.province import holder

SAYS = "relays and consumers killed (kill -9) every 2 s under load, two of each"
KILL_EVERY_S = 2.0
KILLS_LEAST, KILLS_A_ROUND = 6, 3
OFFICER = "water.desk.officer"
CITIZENS, OFFICERS = 8, 4
RATE_PAUSE_S = 0.04


@dataclass(slots=True)
class Victims:
    """Two relays and two consumers; each killed one is started again at once."""

    stage: Stage
    running: dict[str, Running] = field(default_factory=dict[str, Running])
    kills: Counter[str] = field(default_factory=Counter[str])

    def start(self, name: str) -> None:
        relay = ("services.complaints", "--role", "worker")
        module, *words = relay if name.startswith("relay") else ("tests.bench.follower",)
        self.running[name] = self.stage.run(name, module, *words)

    async def kill(self, name: str) -> None:
        """As a power cut does."""
        victim = self.running[name]
        os.killpg(victim.pid, signal.SIGKILL)
        await self.stage.processes.stop(victim)
        self.kills[name.rstrip("12")] += 1
        self.start(name)

    async def stop(self) -> None:
        for victim in self.running.values():
            await self.stage.processes.stop(victim)


async def measure(stage: Stage, *, rounds: int, seconds: float) -> list[Counted]:
    """One long run; more rounds are more kills."""
    await stage.empty()
    before = await published(stage.kafka)
    await skip_what_is_there(stage.kafka, *GROUPS)
    victims = Victims(stage)
    for name in ("relay1", "relay2", "consumer1", "consumer2"):
        victims.start(name)
    try:
        async with _issuer(stage) as token, stage.serving("api") as api:
            working = asyncio.create_task(_work(api, token))
            for turn in range(max(KILLS_LEAST, rounds * KILLS_A_ROUND)):
                await asyncio.sleep(KILL_EVERY_S)
                number = turn % 2 + 1
                await asyncio.gather(victims.kill(f"relay{number}"), victims.kill(f"consumer{number}"))
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
            await stage.drained()
            saved = await _saved(stage)
            await _until_followed(stage, saved)
    finally:
        await victims.stop()
    after = await published(stage.kafka)
    told = {subject: ids for subject, ids in after.items() if subject not in before}
    return [await _judge(stage, saved, told, victims.kills)]


async def _judge(
    stage: Stage,
    saved: Mapping[str, Sequence[str]],
    told: Mapping[str, Sequence[str]],
    kills: Mapping[str, int],
) -> Counted:
    """Against what the histories say happened."""
    first_times = {subject: list(dict.fromkeys(ids)) for subject, ids in told.items()}
    async with stage.database(DATABASE) as database:
        facts = {
            one["_id"]: one["state"]["told"] async for one in database[FACTS].find({"_id": {"$in": [*saved]}})
        }
        effects = Counter([one["event"] async for one in database[EFFECTS].find({})])
    events = {id_ for ids in saved.values() for id_ in ids}
    faults = {
        "lost on the way to Kafka": sum(
            len(set(ids) - set(first_times.get(subject, []))) for subject, ids in saved.items()
        ),
        "lost by the projection": sum(len(set(ids) - set(facts.get(s, []))) for s, ids in saved.items()),
        "lost by the reaction": len(events - effects.keys()),
        "published out of order": sum(first_times.get(s, []) != list(ids) for s, ids in saved.items()),
        "projected out of order": sum(facts.get(s, []) != list(ids) for s, ids in saved.items()),
        "doubled effects": sum(count - 1 for count in effects.values())
        + sum(len(ids) - len(set(ids)) for ids in facts.values()),
        "from nowhere": len({id_ for ids in told.values() for id_ in ids} - events),
    }
    sent = sum(map(len, told.values()))
    seen = {
        "complaints": len(saved),
        "events": len(events),
        "records sent again by a relay": sent - sum(map(len, first_times.values())),
        "relays killed": kills["relay"],
        "consumers killed": kills["consumer"],
    }
    return Counted(id="P9", says=SAYS, faults=faults, seen=seen)


async def _work(port: int, token: str) -> None:
    """Citizens file, officers take and answer, until cancelled."""
    limits = httpx.Limits(max_connections=CITIZENS + OFFICERS)
    base = f"http://{ports.HOST}:{port}/v1"
    async with (
        httpx.AsyncClient(trust_env=False, timeout=30, limits=limits, base_url=base) as http,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(CITIZENS):
            group.create_task(_file(http))
        group.create_task(_answer(http, {"authorization": f"Bearer {token}"}))


async def _file(http: httpx.AsyncClient) -> None:
    while True:
        (await http.post("/complaints", json=COMPLAINT)).raise_for_status()
        await asyncio.sleep(RATE_PAUSE_S)


async def _answer(http: httpx.AsyncClient, officer: Mapping[str, str]) -> None:
    async def one(id_: str) -> None:
        for path, body in (("take", None), ("answer", {"text": "پروانه صادر شد."})):
            answer = await http.post(f"/complaints/{id_}/{path}", json=body, headers=officer)
            answer.raise_for_status()

    while True:
        found = await http.get("/complaints", params={"status": "filed", "limit": OFFICERS}, headers=officer)
        found.raise_for_status()
        await asyncio.gather(*[one(item["id"]) for item in found.json()["items"]])
        await asyncio.sleep(RATE_PAUSE_S)


@asynccontextmanager
async def _issuer(stage: Stage) -> AsyncGenerator[str]:
    """The development issuer; a token for the officer."""
    folder, port = stage.folder / "issuer", stage.issuer_port
    words = ("--folder", str(folder), "--port", str(port))
    issuer = stage.run("issuer", "deploy.embedded.issuer", *words)
    try:
        await issuer.wait_until(lambda: ready(port))
        async with httpx.AsyncClient(trust_env=False, base_url=f"http://{ports.HOST}:{port}") as http:
            subject = holder(OFFICER)
            registered = await http.put(f"/subjects/{subject}", json={"agency": "water"})
            registered.raise_for_status()
            answer = await http.post("/token", json={"subject": subject})
            yield answer.raise_for_status().json()["access_token"]
    finally:
        await stage.processes.stop(issuer)


async def _saved(stage: Stage) -> dict[str, list[str]]:
    """What happened, by the histories: the ids of each complaint's events, in order."""
    async with stage.database() as database:
        found = database["complaints"].find({}, {"history.events.sequence": 1})
        return {
            one["_id"]: [
                f"{one['_id']}:{event['sequence']}" for entry in one["history"] for event in entry["events"]
            ]
            async for one in found
        }


async def _until_followed(stage: Stage, saved: Mapping[str, Sequence[str]]) -> None:
    """Wait for the consumers, but not for ever: what is missing then is lost."""
    wanted = sum(map(len, saved.values()))
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S), stage.database(DATABASE) as database:
            facts = {"$group": {"_id": None, "events": {"$sum": "$sequence"}}}
            while True:
                match = {"$match": {"_id": {"$in": [*saved]}}}
                summed = [one async for one in await database[FACTS].aggregate([match, facts])]
                effects = await database[EFFECTS].count_documents({})
                if summed and summed[0]["events"] >= wanted and effects >= wanted:
                    return
                await asyncio.sleep(0.5)
