import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from typing_extensions import override

from services.reporting.domain.facts import Source
from services.reporting.storage import FactStore, projection_of
from services.reporting.usecases import issue_if_due
from tests.province import SATURDAY_NINE
from tests.reporting.stories import (
    GROUND,
    HOUR,
    MeetingStory,
    Story,
    all_behind,
    ask,
    behind,
    card,
    interleaved,
    join,
    numbers,
    published,
    tell,
    tell_cases,
    told,
    withdrawn,
)
from tests.serving import Serving

pytestmark = pytest.mark.real
INSTANT = timedelta(milliseconds=1)
ISSUED_AT = datetime(2027, 1, 5, 20, 30, tzinfo=UTC)
"""Midnight in Tehran, fifteen days after the autumn of 1405 ended with 30 Azar."""


def stories() -> dict[str, Story]:
    """One of each kind: in time and content, late and silent, reopened, unanswered, of another quarter."""
    return {
        "c1": Story().taken().answered().closed(satisfied=True),
        "c2": Story().answered(after=3 * HOUR).closed(satisfied=None),
        "c3": Story(ground="broken-equipment").answered().unhappy().answered().closed(satisfied=None),
        "c4": Story(),
        "c5": Story(at=SATURDAY_NINE - timedelta(days=90)).answered().closed(satisfied=True),
        "r1": Story(agency="roads").answered().closed(satisfied=True),
    }


@pytest.mark.clause("FOAD-7")
async def test_the_card_of_the_running_quarter_shows_every_number_and_what_lies_behind_it(
    reporting: Serving,
) -> None:
    await tell_cases(reporting, stories())
    await tell(reporting, Source.CONTENT, *told("i1", [published()]))
    seen = await card(reporting)

    assert (seen["issued"], seen["title"]) == (False, "Third quarter of 1405")
    assert numbers(seen) == {
        "received": 4,
        "in-time": 2,
        "late": 1,
        "running": 1,
        "escalated": 1,
        "reopened": 1,
        "satisfied": 1,
        "not-satisfied": 1,
        "unrated": 2,
        "items-published": 1,
        f"ground:{GROUND}": 3,
        "ground:broken-equipment": 1,
    }
    lists = await all_behind(reporting, seen)
    assert {name: len(ids) for name, ids in lists.items() if ids} == numbers(seen)
    assert lists["received"] == ["c1", "c2", "c3", "c4"]
    assert (lists["late"], lists["running"], lists["reopened"]) == (["c2"], ["c4"], ["c3"])


@pytest.mark.clause("FOAD-2")
async def test_satisfaction_is_the_share_of_those_who_gave_a_verdict_and_the_silent_are_told_apart(
    reporting: Serving,
) -> None:
    happy = {f"h{n}": Story().answered().closed(satisfied=True) for n in range(2)}
    unhappy = {"u": Story().answered().unhappy()}
    silent = {f"s{n}": Story().answered().closed(satisfied=None) for n in range(5)}
    await tell_cases(reporting, {**happy, **unhappy, **silent})
    [share] = [one for one in (await card(reporting))["shares"] if one["name"] == "satisfied"]

    assert (share["part"], share["whole"], share["percent"]) == (2, 3, "66.7")
    assert numbers(await card(reporting))["unrated"] == 5


@pytest.mark.clause("FOAD-2")
async def test_silence_after_a_reopening_takes_no_dissatisfaction_back_but_a_good_word_does(
    reporting: Serving,
) -> None:
    await tell_cases(
        reporting,
        {
            "silent": Story().answered().unhappy().answered().closed(satisfied=None),
            "content": Story().answered().unhappy().answered().closed(satisfied=True),
        },
    )
    lists = await all_behind(reporting, await card(reporting))

    assert (lists["not-satisfied"], lists["satisfied"], lists["unrated"]) == (["silent"], ["content"], [])


async def test_a_case_nobody_answered_is_late_at_its_deadline_though_nothing_escalated_it(
    reporting: Serving,
) -> None:
    await tell_cases(reporting, {"c": Story()})
    reporting.clock.forward(hours=3, milliseconds=-1)
    assert numbers(await card(reporting)).keys() >= {"running"}
    reporting.clock.forward(milliseconds=1)

    assert numbers(await card(reporting)).keys() >= {"late"}


async def test_a_case_belongs_to_the_quarter_in_which_it_was_filed_to_the_millisecond(
    reporting: Serving,
) -> None:
    ends = datetime(2026, 12, 21, 20, 30, tzinfo=UTC)  # midnight in Tehran after 30 Azar
    await tell_cases(reporting, {"autumn": Story(at=ends - INSTANT), "winter": Story(at=ends)})
    reporting.clock.set(ends)

    for quarter, id_ in [("1405-Q3", "autumn"), ("1405-Q4", "winter")]:
        assert await behind(reporting, f"/v1/report-cards/water/{quarter}/received") == [id_]


async def test_an_item_counts_once_in_each_quarter_in_which_it_was_published(reporting: Serving) -> None:
    summer = SATURDAY_NINE - timedelta(days=90)
    events = [
        published(at=summer),
        published(at=SATURDAY_NINE, revision=2),
        published(at=SATURDAY_NINE + HOUR, revision=3),
        withdrawn(at=SATURDAY_NINE + 2 * HOUR),
    ]
    await tell(reporting, Source.CONTENT, *told("i", events))

    for quarter in ("1405-Q2", "1405-Q3"):
        assert numbers(await card(reporting, quarter=quarter))["items-published"] == 1


@pytest.mark.clause("FOAD-7")
async def test_meetings_count_as_official_or_not_and_their_decisions_as_sent_in_time_or_late(
    reporting: Serving,
) -> None:
    meetings = {
        "m1": MeetingStory().adopted().held().sent(),
        "m2": MeetingStory().held().overdue().sent(late_by=HOUR),
        "m3": MeetingStory().held(decisions=0),
        "m4": MeetingStory().not_official(),
        "m5": MeetingStory().lapsed(),
        "m6": MeetingStory(at=SATURDAY_NINE + timedelta(days=7)),
        "m7": MeetingStory().held().overdue(),
    }
    for id_, story in meetings.items():
        await tell(reporting, Source.MEETINGS, *told(id_, story.events))
    seen = await card(reporting)
    lists = await all_behind(reporting, seen)

    assert lists["meetings"] == ["m1", "m2", "m3", "m4", "m5", "m6", "m7"]
    assert lists["meetings-official"] == ["m1", "m2", "m3", "m7"]
    assert lists["meetings-not-official"] == ["m4", "m5"]
    assert (lists["decisions-in-time"], lists["decisions-late"]) == (["m1"], ["m2", "m7"])
    shares = {one["name"]: one["percent"] for one in seen["shares"]}
    assert (shares["meetings-official"], shares["decisions-in-time"]) == ("66.7", "33.3")


async def test_a_meeting_that_moved_into_the_next_quarter_is_that_quarters(reporting: Serving) -> None:
    last_of_autumn = SATURDAY_NINE + timedelta(days=30)
    story = MeetingStory(at=last_of_autumn).moved(by=timedelta(days=1))
    await tell(reporting, Source.MEETINGS, *told("m", story.events))
    reporting.clock.set(story.at)

    assert await behind(reporting, "/v1/report-cards/water/1405-Q3/meetings") == []
    assert await behind(reporting, "/v1/report-cards/water/1405-Q4/meetings") == ["m"]


async def test_decisions_nobody_sent_are_late_at_48_hours_though_nobody_noticed(
    reporting: Serving,
) -> None:
    await tell(reporting, Source.MEETINGS, *told("m", MeetingStory().held().events))
    reporting.clock.forward(hours=50, milliseconds=-1)  # it ended after two of them
    assert "decisions-late" not in numbers(await card(reporting))
    reporting.clock.forward(milliseconds=1)

    assert numbers(await card(reporting))["decisions-late"] == 1


@pytest.mark.clause("FOAD-7")
async def test_each_agency_gets_its_own_card_fifteen_days_after_the_quarter_once(reporting: Serving) -> None:
    await tell_cases(reporting, stories())
    reporting.clock.set(ISSUED_AT - INSTANT)
    assert await reporting.sweep() == 0
    assert (await card(reporting))["issued"] is False
    reporting.clock.set(ISSUED_AT)
    assert (await reporting.sweep(), await reporting.sweep()) == (2, 0)
    seen = await card(reporting)

    assert (seen["issued"], datetime.fromisoformat(seen["as_of"])) == (True, ISSUED_AT)
    assert numbers(seen)["late"] == 2, "what nobody answered is late by then"
    told_of = await reporting.published(reporting.parts.repositories[0])
    assert sorted(record["headers"]["ce_agency"] for record in told_of) == ["roads", "water"]
    assert {record["headers"]["ce_type"] for record in told_of} == {"ir.paygir.reporting.ReportCardIssued.v1"}


@pytest.mark.clause("FOAD-7")
async def test_the_next_card_comes_with_the_next_quarter(reporting: Serving) -> None:
    reporting.clock.set(ISSUED_AT)
    await reporting.sweep()
    next_at = datetime(2027, 4, 4, 20, 30, tzinfo=UTC)  # fifteen days after 29 Esfand 1405
    reporting.clock.set(next_at - INSTANT)
    assert await reporting.sweep() == 0
    reporting.clock.set(next_at)
    assert await reporting.sweep() == 2

    assert (await card(reporting, quarter="1405-Q4"))["issued"] is True
    assert (await card(reporting, quarter="1406-Q1"))["issued"] is False


@pytest.mark.clause("FOAD-7")
async def test_an_issued_card_and_what_lies_behind_it_never_change(reporting: Serving) -> None:
    await tell_cases(reporting, {**stories(), "c6": Story(reply_time=timedelta(days=60))})
    reporting.clock.set(ISSUED_AT)
    await reporting.sweep()
    before, lists = await card(reporting), await all_behind(reporting, await card(reporting))
    assert lists["running"] == ["c6"]

    late_word = stories()["c4"].answered(after=5 * HOUR).closed(satisfied=True)
    await tell_cases(reporting, {"c4": late_word, "c9": Story()})
    reporting.clock.forward(days=90)
    after = await card(reporting)

    assert after == before
    assert await all_behind(reporting, after) == lists
    assert {name: len(ids) for name, ids in lists.items() if ids} == numbers(after)


async def test_four_sweeps_at_once_issue_one_card_with_one_event_and_one_copy_of_its_facts(
    reporting: Serving,
) -> None:
    await tell_cases(reporting, stories())
    reporting.clock.set(ISSUED_AT)
    await asyncio.gather(*[reporting.sweep() for _ in range(4)])
    copies = await reporting.database["issued_facts"].count_documents({"agency_id": "water"})

    assert (copies, numbers(await card(reporting))["received"]) == (4, 4)
    assert len(await reporting.published(reporting.parts.repositories[0])) == 2


class ToldMeanwhile(FactStore):
    """Hears of one more complaint right after the facts were copied."""

    @override
    async def freeze(self, agency_id: str, quarter: str, key: str) -> None:
        await super().freeze(agency_id, quarter, key)
        await projection_of(self.database, Source.COMPLAINTS).work(told("c8", Story().events))


async def test_what_is_told_while_a_card_is_issued_is_neither_counted_nor_listed(reporting: Serving) -> None:
    await tell_cases(reporting, stories())
    use = replace(reporting.parts.use, facts=ToldMeanwhile(reporting.database))
    reporting.clock.set(ISSUED_AT)
    await issue_if_due(use, "water", ISSUED_AT)
    seen = await card(reporting)

    assert (seen["issued"], numbers(seen)["received"]) == (True, 4)
    assert await behind(reporting, "/v1/report-cards/water/1405-Q3/received") == ["c1", "c2", "c3", "c4"]


async def test_a_turn_found_too_early_is_left_as_it_is(reporting: Serving) -> None:
    await issue_if_due(reporting.parts.use, "water", ISSUED_AT - INSTANT)

    assert (await card(reporting))["issued"] is False


async def test_an_issue_broken_off_after_the_card_was_saved_only_moves_on(reporting: Serving) -> None:
    await tell_cases(reporting, stories())
    turn = await reporting.parts.use.issuings.load("water")
    reporting.clock.set(ISSUED_AT)
    await reporting.sweep()
    before = await card(reporting)
    back = {"state.quarter": turn.state.quarter, "state.issues_at": turn.state.issues_at}
    await reporting.database["issuings"].update_one({"_id": "water"}, {"$set": back})
    await reporting.parts.use.facts.freeze("water", "1405-Q3", "lost")
    reporting.clock.forward(hours=1)
    assert (await reporting.sweep(), await reporting.sweep()) == (1, 0)

    assert await card(reporting) == before
    assert await reporting.database["issued_facts"].count_documents({"key": "lost"}) == 0
    assert len(await reporting.published(reporting.parts.repositories[0])) == 2


async def test_copies_of_an_issue_broken_off_before_the_card_was_saved_are_deleted(
    reporting: Serving,
) -> None:
    await tell_cases(reporting, stories())
    await reporting.parts.use.facts.freeze("water", "1405-Q3", "broken-off")
    reporting.clock.set(ISSUED_AT)
    await reporting.sweep()

    assert await reporting.database["issued_facts"].count_documents({"key": "broken-off"}) == 0


@pytest.mark.clause("FOAD-7")
async def test_an_agency_that_joins_twice_has_one_turn_and_its_first_card_is_of_that_quarter(
    reporting: Serving,
) -> None:
    await join(reporting, "ports", at=SATURDAY_NINE)
    await join(reporting, "ports", at=SATURDAY_NINE + timedelta(days=90))
    reporting.clock.set(ISSUED_AT)
    await reporting.sweep()
    told_of = await reporting.published(reporting.parts.repositories[0])

    assert sorted(record["headers"]["ce_agency"] for record in told_of) == ["ports", "roads", "water"]


async def test_events_missed_are_told_on_the_card_and_mended_by_a_replay(reporting: Serving) -> None:
    story = Story().answered(after=4 * HOUR).closed(satisfied=True)
    whole = told("c1", story.events)
    await tell(reporting, Source.COMPLAINTS, *whole[:1], *whole[2:])
    await tell(reporting, Source.COMPLAINTS, *told("c2", story.events)[1:])
    unanswered = told("c3", story.events)
    await tell(reporting, Source.COMPLAINTS, *unanswered[:2], *unanswered[3:])
    await tell(reporting, Source.CONTENT, *told("b1", [published()] * 2)[1:])
    gappy = await card(reporting)
    assert (gappy["with_gaps"], numbers(gappy)["received"], numbers(gappy)["late"]) == (4, 2, 2)
    assert await behind(reporting, "/v1/report-cards/water/1405-Q3/with-gaps") == ["c1", "c2", "c3", "b1"]

    await tell(reporting, Source.CONTENT, *told("b1", [published()] * 2, replay="r"))
    for id_ in ("c1", "c2", "c3"):
        await tell(reporting, Source.COMPLAINTS, *told(id_, story.events, replay="r"))
    mended = await card(reporting)

    assert (mended["with_gaps"], numbers(mended)["received"], numbers(mended)["escalated"]) == (0, 3, 3)


@pytest.mark.parametrize("seed", range(3))
async def test_everything_replayed_twice_in_another_order_gives_the_same_card(
    reporting: Serving, seed: int
) -> None:
    await tell_cases(reporting, stories())
    before = await card(reporting)
    lanes = [told(id_, story.events, replay="r") for id_, story in stories().items()] * 2
    order = interleaved(lanes, seed)
    for start in range(0, len(order), 3):
        await tell(reporting, Source.COMPLAINTS, *order[start : start + 3])

    assert await card(reporting) == before


async def test_an_unknown_figure_and_a_ground_without_a_case_are_not_found(reporting: Serving) -> None:
    for name in ("nothing", "ground:broken-equipment"):
        assert (await ask(reporting, f"/water/1405-Q3/{name}")).status_code == 404


async def test_a_cursor_that_no_list_gave_out_is_refused(reporting: Serving) -> None:
    assert (await ask(reporting, "/water/1405-Q3/received", after="meetings/x")).status_code == 400
    assert (await ask(reporting, "/water/1405-Q3/received", after="$gt")).status_code == 400


@pytest.mark.clause("FOAD-7")
@pytest.mark.clause("FOAD-5")
async def test_what_a_desk_sorted_is_counted_on_that_ground_and_no_longer_on_none_in_any_order(
    reporting: Serving,
) -> None:
    wrong_first = Story(ground="none-of-these").sorted_as("broken-equipment")
    lanes = {
        "c1": Story(ground="none-of-these").sorted_as(GROUND).answered().closed(satisfied=True),
        "c2": wrong_first.sorted_as(GROUND, was="broken-equipment"),
        "c3": Story(ground="none-of-these"),
    }
    items = interleaved([told(id_, story.events) for id_, story in lanes.items()], seed=7)
    for one in [*items, *items]:  # each batch once more: told twice, nothing is counted twice
        await tell(reporting, Source.COMPLAINTS, one)
    seen = await card(reporting)
    counts = numbers(seen)

    assert {name: count for name, count in counts.items() if name.startswith("ground:")} == {
        f"ground:{GROUND}": 2,
        "ground:none-of-these": 1,
    }
    assert counts["received"] == 3
    assert (await all_behind(reporting, seen))[f"ground:{GROUND}"] == ["c1", "c2"]
