"""The register of misconduct, and who looked into it."""

from collections.abc import Sequence

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.complaints.domain.misconduct import Looker, Misconduct, Wanted
from services.complaints.domain.register_look import RegisterLook
from services.complaints.storage.clocks import Document
from shared import retention
from shared.store.repository import PAGE_MAX, Page, Repository

OPENED = [("state.opened_at", -1), ("_id", -1)]
LISTED_BY = ("standing", "service_code", "step", "cause")


class Register(Repository[Misconduct]):
    """Records of misconduct."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "misconduct", Misconduct)

    @override
    async def make_indexes(self) -> None:
        """One for each list, and one by which a person's findings have an order that no two share."""
        await super().make_indexes()
        for narrowed in ([], *([(f"state.{field}", 1)] for field in (*LISTED_BY, "named.unit_id"))):
            await self.collection.create_index([("agency_id", 1), *narrowed, *OPENED])
        await self.collection.create_index(
            [("state.named.agency_id", 1), ("state.named.person_id", 1), ("state.turn", 1)],
            name="turn",
            unique=True,
            partialFilterExpression={"state.turn": {"$type": "number"}},
        )
        await retention.make_index(self.collection, "ended_at")

    async def found_of(self, agency_id: str, person_id: str) -> Sequence[Misconduct]:
        """All records of this person at the agency that have a finding, whoever keeps them."""
        named = {"state.named.agency_id": agency_id, "state.named.person_id": person_id}
        found: list[Misconduct] = []
        after: str | None = None
        while True:
            page = await self.page(
                None,
                where={**named, "state.turn": {"$type": "number"}},
                by="state.turn",
                after=after,
                limit=PAGE_MAX,
            )
            found += [saved.state for saved in page.items]
            if page.next is None:
                return found
            after = page.next

    async def seen_by(
        self, looker: Looker, wanted: Wanted, *, after: str | None, limit: int
    ) -> Page[Misconduct]:
        """A page of those of their agency that they may see, the newest first."""
        return await self.page(
            looker.agency_id,
            where={**_only(wanted), **_open_to(looker)},
            by="state.opened_at",
            newest_first=True,
            after=after,
            limit=limit,
        )


class RegisterLooks(Repository[RegisterLook]):
    """Who looked into the register."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "misconduct_looks", RegisterLook)

    @override
    async def make_indexes(self) -> None:
        """One for the list of who saw a record."""
        await super().make_indexes()
        await self.collection.create_index(
            [("agency_id", 1), ("state.records", 1), ("state.at", -1), ("_id", -1)]
        )

    async def at(
        self, agency_id: str, record_id: str, *, after: str | None, limit: int
    ) -> Page[RegisterLook]:
        """A page of the looks at one record, the latest first."""
        return await self.page(
            agency_id,
            where={"state.records": record_id},
            by="state.at",
            newest_first=True,
            after=after,
            limit=limit,
        )


def _open_to(looker: Looker) -> Document:
    """What `Looker.is_barred_from` says, asked of the database."""
    of_unit = {
        "state.named.agency_id": looker.agency_id,
        "state.named.unit_id": {"$in": sorted(looker.units)},
    }
    of_people = {"state.named.person_id": {"$in": sorted({looker.person_id, *looker.colleagues})}}
    return {"$nor": [of_unit, of_people]}


def _only(wanted: Wanted) -> Document:
    given = {
        "state.standing": wanted.standing and wanted.standing.value,
        "state.named.unit_id": wanted.unit_id,
        "state.service_code": wanted.service_code,
        "state.step": wanted.step and wanted.step.value,
        "state.cause": wanted.cause and wanted.cause.value,
    }
    return {field: value for field, value in given.items() if value is not None}
