from typing import Any

import pytest

from services.meetings.consumer import subscriptions
from shared.bus.effects import Reaction
from shared.bus.records import Received
from shared.events.directory import AgencyJoined
from shared.store.repository import NotFound
from tests.meetings.groups import CHAIR, CONVENES, GROUP, MEMBERS, STARTS, azar, changed, group, joined, told
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
SMALLER = group(members=[{"post": CHAIR, "represents": "head-office"}])


async def tell(meetings: Serving, *events: tuple[AgencyJoined, int]) -> None:
    """Through the service's own subscription, as they come off the bus."""
    effect = subscriptions(meetings.parts.use, meetings.database)[1].effect
    assert isinstance(effect, Reaction)
    items: list[Any] = []
    for event, sequence in events:
        record = told(event, sequence).record("paygir.directory.events")
        headers = tuple((name, value.encode()) for name, value in record.headers.items())
        received = Received(
            topic=record.topic, partition=0, offset=0, key=b"water", value=record.value, headers=headers
        )
        items.append(effect.read(received))
    await effect.work(items)


async def the_group(meetings: Serving) -> dict[str, Any]:
    answer = await meetings.http.get(f"/v1/committees/{GROUP}", headers=bearer(CHAIR))
    return answer.json()


async def test_an_agency_that_joins_has_its_committee_and_its_clock_is_set(meetings: Serving) -> None:
    formed = await the_group(meetings)

    assert [seat["post_id"] for seat in formed["members"]] == list(MEMBERS)
    assert (formed["next_month"], formed["title"]["fa"]) == ("1405-09", "گروه مدیریت سایت")
    assert formed["convenes_at"] == CONVENES.isoformat().replace("+00:00", "Z")


async def test_the_same_event_twice_forms_it_once_and_an_older_one_changes_nothing(
    meetings: Serving,
) -> None:
    await tell(meetings, (changed(SMALLER), 3))
    smaller = await the_group(meetings)
    await tell(meetings, (joined(), 1), (changed(SMALLER), 3))

    assert [seat["post_id"] for seat in smaller["members"]] == [CHAIR]
    assert await the_group(meetings) == smaller
    listed = await meetings.http.get("/v1/committees", headers=bearer(CHAIR))
    assert listed.json()["items"] == [smaller]


async def test_a_committee_that_the_chart_names_no_more_convenes_nothing_and_can_come_back(
    meetings: Serving,
) -> None:
    await tell(meetings, (changed(), 2))
    dissolved = await the_group(meetings)
    meetings.clock.set(CONVENES)
    assert await meetings.sweep() == 0
    await tell(meetings, (changed(group()), 3))
    assert await meetings.sweep() == 1

    assert (dissolved["convenes_at"], dissolved["dissolved_at"] is None) == (None, False)
    back = await the_group(meetings)
    assert (back["dissolved_at"], back["next_month"]) == (None, "1405-10")


async def test_a_member_who_joined_after_the_meeting_was_convened_belongs_to_it(meetings: Serving) -> None:
    id_ = (await azar(meetings))["id"]
    await tell(meetings, (changed(SMALLER), 2))
    url = f"/v1/meetings/{id_}/attendance"
    recorded = await meetings.http.post(url, json={"posts": [CHAIR]}, headers=bearer(CHAIR))
    opened = await meetings.http.post(f"/v1/meetings/{id_}/open", headers=bearer(CHAIR))

    assert recorded.json()["members"] == [CHAIR]
    assert (opened.status_code, meetings.clock.now()) == (200, STARTS)


async def test_a_committee_of_no_sense_or_under_another_agencys_id_is_no_passing_fault(
    meetings: Serving,
) -> None:
    with pytest.raises(ValueError, match="members"):
        await tell(meetings, (changed(group(members=[])), 2))
    with pytest.raises(NotFound):
        await tell(meetings, (joined(group(), agency="roads"), 1))

    assert (await the_group(meetings))["chair"] == CHAIR


async def test_what_a_later_event_overtook_forms_no_committee_when_it_is_redriven(meetings: Serving) -> None:
    await tell(meetings, (changed(group()), 3))
    await tell(meetings, (changed(group(), group(id="water.given-up")), 2))

    listed = await meetings.http.get("/v1/committees", headers=bearer(CHAIR))
    assert [one["id"] for one in listed.json()["items"]] == [group()["id"]]
