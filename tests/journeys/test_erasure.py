"""Who is erased is nowhere any more: not in a database, a topic, a dead letter, nor in a copy made before."""
# pyright: basic, reportArgumentType=false

import asyncio
import base64
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.embedded.places import ROOT
from deploy.embedded.secret_files import master_key_file
from deploy.embedded.topics import declared
from shared.events.contacts import KEYS_TOPIC, TOPIC
from shared.keys.wrapping import local_wrapper
from shared.mobile import read_mobile
from shared.outbox.kafka import producer
from shared.sealing import MasterKey, Unopenable, unseal
from tests.journeys.citizens import Citizens, complaint
from tests.journeys.effects import on_the_phone, until_quiet
from tests.journeys.stack import MARKS, Stack, stack_for
from tests.shared.outbox.topic import read

pytestmark = [*MARKS, pytest.mark.asyncio(loop_scope="module")]
SERVICES = ("complaints", "notifications", "reporting")
ERASED, STAYS, HASTY = 7, 8, range(20, 32)
BASE64 = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")
WRAPPED = re.compile(rb"local:[0-9a-f]{8}:[A-Za-z0-9+/=]+")
LIVING = {"state.wrapped_key": {"$type": "string"}}
NOT_OURS = frozenset({"admin", "config", "local"})
PHONE = "sandbox"
"""It stands for the citizen's own phone, which no erasure reaches."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[Stack]:
    async with stack_for(*SERVICES) as one:
        await one.start("kafka", "mongodb", "issuer")
        await one.settle(*SERVICES)
        await one.start(*SERVICES)
        yield one


@dataclass
class Found:
    """All that an intruder with the master key could lay hands on."""

    texts: list[bytes] = field(default_factory=list)

    def all(self, pattern: re.Pattern[bytes]) -> set[str]:
        return {one.decode() for text in self.texts for one in pattern.findall(text)}


async def documents(stack: Stack, *, keys: bool) -> list[bytes]:
    """Every document of every database; as a backup has them without those of the keys."""
    found: list[bytes] = []
    for name in await stack.mongodb.list_database_names():
        if name in NOT_OURS or (name.endswith("_keys") and not keys):
            continue
        database = stack.mongodb[name]
        for collection in await database.list_collection_names():
            if collection != PHONE:
                found += [said(one) async for one in database[collection].find({})]
    return found


def said(value: Any) -> bytes:
    """Everything in a document, bytes as they are."""
    return b" ".join(_words(value))


def _words(value: Any) -> Iterator[bytes]:
    match value:
        case dict():
            for key, one in value.items():
                yield str(key).encode()
                yield from _words(one)
        case list():
            for one in value:
                yield from _words(one)
        case bytes():
            yield value
        case _:
            yield str(value).encode()


async def topics(stack: Stack) -> list[bytes]:
    """Every record of every topic from its beginning, dead letters too: key, headers, value."""
    found: list[bytes] = []
    for topic in declared():
        for record in await read(stack.kafka.bootstrap, topic.name):
            headers = b" ".join(name.encode() + b"=" + value for name, value in record.headers)
            found.append(b" ".join([record.key or b"", headers, record.value or b""]))
    return found


async def numbers_in(stack: Stack, found: Found) -> set[str]:
    """The numbers that the master key yields: each wrapped key tried for each contact on each sealed text."""
    master = MasterKey.from_settings(file=master_key_file(stack.folder), text=None)
    wrapper, yielded = local_wrapper(master, None), set[str]()
    contacts = found.all(re.compile(rb"[0-9a-zA-Z-]{20,40}"))
    sealed = {one for one in found.all(BASE64) if 40 <= len(base64_bytes(one)) <= 60}
    for wrapped in found.all(WRAPPED):
        for contact in contacts:
            try:
                key = await wrapper.unwrap(wrapped, about=contact)
            except Unopenable:
                continue
            for text in sealed:
                try:
                    yielded.add(unseal(key, text, purpose=contact))
                except Unopenable:
                    continue
    return yielded


def base64_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


async def hashes_of(stack: Stack, number: str) -> list[bytes]:
    """What the master key makes of the number in every way in which anything ever was hashed."""
    master = MasterKey.from_settings(file=master_key_file(stack.folder), text=None)
    ways = [("contact", "water", number), ("mobile", number), ("contact", number)]
    return [master.keyed_hash(*way)[:31].encode() for way in ways]


async def compacted(stack: Stack) -> None:
    """As after a quiet day: each private topic rolls its segments at once, and the cleaner has been there."""
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka.bootstrap)
    await admin.start()
    soon = {
        "cleanup.policy": "compact",
        "segment.ms": "100",
        "min.cleanable.dirty.ratio": "0.0001",
        "max.compaction.lag.ms": "100",
        "delete.retention.ms": "2592000000",
    }
    for topic in (TOPIC, KEYS_TOPIC):
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, soon)])
    await admin.close()


async def test_a_number_is_nowhere_once_its_person_is_erased(stack: Stack) -> None:
    citizens = Citizens(stack, "complaints")
    code, _ = await citizens.file(ERASED), await citizens.file(STAYS)
    await until_quiet(stack)
    number, other = (read_mobile(complaint(one)["mobile"]) for one in (ERASED, STAYS))
    assert number is not None
    await bury(stack)
    backup = await documents(stack, keys=False)
    before = Found([*await documents(stack, keys=True), *await topics(stack)])
    # That nothing is found afterwards would mean little if the same search had found nothing before.
    assert await numbers_in(stack, before) == {number, other}

    asked = {"code": code, "mobile": complaint(ERASED)["mobile"]}
    url = stack.url("complaints", "/v1/follow/erasure")
    erased, again = await stack.http.post(url, json=asked), await stack.http.post(url, json=asked)
    assert (erased.status_code, again.status_code) == (200, 404)
    await until_quiet(stack)
    await compacted(stack)
    await stack.eventually("the key compacted away", lambda: kept(stack, number, before), lambda n: n == 0)

    after = Found([*await documents(stack, keys=True), *await topics(stack), *backup])
    assert await numbers_in(stack, after) == {other}
    plain = [number.encode(), number[3:].encode(), *await hashes_of(stack, number)]
    assert [one for one in plain if any(one in text for text in after.texts)] == []
    await tells_nobody(stack, code)


async def test_whoever_is_erased_while_messages_to_them_are_on_their_way_gets_no_more_and_nothing_hangs(
    stack: Stack,
) -> None:
    citizens, before = Citizens(stack, "complaints"), await on_the_phone(stack)
    _, living = await citizens.file(STAYS), await living_ids(stack)

    async def filed_and_erased(number: int) -> str:
        code = await citizens.file(number)
        asked = {"code": code, "mobile": complaint(number)["mobile"]}
        erased = await stack.http.post(stack.url("complaints", "/v1/follow/erasure"), json=asked)
        assert erased.status_code == 200
        return code

    codes = await asyncio.gather(*[filed_and_erased(number) for number in HASTY])
    await until_quiet(stack)
    for code in codes:
        await tells_nobody(stack, code)

    messages = stack.mongodb["paygir_notifications"]["messages"]
    ends = await messages.distinct("state.status", {"state.contact_id": {"$nin": living}})
    assert set(ends) <= {"delivered", "suppressed"}
    assert sum((await on_the_phone(stack) - before).values()) <= len(HASTY)
    number = read_mobile(complaint(STAYS)["mobile"])
    assert await numbers_in(stack, Found(await documents(stack, keys=True))) == {number}


async def test_the_command_wraps_each_living_key_anew_and_the_second_time_none(
    stack: Stack, tmp_path: Path
) -> None:
    living = await stack.mongodb["paygir_complaints_keys"]["keys"].count_documents(LIVING)
    secret = tmp_path / "wrapping"
    secret.write_text(base64.b64encode(bytes([7] * 32)).decode())
    env = {
        **os.environ,
        "PAYGIR_MONGODB": stack.addresses.mongodb,
        "PAYGIR_KEY_FILE": str(master_key_file(stack.folder)),
        "PAYGIR_WRAPPING_KEY_FILE": str(secret),
        "PAYGIR_LANGUAGE": "en",
    }
    said = [await rewrap(env) for _ in range(2)]

    assert living > 0
    assert said == [f"{living} keys were wrapped anew.", "0 keys were wrapped anew."]


async def rewrap(env: dict[str, str]) -> str:
    """What `paygir keys rewrap` says."""
    words = ["-m", "deploy.cli", "keys", "rewrap"]
    command = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=ROOT, env=env, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await command.communicate()
    return said.decode().strip()


async def kept(stack: Stack, number: str, before: Found) -> int:
    """How many keys of the erased the topic still holds; each look adds what begins a new segment."""
    living = {one["_id"].encode() async for one in living_keys(stack)}
    records = await read(stack.kafka.bootstrap, KEYS_TOPIC)
    async with producer(stack.kafka.bootstrap) as bus:
        for partition in range(12):
            await bus.send_and_wait(KEYS_TOPIC, None, key=b"nobody", partition=partition)
            await bus.send_and_wait(TOPIC, None, key=b"nobody", partition=partition)
    await asyncio.sleep(0.5)  # between two looks
    return sum(record.value is not None and record.key not in living for record in records)


async def living_ids(stack: Stack) -> list[str]:
    return [one["_id"] async for one in living_keys(stack)]


def living_keys(stack: Stack) -> Any:
    keys = stack.mongodb["paygir_complaints_keys"]["keys"]
    return keys.find(LIVING, {"_id": 1})


async def bury(stack: Stack) -> None:
    """All that is on the private topics once more, unreadable: it lies in the dead letters, too."""
    async with producer(stack.kafka.bootstrap) as bus:
        for topic in (TOPIC, KEYS_TOPIC):
            for record in await read(stack.kafka.bootstrap, topic):
                await bus.send_and_wait(topic, b"not JSON " + (record.value or b""), key=record.key)
    letters = "paygir.notifications.dead"
    await stack.eventually("all buried", lambda: read(stack.kafka.bootstrap, letters), lambda n: len(n) == 4)


async def tells_nobody(stack: Stack, code: str) -> None:
    """The agency answers the case all the same; who is erased is told nothing, and it is known why."""
    officer, phone = await stack.bearer("water.desk.officer"), await on_the_phone(stack)
    case = await stack.mongodb["paygir_complaints"]["complaints"].find_one({"state.tracking_code": code})
    assert case is not None
    url = stack.url("complaints", f"/v1/complaints/{case['_id']}/answer")
    answered = await stack.http.post(url, json={"text": "انجام شد."}, headers=officer)
    assert answered.status_code == 200, answered.text
    await until_quiet(stack)

    assert await on_the_phone(stack) == phone
    about = {"state.cause.subject": case["_id"], "state.template": "complaint-answered"}
    told = await stack.mongodb["paygir_notifications"]["messages"].find_one(about)
    assert told is not None
    assert (told["state"]["status"], told["state"]["reason"]) == ("suppressed", "contact-forgotten")
