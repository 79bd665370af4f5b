"""What a broadcast carries out: staff are told what they need, guests invited, people told their rights."""

from typing import Any

import pytest

from tests.notifications.cases import phone
from tests.notifications.many import (
    HEAD,
    OFFICE,
    PR,
    a_list,
    act,
    drafted,
    goes_on,
    mobile,
    office_opens,
    seen,
    started,
    wish,
)
from tests.notifications.staff import Number
from tests.province import holder
from tests.serving import Serving

pytestmark = pytest.mark.real


async def clauses(running: Serving) -> list[str]:
    """Of all messages."""
    found = await running.database["messages"].find({}, {"state.clause": 1}).to_list()
    return [one["state"]["clause"] for one in found]


async def desk_is_reached(running: Serving) -> None:
    posts = ("water.desk.head", "water.desk.officer")
    for place, post in enumerate(posts, start=1):
        number = f"+98{mobile(place)[1:]}"
        await Number(person=holder(post), contact=f"c-{post}", mobile=number).comes(running)


@pytest.mark.parametrize(
    ("kind", "clause"),
    [
        pytest.param("notice", "COUNTY-B1", marks=pytest.mark.clause("COUNTY-B1")),
        pytest.param("ceremony", "COUNTY-B6", marks=pytest.mark.clause("COUNTY-B6")),
        pytest.param("charter", "RIGHTS-P2-2", marks=pytest.mark.clause("RIGHTS-P2-2")),
    ],
)
async def test_staff_are_told_what_they_need_of_ceremonies_and_of_the_charters_indicators(
    running: Serving, kind: str, clause: str
) -> None:
    await desk_is_reached(running)
    id_ = await started(running, kind=kind, groups=[{"unit": "desk"}], text="به آگاهی همکاران می‌رسد.")

    await goes_on(running, 2)

    assert await phone(running) == ["به آگاهی همکاران می‌رسد."] * 2
    assert await clauses(running) == [clause] * 2
    now = await seen(running, id_)
    assert (now["people"], now["unreachable"], now["clause"]) == (3, 1, clause)


@pytest.mark.clause("RIGHTS-P2-2")
async def test_the_charters_indicators_are_for_staff(running: Serving) -> None:
    answer = await drafted(running, HEAD, wish(await a_list(running, 1), kind="charter"), status=409)
    assert answer["clause"] == "RIGHTS-P2-2"


@pytest.mark.clause("RIGHTS-P3-1")
async def test_people_who_agreed_to_it_are_told_rights_duties_and_expectations_by_sms(
    running: Serving,
) -> None:
    text = "حقوق و تکالیف شما در {agency}: ..."
    answer = await drafted(
        running, HEAD, wish(await a_list(running, 1), kind="rights", text=text), status=409
    )
    assert answer["clause"] == "RIGHTS-P3-1", "guests never agreed to it"
    people = await a_list(running, 2, 3, kind="citizens")
    await started(running, people, kind="rights", text=text)

    await goes_on(running, 2)

    assert await phone(running) == ["حقوق و تکالیف شما در دستگاه water: ..."] * 2
    assert await clauses(running) == ["RIGHTS-P3-1"] * 2


async def invitation(running: Serving, who: str, **more: Any) -> str:
    guests = await a_list(running, 1, who=who)
    text = "از شما برای آیین گشایش دعوت می‌شود."
    return await started(running, guests, who=who, kind="invitation", text=text, **more)


@pytest.mark.clause("COUNTY-F5")
async def test_a_county_offices_invitation_goes_when_headquarters_public_relations_agreed(
    running: Serving,
) -> None:
    await office_opens(running)
    id_ = await invitation(running, OFFICE)
    await goes_on(running, 2)
    assert ((await seen(running, id_))["status"], await phone(running)) == ("waiting-for-headquarters", [])
    await act(running, id_, "agree", OFFICE, status=403)
    await act(running, id_, "agree", HEAD, status=403)

    await act(running, id_, "agree", PR)
    await goes_on(running, 2)

    now = await seen(running, id_)
    assert (now["status"], now["agreed_by"], len(await phone(running))) == ("done", PR, 1)
    await act(running, id_, "agree", PR, status=409)


@pytest.mark.clause("COUNTY-F5")
async def test_headquarters_send_an_invitation_back_with_a_reason(running: Serving) -> None:
    await office_opens(running)
    id_ = await invitation(running, OFFICE)
    await act(running, id_, "send-back", PR, reason="نشانی سالن را بنویسید.")

    draft = await seen(running, id_, OFFICE)
    assert (draft["status"], draft["sent_back"]) == ("draft", "نشانی سالن را بنویسید.")
    await act(running, id_, "start", OFFICE)
    await goes_on(running, 2)
    assert ((await seen(running, id_))["status"], await phone(running)) == ("waiting-for-headquarters", [])


@pytest.mark.clause("COUNTY-F5")
async def test_headquarters_own_invitation_waits_for_nobody(running: Serving) -> None:
    id_ = await invitation(running, PR)
    await goes_on(running, 2)
    assert ((await seen(running, id_))["status"], len(await phone(running))) == ("done", 1)
