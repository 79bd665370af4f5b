"""With only MongoDB there, each service starts, is ready and does its own work; Kafka never ran."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from deploy.embedded.secret_files import master_key_file
from shared.calendar.jalali import JalaliQuarter
from shared.clock import wall_now
from shared.cloudevents import envelope_of
from shared.events.complaints import ComplaintFiled
from shared.events.contacts import SealedContact, WrappedKey
from shared.keys.wrapping import local_wrapper
from shared.sealing import MasterKey, new_key, seal
from shared.store.repository import private_record
from tests.content.items import submission
from tests.directory.forms import GOVERNORATE, PROVINCE_FORM
from tests.journeys.bus import DIRECTORY, SERVICES, work_off
from tests.journeys.citizens import Citizens, complaint
from tests.journeys.effects import code_in, on_the_phone, pending
from tests.journeys.stack import MARKS, Stack, stack_for
from tests.meetings.groups import GROUP, joined
from tests.meetings.groups import told as told_by_directory

pytestmark = [*MARKS, pytest.mark.asyncio(loop_scope="module")]
CODE = "3TMJWP0K48R6TF3J"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[Stack]:
    async with stack_for(*SERVICES) as one:
        await one.start("mongodb", "issuer")
        yield one


async def complaints_work(stack: Stack) -> None:
    citizens = Citizens(stack, "complaints")
    await asyncio.gather(*map(citizens.file, range(10)))
    follow = {"code": citizens.receipts[7], "mobile": complaint(7)["mobile"]}
    seen = await stack.http.post(stack.url("complaints", "/v1/follow"), json=follow)
    assert seen.json()["status"] == "filed", seen.text
    assert citizens.repeated == 0
    assert await pending(stack) == {"paygir_complaints.complaints": 10, "paygir_complaints_keys.keys": 10}


async def notifications_work(stack: Stack) -> None:
    """What came before Kafka went away is sent all the same."""
    master_key = MasterKey.from_settings(file=master_key_file(stack.folder), text=None)
    mobile, now, contact, key = complaint(0)["mobile"], wall_now(), "contact-1", new_key()
    wrapped = await local_wrapper(master_key, None).wrap(key, about=contact)
    sealed = seal(key, mobile, purpose=contact)
    number = SealedContact(contact_id=contact, agency_id="water", sealed=sealed)
    opens_it = WrappedKey(contact_id=contact, agency_id="water", wrapped_key=wrapped)
    filed = ComplaintFiled(
        agency_id="water",
        tracking_code=CODE,
        contact_id=contact,
        service_code="1001",
        unit_id="desk",
        ground="put-off-without-reason",
        door="web",
        filed_at=now,
        reply_due_at=now + timedelta(hours=3),
    )
    envelope = envelope_of(filed, subject="case-1", sequence=1, time=now, traceparent=None)
    await work_off(stack, "notifications", "contacts", private_record(number, None))
    await work_off(stack, "notifications", "keys", private_record(opens_it, None))
    await work_off(stack, "notifications", "complaints", envelope.record(filed.topic()))
    phone = await stack.eventually("the message", lambda: on_the_phone(stack), bool)
    assert [code_in(text) for text in phone.elements()] == [CODE]


async def content_work(stack: Stack) -> None:
    representative = await stack.bearer("water.works.representative")
    made = await stack.http.post(stack.url("content", "/v1/items"), json=submission(), headers=representative)
    assert made.status_code == 201, made.text


async def meetings_work(stack: Stack) -> None:
    """The clock needs nobody: a group that is known convenes its next meeting's day by itself."""
    await work_off(stack, "meetings", "committees", told_by_directory(joined()).record(DIRECTORY))
    chair = await stack.bearer("water.pr.head")
    found = await stack.http.get(stack.url("meetings", "/v1/committees"), headers=chair)
    assert [one["id"] for one in found.json()["items"]] == [GROUP], found.text
    committees = stack.mongodb["paygir_meetings"]["committees"]
    since = datetime(2020, 1, 1, tzinfo=UTC)
    planned = {"_id": GROUP, "version": {"$gt": 1}, "state.convenes_at": {"$gt": since}}
    await stack.eventually("the next meeting planned", lambda: committees.count_documents(planned), bool)


async def reporting_work(stack: Stack) -> None:
    head, quarter = await stack.bearer("water.head"), JalaliQuarter.at(wall_now())
    card = await stack.http.get(stack.url("reporting", f"/v1/report-cards/water/{quarter}"), headers=head)
    assert card.is_success, card.text
    assert (card.json()["agency_id"], card.json()["issued"]) == ("water", False)


async def directory_work(stack: Stack) -> None:
    governor = await stack.bearer("governorate.head")
    founded = await stack.http.put(
        stack.url("directory", "/v1/province"), json=PROVINCE_FORM, headers=governor
    )
    made = await stack.http.post(stack.url("directory", "/v1/agencies"), json=GOVERNORATE, headers=governor)
    assert (founded.status_code, made.status_code) == (200, 201), made.text
    known = await stack.http.get(stack.url("directory", "/v1/agencies"))
    assert [one["id"] for one in known.json()["items"]] == ["governorate"], json.dumps(known.json())


OWN_WORK: dict[str, Callable[[Stack], Awaitable[None]]] = {
    "complaints": complaints_work,
    "content": content_work,
    "directory": directory_work,
    "meetings": meetings_work,
    "notifications": notifications_work,
    "reporting": reporting_work,
}


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_works_while_all_others_and_kafka_are_down(stack: Stack, service: str) -> None:
    await stack.settle(service)
    await stack.start(service)

    await OWN_WORK[service](stack)

    assert await stack.is_ready(service), "for all its work it waits for nobody"
    await stack.stop(service)
