"""On a broker with an authorizer: what accounts of other systems may, and that our services may enough."""

import asyncio
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError

from deploy.embedded import kafka, ports
from deploy.embedded import topics as declared
from deploy.embedded.places import ROOT
from shared.bus.records import group_of
from shared.cloudevents import envelope_of
from shared.events.complaints import ComplaintFiled
from shared.events.event import dead_topic, events_topic
from shared.outbox.kafka import producer
from tests.deploy.printed import printed_programs
from tests.notifications.cases import event
from tests.province import SATURDAY_NINE
from tests.real import Broker, free_ports, real_broker, waiting_for

pytestmark = pytest.mark.real
ACCOUNTS = {name: secrets.token_hex(8) for name in ("admin", "broker", "dashboard", "registry", "nobody")}
PUBLIC = events_topic("complaints")
INTERNAL = ("paygir.contacts", "paygir.keys", "paygir.requests", dead_topic("complaints"))
WITHIN_S = 20


class Guarded:
    """A broker's settings: ours come by a listener without accounts, others by one with them."""

    def __init__(self) -> None:
        [self.port] = free_ports(ports.KAFKA + 4)

    def __call__(self, folder: Path, *, port: int, controller_port: int) -> str:
        inner = f"INNER://{ports.HOST}:{port}"
        outer = f"OUTER://{ports.HOST}:{self.port}"
        plain = "org.apache.kafka.common.security.plain.PlainLoginModule"
        knows = " ".join(f'user_{name}="{word}"' for name, word in ACCOUNTS.items())
        jaas = f'{plain} required username="broker" password="{ACCOUNTS["broker"]}" {knows};'
        changed = {
            "listeners": f"{inner},{outer},CONTROLLER://{ports.HOST}:{controller_port}",
            "advertised.listeners": f"{inner},{outer}",
            "listener.security.protocol.map": (
                "INNER:PLAINTEXT,OUTER:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT"
            ),
            "inter.broker.listener.name": "OUTER",
            "sasl.enabled.mechanisms": "PLAIN",
            "sasl.mechanism.inter.broker.protocol": "PLAIN",
            "sasl.mechanism.controller.protocol": "PLAIN",
            "listener.name.outer.plain.sasl.jaas.config": jaas,
            "listener.name.controller.plain.sasl.jaas.config": jaas,
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:admin;User:broker",
        }
        usual = kafka.properties(folder, port=port, controller_port=controller_port).splitlines()
        kept = [line for line in usual if line.partition("=")[0] not in changed]
        return "\n".join([*kept, *(f"{name}={value}" for name, value in changed.items()), ""])


@pytest.fixture(scope="module")
def brokers() -> Iterator[tuple[Broker, str]]:
    """The broker, with the rights that deploy's files give, and the address for accounts."""
    guarded = Guarded()
    with real_broker(settings_of=guarded) as broker:
        outer = f"{ports.HOST}:{guarded.port}"
        given("service-acls.sh", "ANONYMOUS", outer, broker.folder.parent)
        for account in ("dashboard", "registry"):
            given("reader-acls.sh", account, outer, broker.folder.parent)
        waiting_for(declared.make(broker.bootstrap, replication=1))
        waiting_for(ours_write(broker))
        yield broker, outer


def given(file: str, account: str, bootstrap: str, folder: Path) -> None:
    """By the file itself; `kafka-acls.sh` is our stand-in."""
    stand_in = folder / "kafka-acls.sh"
    stand_in.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tests.deploy.kafka_acls "$@"\n')
    stand_in.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{folder}:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "BOOTSTRAP": bootstrap,
        "ADMIN_PASSWORD": ACCOUNTS["admin"],
    }
    subprocess.run([ROOT / "deploy" / file, account], env=environment, check=True, timeout=WITHIN_S * 3)


async def ours_write(broker: Broker) -> None:
    """As the relay does: idempotent, to each topic of ours."""
    async with producer(broker.bootstrap) as producing:
        one: Any = producing
        for topic in (PUBLIC, *INTERNAL):
            await one.send_and_wait(topic, b"{}", key=b"case-1", partition=0)


def shows(account: str) -> dict[str, Any]:
    """How an account comes in."""
    return {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "PLAIN",
        "sasl_plain_username": account,
        "sasl_plain_password": ACCOUNTS[account],
    }


@asynccontextmanager
async def reading(bootstrap: str, topic: str, *, group: str, **how: Any) -> AsyncGenerator[Any]:
    """From the first record on."""
    one: Any = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=group, auto_offset_reset="earliest", **how
    )
    try:
        async with asyncio.timeout(WITHIN_S):
            await one.start()
            yield one
    finally:
        await one.stop()


async def test_an_account_reads_the_public_topics_in_groups_of_its_own_name(
    brokers: tuple[Broker, str],
) -> None:
    _, outer = brokers
    async with reading(outer, PUBLIC, group="dashboard.one", **shows("dashboard")) as one:
        record = await one.getone()
        await one.commit()

    assert (record.topic, record.value) == (PUBLIC, b"{}")


async def happen(broker: Broker, *cases: str) -> list[str]:
    """Complaints are filed; the ids of the events."""
    ids: list[str] = []
    async with producer(broker.bootstrap) as producing:
        one: Any = producing
        for case in cases:
            told = envelope_of(
                event(ComplaintFiled), subject=case, sequence=1, time=SATURDAY_NINE, traceparent=None
            )
            record = told.record(PUBLIC)
            headers = [(name, value.encode()) for name, value in record.headers.items()]
            await one.send_and_wait(PUBLIC, record.value, key=case.encode(), headers=headers, partition=0)
            ids.append(told.id)
    return ids


async def reads_by(program: Path, bootstrap: str, *, until: str) -> list[str]:
    """What the printed consumer prints until it has read that event; then it is killed."""
    known = {"ACCOUNT": "dashboard", "PASSWORD": ACCOUNTS["dashboard"]}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        env={"KAFKA": bootstrap, "PROTOCOL": "SASL_PLAINTEXT", **known},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    lines: list[str] = []
    try:
        async with asyncio.timeout(WITHIN_S):
            while not lines or not lines[-1].startswith(until):
                lines.append((await process.stdout.readline()).decode())
                assert lines[-1], "it ended by itself"
    finally:
        process.kill()
        await process.communicate()
    return [line.split()[0] for line in lines]


async def test_the_printed_consumer_reads_on_where_it_was_killed(
    brokers: tuple[Broker, str], tmp_path: Path
) -> None:
    broker, outer = brokers
    program = tmp_path / "consume.py"
    program.write_text(printed_programs()[1])
    assert len(program.read_text().strip().splitlines()) < 30

    before = await happen(broker, "case-7", "case-8", "case-9")
    assert await reads_by(program, outer, until=before[-1]) == before

    [after] = await happen(broker, "case-10")
    assert await reads_by(program, outer, until=after) in ([after], [before[-1], after])


async def seen(bootstrap: str, topics: Sequence[str], account: str) -> dict[str, int]:
    """Each topic with the broker's code for whether it is even told of: who may read may be told."""
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=bootstrap, **shows(account))
    await admin.start()
    try:
        return {one["topic"]: one["error_code"] for one in await admin.describe_topics([*topics])}
    finally:
        await admin.close()


async def test_what_is_not_public_it_can_not_read_nor_even_see(brokers: tuple[Broker, str]) -> None:
    _, outer = brokers
    refused = dict.fromkeys(INTERNAL, TopicAuthorizationFailedError.errno)

    assert await seen(outer, [PUBLIC, *INTERNAL], "dashboard") == {PUBLIC: 0, **refused}
    assert await seen(outer, [PUBLIC, *INTERNAL], "admin") == dict.fromkeys([PUBLIC, *INTERNAL], 0)


@pytest.mark.parametrize("group", ["registry.one", group_of("notifications", "complaints"), "dashboards"])
async def test_it_reads_in_no_group_of_anothers(brokers: tuple[Broker, str], group: str) -> None:
    _, outer = brokers
    with pytest.raises(GroupAuthorizationFailedError):
        async with reading(outer, PUBLIC, group=group, **shows("dashboard")) as one:
            await one.getone()


@pytest.mark.parametrize("topic", [PUBLIC, *INTERNAL])
async def test_it_writes_nowhere(brokers: tuple[Broker, str], topic: str) -> None:
    _, outer = brokers
    one: Any = AIOKafkaProducer(bootstrap_servers=outer, **shows("dashboard"))
    await one.start()
    try:
        with pytest.raises(TopicAuthorizationFailedError):
            async with asyncio.timeout(WITHIN_S):
                await one.send_and_wait(topic, b"forged", partition=0)
    finally:
        await one.stop()


async def test_it_makes_no_topic(brokers: tuple[Broker, str]) -> None:
    _, outer = brokers
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=outer, **shows("dashboard"))
    await admin.start()
    try:
        answer = await admin.create_topics([NewTopic("dashboard.own", 1, 1)])
    finally:
        await admin.close()

    assert [code for _, code, _ in answer.topic_errors] == [TopicAuthorizationFailedError.errno]


async def test_an_account_that_nobody_let_in_sees_nothing(brokers: tuple[Broker, str]) -> None:
    _, outer = brokers
    assert await seen(outer, [PUBLIC], "nobody") == {PUBLIC: TopicAuthorizationFailedError.errno}


@pytest.mark.parametrize("topic", [PUBLIC, *INTERNAL])
async def test_our_services_read_in_their_groups_what_they_wrote(
    brokers: tuple[Broker, str], topic: str
) -> None:
    broker, _ = brokers
    async with reading(broker.bootstrap[0], topic, group=group_of("notifications", topic)) as one:
        record = await one.getone()
        await one.commit()

    assert (record.topic, record.value) == (topic, b"{}")


async def test_making_the_topics_again_finds_all_there(brokers: tuple[Broker, str]) -> None:
    broker, _ = brokers
    assert await declared.make(broker.bootstrap, replication=1) == []


@pytest.mark.parametrize("account", ["paygir", "ANONYMOUS", "*", "dashboard.eu", "a b", ""])
def test_no_account_is_let_in_whose_groups_would_be_anothers_too(account: str, tmp_path: Path) -> None:
    stand_in = tmp_path / "kafka-acls.sh"
    stand_in.write_text("#!/bin/sh\necho let in\n")
    stand_in.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "BOOTSTRAP": "kafka-1:9092"}
    file = [ROOT / "deploy" / "reader-acls.sh", account]
    done = subprocess.run(file, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode != 0, done.stdout) == (True, "")
