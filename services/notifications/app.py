"""Assembles the service."""

from datetime import timedelta

from services.notifications.api import router
from services.notifications.api.sandbox import router as sandbox_router
from services.notifications.consumer import subscriptions
from services.notifications.gateways.port import NoGateway
from services.notifications.gateways.sandbox import Sandbox
from services.notifications.gateways.webhook import Receiver
from services.notifications.settings import Settings
from services.notifications.storage.cases import Cases
from services.notifications.storage.contacts import Contacts
from services.notifications.storage.deliveries import Deliveries
from services.notifications.storage.inbound import InboundMessages
from services.notifications.storage.inbox import Inbox
from services.notifications.storage.messages import Messages
from services.notifications.storage.numbers import Numbers
from services.notifications.storage.subscriptions import Subscriptions
from services.notifications.sweeps import keep_delivering, keep_sending, sweeps
from services.notifications.usecases.use import Use
from services.notifications.usecases.webhooks import Webhooks
from shared.clock import wall_now
from shared.keys.keeper import Keeper
from shared.keys.storage import PersonKeys
from shared.outward import Outward
from shared.service import Base, Parts

CLAIMS_PATIENCES = 3
"""A claim on a delivery lasts so many times as long as its receiver may take: the rest is for saving."""
SENDERS = "senders"
"""The keys of who sends an SMS and is known to no other service."""


def assemble(base: Base[Settings]) -> Parts:
    """The parts, each made once. Without any gateway it doesn't start: nothing could ever be sent."""
    if not base.settings.sandbox:
        raise NoGateway("set PAYGIR_SANDBOX=1 for the development phone: no other gateway is there yet")
    messages, contacts, inbox = Messages(base.database), Contacts(base.database), Inbox(base.database)
    inbound, senders = InboundMessages(base.database), PersonKeys(base.database, SENDERS)
    cases, numbers = Cases(base.database), Numbers(base.database)
    sandbox = Sandbox(base.database, base.clock, base.master_key)

    systems, deliveries = Subscriptions(base.database), Deliveries(base.database)

    async def make_indexes() -> None:
        await sandbox.make_indexes()
        await contacts.make_indexes()
        await deliveries.make_indexes()
        await numbers.make_indexes()
        await cases.make_indexes()

    use = Use(
        messages=messages,
        queue=messages,
        contacts=contacts,
        inbox=inbox,
        inbound=inbound,
        sent=inbound,
        cases=cases,
        numbers=numbers,
        senders=Keeper(senders, base.wrapper, base.master_key),
        doors=base.settings.doors,
        master_key=base.master_key,
        gateway=sandbox,
        directory=base.directory,
        clock=base.clock,
        real_now=wall_now,
        wrapper=base.wrapper,
        claim_lasts=timedelta(seconds=base.settings.claim_s),
        webhooks=_webhooks(base.settings, systems, deliveries),
    )
    return Parts(
        use=use,
        repositories=[messages, inbox, systems, inbound, senders],
        routers=[router, sandbox_router],
        subscriptions=subscriptions(use, base.database, contacts, cases),
        sweeps=sweeps(use),
        background={"send": lambda: keep_sending(use), "deliver": lambda: keep_delivering(use)},
        make_indexes=make_indexes,
    )


def _webhooks(settings: Settings, systems: Subscriptions, deliveries: Deliveries) -> Webhooks:
    outward = Outward(
        patience_s=settings.webhook_patience_s,
        ports=settings.ports_of_webhooks,
        networks=settings.networks_of_webhooks,
        loopback=settings.webhook_loopback,
    )
    return Webhooks(
        subscriptions=systems,
        listed=systems,
        deliveries=deliveries,
        receiver=Receiver(outward),
        kept=timedelta(days=settings.webhook_kept_days),
        claim_lasts=timedelta(seconds=settings.webhook_patience_s * CLAIMS_PATIENCES),
        at_once=settings.webhook_at_once,
    )
