"""How a person of an agency is reached: theirs, not the post's, and sealed under their own key."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from shared.directory.staff import Group
from shared.events.contacts import SealedContact
from shared.identity import derived_id
from shared.mobile import masked
from shared.phone import masked_email, masked_phone

Facts = list[SealedContact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A person's numbers and address in the clear: on their way to being sealed, or to who may see them."""

    mobile: str | None = None
    office_phone: str | None = None
    work_email: str | None = None

    def masked(self) -> "Reached":
        """Enough to know one's own by, too little to ring or write to."""
        return Reached(
            mobile=self.mobile and masked(self.mobile),
            office_phone=self.office_phone and masked_phone(self.office_phone),
            work_email=self.work_email and masked_email(self.work_email),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """The same as it is kept. `said` tells under the same key whether the same was said before."""

    contact_id: str
    said: str
    mobile: str | None
    office_phone: str | None
    work_email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffContact:
    """One for each person, whatever posts they come to; empty once it was withdrawn.

    `to_forget` are former contacts whose keys are still to be erased, since `forget_at`.
    """

    id: str
    agency_id: str
    person_id: str
    contact_id: str | None = None
    sealed: Sealed | None = None
    set_at: datetime | None = None
    looks: int = 0
    to_forget: tuple[str, ...] = ()
    forget_at: datetime | None = None

    @classmethod
    def of(cls, agency_id: str, person_id: str) -> Self:
        """A person's, with nothing in it yet."""
        return cls(id=id_of(agency_id, person_id), agency_id=agency_id, person_id=person_id)

    def set(self, sealed: Sealed, now: datetime) -> tuple[Self, Facts]:
        """These from now on; nothing happens where the same was said before.

        Another number has another key: the former one's is to be erased.
        """
        if self.sealed is not None and (self.contact_id, self.sealed.said) == (
            sealed.contact_id,
            sealed.said,
        ):
            return self, []
        after = replace(self._without(now), contact_id=sealed.contact_id, sealed=sealed, set_at=now)
        after = after.forgotten(sealed.contact_id)
        return after, [] if sealed.mobile is None else [after._told(sealed.mobile)]

    def withdraw(self, now: datetime) -> tuple[Self, Facts]:
        """Nobody reaches them any more. A second time changes nothing."""
        return (self, []) if self.contact_id is None else (self._without(now), [])

    def look(self) -> tuple[Self, Facts]:
        """Somebody sees what is masked: counted each time, so that each look stands in the history."""
        return replace(self, looks=self.looks + 1), []

    def forgotten(self, contact_id: str) -> Self:
        """A former contact's key needs no erasing any more."""
        left = tuple(one for one in self.to_forget if one != contact_id)
        return replace(self, to_forget=left, forget_at=self.forget_at if left else None)

    def _without(self, now: datetime) -> Self:
        gone = () if self.contact_id is None else (self.contact_id,)
        return replace(
            self,
            contact_id=None,
            sealed=None,
            set_at=None,
            to_forget=(*self.to_forget, *gone),
            forget_at=now if gone else self.forget_at,
        )

    def _told(self, mobile: str) -> SealedContact:
        return SealedContact(
            contact_id=self.contact_id or "",
            agency_id=self.agency_id,
            sealed=mobile,
            person_id=self.person_id,
            set_at=self.set_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersTaken:
    """That somebody was given the real numbers of a group: by which post, when, how many, and why.

    The reason is sealed under a key of its own, `key_id`: people may type there what is to be forgotten.
    """

    id: str
    agency_id: str
    post_id: str
    group: Group
    numbers: int
    taken_at: datetime
    key_id: str
    reason: str


def id_of(agency_id: str, person_id: str) -> str:
    """The id of a person's contact: derived, so that two who set it first at once set the same one."""
    return derived_id("staff contact", agency_id, person_id)
