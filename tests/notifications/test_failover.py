"""Several gateways at once: shares, faults, late receipts, lanes, hours and what an agency may send."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from typing_extensions import override

from services.notifications.domain.lane import Lane
from services.notifications.domain.outcome import Outcome, Receipt, accepted, delivered, refused
from services.notifications.domain.status import Status
from services.notifications.gateways.plan import Plan
from services.notifications.gateways.port import PLAIN, NotReached, Terms
from services.notifications.gateways.several import Several
from services.notifications.storage.gateway_minutes import GatewayMinutes
from services.notifications.usecases import receipts, sending, sharing
from services.notifications.usecases.use import Use
from shared.calendar.jalali import local_day
from shared.directory.lookup import Directory
from shared.events.complaints import ComplaintFiled
from shared.rule import Figure, Figures
from shared.sealing import seal
from tests.notifications.cases import (
    Case,
    Gateway,
    Other,
    later,
    phone,
    queued,
    send,
    states,
    use_of,
    with_gateways,
)
from tests.serving import Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]
NIGHT = timedelta(hours=13)  # from Saturday at nine to ten in the evening


async def people(running: Serving, count: int) -> list[Case]:
    """Cases of as many people."""
    cases = [Case(running, f"case-{number}", f"+98912000{number:04}") for number in range(count)]
    for case in cases:
        await case.contact_comes()
    return cases


class OwnFigures(Directory):
    """The service's copy of the directory, in which every agency has these figures."""

    def __init__(self, running: Serving, figures: Mapping[str, int]) -> None:
        super().__init__(running.database)
        day = local_day(running.clock.now())
        own = [
            Figure(name=f"RIGHTS-P5-6/{name}", value=value, from_day=day) for name, value in figures.items()
        ]
        self._figures_of_all = Figures.made_of(own)

    @override
    async def figures(self, agency_id: str) -> Figures:
        return self._figures_of_all


def allowing(running: Serving, **figures: int) -> Use:
    """The service with other figures."""
    named = {name.replace("_", "-"): value for name, value in figures.items()}
    return use_of(running, directory=OwnFigures(running, named))


async def used(running: Serving) -> int:
    """Parts of today's that are used of what water may send to many."""
    day = local_day(running.clock.now()).isoformat()
    return await use_of(running).allowances.used(f"agency water broadcast {day}")


async def by_a_system(running: Serving, case: Case, lane: Lane) -> str:
    """What another system tells the case's person alone."""
    text = seal(case.key, "نوبت شما فرداست.", purpose=f"{lane.value}-0-")
    [id_] = await queued(running, case, lane, 1, sealed=text)
    return id_


async def said_of(use: Use, *ids: str) -> list[tuple[Status, str | None]]:
    """Status and reason of each."""
    found = [(await use.messages.load(id_)).state for id_ in ids]
    return [(one.status, one.reason) for one in found]


async def test_messages_are_shared_out_by_weight_and_all_arrive(running: Serving) -> None:
    one, other = Gateway(running.parts.use.sandbox), Gateway(running.parts.use.sandbox)
    linked = with_gateways(running, {"one": Plan(weight=3)}, one=one, other=other)
    for case in await people(running, 40):
        await case.tells(ComplaintFiled)
    assert await send(linked) == 40

    assert len(await phone(running)) == 40
    assert len(one.sent) > len(other.sent) > 0


async def test_one_that_is_not_reached_is_left_alone_after_five_and_the_other_takes_all(
    running: Serving,
) -> None:
    down, up = Other(delivered()), Gateway(running.parts.use.sandbox)
    down.before = NotReached()
    tries = list[str]()

    async def send_to(message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        tries.append(message_id)
        raise NotReached

    down.send = send_to
    linked = with_gateways(running, {"down": Plan(at_once=1)}, down=down, up=up)
    for case in await people(running, 40):
        await case.tells(ComplaintFiled)
    for _ in range(6):
        await send(linked)
        running.clock.forward(seconds=2)

    assert len(await phone(running)) == len(set(up.sent)) == 40
    assert len(tries) == 5


async def test_a_gateway_that_fails_or_delivers_late_loses_weight_for_all_processes(running: Serving) -> None:
    failing, lying, good = Other(refused("busy", passing=True)), Other(accepted()), Other(delivered())
    plans = {"lying": Plan(receipts_within_s=60)}
    linked = with_gateways(running, plans, failing=failing, lying=lying, good=good)
    for case in await people(running, 60):
        await case.tells(ComplaintFiled)
    for _ in range(4):
        await send(linked)
        running.clock.forward(minutes=1)
    minutes = use_of(linked).minutes
    assert isinstance(minutes, GatewayMinutes)
    await minutes.write()

    elsewhere = Several({"failing": failing, "lying": lying, "good": good}, plans)
    await sharing.look_at_gateways(use_of(running, gateways=elsewhere, real_now=later(minutes=3)))
    assert elsewhere.line("lying").health < 0.3
    assert elsewhere.line("failing").health < 1.0
    assert elsewhere.line("good").health == 1.0
    back = Several({"lying": lying}, plans)
    await sharing.look_at_gateways(use_of(running, gateways=back, real_now=later(minutes=19)))
    assert back.line("lying").health > 0.9


async def test_a_receipt_in_its_time_counts_for_the_gateway(running: Serving, case: Case) -> None:
    slow = Other(accepted("77"))
    plans = {"slow": Plan(receipts_within_s=60)}
    linked = with_gateways(running, plans, slow=slow)
    await case.tells(ComplaintFiled)
    await send(linked)
    for _ in range(2):
        await receipts.receive(use_of(linked), "slow", Receipt(outcome=delivered(), gateway_id="77"))
    minutes = use_of(linked).minutes
    assert isinstance(minutes, GatewayMinutes)
    await minutes.write()

    [minute] = (await minutes.since(datetime.min.replace(tzinfo=running.clock.now().tzinfo)))["slow"]
    assert (minute.handed, minute.took, minute.receipts, minute.failed) == (1, 1, 1, 0)


@pytest.mark.parametrize(("seconds", "in_time"), [(30, True), (61, False)])
async def test_receipts_that_all_come_but_late_lower_a_gateways_weight(
    running: Serving, seconds: int, in_time: bool
) -> None:
    gateway, plans = Other(accepted()), {"slow": Plan(receipts_within_s=60)}
    linked = with_gateways(running, plans, slow=gateway)
    for case in await people(running, 20):
        await case.tells(ComplaintFiled)
    await send(linked)
    for id_ in gateway.sent:
        receipt = Receipt(outcome=delivered(), message_id=id_)
        await receipts.receive(replace(use_of(linked), real_now=later(seconds=seconds)), "slow", receipt)
    minutes = use_of(linked).minutes
    assert isinstance(minutes, GatewayMinutes)
    await minutes.write()

    assert {one[1] for one in await states(running)} == {"delivered"}
    elsewhere = Several({"slow": gateway}, plans)
    await sharing.look_at_gateways(use_of(running, gateways=elsewhere, real_now=later(minutes=3)))
    health = elsewhere.line("slow").health
    assert health == 1.0 if in_time else health < 0.3


async def test_a_broadcast_that_hangs_holds_up_neither_code_nor_status(running: Serving, case: Case) -> None:
    gateway, reached = Gateway(running.parts.use.sandbox), asyncio.Event()
    hangs = asyncio.Event()

    async def hanging(message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        if message_id.startswith("broadcast"):
            reached.set()
            await hangs.wait()
        return await gateway.sandbox.send(message_id, number, text)

    gateway.send = hanging
    use = use_of(running, gateways=Several({"sandbox": gateway}))
    await queued(running, case, Lane.BROADCAST, 5)
    background = asyncio.create_task(sending.send_ready(use, (Lane.BROADCAST,)))
    await reached.wait()
    await queued(running, case, Lane.CODE)
    await case.tells(ComplaintFiled)
    assert await sending.send_ready(use, (Lane.CODE,)) == 1
    assert await sending.send_ready(use, (Lane.STATUS,)) == 1
    assert not background.done()
    hangs.set()

    assert await background == 5


async def test_a_lane_goes_only_by_the_gateways_that_take_it(running: Serving, case: Case) -> None:
    codes = Gateway(running.parts.use.sandbox)
    linked = with_gateways(running, {"codes": Plan(lanes=frozenset({Lane.CODE}))}, codes=codes)
    await queued(running, case, Lane.CODE)
    await case.tells(ComplaintFiled)
    await send(linked)

    assert codes.sent == ["code-0-"]
    assert ("complaint-filed", "held", "no-gateway-takes-it-now") in await states(running)


async def test_at_night_a_broadcast_waits_for_the_morning_and_a_status_does_not(
    running: Serving, case: Case
) -> None:
    running.clock.forward(seconds=NIGHT.total_seconds())
    await queued(running, case, Lane.BROADCAST)
    await case.tells(ComplaintFiled)
    assert await send(running) == 1
    assert ("words", "queued", "quiet-hours") in await states(running)
    running.clock.forward(hours=10, minutes=-1)
    assert await send(running) == 0
    running.clock.forward(minutes=1)

    assert await send(running) == 1


async def test_what_is_of_no_use_any_more_is_not_sent(running: Serving, case: Case) -> None:
    until = running.clock.now() + timedelta(hours=2)
    await queued(running, case, Lane.BROADCAST, 1, expires_at=until, name="in time")
    running.clock.forward(hours=2, milliseconds=-1)
    assert await send(running) == 1
    await queued(running, case, Lane.BROADCAST, 1, expires_at=until, name="late")
    running.clock.forward(milliseconds=1)
    assert await send(running) == 0

    assert ("words", "expired", "too-late-to-be-of-use") in await states(running)


async def test_over_its_quota_an_agency_sends_no_more_today_but_tells_of_ones_own_case(
    running: Serving,
) -> None:
    cases = await people(running, 5)
    for number, case in enumerate(cases):
        await queued(running, case, Lane.BROADCAST, 1, name=str(number))
        await case.tells(ComplaintFiled)
    use = allowing(running, quota=3)
    assert await sending.send_ready(use) == 5 + 3
    assert [one for one in await states(running) if one[2]] == [
        ("words", "queued", "quota-of-the-day-is-used")
    ] * 2
    assert await used(running) == 3
    running.clock.forward(days=1)

    assert await sending.send_ready(use) == 2


@pytest.mark.parametrize("lane", [Lane.CODE, Lane.STATUS])
async def test_no_broadcast_takes_away_what_a_code_or_another_systems_status_may(
    running: Serving, lane: Lane
) -> None:
    [case, *others] = await people(running, 3)
    use = allowing(running, quota=4, to_one_number=3)
    await queued(running, case, Lane.BROADCAST, 4)
    assert await sending.send_ready(use) == 3
    for number, other in enumerate(others):
        await queued(running, other, Lane.BROADCAST, 1, name=str(number))
    assert await sending.send_ready(use) == 1
    waiting = {reason for _, status, reason in await states(running) if status == "queued"}
    assert waiting == {"too-often-to-this-number", "quota-of-the-day-is-used"}
    single = await by_a_system(running, case, lane)

    assert await sending.send_ready(use) == 1
    assert await said_of(use, single) == [(Status.DELIVERED, None)]


async def test_what_goes_one_by_one_has_what_broadcasts_may_not_use(running: Serving, case: Case) -> None:
    cases = await people(running, 12)
    for number, other in enumerate(cases):
        await queued(running, other, Lane.BROADCAST, 1, name=str(number))
    use = replace(use_of(running), parts_a_day=20)
    assert await sending.send_ready(use) == 12
    await queued(running, cases[0], Lane.BROADCAST, 5, name="more")
    assert await sending.send_ready(use) == 4  # a fifth is kept
    singles = [await by_a_system(running, case, lane) for lane in (Lane.CODE, Lane.STATUS)]

    assert await sending.send_ready(use) == 2
    assert await said_of(use, *singles) == [(Status.DELIVERED, None)] * 2


@pytest.mark.parametrize("reason", ["quota-of-the-day-is-used", "what-the-province-pays-for-is-used"])
async def test_a_code_over_what_may_be_sent_is_of_no_use_tomorrow(running: Serving, reason: str) -> None:
    cases = await people(running, 7)
    use = (
        allowing(running, quota=5) if reason.startswith("quota") else replace(use_of(running), parts_a_day=5)
    )
    codes = [
        id_
        for number, case in enumerate(cases)
        for id_ in await queued(running, case, Lane.CODE, 1, name=str(number))
    ]
    assert await sending.send_ready(use) == 5
    running.clock.forward(days=1)

    assert await sending.send_ready(use) == 0
    assert sorted(await said_of(use, *codes), key=str) == [
        *[(Status.DELIVERED, None)] * 5,
        *[(Status.SUPPRESSED, reason)] * 2,
    ]


async def test_no_agencys_codes_exhaust_what_is_kept_for_codes(running: Serving) -> None:
    cases = await people(running, 17)
    use = replace(use_of(running), parts_a_day=20)
    for number, case in enumerate(cases):
        await queued(running, case, Lane.BROADCAST, 1, name=str(number))
    assert await sending.send_ready(use) == 16  # a fifth is kept
    for number, case in enumerate(cases):
        await queued(running, case, Lane.CODE, 1, name=str(number))
    assert await sending.send_ready(use) == 2  # half of it
    for number, case in enumerate(cases):
        await queued(running, case, Lane.CODE, 1, name=f"roads {number}", agency_id="roads")
    assert await sending.send_ready(use) == 1  # half of what is left
    for case in cases:
        await case.tells(ComplaintFiled)

    assert await sending.send_ready(use) == 17


async def test_of_what_is_kept_an_agency_that_took_none_has_its_part_whatever_others_took(
    running: Serving,
) -> None:
    cases = await people(running, 12)
    use = replace(use_of(running), parts_a_day=10)
    for number, case in enumerate(cases[:11]):
        await queued(running, case, Lane.CODE, 1, name=str(number))
    assert await sending.send_ready(use) == 8 + 1
    [code] = await queued(running, cases[11], Lane.CODE, 1, name="roads", agency_id="roads")

    assert await sending.send_ready(use) == 1
    assert await said_of(use, code) == [(Status.DELIVERED, None)]


async def test_many_senders_at_once_take_no_more_than_the_quota(running: Serving) -> None:
    for number, case in enumerate(await people(running, 20)):
        await queued(running, case, Lane.BROADCAST, 1, name=str(number))
    uses = [allowing(running, quota=7) for _ in range(4)]

    assert sum(await asyncio.gather(*[sending.send_ready(use) for use in uses])) == 7
    assert len(await phone(running)) == 7
    assert await used(running) == 7


async def test_whoever_takes_first_keeps_no_other_from_what_is_left(running: Serving) -> None:
    allowances, over_at = use_of(running).allowances, running.clock.now() + timedelta(days=1)
    for turn in range(20):
        asked = [allowances.take(f"turn {turn}", 1, most=8, over_at=over_at) for _ in range(12)]
        assert sum(await asyncio.gather(*asked)) == 8
        assert await allowances.used(f"turn {turn}") == 8


async def test_to_one_number_go_so_many_codes_an_hour_and_no_more(running: Serving, case: Case) -> None:
    await queued(running, case, Lane.CODE, 12)
    use = allowing(running, to_one_number=10)

    assert await sending.send_ready(use) == 10
    assert (
        len([one for one in await states(running) if one[1:] == ("suppressed", "too-often-to-this-number")])
        == 2
    )


async def test_whoever_asks_again_for_the_same_takes_it_once(running: Serving) -> None:
    allowances, over_at = use_of(running).allowances, running.clock.now() + timedelta(days=1)
    for turn in range(20):
        ids = [f"{number % 12}" for number in range(36)]
        asked = [allowances.take_once(f"turn {turn}", id_, most=8, over_at=over_at) for id_ in ids]
        took = {id_ for id_, may in zip(ids, await asyncio.gather(*asked), strict=True) if may}
        assert len(took) == 8
        for id_ in {*ids}:
            assert await allowances.take_once(f"turn {turn}", id_, most=8, over_at=over_at) is (id_ in took)


async def test_a_message_that_is_tried_again_is_counted_once(running: Serving, case: Case) -> None:
    busy = Other(refused("busy", passing=True))
    await queued(running, case, Lane.BROADCAST)
    linked = with_gateways(running, busy=busy)
    for _ in range(4):
        await send(linked)
        running.clock.forward(minutes=1)

    assert len(busy.sent) >= 3
    assert await used(running) == 1


async def test_what_a_message_costs_is_kept_with_it(running: Serving, case: Case) -> None:
    gateway = Gateway(running.parts.use.sandbox)
    [id_] = await queued(running, case, Lane.BROADCAST, 1, wording="ا" * 71)
    await send(with_gateways(running, {"dear": Plan(cost=120)}, dear=gateway))
    message = (await use_of(running).messages.load(id_)).state

    assert (message.status, message.parts, message.cost) == (Status.DELIVERED, 2, 240)


async def test_an_agency_sees_what_it_sent_in_a_day_and_what_its_quota_leaves(
    running: Serving, case: Case
) -> None:
    await queued(running, case, Lane.BROADCAST, 2, wording="ا" * 71)
    await case.tells(ComplaintFiled)
    await send(with_gateways(running, {"dear": Plan(cost=120)}, dear=Gateway(running.parts.use.sandbox)))
    await queued(running, case, Lane.BROADCAST, 1, name="waits")
    said = (await running.http.get("/v1/usage", headers=bearer("water.pr.head"))).json()
    [broadcasts, told] = said["used"]

    assert said["quota"] == 50_000
    assert said["counted"] == {"code": 0, "status": 0, "broadcast": 4}
    assert broadcasts == {"lane": "broadcast", "gateway": "dear", "messages": 2, "parts": 4, "cost": 480}
    assert (told["lane"], told["messages"], told["cost"]) == ("status", 1, told["parts"] * 120)
    for day, who in (("1405/08/29", "water.pr.head"), ("1405/08/30", "roads.head")):
        other = await running.http.get("/v1/usage", params={"day": day}, headers=bearer(who))
        assert (other.status_code, other.json()["used"]) == (200, [])
