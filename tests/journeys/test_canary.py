"""The canary: a marked number, national id and name go everywhere, and are found where they belong only.

A service that is new to `services/` is asked, read and searched without a word here.
"""
# pyright: basic

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient

from deploy.embedded import environment, ports
from deploy.embedded.places import ROOT
from shared.bus.dead_letters import open_letters
from shared.clock import FileClock
from shared.events.contacts import TOPIC as CONTACTS
from tests.journeys import canary_flows as flows
from tests.journeys.bus import producer, readers, tell_directory
from tests.journeys.canary import EVERYTHING, Hits
from tests.journeys.effects import until_quiet
from tests.journeys.stack import MARKS, Stack, stack_for
from tests.meetings.groups import CHAIR, CONVENES, STARTS, joined
from tests.province import (
    PROVINCE,
    SATURDAY_NINE,
    agency_events,
    calendar_event,
    governorate_events,
    service_event,
    told,
)
from tests.real import free_ports
from tests.shared.outbox.topic import read

pytestmark = [*MARKS, pytest.mark.asyncio(loop_scope="module")]
SERVICES = sorted(path.parent.name for path in (ROOT / "services").glob("*/app.py"))
POISON = "canary"
MAIL_PORT = 8125
OWN_WORDS = {
    "paygir_complaints.complaints:state.text": "what the citizen wrote",
    "paygir_complaints.complaints:listed.words": "the words of the same, by which it is found",
    "paygir_complaints.complaints:state.reason": "why the citizen is not content",
    "paygir_complaints.complaints:state.rounds.answer": "what the desk wrote to the citizen",
    "paygir_complaints.complaints:state.rounds.questions.text": "what the desk asked the citizen",
    "paygir_complaints.complaints:state.rounds.questions.reply": "what the citizen replied",
    **{
        f"paygir_complaints.complaints:state.past.{field}": "the same, at an agency that had the case before"
        for field in ("said", "rounds.answer", "rounds.questions.text", "rounds.questions.reply")
    },
    **{
        f"paygir_complaints.misconduct:state.{field}": "what inspection wrote of a misconduct, or heard"
        for field in (
            "what",
            "evidence",
            "origin.reference",
            "guidance.note",
            "statements.text",
            "finding.reasons",
            "objection.text",
            "objection.reasons",
            "outcome.decision_number",
            "why_withdrawn",
        )
    },
    "paygir_complaints.misconduct_looks:state.reason": "why somebody opened a record; no number is taken in",
    "paygir_content.items:state.topic": "what a domain wants the public to read",
    "paygir_content.items:state.revisions.title": "the same",
    "paygir_content.items:state.revisions.text": "the same",
    "paygir_content.bars:state.subject": "what the public may not be told now",
    "paygir_content.bars:state.notice": "what it is told instead",
    "paygir_meetings.meetings:state.motions.text": "what a committee votes on",
}
"""The only places that hold what people wrote, each in the documents of one service. All else is sealed."""


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """An OpenTelemetry collector that keeps what it is sent as it comes; its address."""
    kept: list[bytes] = []

    class Keeping(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Keeping) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1/traces", kept
        finally:
            server.shutdown()
            thread.join()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hits() -> AsyncIterator[Hits]:
    """All flows on the running whole, and all that they left behind, searched."""
    with collector() as (address, spans), pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAYGIR_OTLP_ENDPOINT", address)
        patch.setenv("PAYGIR_MAIL_PORT", str(free_ports(MAIL_PORT)[0] - ports.offset()))
        patch.setenv("PAYGIR_MAIL_DOMAIN", flows.MAIL_DOMAIN)
        async with stack_for(*SERVICES, scaled_clock=True) as stack:
            clock = FileClock(environment.clock_file(stack.folder))
            clock.set(to=SATURDAY_NINE, scale=1)
            await stack.start("kafka", "mongodb", "issuer")
            await stack.start(*SERVICES)
            await tell_the_province(stack)
            await put_poison(stack)
            await everything_happens(stack, clock)
            found = Hits()
            for service in SERVICES:
                metrics = await stack.http.get(stack.url(service, "/metrics"))
                found.search(f"metrics {service}", metrics.raise_for_status().content)
            await stack.stop(*SERVICES)  # what they would still log and trace at their end is there too
            await search_topics(stack, found)
            await search_documents(stack, found)
            for log in (stack.folder / "logs").iterdir():
                found.search(f"log {log.name}", log.read_bytes())
            found.search("traces file", (stack.folder / "traces.jsonl").read_bytes())
            for sent in spans:
                found.search("traces sent", sent)
            yield found


async def tell_the_province(stack: Stack) -> None:
    """Over the bus, with a committee that meets."""
    water = [joined(), *agency_events("water")[1:]]
    events = [
        *told("water", water),
        *told("roads", agency_events("roads")),
        *told(PROVINCE, governorate_events()),
        *told("service:1001", [service_event("water", "1001")]),
        *told("service:2001", [service_event("roads", "2001")]),
        *told("calendar:governorate", [calendar_event()]),
    ]
    await tell_directory(stack.kafka.bootstrap, events)
    for service in SERVICES:
        copy = stack.mongodb[f"paygir_{service}"]["directory"]
        await stack.eventually(
            f"the province in {service}", lambda copy=copy: copy.count_documents({}), lambda n: n == 6
        )


async def put_poison(stack: Stack) -> None:
    """From outside comes a contact that is none, a number in the clear: it is kept whole."""
    async with producer(stack.kafka.bootstrap) as bus:
        await bus.send_and_wait(CONTACTS, EVERYTHING.encode(), key=POISON.encode())


async def everything_happens(stack: Stack, clock: FileClock) -> None:
    """In an order in which each thing's time has come."""
    await stack.eventually(
        "a case can be filed",
        lambda: flows.ask(stack, "complaints", "GET", "/v1/complaints", post=flows.OFFICER),
        lambda answer: answer.is_success,
    )
    await flows.a_complaint_goes_its_whole_way(stack)
    await flows.a_case_is_handed_over(stack)
    await flows.a_request_is_known_by_the_persons_number(stack)
    await flows.all_is_asked_wrongly(stack)
    await flows.a_gateway_refuses_a_message(stack)
    await flows.the_person_writes_by_sms(stack)
    await flows.another_system_sends_to_the_person(stack)
    await flows.the_register_of_misconduct_is_kept(stack)
    repeat = await flows.what_was_taken_for_a_repeat_is_unlinked(stack)
    await flows.an_error_of_the_servers_happens(stack, repeat)
    await flows.an_item_is_published(stack)
    clock.set(to=SATURDAY_NINE + timedelta(hours=4))
    cases = stack.mongodb["paygir_complaints"]["complaints"]
    await stack.eventually(
        "the five that nobody answered",
        lambda: cases.count_documents({"history.act": "escalate"}),
        lambda count: count == 5,
    )
    await flows.a_case_comes_by_every_door(stack)
    await flows.letters_come_by_mail(stack)
    clock.set(to=CONVENES)
    await stack.eventually(
        "the meeting",
        lambda: flows.ask(stack, "meetings", "GET", "/v1/meetings", post=CHAIR),
        lambda answer: answer.is_success and answer.json()["items"],
    )
    clock.set(to=STARTS)
    await flows.a_meeting_speaks_of_the_person(stack)
    assert await flows.every_route_is_told_of_the_person(stack, SERVICES) > len(SERVICES) * 10
    await until_quiet(stack, await readers())


async def search_topics(stack: Stack, found: Hits) -> None:
    """Keys, headers and values of all records of all topics, from the first; the poison itself aside."""
    admin = AIOKafkaAdminClient(bootstrap_servers=list(stack.kafka.bootstrap))
    await admin.start()
    topics = [name for name in await admin.list_topics() if not name.startswith("__")]
    await admin.close()
    for topic in topics:
        for record in await read(stack.kafka.bootstrap, topic):
            own = POISON.encode() in (record.key or b"")
            if own and (topic == CONTACTS or topic.endswith(".dead")):
                continue
            parts = [record.key or b"", record.value or b""]
            parts += [part for name, value in record.headers for part in (name.encode(), value)]
            for part in parts:
                found.search(f"topic {topic}", part)
    letters = [one for service in SERVICES for one in await open_letters(stack.kafka.bootstrap, service)]
    assert POISON.encode() in {letter.key for letter in letters}, "the poison was met"


async def search_documents(stack: Stack, found: Hits) -> None:
    """All documents of all databases of ours."""
    names = [name for name in await stack.mongodb.list_database_names() if name.startswith("paygir")]
    for name in names:
        for collection in await stack.mongodb[name].list_collection_names():
            async for document in stack.mongodb[name][collection].find():
                found.search_document(f"{name}.{collection}", document)


async def test_the_canary_is_in_peoples_own_words_and_nowhere_else(hits: Hits) -> None:
    assert {place: what for place, what in hits.found if place not in OWN_WORDS} == {}


async def test_the_canary_went_everywhere_that_it_may_be(hits: Hits) -> None:
    assert set(OWN_WORDS) - hits.places() == set()


async def test_all_that_was_left_behind_was_searched(hits: Hits) -> None:
    searched = set(hits.searched)
    for service in SERVICES:
        assert {f"metrics {service}", f"log {service}.log"} <= searched
    assert {"traces file", "traces sent", f"topic {CONTACTS}", "log mongod.log"} <= searched
    for topic in ("complaints", "content", "meetings", "notifications"):
        assert f"topic paygir.{topic}.events" in searched
    for sealed in ("state.contact.sealed", "state.identity.sealed"):
        assert f"paygir_complaints.complaints:{sealed}" in searched
    assert "paygir_notifications.inbound:state.words" in searched
    for sealed in ("attachments:state.attachments.name", "files.chunks:data"):
        assert f"paygir_complaints.{sealed}" in searched
