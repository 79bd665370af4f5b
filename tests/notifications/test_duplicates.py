"""COUNTY-B7: no second message for the same occasion and people; its sender is told of the first."""

import asyncio
import time
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifications.domain.recipient import Laid, Recipient
from services.notifications.usecases import broadcasting
from services.notifications.usecases.use import Use
from tests.notifications.cases import phone
from tests.notifications.many import (
    HEAD,
    OFFICE,
    PR,
    REPRESENTATIVE,
    Otherwise,
    a_list,
    act,
    goes_on,
    inbox_of,
    mobile,
    office_opens,
    progress,
    seen,
    started,
    with_many,
)
from tests.notifications.staff import Number
from tests.province import holder
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("COUNTY-B7")]
INSTANT = timedelta(milliseconds=1)  # as fine as the database keeps an instant


async def test_a_second_message_for_the_same_occasion_and_people_is_held_and_its_sender_told_of_the_first(
    running: Serving,
) -> None:
    first = await started(running, await a_list(running, 1, 2), who=PR)
    await goes_on(running, 2)
    second = await started(
        running, await a_list(running, 2, 3), who=HEAD, occasion="روزِ  مهندس", text="مهندسان، روزتان مبارک."
    )

    await goes_on(running, 3)

    held = await seen(running, second)
    assert (held["status"], len(await phone(running))) == ("held", 2)
    said = held["first"]
    assert (said["broadcast_id"], said["post_id"], said["channel"]) == (first, PR, "sms")
    assert (said["at"], said["in_common"]) == ("2026-11-21T05:30:00Z", 1)
    [told] = await inbox_of(running, HEAD)
    assert PR in told
    assert "روز مهندس" in told


@pytest.mark.parametrize(
    ("kind", "occasion"),
    [("congratulation", "روز مهندس"), ("notice", "روز‌مهندس"), ("ceremony", "«روزِ مهندس»!")],
)
async def test_it_is_held_as_whatever_kind_and_however_the_occasion_is_written(
    running: Serving, kind: str, occasion: str
) -> None:
    people = await a_list(running, 1)
    first = await started(running, people)
    await goes_on(running, 2)
    second = await started(running, people, kind=kind, occasion=occasion, text="به همهٔ مهندسان شادباش.")

    await goes_on(running, 2)

    held = await seen(running, second)
    assert (held["status"], held["first"]["broadcast_id"]) == ("held", first)
    assert len(await phone(running)) == 1


async def test_it_is_held_whichever_office_sends_it_and_by_whatever_channel(running: Serving) -> None:
    await office_opens(running)
    await Number(person=holder(OFFICE), contact="c-office", mobile=f"+98{mobile(7)[1:]}").comes(running)
    first = await started(running, channel="in-app", groups=[{"unit": "center"}], who=OFFICE, unit="center")
    await goes_on(running, 2)
    same_number = await started(running, await a_list(running, 7))

    await goes_on(running, 2)

    held = await seen(running, same_number)
    assert (held["status"], held["first"]["broadcast_id"]) == ("held", first)
    assert (held["first"]["channel"], held["first"]["unit"]) == ("in-app", "center")
    assert await phone(running) == []


async def test_the_same_words_are_the_same_message_whatever_the_occasion_is_called(running: Serving) -> None:
    people = await a_list(running, 1)
    await started(running, people)
    await goes_on(running)
    second = await started(running, people, occasion="جشن", text="روز  مهندس خجسته باد. {agency}")
    other = await started(running, people, occasion="جشن دیگر", text="جشن شما مبارک.")

    await goes_on(running, 2)

    assert (await seen(running, second))["status"] == "held"
    assert (await seen(running, other))["status"] == "done"


async def test_for_other_people_it_is_no_second_message(running: Serving) -> None:
    await started(running, await a_list(running, 1))
    await goes_on(running)
    second = await started(running, await a_list(running, 2))

    await goes_on(running, 2)

    assert (await seen(running, second))["status"] == "done"


@pytest.mark.parametrize(
    ("later", "status"), [(timedelta(days=3) - INSTANT, "held"), (timedelta(days=3), "running")]
)
async def test_the_window_is_three_days_long(running: Serving, later: timedelta, status: str) -> None:
    people = await a_list(running, 1)
    await started(running, people)
    await goes_on(running, 2)
    running.clock.set(running.clock.now() + later)
    second = await started(running, people)

    await broadcasting.advance_all(running.parts.use)

    assert (await seen(running, second))["status"] == status


async def test_its_sender_may_tell_the_others_alone(running: Serving) -> None:
    await started(running, await a_list(running, 1, 2))
    await goes_on(running, 2)
    second = await started(running, await a_list(running, 2, 3), who=PR)
    await goes_on(running)

    await act(running, second, "drop-common", PR)
    await goes_on(running, 3)

    now = await seen(running, second)
    assert (now["status"], now["people"], now["dropped"]) == ("done", 2, 1)
    assert len(await phone(running)) == 3
    assert (await progress(running, second))["not_sent"] == {"told-by-the-first": 1}


async def test_its_sender_may_insist_with_a_reason_that_stands_in_the_history(running: Serving) -> None:
    people = await a_list(running, 1, 2)
    await started(running, people)
    await goes_on(running, 2)
    second = await started(running, people, who=PR)
    await goes_on(running)

    await act(running, second, "insist", PR, reason="ساعت مراسم عوض شد.")
    await goes_on(running, 2)

    assert ((await seen(running, second))["insisted"], len(await phone(running))) == ("ساعت مراسم عوض شد.", 4)
    use: Use = running.parts.use
    notes = [(one["act"], one["note"]) for one in await use.many.broadcasts.history("water", second)]
    assert ("insist", "ساعت مراسم عوض شد.") in notes


async def test_without_a_reason_or_where_nothing_is_held_nobody_insists(running: Serving) -> None:
    id_ = await started(running, await a_list(running, 1))
    answer = await act(running, id_, "insist", reason="لازم است.", status=409)
    assert answer["clause"] == "COUNTY-B7"
    await act(running, id_, "insist", reason="", status=422)


async def test_a_held_or_stopped_message_that_told_nobody_holds_no_other(running: Serving) -> None:
    people = await a_list(running, 1)
    first = await started(running, people)
    await broadcasting.advance_all(running.parts.use)
    await act(running, first, "stop")
    await goes_on(running)
    second = await started(running, people)

    await goes_on(running, 2)

    assert ((await seen(running, second))["status"], len(await phone(running))) == ("done", 1)


async def test_of_two_offices_that_start_at_the_same_instant_exactly_one_is_held(running: Serving) -> None:
    use: Use = running.parts.use
    theirs = await a_list(running, *range(1, 6), who=REPRESENTATIVE)
    agencys = await a_list(running, *range(3, 9))
    for turn in range(6):
        occasion = f"مناسبت {turn}"
        text = f"{occasion} خجسته باد."
        two = [
            await started(running, theirs, who=REPRESENTATIVE, occasion=occasion, text=text),
            await started(running, agencys, occasion=occasion, text=text),
        ]

        await asyncio.gather(*[broadcasting.advance(use, id_) for id_ in two for _ in range(2)])

        assert sorted([(await seen(running, id_))["status"] for id_ in two]) == ["held", "running"], turn


async def test_people_in_common_of_two_broadcasts_of_ten_thousand_are_found_in_seconds(
    running: Serving,
) -> None:
    use: Use = running.parts.use
    until = use.real_now() + timedelta(days=1)
    for id_, first in (("one", 0), ("two", 9_990)):
        people = [
            Recipient(known_by=(f"hash-{number}",), contact_id=f"{id_}-{number}")
            for number in range(first, first + 10_000)
        ]
        for start in range(0, len(people), 1000):
            await _written(use, id_, people[start : start + 1000], until)

    before = time.monotonic()
    pages: list[Any] = [page async for page in use.many.recipients.in_common("two", ["one"])]
    found = [row for page in pages for row in page]

    assert len(found) == 10
    assert time.monotonic() - before < 10


async def test_however_many_were_told_before_they_are_left_out_some_at_a_time(running: Serving) -> None:
    """A single write of all their ids would be too long for MongoDB at a hundred thousand of them."""
    use: Use = running.parts.use
    people = await a_list(running, 1)
    first, second = await started(running, people), await started(running, people)
    await broadcasting.advance(use, first)
    until = use.real_now() + timedelta(days=1)
    for id_ in (first, second):
        many = [Recipient(known_by=(f"hash-{one}",), contact_id=f"c-{one}") for one in range(2_500)]
        await _written(use, id_, many, until)
    await broadcasting.advance(use, second)
    assert (await seen(running, second))["first"]["in_common"] == 2_501

    marked: list[int] = []

    class Counting(Otherwise):
        async def mark(self, ids: Collection[str], laid: Laid) -> None:
            marked.append(len(ids))
            await self.real.mark(ids, laid)

    await act(running, second, "drop-common")
    await broadcasting.advance(with_many(running, recipients=Counting(use.many.recipients)), second)

    assert (await seen(running, second))["dropped"] == 2_501
    assert max(marked) <= 1_000


async def test_the_first_may_not_be_of_another_agency(running: Serving) -> None:
    await started(running, await a_list(running, 1))
    await goes_on(running, 2)
    roads = "roads.head"
    second = await started(running, await a_list(running, 1, who=roads), who=roads)

    await goes_on(running, 2)

    assert (await seen(running, second, roads))["status"] == "done"


async def _written(use: Use, id_: str, people: Sequence[Recipient], until: datetime) -> None:
    await use.many.recipients.write(id_, people, until)
    while not await use.many.recipients.are_safe(id_, [one.known_by[0] for one in people]):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
