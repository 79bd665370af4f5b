"""How a broadcast moves: what is allowed from where, and what is refused with its clause."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.domain.broadcast import Broadcast, Standing, Wish, ends_at
from services.notifications.domain.occasion import Channel, First, Kind
from shared.rule import Invalid, Refused

NOW = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
WISH = Wish(
    kind=Kind.INVITATION, occasion="گشایش", text="بفرمایید", channel=Channel.SMS, groups=(), lists=("l",)
)
FIRST = First(
    broadcast_id="b0",
    post_id="water.head",
    unit_id=None,
    channel=Channel.EMAIL,
    kind=Kind.INVITATION,
    occasion="گشایش",
    at=NOW,
    in_common=3,
)
Act = Callable[[Broadcast], Broadcast]
ACTS: dict[str, Act] = {
    "reword": lambda one: one.reword(replace(WISH, text="دیگر"), NOW),
    "start": lambda one: one.start(NOW, by_headquarters=False),
    "agree": lambda one: one.agree("water.pr.head", NOW),
    "send-back": lambda one: one.send_back("چرا", NOW),
    "hold": lambda one: one.hold(FIRST, people=5, unreachable=0, now=NOW),
    "drop-common": lambda one: one.drop_common(NOW),
    "insist": lambda one: one.insist("چون", NOW),
    "run": lambda one: one.run(people=5, unreachable=0, dropped=0, now=NOW),
    "pause": lambda one: one.pause(NOW),
    "resume": lambda one: one.resume(NOW),
    "finish": lambda one: one.finish(NOW),
    "stop": lambda one: one.stop(NOW),
}
SAME, NO = "same", "refused"
TABLE = """
                           reword start    agree    send-back hold drop-common insist   run     pause  resume  finish stop
draft                      draft  waiting  refused  refused   same refused     refused  same    refused refused same  stopped
waiting-for-headquarters   refused refused starting draft     same refused     refused  same    refused refused same  stopped
starting                   refused same    refused  refused   held refused     refused  running refused refused same  stopped
held                       refused refused refused  refused   same starting    starting same    refused refused same  stopped
running                    refused same    refused  refused   same refused     refused  same    paused  same    done  stopped
paused                     refused refused refused  refused   same refused     refused  same    same    running same  stopped
stopped                    refused refused refused  refused   same refused     refused  same    refused refused same  same
done                       refused refused refused  refused   same refused     refused  same    refused refused same  refused
"""  # noqa: E501 - a table


def cells() -> list[tuple[str, str, str]]:
    head, *lines = [line.split() for line in TABLE.strip().splitlines()]
    return [(line[0], act, becomes) for line in lines for act, becomes in zip(head, line[1:], strict=True)]


def broadcast(status: Standing = Standing.DRAFT, office: str | None = "center") -> Broadcast:
    return Broadcast(
        id="b1",
        agency_id="water",
        post_id="water.center.pr",
        unit_id="center",
        office=office,
        wish=WISH,
        made_at=NOW,
        status=status,
        status_at=NOW,
    )


@pytest.mark.parametrize(("status", "act", "becomes"), cells())
def test_it_moves_as_the_table_says_and_what_is_not_allowed_is_refused(
    status: str, act: str, becomes: str
) -> None:
    before = broadcast(Standing(status))
    if becomes == NO:
        with pytest.raises(Refused) as refused:
            ACTS[act](before)
        assert refused.value.rule.clause == "COUNTY-F5"
        return
    after = ACTS[act](before)
    if becomes == SAME:
        assert after == before
    else:
        assert after.status.value.startswith(becomes)


@pytest.mark.clause("COUNTY-F5")
@pytest.mark.parametrize(
    ("office", "by_headquarters", "status"),
    [
        ("center", False, Standing.WAITING),
        ("center", True, Standing.STARTING),
        (None, False, Standing.STARTING),
    ],
)
def test_only_a_county_offices_invitation_waits_for_headquarters(
    office: str | None, by_headquarters: bool, status: Standing
) -> None:
    one = broadcast(office=office).start(NOW, by_headquarters=by_headquarters)

    assert one.status is status
    assert (one.started_at is None) is (status is Standing.WAITING)


@pytest.mark.parametrize(
    ("not_after", "useful_for", "end"),
    [
        (None, None, NOW + timedelta(days=2)),
        (None, timedelta(hours=3), NOW + timedelta(hours=3)),
        ("22:00", None, datetime(2026, 11, 21, 18, 30, tzinfo=UTC)),
        ("22:00", timedelta(hours=3), NOW + timedelta(hours=3)),
    ],
)
def test_it_is_of_use_until_its_hour_or_its_time_is_over(
    not_after: str | None, useful_for: timedelta | None, end: datetime
) -> None:
    assert ends_at(replace(WISH, not_after=not_after, useful_for=useful_for), NOW) == end


@pytest.mark.parametrize(("now", "too_late"), [(NOW - INSTANT, False), (NOW, True)])
def test_nothing_starts_at_the_hour_after_which_nothing_may_go(now: datetime, too_late: bool) -> None:
    wish = replace(WISH, not_after="09:00")  # it is nine in Tehran at NOW
    if too_late:
        with pytest.raises(Invalid):
            ends_at(wish, now)
    else:
        assert ends_at(wish, now) == NOW


def test_a_stopped_one_is_cleared_at_once_and_once_more_a_minute_later() -> None:
    stopped = broadcast(Standing.RUNNING).stop(NOW)
    once = stopped.clear(NOW)
    assert once.work_at == NOW + timedelta(minutes=1)
    assert once.clear(NOW + timedelta(minutes=1) - INSTANT) == once
    assert once.clear(NOW + timedelta(minutes=1)).work_at is None
