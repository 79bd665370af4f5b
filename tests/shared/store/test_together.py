"""Who asks at the same moment asks together: one question, each its own answer, none older than asked."""

import asyncio
from collections.abc import Collection, Mapping

import pytest

from shared.store.together import Together
from tests.shared.simulation.virtual_time import run


class Asked:
    """Answers each key with how many questions there were by then; what it is told to lack, it lacks."""

    def __init__(self, *, lacks: str = "", faults: int = 0) -> None:
        self.questions: list[frozenset[str]] = []
        self._lacks, self._faults = lacks, faults

    async def __call__(self, keys: Collection[str]) -> Mapping[str, int]:
        self.questions.append(frozenset(keys))
        number = len(self.questions)
        await asyncio.sleep(1)
        if number <= self._faults:
            raise ConnectionError(number)
        return {key: number for key in keys if key != self._lacks}


def test_those_who_ask_at_once_ask_one_question_and_each_is_told_its_own_answer() -> None:
    async def scene() -> None:
        asked = Asked(lacks="nobody")
        together = Together(asked)
        found = await asyncio.gather(*[together.of(key) for key in ("a", "b", "nobody", "a")])

        assert found == [1, 1, None, 1]
        assert asked.questions == [{"a", "b", "nobody"}]

    run(scene())


def test_nobody_is_answered_by_a_question_that_was_sent_before_they_asked() -> None:
    async def scene() -> None:
        asked = Asked()
        together = Together(asked, in_flight_max=1)
        first = asyncio.create_task(together.of("a"))
        await asyncio.sleep(0.5)
        second = await together.of("a")

        assert (await first, second) == (1, 2)

    run(scene())


def test_more_than_a_question_holds_are_asked_in_the_next_one() -> None:
    async def scene() -> None:
        asked = Asked()
        together = Together(asked, keys_max=3, in_flight_max=2)
        found = await asyncio.gather(*[together.of(str(number)) for number in range(8)])

        assert None not in found
        assert sorted(len(keys) for keys in asked.questions) == [2, 3, 3]

    run(scene())


def test_a_fault_is_told_to_all_who_asked_and_the_next_question_is_asked_all_the_same() -> None:
    async def scene() -> None:
        asked = Asked(faults=1)
        together = Together(asked)
        told = await asyncio.gather(together.of("a"), together.of("b"), return_exceptions=True)

        assert [type(one) for one in told] == [ConnectionError, ConnectionError]
        assert await together.of("a") == 2

    run(scene())


def test_who_goes_away_takes_nobodys_answer_along() -> None:
    async def scene() -> None:
        asked = Asked()
        together = Together(asked)
        leaving, staying = (asyncio.create_task(together.of(key)) for key in ("a", "b"))
        await asyncio.sleep(0.5)
        leaving.cancel()

        assert await staying == 1
        with pytest.raises(asyncio.CancelledError):
            await leaving

    run(scene())
