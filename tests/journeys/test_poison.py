"""Records that nobody can work, on every topic: each is kept whole, and its neighbours never notice."""
# pyright: basic

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer

from deploy.embedded.places import ROOT
from shared.bus.dead_letters import DeadLetter, open_letters
from shared.bus.effects import Reaction
from shared.bus.records import REDRIVE_HEADER
from shared.bus.subscribe import Subscription
from shared.events.complaints import ComplaintFiled
from shared.events.contacts import KEYS_TOPIC as KEYS
from shared.events.contacts import TOPIC as CONTACTS
from shared.events.content import ContentPublished
from shared.events.directory import AgencyJoined
from shared.events.event import Event
from shared.events.meetings import DecisionsSent
from tests.journeys.bus import DIRECTORY, SERVICES, producer, subscriptions, tell_directory
from tests.journeys.citizens import Citizens
from tests.journeys.effects import code_in, complaint_ids, facts, on_the_phone, unread
from tests.journeys.stack import MARKS, Stack, stack_for
from tests.province import (
    PROVINCE,
    agency_events,
    calendar_event,
    governorate_events,
    service_event,
    told,
)

pytestmark = MARKS
EVENTS: list[type[Event]] = [AgencyJoined, ComplaintFiled, ContentPublished, DecisionsSent]
HUGE = 900_000
STRANGER = b"stranger"
PRIVATE = frozenset({"contacts", "keys"})
"""The subscriptions of private topics."""
PARTITIONS = 12
Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Poison:
    """A record nobody can work. One that says its type is left alone by who doesn't want that type."""

    what: str
    type_: str | None = None
    key: bytes | None = b"poison"
    headers: Headers = ()
    value: bytes | None = b"{}"


def poisons(event: type[Event]) -> list[Poison]:
    """One of each kind, where its type can be read at all as this event."""
    good: dict[str, bytes] = {
        "ce_specversion": b"1.0",
        "ce_id": b"poison:1",
        "ce_type": event.type_name().encode(),
        "ce_source": b"/elsewhere",
        "ce_subject": b"poison",
        "ce_time": b"2026-11-21T05:30:00+00:00",
        "ce_agency": b"water",
        "ce_sequence": b"1",
    }
    headers = tuple(good.items())
    no_number = tuple({**good, "ce_sequence": b"many"}.items())
    half, type_ = b'{"agency_id": ', event.type_name()
    return [
        Poison(what="no headers"),
        Poison(what="no JSON", type_=type_, headers=headers, value=half),
        Poison(what="fields missing", type_=type_, headers=headers),
        Poison(what="nothing at all", key=None, value=None),
        Poison(what="huge and no JSON", type_=type_, headers=headers, value=b"x" * HUGE),
        Poison(what="sequence is no number", headers=no_number),
    ]


def contact_poisons() -> list[Poison]:
    """Where the newest of each key holds. Kafka itself refuses what has no key there."""
    return [
        Poison(what="no JSON", value=b'{"contact_id": '),
        Poison(what="huge and no JSON", value=b"x" * HUGE),
        Poison(what="fields missing", value=b'{"contact_id": "c1"}'),
        Poison(what="key is no text", key=b"\xff"),
    ]


def strangers() -> list[Poison]:
    """Records that are nobody's to work, and no reason to stop or to keep them."""
    headers = {**dict(poisons(AgencyJoined)[2].headers), "ce_subject": b"stranger"}
    to_come = {**headers, "ce_type": b"ir.paygir.directory.MoonLanded.v9"}
    return [
        Poison(what="a type of a release to come", key=STRANGER, headers=tuple(to_come.items())),
        Poison(what="sent back for nobody", key=STRANGER, headers=((REDRIVE_HEADER, b"\xff"),)),
    ]


async def test_poison_on_each_topic_is_kept_whole_and_its_neighbours_are_worked() -> None:
    readers = [one for one in await subscriptions() if one.topics]
    async with stack_for(*SERVICES) as stack:
        await stack.start("kafka", "mongodb")
        await stack.start(*SERVICES)
        citizens = Citizens(stack, "complaints")

        sent: dict[str, Poison] = {}
        async with producer(stack.kafka.bootstrap) as bus:
            for poisoned in poisons(AgencyJoined)[:3]:  # some before the province, some after it
                sent |= await put(bus, DIRECTORY, [poisoned])
            await tell_the_province(stack)
            sent |= await put(bus, DIRECTORY, [*poisons(AgencyJoined)[3:], *strangers()])
            await file_when_known(citizens, range(15))
            for event in EVENTS[1:]:
                sent |= await put(bus, event.topic(), [*poisons(event), *strangers()])
            for topic in (CONTACTS, KEYS):
                sent |= await put(bus, topic, [*contact_poisons(), strangers()[-1]])
            await file_when_known(citizens, range(15, 30))

        expected = {
            (reader.service, reader.name, origin): poison
            for reader in readers
            for origin, poison in sent.items()
            if origin.rsplit("/", 2)[0] in reader.topics and poison.key != STRANGER and wants(reader, poison)
        }
        groups = {reader.group: topic for reader in readers for topic in reader.topics}
        await stack.eventually("all read", lambda: unread(stack, groups), lambda behind: not behind)
        kept = await letters(stack)

        assert sorted(kept) == sorted(expected)
        assert {place: whole(letter) for place, letter in kept.items()} == {
            place: as_kept(poison, private=place[1] in PRIVATE) for place, poison in expected.items()
        }
        await assert_neighbours_are_worked(stack, citizens)
        assert_listed(stack, expected)


def wants(reader: Subscription, poison: Poison) -> bool:
    """Whether it is this reader's to keep: a reaction looks no further into a type that it doesn't want."""
    effect = reader.effect
    return poison.type_ is None or not isinstance(effect, Reaction) or poison.type_ in effect.wants


async def put(bus: AIOKafkaProducer, topic: str, records: Iterable[Poison]) -> dict[str, Poison]:
    """Send each to a partition of its own; by its place topic/partition/offset."""
    places: dict[str, Poison] = {}
    for number, poison in enumerate(records):
        batch = bus.create_batch()
        batch.append(key=poison.key, value=poison.value, headers=list(poison.headers), timestamp=None)
        batch.close()
        sending = await bus.send_batch(batch, topic, partition=number % PARTITIONS)
        place = await sending
        places[f"{topic}/{place.partition}/{place.offset}"] = poison
    return places


async def tell_the_province(stack: Stack) -> None:
    """Good events between the bad ones: all that a complaint needs is known by them alone."""
    await tell_directory(
        stack.kafka.bootstrap,
        [
            *told("water", agency_events("water")),
            *told(PROVINCE, governorate_events()),
            *told("service:1001", [service_event("water", "1001")]),
            *told("calendar:governorate", [calendar_event()]),
        ],
    )


async def file_when_known(citizens: Citizens, numbers: range) -> None:
    """As soon as complaints knows the province."""
    copy = citizens.stack.mongodb["paygir_complaints"]["directory"]
    needed = {"_id": {"$in": ["water", PROVINCE, "service:1001", "calendar:governorate"]}}
    await citizens.stack.eventually(
        "the province in the copy", lambda: copy.count_documents(needed), lambda count: count == 4
    )
    await asyncio.sleep(2.5)  # what was not there is remembered for two seconds
    await asyncio.gather(*map(citizens.file, numbers))


async def letters(stack: Stack) -> dict[tuple[str, str, str], DeadLetter]:
    """All dead letters, by service, subscription and origin."""
    found = [letter for service in SERVICES for letter in await open_letters(stack.kafka.bootstrap, service)]
    return {(letter.service, letter.subscription, letter.origin): letter for letter in found}


def whole(letter: DeadLetter) -> tuple[bytes | None, bytes | None, Headers]:
    """All that the record consisted of."""
    return letter.key, letter.value, letter.headers


def as_kept(poison: Poison, *, private: bool) -> tuple[bytes | None, bytes | None, Headers]:
    """All of it, but of what came over a private topic only the key: the rest may be what opens a number.

    Kafka's client takes no record with neither key nor value, so that one is kept empty.
    """
    if private:
        return poison.key, b"", ()
    value = b"" if poison.key is None and poison.value is None else poison.value
    return poison.key, value, poison.headers


async def assert_neighbours_are_worked(stack: Stack, citizens: Citizens) -> None:
    accepted = sorted(citizens.receipts.values())
    phone = await stack.eventually(
        "a message for each", lambda: on_the_phone(stack), lambda phone: phone.total() >= len(accepted)
    )
    assert sorted(code_in(text) for text in phone.elements()) == accepted
    ids = await complaint_ids(stack)
    known = await facts(stack)
    assert {id_: known.get(id_) for id_ in ids.values()} == dict.fromkeys(ids.values(), (1, 0))


def assert_listed(stack: Stack, expected: Iterable[tuple[str, str, str]]) -> None:
    """`paygir dlq list` shows each: whose it is, and where it came from."""
    env = {**os.environ, "PAYGIR_KAFKA": ",".join(stack.kafka.bootstrap), "PAYGIR_LANGUAGE": "en"}
    listed = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "dlq", "list"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split() for line in listed.stdout.splitlines()]
    assert sorted((line[0], line[4], line[5]) for line in lines) == sorted(expected)
