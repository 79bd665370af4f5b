"""What the tests of inbound messages have in common: gateways that bring them, and a bus."""

from collections.abc import Mapping
from typing import Any

import httpx

from services.notifications.settings import Doors
from services.notifications.usecases.use import Use
from shared.bus.records import Received
from shared.cloudevents import Envelope, envelope_of
from shared.events.complaints import ComplaintEvent
from shared.events.complaints_requests import RequestEvent
from shared.events.requests import REQUESTS_TOPIC, CitizenRequest, SealedRequest
from shared.keys.requests import open_request
from tests.notifications.cases import Case, comes, phone, send, subscription
from tests.serving import Serving

WATERS, PROVINCES, NOBODYS = "30001234", "3000", "30009999"
SECRET, OTHER_SECRET, IVR_KEY = "kannels-own-secret", "kavenegars-own-secret", "the-key-of-the-voice-menu"
DOORS = Doors.model_validate(
    {
        "gateways": {
            "kannel": {"shape": "kannel", "secret": SECRET},
            "kavenegar": {"shape": "kavenegar", "secret": OTHER_SECRET},
        },
        "lines": {WATERS: "water"},
        "ivr": {"menu": IVR_KEY},
    }
)
CITIZEN, STRANGER = "09121234567", "09350000000"


async def brought(
    running: Serving, text: str, *, sender: str = CITIZEN, to: str = WATERS, id_: str = "m-1", **more: str
) -> httpx.Response:
    """Kannel brings a message."""
    said = {"secret": SECRET, "id": id_, "from": sender, "to": to, "text": text, **more}
    return await running.http.get("/v1/inbound/kannel", params=said)


async def sms(running: Serving, text: str, **how: str) -> list[str]:
    """A message comes, all that follows of it happens: what the phone shows besides."""
    before = len(await phone(running))
    answer = await brought(running, text, **how)
    assert (answer.status_code, answer.text) == (200, "")
    await carry(running)
    return (await phone(running))[before:]


async def carry(running: Serving) -> None:
    """What the service told comes back to it over the bus; then what is queued is sent."""
    use: Use = running.parts.use
    for repository in (use.senders.keys, use.inbound):
        found = await repository.collection.find({"pending.0": {"$exists": True}}).to_list()
        for document in found:
            for record in document["pending"]:
                await reads(running, record)
            await repository.collection.update_one({"_id": document["_id"]}, {"$set": {"pending": []}})
    running.clock.forward(seconds=4)
    await send(running)


async def reads(running: Serving, record: Mapping[str, Any]) -> None:
    """Each of the service's subscriptions to the record's topic works it."""
    received = Received(
        topic=record["topic"],
        partition=0,
        offset=0,
        key=record["key"].encode(),
        value=record["value"],
        headers=tuple((name, value.encode()) for name, value in record["headers"].items()),
    )
    for one in running.parts.subscriptions:
        if record["topic"] in one.topics and one.name != "complaint-posts":
            await one.effect.work([one.effect.read(received)])


async def known(running: Serving, *envelopes: Envelope) -> None:
    """What is known of cases takes these in."""
    effect = subscription(running, "cases").effect
    for envelope in envelopes:
        record = envelope.record("paygir.complaints.events")
        received = Received(
            topic=record.topic,
            partition=0,
            offset=0,
            key=record.key.encode(),
            value=record.value,
            headers=tuple((name, value.encode()) for name, value in record.headers.items()),
        )
        await effect.work([effect.read(received)])


async def tells(running: Serving, case: Case, kind: type[ComplaintEvent], **changes: Any) -> None:
    """A case's next event comes to all who read it, and its message goes."""
    envelope = case.envelope(kind, **changes)
    await known(running, envelope)
    await comes(running, envelope)
    running.clock.forward(seconds=4)
    await send(running)


async def handed_on(running: Serving) -> list[CitizenRequest]:
    """What complaints is to do, in the order in which it was wanted, opened as it opens it."""
    use: Use = running.parts.use
    found = await use.inbound.collection.find({}, {"pending": 1}).sort("state.received_at", 1).to_list()
    records = [record for one in found for record in one["pending"]]
    sealed = [
        SealedRequest.model_validate_json(one["value"])
        for one in records
        if one["topic"] == REQUESTS_TOPIC and one["value"]
    ]
    return [await open_request(use.wrapper, one) for one in sealed]


async def answered_by_complaints(running: Serving, id_: str, event: RequestEvent) -> None:
    """Its word on a request comes over the bus."""
    envelope = envelope_of(event, subject=id_, sequence=1, time=running.clock.now(), traceparent=None)
    record = envelope.record("paygir.complaints.events")
    await reads(
        running, {"topic": record.topic, "key": record.key, "value": record.value, "headers": record.headers}
    )
