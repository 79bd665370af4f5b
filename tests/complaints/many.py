"""A great many complaints, put straight into the database as the service would have saved them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from services.complaints import rules
from services.complaints.domain.clock import Round
from services.complaints.domain.complaint import Complaint, Status
from services.complaints.domain.contact import Contact
from services.complaints.domain.door import Door
from services.complaints.domain.words import words_of
from services.complaints.storage.complaints import Complaints
from shared.identity import new_code
from shared.store.codec import Codec
from shared.store.history import GENESIS
from tests.province import SATURDAY_NINE

UNITS, SERVICES, PERSONS = 40, 120, 2000
DOORS = (Door.WEB, Door.PHONE, Door.EMAIL, Door.DESK)
OFTEN, SELDOM = "پروانه", "کنتور"
"""A word that stands in every text below, and one that stands in each fiftieth."""
_WORDS = words_of(
    "اداره مراجعه کارشناس پاسخ فردا ماه تاخیر نوبت سامانه دستگاه خراب پرونده مدارک ناقص امضا رئیس باجه "
    "ساعت تعطیل برخورد هزینه قبض فیش بانک درخواست ثبت اشتراک انشعاب آب کوچه خیابان تلفن نامه دبیرخانه"
)
_CODEC = Codec(Complaint)


def cases(
    many: int, *, open_each: int, agencies: tuple[str, ...] = ("water", "roads"), seed: int = 128
) -> Iterator[Complaint]:
    """So many, the newest last; one of `open_each` is open, others are answered or closed."""
    random = Random(seed)  # noqa: S311 - for likeness, not for secrets
    for number in range(many):
        filed_at = SATURDAY_NINE - timedelta(minutes=7 * (many - number))
        yield _case(
            random, number, filed_at, agencies[number % len(agencies)], is_open=number % open_each < 2
        )


def document(repository: Complaints, case: Complaint) -> dict[str, Any]:
    """As it lies there, with a trail of one entry."""
    entry: dict[str, Any] = {
        "version": 1,
        "write_id": case.id,
        "before": GENESIS,
        "hash": GENESIS,
        "events": [],
    }
    return {
        "_id": case.id,
        "version": 1,
        "agency_id": case.agency_id,
        "sequence": 1,
        "state": _CODEC.document(case),
        **repository.beside(case),
        "history": [entry],
        "pending": [],
    }


async def put(repository: Complaints, some: Iterator[Complaint]) -> None:
    """All of them, in one go."""
    await repository.collection.insert_many([document(repository, case) for case in some], ordered=False)


def _case(random: Random, number: int, filed_at: datetime, agency_id: str, *, is_open: bool) -> Complaint:
    text = " ".join([OFTEN, *random.choices(_WORDS, k=24), *([SELDOM] if number % 50 < 2 else [])])
    case = Complaint(
        id=f"{number:012d}",
        agency_id=agency_id,
        tracking_code=new_code(),
        service_code=f"s{random.randrange(SERVICES)}",
        unit_id=f"u{random.randrange(UNITS)}",
        ground=random.choice(rules.GROUNDS.preset),
        text=text,
        door=random.choice(DOORS),
        contact=Contact(id=f"c{random.randrange(PERSONS)}", sealed="sealed"),
        filed_at=filed_at,
        rounds=(
            Round(
                started_at=filed_at,
                due_at=filed_at + timedelta(hours=3),
                calendar_version=1,
                figures_version=0,
            ),
        ),
    )
    if is_open and random.random() < 0.5:
        return case
    if is_open:
        taken = replace(case, status=Status.TAKEN, taken_by=f"{agency_id}.desk.officer")
        return (
            replace(taken, level=1, level_post=f"{agency_id}.desk.head") if random.random() < 0.5 else taken
        )
    if random.random() < 0.1:
        return replace(case, status=Status.ANSWERED)
    return replace(case, status=Status.CLOSED, closed_at=filed_at + timedelta(days=8))
