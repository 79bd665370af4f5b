"""What a gateway is told beside number and words: from which line, how urgent, worth trying for how long."""

from datetime import timedelta
from typing import Any

import pytest
from typing_extensions import override

from services.notifications.domain.lane import Lane
from services.notifications.domain.outcome import Outcome, accepted
from services.notifications.gateways.plan import Plan
from services.notifications.gateways.port import PLAIN, NotReached, Terms
from shared.events.complaints import ComplaintFiled
from tests.notifications.cases import Case, Other, queued, send, with_gateways
from tests.notifications.inbound import WATERS
from tests.notifications.systems import TEXT, key_of, persons_come, rows, sent
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]
COUNT = 8
GENERAL = "2000"
PRIORITIES = {"code": 3, "status": 2, "broadcast": 0}


class Told(Other):
    """Accepts, unless it is `away`; `terms` is what it was told of each."""

    def __init__(self, *, away: bool = False) -> None:
        super().__init__(accepted())
        self.away, self.terms = away, list[Terms]()

    @override
    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        if self.away:
            raise NotReached
        self.terms.append(terms)
        return await super().send(message_id, number, text, terms)

    @property
    def senders(self) -> list[str | None]:
        return [one.sender for one in self.terms]


async def ordered(running: Serving, **params: Any) -> None:
    """A system of water's asks for messages to as many people."""
    key = await key_of(running)
    numbers = ",".join(f"0912{one:07}" for one in range(COUNT))
    await rows(running, key, "send", receptor=numbers, message=TEXT, **params)
    await persons_come(running)
    running.clock.forward(seconds=4)


async def goes(running: Serving, plans: dict[str, Plan], **gateways: Told) -> None:
    """All rounds of a quarter of a minute."""
    linked = with_gateways(running, plans, **gateways)
    for _ in range(5):
        await send(linked)
        running.clock.forward(seconds=3)


@pytest.mark.parametrize("sender", [None, WATERS, f"+98{WATERS}", f"0098{WATERS}", f"98{WATERS}", "۳۰۰۰۱۲۳۴"])
@pytest.mark.parametrize("written", [WATERS, f"+98 {WATERS}"])
async def test_however_a_line_is_written_it_goes_by_who_has_it_under_the_name_that_one_gives_it(
    running: Serving, sender: str | None, written: str
) -> None:
    await ordered(running, **({"sender": sender} if sender else {}))
    one, two = Told(), Told()
    plans = {"one": Plan(lines={"water": written}), "two": Plan(line=GENERAL)}
    await goes(running, plans, one=one, two=two)

    assert (one.senders, two.senders) == ([written] * COUNT, [])


async def test_a_system_is_told_its_line_as_its_digits_alone(running: Serving) -> None:
    assert (await sent(running, await key_of(running), sender=f"+98{WATERS}"))["sender"] == WATERS


async def test_a_line_that_no_gateway_has_goes_by_any_as_its_digits_alone(running: Serving) -> None:
    await ordered(running, sender=f"+98{WATERS}")
    one, two = Told(), Told()
    await goes(running, {"one": Plan(), "two": Plan(line=GENERAL)}, one=one, two=two)

    assert one.senders + two.senders == [WATERS] * COUNT


async def test_where_one_that_has_the_line_is_down_all_goes_by_the_other_that_has_it(
    running: Serving,
) -> None:
    await ordered(running)
    down, up, without = Told(away=True), Told(), Told()
    plans = {
        "down": Plan(weight=9, lines={"water": WATERS}),
        "up": Plan(lines={"water": f"98{WATERS}"}),
        "without": Plan(line=GENERAL),
    }
    await goes(running, plans, down=down, up=up, without=without)

    assert (down.senders, up.senders, without.senders) == ([], [f"98{WATERS}"] * COUNT, [])


async def test_where_the_only_one_that_has_the_line_is_down_they_wait_for_it(running: Serving) -> None:
    await ordered(running)
    only_one, without = Told(away=True), Told()
    plans = {"only_one": Plan(lines={"water": WATERS}), "without": Plan(line=GENERAL)}
    await goes(running, plans, only_one=only_one, without=without)
    assert (only_one.senders, without.senders) == ([], [])

    only_one.away = False
    running.clock.forward(minutes=1)
    await goes(running, plans, only_one=only_one, without=without)
    assert (only_one.senders, without.senders) == ([WATERS] * COUNT, [])


@pytest.mark.parametrize(("lines", "sender"), [({"water": "3000111"}, "3000111"), ({"roads": "3"}, GENERAL)])
async def test_what_an_agency_tells_comes_from_its_own_line_else_from_the_one_for_all(
    running: Serving, case: Case, lines: dict[str, str], sender: str
) -> None:
    gateway = Told()
    await case.tells(ComplaintFiled)
    await send(with_gateways(running, {"one": Plan(line=GENERAL, lines=lines)}, one=gateway))

    assert gateway.senders == [sender]


@pytest.mark.parametrize("lane", Lane)
async def test_the_lane_of_a_message_goes_on_at_the_gateway(running: Serving, case: Case, lane: Lane) -> None:
    gateway = Told()
    await queued(running, case, lane)
    await send(with_gateways(running, one=gateway))

    assert [one.priority for one in gateway.terms] == [PRIORITIES[lane]]


@pytest.mark.parametrize("lasts", [timedelta(hours=2), None])
async def test_a_gateway_is_told_how_long_a_message_is_still_worth_trying(
    running: Serving, case: Case, lasts: timedelta | None
) -> None:
    gateway = Told()
    await queued(running, case, Lane.CODE, expires_at=lasts and running.clock.now() + lasts)
    running.clock.forward(minutes=30)
    await send(with_gateways(running, one=gateway))

    assert [one.valid_for for one in gateway.terms] == [lasts and timedelta(minutes=90)]
