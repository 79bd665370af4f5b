"""The copy of the directory is asked once for all who want the same at the same moment."""

import asyncio
from typing import Any, cast

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.directory.lookup import Directory
from shared.directory.replica import COLLECTION

Document = dict[str, Any]


class Copy:
    """Knows one service. Answers when it is let, and fails as often as it is told to."""

    def __init__(self, *, faults: int = 0) -> None:
        self.questions, self._faults = 0, faults
        self.let = asyncio.Event()

    async def find_one(self, query: Document, _: Document) -> Document | None:
        self.questions += 1
        await self.let.wait()
        if self.questions <= self._faults:
            raise ConnectionError
        if query["state.code"] != "1001":
            return None
        return {"state": {"code": "1001", "agency_id": "water", "title": {"fa": "آب", "en": "Water"}}}


def directory(copy: Copy) -> Directory:
    return Directory(cast("AsyncDatabase[Document]", {COLLECTION: copy}))


async def test_many_who_want_the_same_at_once_ask_once_and_are_all_told() -> None:
    copy = Copy()
    known = directory(copy)
    asked = [asyncio.create_task(known.service("1001")) for _ in range(50)]
    await asyncio.sleep(0)
    copy.let.set()
    found = await asyncio.gather(*asked)

    assert {one and one.agency_id for one in found} == {"water"}
    assert copy.questions == 1
    assert await known.service("1002") is None
    assert copy.questions == 2


async def test_who_asked_first_and_goes_away_takes_nobodys_answer_along() -> None:
    copy = Copy()
    known = directory(copy)
    first, second = (asyncio.create_task(known.service("1001")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    copy.let.set()

    assert (await second) is not None
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_fault_is_told_to_who_waited_and_is_not_remembered() -> None:
    copy = Copy(faults=1)
    known = directory(copy)
    copy.let.set()
    told = await asyncio.gather(*[known.service("1001") for _ in range(2)], return_exceptions=True)

    assert [type(one) for one in told] == [ConnectionError, ConnectionError]
    assert (await known.service("1001")) is not None
    assert copy.questions == 2
