"""Assembles the service."""

from datetime import timedelta

from services.notifications.api import router
from services.notifications.api.sandbox import router as sandbox_router
from services.notifications.consumer import subscriptions
from services.notifications.gateways.configured import open_all, read_plans
from services.notifications.gateways.http import Http
from services.notifications.gateways.port import NoGateway
from services.notifications.gateways.sandbox import Sandbox
from services.notifications.gateways.several import Several
from services.notifications.settings import Settings
from services.notifications.storage.contacts import Contacts
from services.notifications.storage.inbox import Inbox
from services.notifications.storage.messages import Messages
from services.notifications.storage.receipts import EarlyReceipts
from services.notifications.sweeps import keep_open, keep_sending, listeners, sweeps
from services.notifications.usecases.use import Use
from shared.clock import wall_now
from shared.service import Base, Parts


def assemble(base: Base[Settings]) -> Parts:
    """The parts, each made once. Without any gateway it doesn't start: nothing could ever be sent."""
    settings = base.settings
    plans = read_plans(file=settings.gateways_file, text=settings.gateways)
    if not plans and not settings.sandbox:
        raise NoGateway("name one in PAYGIR_GATEWAYS_FILE, or set PAYGIR_SANDBOX=1 for the development phone")
    messages, contacts, inbox = Messages(base.database), Contacts(base.database), Inbox(base.database)
    sandbox = Sandbox(base.database, base.clock, base.master_key) if settings.sandbox else None
    http = Http()
    gateways = open_all(plans, http=http, inbox=inbox, clock=base.clock)
    if sandbox is not None:
        gateways["sandbox"] = sandbox
    early = EarlyReceipts(base.database)

    async def make_indexes() -> None:
        if sandbox is not None:
            await sandbox.make_indexes()
        await contacts.make_indexes()
        await early.make_indexes()

    use = Use(
        messages=messages,
        queue=messages,
        contacts=contacts,
        inbox=inbox,
        gateways=Several(gateways, plans),
        early=early,
        sandbox=sandbox,
        directory=base.directory,
        clock=base.clock,
        real_now=wall_now,
        wrapper=base.wrapper,
        claim_lasts=timedelta(seconds=settings.claim_s),
        sign=base.master_key.keyed_hash,
        public_url=settings.public_url,
    )
    return Parts(
        use=use,
        repositories=[messages, inbox],
        routers=[router] if sandbox is None else [router, sandbox_router],
        subscriptions=subscriptions(use, base.database, contacts),
        sweeps=sweeps(use),
        background={"send": lambda: keep_sending(use), "http": lambda: keep_open(http), **listeners(use)},
        make_indexes=make_indexes,
    )
