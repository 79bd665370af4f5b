"""What content tells of an item that answers a press case: the case ends with it, and not without it."""

from datetime import timedelta
from typing import Any

import pytest

from shared.bus.effects import Reaction
from shared.bus.records import Received
from shared.cloudevents import envelope_of
from shared.events.content import ContentEvent, ContentPublished, ContentWithdrawn
from tests.complaints.press import PR, approved, names, see
from tests.province import SATURDAY_NINE
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
AT = SATURDAY_NINE + timedelta(hours=1)


def published(case: str | None, agency: str = "water") -> ContentPublished:
    return ContentPublished(
        **about(case, agency), first_time=True, submitted_at=SATURDAY_NINE, published_at=AT
    )


def withdrawn(case: str) -> ContentWithdrawn:
    return ContentWithdrawn(**about(case, "water"), was_online=True, withdrawn_at=AT)


def about(case: str | None, agency: str) -> dict[str, Any]:
    return {
        "agency_id": agency,
        "item_id": "item-1",
        "domain": "works",
        "revision": 1,
        "digest": "d",
        "post_id": f"{agency}.it.publisher",
        "press_case_id": case,
    }


async def hear(complaints: Serving, event: ContentEvent, sequence: int) -> None:
    """As it comes off the bus, through the service's own subscription."""
    [effect] = [one.effect for one in complaints.parts.subscriptions if one.name == "press-answers"]
    assert isinstance(effect, Reaction)
    envelope = envelope_of(event, subject="item-1", sequence=sequence, time=AT, traceparent=None)
    record = envelope.record("paygir.content.events")
    headers = tuple((name, value.encode()) for name, value in record.headers.items())
    received = Received(
        topic=record.topic, partition=0, offset=0, key=b"item-1", value=record.value, headers=headers
    )
    await effect.work([effect.read(received)])


async def case_of(complaints: Serving, id_: str) -> dict[str, Any]:
    return (await complaints.http.get(f"/v1/press-cases/{id_}", headers=bearer(PR))).json()


@pytest.mark.clause("PR-12")
async def test_a_published_answer_ends_the_case_with_its_item_once(complaints: Serving) -> None:
    id_ = await approved(complaints)
    before = await case_of(complaints, id_)
    for _ in range(2):
        await hear(complaints, published(id_), 4)
    closed = await case_of(complaints, id_)

    assert (before["status"], before["publication"]) == ("answered", None)
    assert (closed["status"], closed["due_at"]) == ("published", None)
    assert (closed["publication"]["item_id"], closed["publication"]["in_time"]) == ("item-1", True)
    assert (await names(complaints)).count("PressAnswerPublished") == 1


@pytest.mark.clause("PR-12")
async def test_an_answer_taken_off_the_site_is_owed_again_until_it_is_back(complaints: Serving) -> None:
    id_ = await approved(complaints)
    await hear(complaints, published(id_), 4)
    await hear(complaints, withdrawn(id_), 5)
    owed = await case_of(complaints, id_)
    await hear(complaints, published(id_), 4)
    still = await case_of(complaints, id_)

    assert (owed["status"], still["status"], bool(owed["due_at"])) == ("answered", "answered", True)
    assert (await names(complaints))[-1] == "PressAnswerTakenDown"


async def test_what_names_another_agencys_case_or_none_or_an_unanswered_one_changes_nothing(
    complaints: Serving,
) -> None:
    answered, unanswered = await approved(complaints), (await see(complaints))["id"]
    before = await names(complaints)
    for event in (published(answered, "roads"), published(None), published("nothing"), published(unanswered)):
        await hear(complaints, event, 4)

    assert (await case_of(complaints, answered))["status"] == "answered"
    assert (await case_of(complaints, unanswered))["status"] == "seen"
    assert await names(complaints) == before
