"""What became of the complaints: looked up in the services' own databases and on the topics."""
# pyright: basic, reportArgumentType=false

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from deploy.embedded.topics import declared
from shared.identity import read_code
from tests.journeys.stack import Stack
from tests.shared.outbox.topic import read

READERS = {
    "paygir.notifications.complaints": "paygir.complaints.events",
    "paygir.notifications.contacts": "paygir.contacts",
    "paygir.notifications.keys": "paygir.keys",
    "paygir.reporting.facts-complaints": "paygir.complaints.events",
}
"""The consumer groups by which a complaint has its effects, and what they read."""
SETTLED = ["delivered", "failed", "suppressed"]
RECEIPT = "ثبت شد"
"""Only the message about the filing says so."""


async def pending(stack: Stack) -> dict[str, int]:
    """How many documents still have something for the bus, by collection."""
    waiting: dict[str, int] = {}
    for name in await stack.mongodb.list_database_names():
        if not name.startswith("paygir_"):
            continue
        for collection in await stack.mongodb[name].list_collection_names():
            count = await stack.mongodb[name][collection].count_documents({"pending.0": {"$exists": True}})
            if count:
                waiting[f"{name}.{collection}"] = count
    return waiting


async def unread(stack: Stack, readers: Mapping[str, str] = READERS) -> dict[str, int]:
    """How many records each consumer group has still to work, where there are any."""
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=stack.kafka.bootstrap)
    await admin.start()
    try:
        committed = {group: await admin.list_consumer_group_offsets(group) for group in readers}
    finally:
        await admin.close()
    ends = await ends_of(stack.kafka.bootstrap, set(readers.values()))
    behind: Counter[str] = Counter()
    for group, topic in readers.items():
        for place, end in ends.items():
            kept = committed[group].get(place)
            if place.topic == topic:
                behind[group] += end - max(0, kept.offset if kept else 0)
    return {group: count for group, count in behind.items() if count}


async def unsent(stack: Stack) -> int:
    """How many messages nobody knows the end of yet; a case whose first waits for a way by mail has none."""
    messages = stack.mongodb["paygir_notifications"]["messages"]
    by_mail = await messages.distinct("state.cause.subject", {"state.reason": "no-gateway-for-email"})
    waits = {"state.status": {"$nin": SETTLED}, "state.cause.subject": {"$nin": by_mail}}
    return await messages.count_documents(waits)


async def until_quiet(stack: Stack, readers: Mapping[str, str] = READERS, *, patience_s: float = 180) -> None:
    """Until all that was accepted is told, read and sent: after that nothing more can happen by itself."""

    async def stirring() -> list[Any]:
        first = [await pending(stack), await unread(stack, readers), await unsent(stack)]
        # What was read or sent in between may have told something new.
        return [*first, await pending(stack), await unread(stack, readers)]

    await stack.eventually(
        "everything told, read and sent", stirring, lambda seen: not any(seen), patience_s=patience_s
    )


async def on_the_phone(stack: Stack) -> Counter[str]:
    """How often each text lies on the development phone; every text names its case by the tracking code."""
    found = stack.mongodb["paygir_notifications"]["sandbox"].find({}, {"text": 1})
    return Counter([message["text"] async for message in found])


def code_in(text: str) -> str:
    """The tracking code that a message shows, on a line of its own."""
    [code] = [code for line in text.splitlines() if (code := read_code(line)) is not None]
    return code


async def complaint_ids(stack: Stack) -> dict[str, str]:
    """The id of each complaint by its tracking code."""
    found = stack.mongodb["paygir_complaints"]["complaints"].find({}, {"state.tracking_code": 1})
    return {one["state"]["tracking_code"]: one["_id"] async for one in found}


async def facts(stack: Stack, of: str = "complaints") -> dict[str, tuple[int, int]]:
    """The last sequence and the gaps of each fact that reporting has of a service's things, by id."""
    return await copied(stack, "reporting", f"facts_{of}")


async def copied(stack: Stack, service: str, collection: str) -> dict[str, tuple[int, int]]:
    """The last sequence and the gaps of everything in a projection, by its id."""
    found = stack.mongodb[f"paygir_{service}"][collection].find({}, {"sequence": 1, "gaps": 1})
    return {one["_id"]: (one["sequence"], one["gaps"]) async for one in found}


async def told(stack: Stack, by: str = "complaints") -> dict[str, list[int]]:
    """The sequences of each of a service's things in their order on its topic, repeats left out."""
    found: dict[str, list[int]] = {}
    for record in await read(stack.kafka.bootstrap, f"paygir.{by}.events"):
        subject = (record.key or b"").decode()
        sequence = int(dict(record.headers)["ce_sequence"])
        if sequence not in found.setdefault(subject, []):
            found[subject].append(sequence)
    return found


async def dead_letters(stack: Stack) -> dict[str, int]:
    """How many records each service has buried, where there are any."""
    names = [topic.name for topic in declared() if topic.name.endswith(".dead")]
    return {name: count for name in names if (count := len(await read(stack.kafka.bootstrap, name)))}


async def assert_each_once(stack: Stack, codes: Iterable[str]) -> None:
    """Every accepted complaint is one complaint, one receipt message, one whole fact, told in order."""
    accepted = sorted(codes)
    ids = await complaint_ids(stack)
    assert sorted(ids) == accepted, "as many complaints as receipts were given"

    phone = await on_the_phone(stack)
    assert [text for text, times in phone.items() if times > 1] == []
    assert sorted(code_in(text) for text in phone if RECEIPT in text) == accepted

    on_topic = await assert_told_in_order(stack, "complaints", ids.values())
    assert await facts(stack) == {id_: (len(sequences), 0) for id_, sequences in on_topic.items()}

    assert await dead_letters(stack) == {}
    assert await pending(stack) == {}


async def assert_told_in_order(stack: Stack, by: str, ids: Iterable[str]) -> dict[str, list[int]]:
    """Of these things, and of no others, the service has told everything in its order; what, by id."""
    on_topic = await told(stack, by)
    assert on_topic == {id_: list(range(1, len(on_topic.get(id_, [0])) + 1)) for id_ in ids}
    return on_topic


async def ends_of(servers: Sequence[str], topics: Iterable[str]) -> dict[Any, int]:
    """Where each partition of these topics ends now."""
    async with AIOKafkaConsumer(*topics, bootstrap_servers=list(servers)) as consumer:
        return await consumer.end_offsets(consumer.assignment())
