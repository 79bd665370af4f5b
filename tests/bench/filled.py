"""Databases of a great many complaints, put there in bulk: what lists are measured on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from services.complaints.storage.complaints import Complaints
from shared.identity import new_code
from shared.mongo import Document
from tests.bench.stage import Stage
from tests.complaints.many import cases, document

BLOCK = 10_000
OPEN_EACH = 20
BATCH = 1000


async def fill(stage: Stage, name: str, many: int) -> None:
    """So many complaints under a database's name; indexes come last, for that is by far the quicker."""
    async with stage.database(name) as database:
        complaints = Complaints(database)
        await complaints.collection.drop()
        block = [document(complaints, case) for case in cases(BLOCK, open_each=OPEN_EACH)]
        for number in range(many // BLOCK):
            some = [*_anew(block, number)]
            for start in range(0, BLOCK, BATCH):
                await complaints.collection.insert_many(some[start : start + BATCH], ordered=False)
        await complaints.make_indexes()


def _anew(block: list[Document], number: int) -> Iterator[Document]:
    """The same matters of other persons, each block older than the one before."""
    before = timedelta(minutes=7 * BLOCK * number)
    for one in block:
        id_ = f"{number:04d}-{one['_id']}"
        state: dict[str, Any] = {
            **one["state"],
            "id": id_,
            "tracking_code": new_code(),
            "filed_at": one["state"]["filed_at"] - before,
            "contact": {"id": f"{number}-{one['state']['contact']['id']}", "sealed": "sealed"},
        }
        listed = one["listed"]
        if "due_at" in listed:
            listed = {**listed, "due_at": listed["due_at"] - before}
        yield {**one, "_id": id_, "state": state, "listed": listed}
