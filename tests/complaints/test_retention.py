"""Five years after its closing what was written in a complaint goes; what was done stays, to be audited."""

from pathlib import Path
from typing import Any

import pytest

from shared.store.history import broken_at
from tests.complaints.cases import act, file, only_id, verdict
from tests.kept import MARK, auditor, own_figure, sound
from tests.serving import Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-10")]
WORDS = f"نوشتهٔ {MARK}"
HEAD = "water.head"


async def answered(complaints: Serving) -> tuple[str, dict[str, Any]]:
    """A case in which everybody wrote something: not content at first, then answered again."""
    receipt = await file(complaints, text=WORDS)
    id_ = await only_id(complaints)
    await act(complaints, HEAD, "mobile/look", id_, reason=f"تماس با {WORDS}")
    await act(complaints, HEAD, "answer", id_, text=WORDS)
    own = {"code": receipt["tracking_code"], "mobile": "09121234567"}
    unhappy = {**own, "satisfied": False, "reason": WORDS}
    assert (await complaints.http.post("/v1/follow/rating", json=unhappy)).status_code == 200
    assert (await act(complaints, HEAD, "answer", id_, text=WORDS)).status_code == 200
    return id_, receipt


async def closed(complaints: Serving) -> str:
    id_, receipt = await answered(complaints)
    assert (await verdict(complaints, receipt, satisfied=True)).status_code == 200
    return id_


async def found(complaints: Serving, id_: str) -> dict[str, Any]:
    document = await complaints.database["complaints"].find_one({"_id": id_}, {"pending": 0})
    assert document is not None
    return document


async def test_five_years_after_its_closing_nothing_that_was_written_is_left_and_what_was_done_is(
    complaints: Serving,
) -> None:
    id_ = await closed(complaints)
    complaints.clock.forward(days=5 * 365)
    complaints.clock.forward(milliseconds=-1)
    await complaints.sweep()
    before = await found(complaints, id_)
    assert str(before).count(WORDS) == 3  # the reason of the verdict was overwritten by the last one

    complaints.clock.forward(milliseconds=1)
    await complaints.sweep()

    after = await found(complaints, id_)
    assert MARK not in str(after)
    gone = ("text", "reason", "rounds", "has_words")
    assert {k: v for k, v in after["state"].items() if k not in gone} == {
        k: v for k, v in before["state"].items() if k not in gone
    }
    assert [one["due_at"] for one in after["state"]["rounds"]] == [
        one["due_at"] for one in before["state"]["rounds"]
    ]
    last = after["history"][-1]
    assert (last["act"], last["by"], last["clause"]) == ("forget-words", "clock", "FOAD-10")
    assert broken_at(after["history"]) is None
    shown = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer(HEAD))
    assert (shown.status_code, shown.json()["text"], shown.json()["status"]) == (200, "", "closed")


async def test_the_second_time_there_is_nothing_to_forget_and_no_event_tells_of_it(
    complaints: Serving,
) -> None:
    id_ = await closed(complaints)
    told = len(await complaints.published(complaints.parts.repositories[0]))
    complaints.clock.forward(days=5 * 365)
    await complaints.sweep()
    once = await found(complaints, id_)
    complaints.clock.forward(days=365)
    await complaints.sweep()

    assert await found(complaints, id_) == once
    assert len(await complaints.published(complaints.parts.repositories[0])) == told


async def test_a_case_that_is_not_closed_keeps_its_words_however_old_it_is(complaints: Serving) -> None:
    await file(complaints, text=WORDS)
    complaints.clock.forward(days=20 * 365)
    await complaints.sweep()
    await complaints.sweep()

    assert WORDS in str(await found(complaints, await only_id(complaints)))


async def test_an_agency_that_keeps_words_for_less_time_keeps_old_ones_for_less_too(
    complaints: Serving,
) -> None:
    await own_figure(complaints, "FOAD-10/words", "P2Y", "2027-01-01")
    id_ = await closed(complaints)
    complaints.clock.forward(days=730)
    complaints.clock.forward(milliseconds=-1)
    await complaints.sweep()
    assert WORDS in str(await found(complaints, id_))

    complaints.clock.forward(milliseconds=1)
    await complaints.sweep()
    assert MARK not in str(await found(complaints, id_))


async def test_an_auditor_finds_nothing_wrong_with_what_was_forgotten(
    complaints: Serving, tmp_path: Path
) -> None:
    await closed(complaints)
    audit = auditor(complaints, "complaints", complaints.parts.repositories, tmp_path)
    await audit.strike()
    complaints.clock.forward(days=5 * 365)
    await complaints.sweep()

    assert await sound(audit) == []


async def test_many_are_forgotten_in_pages_and_a_sweep_that_broke_off_is_gone_on_with(
    complaints: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = await closed(complaints)
    cases = complaints.database["complaints"]
    one = await found(complaints, id_)
    for number in range(1200):
        copy = {**one, "_id": f"case-{number:04}"}
        copy["state"] = {**one["state"], "id": copy["_id"], "tracking_code": f"code-{number}"}
        await cases.insert_one({**copy, "pending": []})
    complaints.clock.forward(days=5 * 365)
    repository: Any = complaints.parts.repositories[0]
    change, left = repository.change, iter(range(700))

    async def breaks_off(*given: Any, **more: Any) -> Any:
        if next(left, None) is None:
            raise ConnectionResetError
        return await change(*given, **more)

    monkeypatch.setattr(repository, "change", breaks_off)
    await complaints.sweep()
    monkeypatch.undo()
    assert 0 < await cases.count_documents({"state.has_words": True}) < 1200
    await complaints.sweep()

    assert await cases.count_documents({"state.has_words": True}) == 0
    assert await cases.count_documents({"history.act": "forget-words"}) == 1201
