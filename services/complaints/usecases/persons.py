"""Who a citizen is: sealed, opened, masked."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.complaints.domain.complaint import Complaint
from services.complaints.domain.identity import Identity
from services.complaints.domain.written import Sealed
from services.complaints.usecases.use import Use
from shared.events.contacts import ContactKind
from shared.keys.keeper import OpenKey
from shared.mobile import masked
from shared.phone import masked_email
from shared.sealing import Unopenable
from shared.store.repository import NotFound


class About(StrEnum):
    """What is sealed of a case. Nothing can be opened as something else, or in another case."""

    IDENTITY = "identity of"
    REASON = "reason of a look at"
    MOVE = "reason of a move of"
    NOTE = "note on"
    DRAFT = "draft of an answer to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who somebody is, in the clear: on its way to being sealed, or to whoever looks with a reason."""

    full_name: str
    national_id: str


async def open_contact(use: Use, complaint: Complaint) -> str:
    """The number or the address, or NotFound where its key is gone or none was given."""
    if complaint.contact.sealed is None:
        raise NotFound(complaint.id)
    return await _unsealed(use, complaint, complaint.contact.sealed)


async def masked_contacts(use: Use, agency_id: str, complaints: Sequence[Complaint]) -> Mapping[str, str]:
    """`0912***4567` or `z***@example.ir` by complaint: enough to know a citizen by who
    names it. Without the erased.
    """
    keys = await use.keeper.of_contacts(agency_id, {one.contact.id for one in complaints})
    shown: dict[str, str] = {}
    for complaint in complaints:
        key, sealed = keys.get(complaint.contact.id), complaint.contact.sealed
        with contextlib.suppress(Unopenable):
            if key is not None and sealed is not None:
                opened = key.unseal(sealed)
                is_email = complaint.contact.kind is ContactKind.EMAIL
                shown[complaint.id] = masked_email(opened) if is_email else masked(opened)
    return shown


def seal_identity(key: OpenKey, complaint_id: str, person: Person, *, consent: bool) -> Identity:
    """Name and national id as they are kept: never in the clear, and of no use in another case."""
    sealed = key.seal(
        f"{person.national_id} {person.full_name}", purpose=_purpose(complaint_id, About.IDENTITY)
    )
    return Identity(consent=consent, sealed=sealed)


async def open_identity(use: Use, complaint: Complaint, identity: Identity) -> Person:
    """Who complains, or NotFound where the key is gone."""
    opened = await _unsealed(use, complaint, identity.sealed, purpose=_purpose(complaint.id, About.IDENTITY))
    national_id, full_name = opened.split(" ", 1)
    return Person(full_name=full_name, national_id=national_id)


async def seal_words(use: Use, complaint: Complaint, words: str, about: About) -> Sealed:
    """What staff type, as it is kept; NotFound where the key is gone: nothing is left to write of.

    It may hold what is to be forgotten, and a history is never changed: so it is sealed.
    """
    key = await use.keeper.of_contact(complaint.agency_id, complaint.contact.id)
    return words_under(key, complaint.id, words, about)


def words_under(key: OpenKey, complaint_id: str, words: str, about: About) -> Sealed:
    """What staff type of a case, under the key of its citizen."""
    sealed = key.seal(words, purpose=_purpose(complaint_id, about))
    return Sealed(words=sealed, hash=key.hash(f"{about} {complaint_id} {words}"))


async def open_words(
    use: Use, complaint: Complaint, sealed: Sequence[str], about: About
) -> Sequence[str | None]:
    """The same in the clear; None for each once the key is gone."""
    keys = await use.keeper.of_contacts(complaint.agency_id, {complaint.contact.id})
    key = keys.get(complaint.contact.id)
    return [None if key is None else _opened(key, complaint.id, one, about) for one in sealed]


def _opened(key: OpenKey, complaint_id: str, sealed: str, about: About) -> str | None:
    try:
        return key.unseal(sealed, purpose=_purpose(complaint_id, about))
    except Unopenable:
        return None


async def _unsealed(use: Use, complaint: Complaint, sealed: str, *, purpose: str | None = None) -> str:
    key = await use.keeper.of_contact(complaint.agency_id, complaint.contact.id)
    try:
        return key.unseal(sealed, purpose=purpose)
    except Unopenable:
        raise NotFound(complaint.id) from None


def _purpose(complaint_id: str, about: About) -> str:
    return f"{about} {complaint_id}"
