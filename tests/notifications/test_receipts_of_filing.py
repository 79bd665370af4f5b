"""Whoever files again and again with somebody's number can't have that number called up without end."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from services.notifications.domain.message import SMS
from services.notifications.domain.outcome import refused
from services.notifications.usecases import sending
from services.notifications.usecases.gates import Taken, pass_gates
from shared.events.complaints import ComplaintFiled, ComplaintTaken
from tests.notifications.cases import (
    MOBILE_E164,
    Case,
    Gateway,
    Other,
    names,
    phone,
    send,
    states,
    use_of,
    with_gateways,
)
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]
OVER = ("complaint-filed", "suppressed", "too-many-receipts-to-this-number")
TO_MIDNIGHT = timedelta(hours=15)  # from Saturday at nine


async def of_one_number(running: Serving, count: int, name: str = "case") -> list[Case]:
    """As many cases with one mobile."""
    cases = [Case(running, f"{name}-{number:02}") for number in range(count)]
    for case in cases:
        await case.contact_comes()
    return cases


async def filed(cases: Sequence[Case], **changes: str) -> None:
    """Each of them."""
    for case in cases:
        await case.tells(ComplaintFiled, **changes)


async def over(running: Serving) -> int:
    """How many receipts there were too many."""
    return (await states(running)).count(OVER)


@pytest.mark.parametrize("door", ["web", "open311"])
async def test_ten_receipts_go_to_one_number_in_a_day_and_no_eleventh(running: Serving, door: str) -> None:
    cases = await of_one_number(running, 14)
    await filed(cases[:9], door=door)
    assert await send(running) == 9
    await filed(cases[9:10], door=door)
    assert await send(running) == 1
    await filed(cases[10:12], door=door)
    assert await send(running) == 0
    assert await over(running) == 2
    running.clock.forward(seconds=TO_MIDNIGHT.total_seconds(), milliseconds=-1)
    await filed(cases[12:13], door=door)
    assert await send(running) == 0
    running.clock.forward(milliseconds=1)
    await filed(cases[13:], door=door)

    assert await send(running) == 1
    assert await over(running) == 3


async def test_receipts_of_all_agencies_are_counted_together_and_another_number_for_itself(
    running: Serving, case: Case
) -> None:
    cases = await of_one_number(running, 12)
    await filed(cases[:6])
    await filed(cases[6:], agency_id="roads")
    other = Case(running, "other", "+989350000000")
    await other.contact_comes()
    await filed([other])

    assert await send(running) == 10 + 1
    assert await over(running) == 2


async def test_what_becomes_of_a_case_is_told_whether_or_not_its_receipt_was_sent(running: Serving) -> None:
    cases = await of_one_number(running, 12)
    await filed(cases)
    assert await send(running) == 10
    for case in cases:
        await case.tells(ComplaintTaken)
    running.clock.forward(seconds=2)

    assert await send(running) == 12
    assert names(await states(running)).count("complaint-taken") == 12


async def test_whoever_has_no_screen_has_the_receipt_in_any_case(running: Serving) -> None:
    cases = await of_one_number(running, 24)
    await filed(cases[:12], door="sms")
    await filed(cases[12:], door="phone")

    assert await send(running) == 24


async def test_a_receipt_that_is_tried_again_is_counted_once_though_it_is_tomorrow_by_then(
    running: Serving,
) -> None:
    busy = with_gateways(running, busy=Other(refused("busy", passing=True)))
    sandbox = Gateway(running.parts.use.sandbox)
    cases = await of_one_number(running, 21)
    running.clock.forward(seconds=TO_MIDNIGHT.total_seconds(), minutes=-2)
    await filed(cases[:10])
    for _ in range(3):
        await send(busy)
        running.clock.forward(minutes=1)
    assert await send(running, gateway=sandbox) == 10
    await filed(cases[10:])

    assert await send(running, gateway=sandbox) == 10
    assert await over(running) == 1


async def test_a_receipt_whose_sender_ended_before_it_left_is_counted_once(running: Serving) -> None:
    cases, use = await of_one_number(running, 11), use_of(running)
    await filed(cases[:10])
    for _ in range(3):
        for saved in (await use.messages.page(None)).items:
            passed = await pass_gates(use, saved.state, kind=SMS, number=MOBILE_E164, parts=1)
            assert isinstance(passed, Taken)
    assert await send(running) == 10
    await filed(cases[10:])
    assert await send(running) == 0

    assert await over(running) == 1


async def test_many_senders_at_once_send_ten_receipts(running: Serving) -> None:
    await filed(await of_one_number(running, 13))

    assert sum(await asyncio.gather(*[sending.send_ready(use_of(running)) for _ in range(4)])) == 10
    assert len(await phone(running)) == 10
    assert await over(running) == 3
