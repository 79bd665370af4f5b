"""The staff's mobiles stand in lists by county office, unit and role, resolved without the directory."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.notifications.domain.reach import Reach
from services.notifications.usecases import staff_lists
from services.notifications.usecases.use import Use
from shared.bus.effects import Projection
from shared.directory.replica import COLLECTION, fold
from shared.directory.staff import Group
from shared.events.contacts import KEYS_TOPIC, TOPIC
from shared.events.directory import AgencyJoined, ChartChanged, Name, PostFilled, Role, Unit, UnitKind
from shared.sealing import unseal
from shared.store.repository import NotFound
from tests.notifications.staff import MOBILE, Number
from tests.province import LONG_AGO, SATURDAY_NINE, agency_events, holder, post, told
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
OFFICE_PR, OFFICE_OFFICER = "water.center.pr", "water.center.officer"
HEAD, PR_HEAD, OFFICER = "water.head", "water.pr.head", "water.desk.officer"
MASKED = "0912***4567"
Json = dict[str, Any]


@pytest.fixture
async def offices(running: Serving) -> Serving:
    """Water opens an office in the county `center`, below `works`, and fills its posts."""
    [joined, *_] = agency_events("water")
    assert isinstance(joined, AgencyJoined)
    office = Unit(
        id="center", name=Name(fa="ادارهٔ مرکز"), kind=UnitKind.COUNTY_OFFICE, parent="works", county="center"
    )
    theirs = (
        post("water", "center.pr", Role.REPRESENTATIVE, "center", "head"),
        post("water", "center.officer", Role.CASE_OFFICER, "center", "head"),
    )
    changed = ChartChanged(
        agency_id="water",
        name=joined.name,
        units=(*joined.units, office),
        posts=(*joined.posts, *theirs),
    )
    filled = [
        PostFilled(agency_id="water", post_id=one.id, person_id=holder(one.id), from_at=LONG_AGO)
        for one in theirs
    ]
    await fold_in(running, changed, *filled)
    return running


async def fold_in(running: Serving, *events: Any) -> None:
    """These come as the directory's next events about water."""
    copy = Projection(running.database[COLLECTION], fold)
    known = await running.database[COLLECTION].find_one({"_id": "water"}) or {}
    await copy.work(told("water", events, after=known["sequence"]))


def number(post_id: str, contact: str = "", mobile: str = MOBILE, **more: Any) -> Number:
    return Number(person=holder(post_id), contact=contact or f"contact-of-{post_id}", mobile=mobile, **more)


async def lists(running: Serving, who: str = HEAD) -> Json:
    answer = await running.http.get("/v1/staff-lists", headers=bearer(who))
    assert answer.status_code == 200, answer.text
    found: Json = {}
    for one in answer.json()["lists"]:
        found[one["role"] or one["office"] or one["unit"] or "all"] = (one["staff"], one["reachable"])
        assert one["missing"] == one["staff"] - one["reachable"]
    return found


async def members(running: Serving, who: str = HEAD, **asked: Any) -> httpx.Response:
    return await running.http.get("/v1/staff-lists/members", params=asked, headers=bearer(who))


def seen(answer: httpx.Response) -> list[tuple[str, str | None]]:
    assert answer.status_code == 200, answer.text
    return [(one["post_id"], one["mobile"]) for one in answer.json()["items"]]


async def resolved(running: Serving, **group: Any) -> dict[str, str | None]:
    """The real numbers of a group, as a message would be sent to them."""
    use: Use = running.parts.use

    async def number_of(reach: Reach) -> str:
        key = await use.wrapper.unwrap(reach.wrapped_key, about=reach.contact_id)
        return unseal(key, reach.sealed, purpose=reach.contact_id)

    found = await staff_lists.recipients(use, "water", Group(**group))
    return {one.employee.post.id: one.reach and await number_of(one.reach) for one in found}


@pytest.mark.clause("COUNTY-B11")
async def test_the_mobile_numbers_of_an_offices_staff_are_a_list_to_send_to(offices: Serving) -> None:
    await number(OFFICE_OFFICER).comes(offices)
    await number(HEAD, mobile="+989351112233").comes(offices)

    assert await resolved(offices, office="center") == {OFFICE_OFFICER: MOBILE, OFFICE_PR: None}
    assert await resolved(offices, unit="center") == {OFFICE_OFFICER: MOBILE, OFFICE_PR: None}
    assert await resolved(offices, role=Role.HEAD) == {HEAD: "+989351112233"}
    assert (await resolved(offices, unit="works"))[OFFICE_OFFICER] == MOBILE
    assert len(await resolved(offices)) == 13


@pytest.mark.clause("COUNTY-B11")
async def test_public_relations_see_each_list_with_how_many_have_a_number(offices: Serving) -> None:
    await number(OFFICE_OFFICER).comes(offices)
    await number(OFFICER, mobile="+989351112233").comes(offices)
    found = await lists(offices, PR_HEAD)

    assert found["all"] == (13, 2)
    assert (found["center"], found["works"], found["desk"]) == ((2, 1), (4, 1), (3, 1))
    assert found["case-officer"] == (3, 2)
    assert "social-director" not in found, "nobody is in it"


@pytest.mark.clause("COUNTY-B11")
async def test_an_offices_own_public_relations_see_their_offices_lists_alone(offices: Serving) -> None:
    await number(OFFICE_OFFICER).comes(offices)

    assert set(await lists(offices, OFFICE_PR)) == {"center", "case-officer", "representative"}
    assert seen(await members(offices, OFFICE_PR)) == [(OFFICE_OFFICER, MASKED), (OFFICE_PR, None)]
    assert (await members(offices, OFFICE_PR, unit="works")).status_code == 403
    assert (await members(offices, OFFICE_OFFICER)).status_code == 403


async def test_members_are_masked_and_read_page_by_page_each_once(offices: Serving) -> None:
    await number(OFFICER).comes(offices)
    found: list[tuple[str, str | None]] = []
    after: Json = {}
    while True:
        answer = await members(offices, limit=4, **after)
        found += seen(answer)
        if answer.json()["next"] is None:
            break
        after = {"after": answer.json()["next"]}

    assert found == seen(await members(offices, limit=200))
    assert len(dict(found)) == len(found) == 13
    assert {post_id: mobile for post_id, mobile in found if mobile} == {OFFICER: MASKED}


@pytest.mark.parametrize("topics", [(TOPIC,), (KEYS_TOPIC,), (TOPIC, KEYS_TOPIC)])
async def test_whose_number_or_key_is_gone_is_reached_no_more(
    running: Serving, topics: tuple[str, ...]
) -> None:
    one = number(OFFICER)
    await one.comes(running)
    before = await resolved(running, unit="desk")
    await one.goes(running, *topics)

    assert before[OFFICER] == MOBILE
    assert (await resolved(running, unit="desk"))[OFFICER] is None
    assert dict(seen(await members(running, unit="desk")))[OFFICER] is None


async def test_of_two_numbers_the_one_set_last_holds_in_whatever_order_they_come(running: Serving) -> None:
    later = number(OFFICER, "later", "+989351112233", set_at=SATURDAY_NINE + timedelta(seconds=1))
    await later.comes(running)
    await number(OFFICER, "earlier").comes(running)

    assert (await resolved(running, unit="desk"))[OFFICER] == "+989351112233"


async def test_a_number_whose_key_has_not_come_is_not_reached_and_the_former_holds(running: Serving) -> None:
    await number(OFFICER, "earlier").comes(running)
    await number(OFFICER, "later", "+989351112233", set_at=SATURDAY_NINE + timedelta(seconds=1)).comes(
        running
    )
    await running.database.client[f"{running.database.name}_keys"]["keys"].delete_one({"_id": "later"})

    assert (await resolved(running, unit="desk"))[OFFICER] == MOBILE


async def test_a_number_goes_with_its_person_and_not_with_the_post(running: Serving) -> None:
    await number(OFFICER).comes(running)
    came = PostFilled(
        agency_id="water", post_id=OFFICER, person_id="p-water-777", from_at=SATURDAY_NINE - timedelta(days=1)
    )
    await fold_in(running, came)

    assert (await resolved(running, unit="desk"))[OFFICER] is None


async def test_a_citizens_number_and_another_agencys_are_in_no_list(running: Serving) -> None:
    await number(OFFICER, agency="roads").comes(running)

    assert (await lists(running))["all"] == (11, 0)
    assert (await lists(running, "roads.head"))["all"] == (11, 0)


async def test_what_the_agency_has_not_is_not_found(running: Serving) -> None:
    use: Use = running.parts.use
    for asked in ({"unit": "nothing"}, {"office": "nowhere"}):
        assert (await members(running, **asked)).status_code == 404
    with pytest.raises(NotFound):
        await staff_lists.recipients(use, "gas", Group())


async def test_no_number_is_kept_in_the_clear_here(running: Serving) -> None:
    await number(OFFICER).comes(running)
    await members(running)
    names = await running.database.list_collection_names()
    kept = str([await running.database[name].find().to_list() for name in names])

    assert "9121234567" not in kept
    assert "0912***" not in kept
