"""What a citizen was told can be read for a year; then the words go, and what became of the message stays."""

from pathlib import Path
from typing import Any

import pytest

from shared.events.complaints import ComplaintAnswered, ComplaintFiled
from shared.store.history import broken_at
from tests.kept import auditor, own_figure, sound
from tests.notifications.cases import (
    CODE,
    CODE_SHOWN,
    Case,
    Gateway,
    only,
    phone,
    send,
    silence_ends,
    states,
    use_of,
)
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]


async def document(running: Serving) -> dict[str, Any]:
    [one] = await running.database["messages"].find({}, {"pending": 0}).to_list()
    return one


async def test_a_year_after_it_was_queued_a_message_holds_neither_words_nor_whom_they_were_for(
    running: Serving, case: Case
) -> None:
    await case.tells(ComplaintFiled)
    await send(running)
    running.clock.forward(days=365)
    running.clock.forward(milliseconds=-1)
    assert await running.sweep() == 0
    before = await only(running)
    assert CODE_SHOWN in (before.text or "")

    running.clock.forward(milliseconds=1)
    assert (await running.sweep(), await running.sweep()) == (1, 0)

    kept, after = await document(running), await only(running)
    assert [one for one in (CODE, CODE_SHOWN, case.contact) if one in str(kept["state"])] == []
    assert (after.status, after.status_at, after.template) == (
        before.status,
        before.status_at,
        before.template,
    )
    last = kept["history"][-1]
    assert (last["act"], last["by"], last["clause"]) == ("forget-words", "clock", "RIGHTS-P5-6")
    assert broken_at(kept["history"]) is None


async def test_what_still_waits_after_a_year_is_sent_no_more(running: Serving) -> None:
    case = Case(running)
    await case.tells(ComplaintFiled)
    running.clock.forward(days=365)
    await running.sweep()
    await case.contact_comes()
    await send(running)

    assert await states(running) == [("complaint-filed", "suppressed", "retention-is-over")]
    assert (await phone(running), (await only(running)).has_words) == ([], False)


async def test_what_the_gateway_has_not_answered_for_keeps_its_words_until_it_has(
    running: Serving, case: Case
) -> None:
    gateway = Gateway(running.parts.use.sandbox)
    gateway.before = TimeoutError()
    await case.tells(ComplaintFiled)
    await send(running, gateway=gateway)
    running.clock.forward(days=365)
    await running.sweep()
    assert (await only(running)).has_words
    gateway.before = None
    await silence_ends(running, gateway=gateway)
    await running.sweep()

    assert await states(running) == [("complaint-filed", "delivered", None)]
    assert not (await only(running)).has_words


async def test_an_agency_that_keeps_them_for_a_month_lets_older_ones_go_too(
    running: Serving, case: Case
) -> None:
    await own_figure(running, "RIGHTS-P5-6/words", "P30D", "2026-12-01")
    await case.tells(ComplaintFiled)
    await send(running)
    running.clock.forward(days=30)
    running.clock.forward(milliseconds=-1)
    assert await running.sweep() == 0
    running.clock.forward(milliseconds=1)

    assert await running.sweep() == 1


async def test_an_auditor_finds_nothing_wrong_with_what_was_forgotten(
    running: Serving, case: Case, tmp_path: Path
) -> None:
    for kind in (ComplaintFiled, ComplaintAnswered):
        await case.tells(kind)
        await send(running)
        running.clock.forward(minutes=1)
    audit = auditor(running, "notifications", [use_of(running).messages], tmp_path)
    await audit.strike()
    running.clock.forward(days=365)
    assert await running.sweep() == 2

    assert await sound(audit) == []
