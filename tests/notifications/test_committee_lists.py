"""An agency's committees are lists to send to: whoever holds one of their posts now is in them."""

from collections.abc import Sequence
from typing import Any

import pytest

from services.notifications.usecases import broadcasting
from services.notifications.usecases.use import Use
from shared.bus.effects import Projection
from shared.directory.lookup import Directory
from shared.directory.replica import COLLECTION, fold
from shared.events.directory import AgencyJoined, ChartChanged, DirectoryEvent, PostFilled, PostVacated
from tests.notifications.cases import phone
from tests.notifications.many import (
    HEAD,
    REPRESENTATIVE,
    ROADS,
    a_list,
    act,
    ask,
    drafted,
    goes_on,
    inbox_of,
    progress,
    seen,
    started,
    wish,
)
from tests.notifications.staff import Number
from tests.province import SATURDAY_NINE, agency_events, holder, told
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("COUNTY-B11")]
GROUP, COMMISSION = "water.portal-group", "water.transformation-commission"
PR, SECRETARY, MEMBER, PUBLISHER = (
    "water.pr.head",
    "water.pr.secretary",
    "water.it.member",
    "water.it.publisher",
)
SEATS = (PR, REPRESENTATIVE, MEMBER)
TEXT = "روز مهندس خجسته باد. دستگاه water"


def committee(id_: str, title: str, chair: str, members: Sequence[str], secretary: str) -> dict[str, Any]:
    return {
        "id": id_,
        "clause": "PORTAL-5-1",
        "title": {"fa": title, "en": id_},
        "chair": chair,
        "secretary": secretary,
        "schedule": None,
        "members": [{"post": post, "represents": "works"} for post in members],
    }


def group(*members: str) -> dict[str, Any]:
    return committee(GROUP, "گروه مدیریت سایت", PR, members or SEATS, SECRETARY)


def commission() -> dict[str, Any]:
    return committee(COMMISSION, "کمیسیون تحول اداری", HEAD, (HEAD, PR), PR)


async def chart_is(running: Serving, *committees: dict[str, Any], agency: str = "water") -> None:
    """The directory tells an agency's chart with these committees."""
    [joined, *_] = agency_events(agency)
    assert isinstance(joined, AgencyJoined)
    await happens(
        running,
        ChartChanged.model_validate({**joined.model_dump(), "committees": committees}),
        agency=agency,
    )


async def happens(running: Serving, *events: DirectoryEvent, agency: str = "water") -> None:
    """The directory's next events of an agency; nobody remembers what the copy said before."""
    known = await running.database[COLLECTION].find_one({"_id": agency}) or {}
    await Projection(running.database[COLLECTION], fold).work(told(agency, events, after=known["sequence"]))
    use: Use = running.parts.use
    use.directory._remembered.clear()  # pyright: ignore[reportPrivateUsage]


@pytest.fixture
async def committees(running: Serving) -> Serving:
    """Water has its group and its commission, roads one of its own; four of water's have a mobile."""
    theirs = committee("roads.commission", "کمیسیون راه", "roads.head", ("roads.head",), "roads.pr.head")
    await chart_is(running, theirs, agency="roads")
    await chart_is(running, group(), commission())
    for number, post in enumerate((HEAD, PR, SECRETARY, MEMBER)):
        mobile = f"+98912111000{number}"
        await Number(person=holder(post), contact=f"c-{post}", mobile=mobile).comes(running)
    return running


async def lists(running: Serving, who: str = HEAD) -> dict[str, tuple[str, int, int, int]]:
    found = (await ask(running, "GET", "/staff-lists", who))["lists"]
    return {
        one["committee"]: (one["name"]["fa"], one["staff"], one["reachable"], one["missing"])
        for one in found
        if one["committee"] is not None
    }


async def members(running: Serving, committee_id: str, who: str = HEAD, *, status: int = 200) -> Any:
    return await ask(
        running, "GET", "/staff-lists/members", who, status=status, params={"committee": committee_id}
    )


async def receivers(running: Serving) -> list[str]:
    found = await running.database["messages"].find({}, {"state.contact_id": 1}).to_list()
    return sorted(one["state"]["contact_id"] for one in found)


async def test_each_committee_of_the_agency_is_a_list_with_who_has_no_number(committees: Serving) -> None:
    assert await lists(committees) == {
        GROUP: ("گروه مدیریت سایت", 4, 3, 1),
        COMMISSION: ("کمیسیون تحول اداری", 2, 2, 0),
    }
    found = await members(committees, GROUP)
    assert [(one["post_id"], one["mobile"]) for one in found["items"]] == [
        (MEMBER, "0912***0003"),
        (PR, "0912***0001"),
        (SECRETARY, "0912***0002"),
        (REPRESENTATIVE, None),
    ]
    assert (found["of"]["staff"], found["of"]["missing"]) == (4, 1)


async def test_a_broadcast_to_a_committee_reaches_its_members_and_nobody_else(committees: Serving) -> None:
    id_ = await started(committees, groups=[{"committee": GROUP}])
    await goes_on(committees, 2)

    assert await phone(committees) == [TEXT] * 3
    assert await receivers(committees) == [f"c-{post}" for post in sorted((MEMBER, PR, SECRETARY))]
    done = await seen(committees, id_)
    assert (done["people"], done["unreachable"], done["status"]) == (4, 1, "done")
    assert done["groups"] == [{"office": None, "unit": None, "role": None, "committee": GROUP}]


async def test_who_sits_in_two_committees_and_on_a_list_is_told_once(committees: Serving) -> None:
    guests = await a_list(committees, 7)
    await started(committees, guests, groups=[{"committee": GROUP}, {"committee": COMMISSION}])
    await goes_on(committees, 2)

    assert len(await phone(committees)) == 5


async def test_its_members_find_it_in_the_inbox_of_their_posts(committees: Serving) -> None:
    await started(committees, groups=[{"committee": GROUP}], channel="in-app")
    await goes_on(committees, 2)

    told_of = {post: await inbox_of(committees, post) for post in (*SEATS, SECRETARY, HEAD)}
    assert told_of == {**{post: [TEXT] for post in (*SEATS, SECRETARY)}, HEAD: []}


async def test_whose_post_leaves_the_committee_and_who_leaves_the_post_is_told_no_more(
    committees: Serving,
) -> None:
    made = await drafted(committees, HEAD, wish(groups=[{"committee": GROUP}]))
    await chart_is(committees, group(PR, REPRESENTATIVE), commission())
    vacated = PostVacated(agency_id="water", post_id=SECRETARY, at=SATURDAY_NINE)
    await happens(committees, vacated)
    assert (await lists(committees))[GROUP][1:] == (2, 1, 1)
    await act(committees, made["id"], "start")
    await goes_on(committees, 2)

    assert await receivers(committees) == [f"c-{PR}"]


async def test_who_leaves_between_the_start_and_their_turn_is_told_no_more(
    committees: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasting, "AHEAD_MAX", 0)
    id_ = await started(committees, groups=[{"committee": GROUP}])
    await broadcasting.advance_all(committees.parts.use)
    assert (await progress(committees, id_))["waiting"] == 3
    await chart_is(committees, group(PR, REPRESENTATIVE), commission())
    came = PostFilled(agency_id="water", post_id=SECRETARY, person_id="p-water-777", from_at=SATURDAY_NINE)
    await happens(committees, came)
    monkeypatch.setattr(broadcasting, "AHEAD_MAX", 400)
    await goes_on(committees, 2)

    assert await receivers(committees) == [f"c-{PR}"]
    now = await progress(committees, id_)
    assert (now["by_status"], now["not_sent"]) == ({"delivered": 1}, {"gone": 2})


async def test_the_inbox_is_the_posts_whoever_came_to_hold_it_meanwhile(
    committees: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasting, "AHEAD_MAX", 0)
    id_ = await started(committees, groups=[{"committee": GROUP}], channel="in-app")
    await broadcasting.advance_all(committees.parts.use)
    came = PostFilled(agency_id="water", post_id=MEMBER, person_id="p-water-777", from_at=SATURDAY_NINE)
    await happens(committees, came)
    await chart_is(committees, group(PR, MEMBER), commission())
    monkeypatch.setattr(broadcasting, "AHEAD_MAX", 400)
    await goes_on(committees, 2)

    kept = await committees.database["inbox"].find({}, {"state.post_id": 1}).to_list()
    assert sorted(one["state"]["post_id"] for one in kept) == sorted((PR, MEMBER, SECRETARY))
    assert (await progress(committees, id_))["not_sent"] == {"gone": 1}


async def test_a_committee_dissolved_before_the_start_has_nobody_in_it(committees: Serving) -> None:
    made = await drafted(committees, HEAD, wish(groups=[{"committee": GROUP}]))
    await chart_is(committees, commission())
    await members(committees, GROUP, status=404)
    assert await lists(committees) == {COMMISSION: ("کمیسیون تحول اداری", 2, 2, 0)}
    await act(committees, made["id"], "start")
    await goes_on(committees, 2)

    done = await seen(committees, made["id"])
    assert (done["people"], done["status"], await phone(committees)) == (0, "done", [])


@pytest.mark.parametrize("theirs", ["roads.commission", "water.nothing", "$ne"])
async def test_another_agencys_committee_is_none(committees: Serving, theirs: str) -> None:
    await members(committees, theirs, status=404)
    answer = await drafted(committees, HEAD, wish(groups=[{"committee": theirs}]), status=422)

    assert [error["pointer"] for error in answer["errors"]] == ["/groups/0"]
    assert list(await lists(committees, ROADS)) == ["roads.commission"]


async def test_of_a_committee_a_representative_sees_and_tells_their_own_units_staff_alone(
    committees: Serving,
) -> None:
    assert (await lists(committees, REPRESENTATIVE))[GROUP][1:] == (1, 0, 1)
    found = await members(committees, GROUP, REPRESENTATIVE)
    assert [one["post_id"] for one in found["items"]] == [REPRESENTATIVE]
    body = wish(groups=[{"committee": GROUP}])
    answer = await drafted(committees, REPRESENTATIVE, body, status=422)
    assert "/groups/0/unit" in str(answer)


async def test_a_copy_from_before_committees_were_kept_has_none(running: Serving) -> None:
    await running.database[COLLECTION].update_one({"_id": "water"}, {"$unset": {"state.committees": 1}})
    chart = await Directory(running.database).chart("water")

    assert chart is not None
    assert (chart.committees, await lists(running)) == ({}, {})
