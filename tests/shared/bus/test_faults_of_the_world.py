"""A fault of the surroundings is never a record's: it is waited out, and nothing is buried."""

from collections.abc import Sequence

import pytest
from pymongo.errors import OperationFailure
from typing_extensions import override

from shared.bus.deliver import deliver
from shared.bus.effects import Reaction
from shared.bus.records import Received
from shared.cloudevents import Envelope
from shared.events.directory import ServiceWithdrawn
from tests.shared.bus.consuming import envelope


class Letters:
    """What was buried."""

    def __init__(self) -> None:
        self.kept: list[Received] = []

    async def keep(self, record: Received, error: Exception) -> None:
        self.kept.append(record)


def received() -> Received:
    record = envelope("a", 1).record("t")
    headers = tuple((name, text.encode()) for name, text in record.headers.items())
    return Received(topic="t", partition=0, offset=0, key=b"a", value=record.value, headers=headers)


def reaction(code: int) -> Reaction:
    async def work(_: Envelope) -> None:
        raise OperationFailure("as MongoDB says it", code)

    return Reaction([ServiceWithdrawn], work, name="worker")


@pytest.mark.parametrize(
    "code",
    [13, 18, 24, 43, 175, 237, 246, 251, 11601, 14031],
    ids=[
        "not authorised",
        "wrong password",
        "no lock",
        "cursor gone",
        "plan gone",
        "cursor ended",
        "snapshot gone",
        "transaction gone",
        "ended by hand",
        "disk full",
    ],
)
async def test_what_mongodb_says_of_itself_buries_nothing(code: int) -> None:
    letters = Letters()
    with pytest.raises(OperationFailure):
        await deliver([received()], reaction(code), letters)
    assert letters.kept == []


@pytest.mark.parametrize("code", [2, 121, 10334], ids=["bad value", "invalid document", "too large"])
async def test_what_mongodb_says_of_a_document_is_the_records_own_fault(code: int) -> None:
    letters = Letters()
    await deliver([received()], reaction(code), letters)
    assert letters.kept == [received()]


async def test_a_batch_too_large_for_one_transaction_is_worked_in_parts() -> None:
    worked, letters = list[int](), Letters()

    class AtMostThree(Reaction):
        @override
        async def work(self, items: Sequence[Envelope | None]) -> None:
            if len(items) > 3:
                raise OperationFailure("will not fit in the storage engine cache", 388)
            worked.append(len(items))

    async def handle(_: Envelope) -> None: ...

    await deliver([received()] * 10, AtMostThree([], handle, name="worker"), letters)

    assert sum(worked) == 10
    assert letters.kept == []
