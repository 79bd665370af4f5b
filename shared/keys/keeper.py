"""Finds a person's key or makes it, once however many ask at the same moment; rewraps it; erases it."""

import hmac
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.events.contacts import ContactKind
from shared.identity import new_id
from shared.keys.person import PersonKey, Why
from shared.keys.storage import PersonKeys
from shared.keys.wrapping import KeyWrapper
from shared.sealing import MasterKey, new_key, seal, unseal
from shared.store.history import Act
from shared.store.repository import NotFound
from shared.store.store import NotUnique, OutcomeUnknown

UNWRAPPED_MAX = 256
KEEPER = "keeper"
ENDING = 4
"""Digits at a number's end by which its person can be found: so many are shown of a masked one, too."""
DOUBTS_MAX = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenKey:
    """A person's key, unwrapped, for as long as a request lasts."""

    contact_id: str
    key: bytes

    def seal(self, text: str, *, purpose: str | None = None) -> str:
        """A text of theirs: their number, or what another purpose says."""
        return seal(self.key, text, purpose=purpose or self.contact_id)

    def unseal(self, sealed: str, *, purpose: str | None = None) -> str:
        """A text of theirs that was sealed for this, or Unopenable."""
        return unseal(self.key, sealed, purpose=purpose or self.contact_id)

    def hash(self, text: str) -> str:
        """The same for the same text of theirs; without the key nobody can tell or guess of what."""
        return hmac.digest(self.key, text.encode(), "sha256").hex()


class Keeper:
    """The keys of the persons that one service knows.

    Whether a key still lives is asked each time. Only what unwrapping gave is remembered, for a few: a key
    management service isn't asked for each request.
    """

    def __init__(self, keys: PersonKeys, wrapper: KeyWrapper, master_key: MasterKey) -> None:
        self.keys, self._wrapper, self._master_key = keys, wrapper, master_key
        self._unwrapped: OrderedDict[str, bytes] = OrderedDict()

    async def find(self, agency_id: str, number: str) -> PersonKey | None:
        """Whose number it is at this agency; None for nobody's, or an erased one's."""
        return await self.keys.of_number(agency_id, self._hash(agency_id, number))

    async def ending_with(self, agency_id: str, digits: str, *, most: int) -> Sequence[str]:
        """The contacts at this agency whose mobile ends with these four digits, without the erased."""
        return await self.keys.of_ending(agency_id, self._hash_of_ending(agency_id, digits), most=most)

    async def of_number(
        self,
        agency_id: str,
        number: str,
        now: datetime,
        *,
        kept: timedelta,
        told: bool = False,
        kind: ContactKind = ContactKind.MOBILE,
    ) -> OpenKey:
        """The person whose number it is at this agency: found, or new with a key of their own.

        With `told`, who sends messages learns the number of a new person together with the key; `kind` says
        whether it is one, or the address of a mailbox.
        """
        number_hash = self._hash(agency_id, number)
        while True:
            found = await self.keys.of_number(agency_id, number_hash)
            living = found and await self._kept_on(found, now, kept)
            if living and living.wrapped_key:
                return await self._open(living.id, living.wrapped_key)
            new = OpenKey(contact_id=new_id(), key=new_key())
            made = PersonKey.make(
                id_=new.contact_id,
                agency_id=agency_id,
                number_hash=number_hash,
                ending_hash=self._ending_hash(agency_id, number),
                wrapped_key=await self._wrapper.wrap(new.key, about=new.contact_id),
                sealed=new.seal(number) if told else None,
                kind=kind,
                now=now,
                kept=kept,
            )
            try:
                await self.keys.add(Act(name="make", by=KEEPER, at=now), made)
            except NotUnique:
                continue  # another request of the same person was first: its key is theirs
            return new

    async def of_contact(self, agency_id: str, contact_id: str) -> OpenKey:
        """The person behind a contact of this agency; NotFound once they were erased."""
        found = (await self.keys.get(agency_id, contact_id)).state
        if found.wrapped_key is None:
            raise NotFound(contact_id)
        return await self._open(contact_id, found.wrapped_key)

    async def of_contacts(self, agency_id: str, contact_ids: Collection[str]) -> Mapping[str, OpenKey]:
        """The same for many at once, without those who were erased."""
        found = await self.keys.of_ids(agency_id, contact_ids)
        return {one.id: await self._open(one.id, one.wrapped_key) for one in found if one.wrapped_key}

    async def erase(self, agency_id: str, contact_id: str, why: Why, by: str, now: datetime) -> None:
        """Delete a person's key. A second time changes nothing."""
        self._unwrapped.clear()
        act = Act(name="erase", by=by, at=now, note=why.value)
        await self.keys.change(agency_id, contact_id, act, lambda key: key.erase(why, now))

    async def erase_unless(
        self,
        needed: Callable[[], Awaitable[bool]],
        *,
        agency_id: str,
        contact_id: str,
        why: Why,
        by: str,
        now: datetime,
    ) -> bool:
        """Delete a person's key unless they are needed; whether it is gone. OutcomeUnknown where they come on
        and on.

        Between asking and deleting somebody may begin to need them. So the key is doubted first, and who
        needs it takes the doubt off (`keeps`): then it is asked again.
        """
        self._unwrapped.clear()
        doubt, erase = (Act(name=name, by=by, at=now, note=why.value) for name in ("doubt", "erase"))
        for _ in range(DOUBTS_MAX):
            await self.keys.change(agency_id, contact_id, doubt, lambda key: key.doubt(now))
            if await needed():
                return False
            saved = await self.keys.change(
                agency_id, contact_id, erase, lambda key: key.erase_in_doubt(why, now)
            )
            if saved.state.wrapped_key is None:
                return True
        raise OutcomeUnknown(contact_id)

    async def keeps(self, contact_id: str, now: datetime, *, kept: timedelta) -> bool:
        """Whether a person is known still; then they are for as long as a new one. Asked by who needs them
        once what needs them is saved: an erasure sees the one or they the other.
        """
        found = await self.keys.now(contact_id)
        return (await self._kept_on(found, now, kept)).wrapped_key is not None

    async def forget_unless_needed(
        self, contact_id: str, until: datetime | None, by: str, now: datetime
    ) -> None:
        """Erase a person whose time is over, unless they are needed until some later day."""
        act = Act(name="look", by=by, at=now)
        await self.keys.change(None, contact_id, act, lambda key: key.needed_until(until, now))

    async def say_again(self, contact_id: str, now: datetime) -> None:
        """Tell the bus once more that a person is erased."""
        act = Act(name="say-again", by=KEEPER, at=now)
        await self.keys.change(None, contact_id, act, lambda key: key.say_again(now))

    async def rewrap(self, now: datetime) -> int:
        """Wrap all keys under the newest master key; how many weren't yet. Broken off, it is begun again."""
        label, last, done = await self._wrapper.label(), "", 0
        while page := await self.keys.live_after(last):
            for key in page:
                if key.wrapped_key is not None and not key.wrapped_key.startswith(label):
                    await self._rewrap(key.id, key.wrapped_key, now)
                    done += 1
            last = page[-1].id
        return done

    async def _kept_on(self, found: PersonKey, now: datetime, kept: timedelta) -> PersonKey:
        """The key, not to be forgotten between this request's look at it and its use; or erased meanwhile."""
        if found.asked_for(now, kept=kept)[0] == found:
            return found
        act = Act(name="keep-on", by=KEEPER, at=now)
        saved = await self.keys.change(None, found.id, act, lambda key: key.asked_for(now, kept=kept))
        return saved.state

    async def _rewrap(self, contact_id: str, before: str, now: datetime) -> None:
        key = await self._wrapper.unwrap(before, about=contact_id)
        wrapped = await self._wrapper.wrap(key, about=contact_id)
        act = Act(name="rewrap", by=KEEPER, at=now)
        await self.keys.change(
            None, contact_id, act, lambda one: one.wrapped_anew(wrapped, instead_of=before)
        )

    async def _open(self, contact_id: str, wrapped_key: str) -> OpenKey:
        key = self._unwrapped.get(wrapped_key)
        if key is None:
            key = await self._wrapper.unwrap(wrapped_key, about=contact_id)
            self._unwrapped[wrapped_key] = key
            if len(self._unwrapped) > UNWRAPPED_MAX:
                self._unwrapped.popitem(last=False)
        return OpenKey(contact_id=contact_id, key=key)

    def _hash(self, agency_id: str, number: str) -> str:
        return self._master_key.keyed_hash("contact", agency_id, number)

    def _ending_hash(self, agency_id: str, number: str) -> str | None:
        """None for what a person is known by that is no mobile."""
        is_mobile = number.startswith("+98") and number[1:].isdecimal()
        return self._hash_of_ending(agency_id, number[-ENDING:]) if is_mobile else None

    def _hash_of_ending(self, agency_id: str, digits: str) -> str:
        return self._master_key.keyed_hash("contact-ending", agency_id, digits)
