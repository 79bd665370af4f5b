"""How a person of the agency is reached: set, seen masked, looked at with a reason, withdrawn, forgotten."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from services.directory import access
from services.directory.domain.agency import Agency
from services.directory.domain.contacts import Reached, Sealed, StaffContact, id_of
from services.directory.usecases.use import Use
from shared.access.who import Forbidden, Who
from shared.events.directory import Post
from shared.keys.keeper import OpenKey
from shared.keys.person import Why
from shared.language import Text
from shared.rule import Invalid
from shared.sealing import Unopenable
from shared.store.history import Act, Document
from shared.store.repository import PAGE_MAX, NotFound, Saved, Stale
from shared.store.store import DuplicateId, NotUnique

CLOCK = "clock"
LOOK = "look-at-contact"
LOOKED_AT_AFTER = timedelta(days=30)
"""How long a key is kept before it is looked whether its person still is of the agency."""


async def contact_of(use: Use, who: Who, agency_id: str, person_id: str) -> Saved[StaffContact]:
    """A person's contact; NotFound without one. Their own, or of whom the caller keeps the contacts of."""
    await _named(use, who, agency_id, person_id)
    return await _set_of(use, agency_id, person_id)


async def set_contact(
    use: Use, who: Who, agency_id: str, person_id: str, reached: Reached, if_match: int | None
) -> Saved[StaffContact]:
    """They are reached there from now on. Invalid for another's number, and where nothing is said."""
    by, now = await _named(use, who, agency_id, person_id), use.clock.now()
    _must_be_in_a_post((await use.agencies.get(agency_id, agency_id)).state, person_id, now)
    act, sealed = Act(name="set", by=by, at=now), await _sealed(use, agency_id, person_id, reached, now)
    try:
        saved = await _save(use, agency_id, person_id, act, sealed, if_match)
    except NotUnique:
        raise Invalid(
            "/mobile",
            Text(
                fa="این شمارهٔ همراه برای شخص دیگری از دستگاه ثبت شده است.",
                en="This mobile is kept for another person of the agency.",
            ),
        ) from None
    await forget_former(use, saved.state.id, Why.REPLACED, by)
    return saved


async def withdraw_contact(
    use: Use, who: Who, agency_id: str, person_id: str, if_match: int | None
) -> Saved[StaffContact]:
    """Nobody reaches them any more, and their key is gone with all that it opened."""
    by, now = await _named(use, who, agency_id, person_id), use.clock.now()
    saved = await use.contacts.change(
        agency_id,
        id_of(agency_id, person_id),
        Act(name="withdraw", by=by, at=now),
        lambda contact: contact.withdraw(now),
        if_match=if_match,
    )
    why = Why.ASKED if who.subject == person_id else Why.WITHDRAWN
    await forget_former(use, saved.state.id, why, by)
    return saved


async def look_at_contact(use: Use, who: Who, agency_id: str, person_id: str, reason: str) -> Reached:
    """What is masked elsewhere: the look and its reason are noted first, then it is shown."""
    contact, now = (await _of_agency(use, who, agency_id, person_id)).state, use.clock.now()
    key = await use.keeper.of_contact(agency_id, contact.contact_id or "")
    post = who.acting(access.LOOK_AT_CONTACTS)
    note = key.seal(reason, purpose=_purpose("reason", contact))
    act = Act(name=LOOK, by=who.named(post), at=now, note=note)
    saved = await use.contacts.change(agency_id, contact.id, act, lambda contact: contact.look())
    if saved.state.contact_id != key.contact_id:
        raise NotFound(person_id)
    return opened(key, saved.state)


async def history_of(use: Use, who: Who, agency_id: str, person_id: str) -> Sequence[Document]:
    """All of it, oldest first; the reasons of looks for as long as the key they were sealed by is there."""
    await _named(use, who, agency_id, person_id)
    contact = (await use.contacts.get(agency_id, id_of(agency_id, person_id))).state
    key = (await keys_of(use, agency_id, [contact])).get(contact.contact_id or "")
    entries = await use.contacts.history(agency_id, contact.id)
    return [
        {**entry, "note": _unsealed(key, entry["note"], _purpose("reason", contact))}
        if entry["act"] == LOOK
        else entry
        for entry in entries
    ]


async def masked_of(use: Use, contact: StaffContact) -> Reached:
    """How they are reached, masked; with nothing in it where the key is gone."""
    keys = await keys_of(use, contact.agency_id, [contact])
    return opened(keys.get(contact.contact_id or ""), contact).masked()


async def forget_former(use: Use, id_: str, why: Why, by: str) -> None:
    """Erase the keys of a person's former contacts. Broken off, the clock does it."""
    contact, now = (await use.contacts.load(id_)).state, use.clock.now()
    for contact_id in contact.to_forget:
        if await use.people.of_contact(contact.agency_id, contact_id) is None:
            await use.keeper.erase(contact.agency_id, contact_id, why, by, now)
        act = Act(name="forget", by=by, at=now)
        await use.contacts.change(None, id_, act, lambda one, gone=contact_id: (one.forgotten(gone), []))


async def forget_if_gone(use: Use, key_id: str, now: datetime) -> None:
    """The clock's own act: who holds no post of the agency any more is forgotten by it."""
    agency_id = (await use.keeper.keys.load(key_id)).state.agency_id
    contact, until = await use.people.of_contact(agency_id, key_id), None
    if contact is not None and await _is_of(use, contact, now):
        until = now + LOOKED_AT_AFTER
    elif contact is not None:
        act = Act(name="withdraw", by=CLOCK, at=now)
        await use.contacts.change(agency_id, contact.id, act, lambda one: one.withdraw(now))
        await forget_former(use, contact.id, Why.OVER, CLOCK)
    await use.keeper.forget_unless_needed(key_id, until, CLOCK, now)


async def keys_of(use: Use, agency_id: str, contacts: Collection[StaffContact]) -> Mapping[str, OpenKey]:
    """The keys to some contacts, by contact; without those that are gone."""
    ids = [one.contact_id for one in contacts if one.contact_id is not None]
    keys: dict[str, OpenKey] = {}
    for start in range(0, len(ids), PAGE_MAX):
        keys |= await use.keeper.of_contacts(agency_id, ids[start : start + PAGE_MAX])
    return keys


def opened(key: OpenKey | None, contact: StaffContact) -> Reached:
    """In the clear; with nothing in it where the key is gone."""
    sealed = contact.sealed
    if sealed is None:
        return Reached()
    return Reached(
        mobile=_unsealed(key, sealed.mobile, None),
        office_phone=_unsealed(key, sealed.office_phone, _purpose("office phone", contact)),
        work_email=_unsealed(key, sealed.work_email, _purpose("work e-mail", contact)),
    )


async def _save(
    use: Use, agency_id: str, person_id: str, act: Act, sealed: Sealed, if_match: int | None
) -> Saved[StaffContact]:
    id_ = id_of(agency_id, person_id)
    try:
        return await use.contacts.change(
            agency_id, id_, act, lambda contact: contact.set(sealed, act.at), if_match=if_match
        )
    except NotFound:
        if if_match is not None:
            raise Stale(id_) from None
        try:
            return await use.contacts.add(act, StaffContact.of(agency_id, person_id).set(sealed, act.at))
        except DuplicateId:  # somebody else set the first one at this moment
            return await _save(use, agency_id, person_id, act, sealed, if_match)


async def _sealed(use: Use, agency_id: str, person_id: str, reached: Reached, now: datetime) -> Sealed:
    """Under the key of the number's person; of who has no mobile, under the person's own."""
    if reached == Reached():
        raise Invalid(
            "/mobile",
            Text(
                fa="دست‌کم یکی را بنویسید؛ برای برداشتن همه، راه ارتباط را حذف کنید.",
                en="Say at least one of them; to take all away, delete the contact.",
            ),
        )
    found_by, contact = reached.mobile or person_id, StaffContact.of(agency_id, person_id)
    key = await use.keeper.of_number(agency_id, found_by, now, kept=LOOKED_AT_AFTER)
    phone, email = reached.office_phone, reached.work_email
    return Sealed(
        contact_id=key.contact_id,
        said=key.hash(f"{reached.mobile} {phone} {email}"),
        mobile=reached.mobile and key.seal(reached.mobile),
        office_phone=phone and key.seal(phone, purpose=_purpose("office phone", contact)),
        work_email=email and key.seal(email, purpose=_purpose("work e-mail", contact)),
    )


async def _of_agency(use: Use, who: Who, agency_id: str, person_id: str) -> Saved[StaffContact]:
    if who.agency_id != agency_id:
        raise NotFound(agency_id)
    return await _set_of(use, agency_id, person_id)


async def _set_of(use: Use, agency_id: str, person_id: str) -> Saved[StaffContact]:
    saved = await use.contacts.get(agency_id, id_of(agency_id, person_id))
    if saved.state.contact_id is None:
        raise NotFound(person_id)
    return saved


async def _named(use: Use, who: Who, agency_id: str, person_id: str) -> str:
    """Who acts, for the history: the person themself, or who keeps the contacts of their unit or of all.

    No other agency, the governorate's included, has to do with how its people are reached.
    """
    if who.agency_id != agency_id:
        raise NotFound(agency_id)
    if who.subject == person_id:
        return who.named(who.acting(access.OWN_CONTACT))
    agency = (await use.agencies.get(agency_id, agency_id)).state
    return who.named(_keeper(who, agency, person_id, use.clock.now()))


def _keeper(who: Who, agency: Agency, person_id: str, now: datetime) -> Post:
    chart = agency.chart()
    units = [post.unit_id for id_, post in chart.posts.items() if chart.own_holder(id_, now) == person_id]
    try:
        return who.acting(access.KEEP_CONTACTS)
    except Forbidden:
        return who.acting(
            access.KEEP_UNITS_CONTACTS,
            lambda post: any(chart.is_within(unit, post.unit_id) for unit in units),
        )


def _must_be_in_a_post(agency: Agency, person_id: str, now: datetime) -> None:
    if all(held.person_id != person_id for held in agency.holdings):
        raise NotFound(person_id)
    if not agency.in_posts.has(person_id, now):
        raise Invalid(
            "",
            Text(
                fa=f"«{person_id}» دیگر متصدی پستی از این دستگاه نیست.",
                en=f"{person_id} holds no post of this agency any more.",
            ),
        )


async def _is_of(use: Use, contact: StaffContact, now: datetime) -> bool:
    try:
        agency = (await use.agencies.load(contact.agency_id)).state
    except NotFound:
        return False
    return agency.in_posts.has(contact.person_id, now)


def _unsealed(key: OpenKey | None, sealed: str | None, purpose: str | None) -> str | None:
    try:
        return None if key is None or sealed is None else key.unseal(sealed, purpose=purpose)
    except Unopenable:
        return None


def _purpose(what: str, contact: StaffContact) -> str:
    return f"{what} of {contact.id}"
