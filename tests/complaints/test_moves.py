"""The table of moves is what happens: each move is tried in each state, by what really makes it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.complaints.domain import (
    asking,
    assigning,
    handling,
    outside,
    sorting,
    transfer,
    verdict,
    withdrawal,
)
from services.complaints.domain.complaint import Complaint, Facts, Status
from services.complaints.domain.moves import CLOCK, COURSES, STATUS_SAYS, Move
from services.complaints.domain.sorting import Named
from services.complaints.domain.transfer import Onto
from services.complaints.domain.written import Sealed
from shared.rule import Refused
from tests.complaints.test_domain import HEAD, LINE, LINES, MEASURE, OFFICER, UNIT_HEAD, chart, complaint
from tests.province import SATURDAY_NINE, posts_of

NOW = SATURDAY_NINE + timedelta(hours=1)
ROADS = Onto(agency_id="roads", service_code="2001", unit_id="desk", ground="nobody-at-the-desk")
AS_1001 = Named(service_code="1001", unit_id="desk", ground="nobody-at-the-desk")
SEALED = Sealed(words="s", hash="h")
OFFICER_2 = next(one for one in posts_of("water") if one.id == "water.desk.officer-2")
Make = Callable[[Complaint, datetime], tuple[Complaint, Facts]]


def _rate(one: Complaint, now: datetime, *, satisfied: bool) -> tuple[Complaint, Facts]:
    return verdict.rate(one, satisfied=satisfied, reason=None, now=now, line=LINE, measure=MEASURE)


def _answer(one: Complaint, now: datetime) -> tuple[Complaint, Facts]:
    return handling.answer(one, "انجام شد.", OFFICER, now, LINE, MEASURE)


def _asked_before(one: Complaint) -> Complaint:
    """With a question in its round that nobody replied to, wherever it stands."""
    question = MADE_BY[Move.ASK](complaint(), SATURDAY_NINE)[0].round.questions
    return replace(one, rounds=(replace(one.round, questions=question),))


def unsorted(one: Complaint) -> Complaint:
    """As it comes by mail or SMS."""
    return replace(one, service_code="unsorted", ground="none-of-these")


def _at_the_top(one: Complaint) -> Complaint:
    """With a round that the citizen opened at the highest post, wherever it stands."""
    return replace(one, level=len(LINE), rounds=(replace(one.round, opened_to=LINE[-1].id),))


MADE_BY: Mapping[Move, Make] = {
    Move.TAKE: lambda one, now: handling.take(one, HEAD, now),
    Move.ASSIGN: lambda one, now: assigning.assign(one, OFFICER_2, UNIT_HEAD, now),
    Move.GIVE_BACK: lambda one, now: assigning.give_back(one, UNIT_HEAD, now, LINES),
    Move.SORT: lambda one, now: sorting.sort(unsorted(one), AS_1001, OFFICER, now, LINES, MEASURE),
    Move.ROUTE: lambda one, now: assigning.route(one, "pr", chart(), now, LINES, MEASURE),
    Move.TRANSFER: lambda one, now: transfer.transfer(one, ROADS, SEALED, HEAD, now, LINES, MEASURE),
    Move.ASK: lambda one, now: asking.ask(one, "شمارهٔ اشتراک؟", OFFICER, now, LINES, MEASURE),
    Move.REPLY: lambda one, now: asking.reply(one, "۱۲۳", now, LINES, MEASURE),
    Move.REPLY_LATE: lambda one, now: asking.reply_late(_asked_before(one), "۱۲۳", now),
    Move.ANSWER: _answer,
    Move.POINT_ELSEWHERE: lambda one, now: outside.point_elsewhere(
        one, outside.RightDoor.REQUEST, "به سامانهٔ درخواست‌ها.", OFFICER, now, LINES, MEASURE
    ),
    Move.WITHDRAW: lambda one, now: withdrawal.withdraw(one, None, now, LINES, MEASURE),
    Move.SATISFIED: lambda one, now: _rate(one, now, satisfied=True),
    Move.NOT_SATISFIED: lambda one, now: _rate(one, now, satisfied=False),
    Move.STILL_NOT_SATISFIED: lambda one, now: _rate(_at_the_top(one), now, satisfied=False),
}
ENDS: Mapping[Move, Status] = {
    Move.ANSWER: Status.ANSWERED,
    Move.POINT_ELSEWHERE: Status.OUTSIDE,
    Move.WITHDRAW: Status.WITHDRAWN,
}
RATED: Mapping[Move, Status] = {
    Move.SATISFIED: Status.CLOSED,
    Move.NOT_SATISFIED: Status.TAKEN,
    Move.STILL_NOT_SATISFIED: Status.CLOSED,
}
TABLE: Mapping[Status, Mapping[Move, Status]] = {
    Status.FILED: {
        Move.TAKE: Status.TAKEN,
        Move.ASSIGN: Status.TAKEN,
        Move.SORT: Status.FILED,
        Move.ROUTE: Status.FILED,
        Move.TRANSFER: Status.TRANSFERRED,
        Move.ASK: Status.WAITING,
        Move.REPLY_LATE: Status.FILED,
        **ENDS,
    },
    Status.TAKEN: {
        Move.TAKE: Status.TAKEN,
        Move.ASSIGN: Status.TAKEN,
        Move.GIVE_BACK: Status.FILED,
        Move.SORT: Status.TAKEN,
        Move.ROUTE: Status.FILED,
        Move.TRANSFER: Status.TRANSFERRED,
        Move.ASK: Status.WAITING,
        Move.REPLY_LATE: Status.TAKEN,
        **ENDS,
    },
    Status.WAITING: {Move.SORT: Status.WAITING, Move.REPLY: Status.TAKEN, **ENDS},
    Status.ANSWERED: RATED,
    Status.OUTSIDE: RATED,
    Status.CLOSED: {},
    Status.WITHDRAWN: {},
    Status.TRANSFERRED: {},
}
"""Written out once more: a slip in the table of the domain must fail."""
ASKED_TWICE = {(Status.WITHDRAWN, Move.WITHDRAW), (Status.TRANSFERRED, Move.TRANSFER)}


def standing(status: Status) -> Complaint:
    """One that came there by lawful moves."""
    filed = complaint()
    led = {
        Status.WAITING: Move.ASK,
        Status.ANSWERED: Move.ANSWER,
        Status.OUTSIDE: Move.POINT_ELSEWHERE,
        Status.WITHDRAWN: Move.WITHDRAW,
        Status.TRANSFERRED: Move.TRANSFER,
    }
    match status:
        case Status.FILED:
            return filed
        case Status.TAKEN:
            return handling.take(filed, OFFICER, SATURDAY_NINE)[0]
        case Status.CLOSED:
            return replace(_rate(standing(Status.ANSWERED), SATURDAY_NINE, satisfied=True)[0], satisfied=None)
        case _:
            return MADE_BY[led[status]](filed, SATURDAY_NINE)[0]


def test_every_move_of_people_is_tried_here() -> None:
    assert set(MADE_BY) == {move for move, course in COURSES.items() if course.by is not CLOCK}
    assert set(TABLE) == set(STATUS_SAYS) == set(Status)


@pytest.mark.clause("FOAD-10")
@pytest.mark.parametrize("move", MADE_BY)
@pytest.mark.parametrize("status", Status)
def test_a_move_leads_where_the_table_says_or_is_refused(status: Status, move: Move) -> None:
    one = standing(status)
    assert one.status is status
    if (status, move) in ASKED_TWICE:
        assert MADE_BY[move](one, NOW) == (one, [])  # asked twice is asked once
        return
    if move in TABLE[status]:
        assert MADE_BY[move](one, NOW)[0].status is TABLE[status][move]
        return
    with pytest.raises(Refused) as refused:
        MADE_BY[move](one, NOW)
    assert STATUS_SAYS[status].fa in refused.value.detail.fa
    assert STATUS_SAYS[status].en in refused.value.detail.en
    for other in TABLE[status]:
        assert COURSES[other].says.fa in refused.value.detail.fa


@pytest.mark.clause("FOAD-10")
def test_of_a_closed_one_nothing_is_possible_any_more_and_it_says_so() -> None:
    with pytest.raises(Refused, match="nothing"):
        handling.take(standing(Status.CLOSED), OFFICER, NOW)
