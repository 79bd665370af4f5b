"""What the tests of the staff's lists have in common: a number of one of the staff as the bus brings it."""

from dataclasses import dataclass, field
from datetime import datetime

from services.notifications.usecases.use import Use
from shared.bus.effects import Mirror
from shared.bus.records import Received
from shared.events.contacts import KEYS_TOPIC, TOPIC, Gone, Private, SealedContact, WrappedKey
from shared.sealing import new_key, seal
from shared.store.repository import private_record
from tests.notifications.cases import subscription
from tests.province import SATURDAY_NINE
from tests.serving import Serving

MOBILE = "+989121234567"
EFFECTS = {TOPIC: "contacts", KEYS_TOPIC: "keys"}


@dataclass(frozen=True, kw_only=True)
class Number:
    """One of a person's numbers, under a key of its own."""

    person: str
    contact: str
    mobile: str = MOBILE
    agency: str = "water"
    set_at: datetime = SATURDAY_NINE
    key: bytes = field(default_factory=new_key)

    async def comes(self, running: Serving, *, offset: int = 0) -> None:
        """Number and key, each over its topic."""
        use: Use = running.parts.use
        sealed = SealedContact(
            contact_id=self.contact,
            agency_id=self.agency,
            sealed=seal(self.key, self.mobile, purpose=self.contact),
            person_id=self.person,
            set_at=self.set_at,
        )
        wrapped = await use.wrapper.wrap(self.key, about=self.contact)
        key = WrappedKey(contact_id=self.contact, agency_id=self.agency, wrapped_key=wrapped)
        await come(running, sealed, key, offset=offset)

    async def goes(self, running: Serving, *topics: str) -> None:
        """The word that it is gone, over one topic or both."""
        gone = [Gone(topic=topic, contact_id=self.contact) for topic in topics or EFFECTS]
        await come(running, *gone, offset=1)


async def come(running: Serving, *facts: Private, offset: int) -> None:
    """By the service's own subscriptions, twice, as the bus may bring them."""
    for fact in facts:
        record = private_record(fact, None)
        effect = subscription(running, EFFECTS[fact.topic]).effect
        assert isinstance(effect, Mirror)
        received = Received(
            topic=record.topic,
            partition=0,
            offset=offset,
            key=record.key.encode(),
            value=record.value,
            headers=(),
        )
        for _ in range(2):
            await effect.work([effect.read(received)])
