"""Assembles the service."""

from datetime import timedelta

from services.notifications.api import router
from services.notifications.api.kavenegar.words import ADDRESSES, refusal
from services.notifications.api.sandbox import router as sandbox_router
from services.notifications.consumer import subscriptions
from services.notifications.gateways.configured import open_all, read_plans
from services.notifications.gateways.http import Http
from services.notifications.gateways.port import NoGateway
from services.notifications.gateways.sandbox import Sandbox
from services.notifications.gateways.several import Several
from services.notifications.gateways.webhook import Receiver
from services.notifications.settings import Settings
from services.notifications.storage.allowances import Allowances
from services.notifications.storage.asked import AskedMessages
from services.notifications.storage.broadcasts import Broadcasts, Occasions
from services.notifications.storage.cases import Cases
from services.notifications.storage.clients import Clients
from services.notifications.storage.contact_lists import ContactLists, ListImports, Members, Pieces
from services.notifications.storage.contacts import Contacts
from services.notifications.storage.deliveries import Deliveries
from services.notifications.storage.event_systems import EventSystems
from services.notifications.storage.explanations import Explanations
from services.notifications.storage.gateway_minutes import GatewayMinutes
from services.notifications.storage.inbound import InboundMessages
from services.notifications.storage.inbox import Inbox
from services.notifications.storage.messages import Messages
from services.notifications.storage.numbers import Numbers
from services.notifications.storage.outgoing import Outgoing
from services.notifications.storage.preferences import Preferences
from services.notifications.storage.receipts import EarlyReceipts
from services.notifications.storage.received import ReceivedMessages
from services.notifications.storage.recipients import Recipients
from services.notifications.storage.shared_gateways import SharedGateways
from services.notifications.storage.subscriptions import Subscriptions
from services.notifications.storage.wordings import Wordings
from services.notifications.sweeps import (
    keep_broadcasting,
    keep_delivering,
    keep_looking_at_gateways,
    keep_open,
    keep_taking_in,
    listeners,
    sending_lanes,
    sweeps,
)
from services.notifications.usecases.preferences import refused_notices
from services.notifications.usecases.systems import Systems
from services.notifications.usecases.to_many import ToMany
from services.notifications.usecases.use import Use
from services.notifications.usecases.webhooks import Webhooks
from shared.clock import wall_now
from shared.keys.keeper import Keeper
from shared.keys.storage import PersonKeys
from shared.outward import Outward
from shared.service import Base, Parts
from shared.web.problems import Dialect

CLAIMS_PATIENCES = 3
"""A claim on a delivery lasts so many times as long as its receiver may take: the rest is for saving."""
SENDERS = "senders"
"""The keys of who sends an SMS and is known to no other service."""


def assemble(base: Base[Settings]) -> Parts:
    """The parts, each made once. Without any gateway it doesn't start: nothing could ever be sent."""
    settings = base.settings
    plans = read_plans(file=settings.gateways_file, text=settings.gateways)
    if not plans and not settings.sandbox:
        raise NoGateway("name one in PAYGIR_GATEWAYS_FILE, or set PAYGIR_SANDBOX=1 for the development phone")
    messages, contacts, inbox = Messages(base.database), Contacts(base.database), Inbox(base.database)
    inbound, senders = InboundMessages(base.database), PersonKeys(base.database, SENDERS)
    cases, numbers = Cases(base.database), Numbers(base.database)
    wordings, explanations = Wordings(base.database), Explanations(base.database)
    preferences = Preferences(base.database)
    sandbox = Sandbox(base.database, base.clock, base.master_key) if settings.sandbox else None
    http = Http()
    gateways = open_all(plans, http=http, inbox=inbox, clock=base.clock)
    if sandbox is not None:
        gateways["sandbox"] = sandbox
    early, minutes = EarlyReceipts(base.database), GatewayMinutes(base.database)
    allowances = Allowances(base.database)

    pieces, recipients, outgoing = Pieces(base.database), Recipients(base.database), Outgoing(base.database)
    many = _to_many(base, pieces, recipients, outgoing)
    systems, deliveries = Subscriptions(base.database), Deliveries(base.database)
    event_systems = EventSystems(base.database)
    clients, asked = Clients(base.database), AskedMessages(base.database, messages)
    received = ReceivedMessages(base.database)

    async def make_indexes() -> None:
        if sandbox is not None:
            await sandbox.make_indexes()
        await contacts.make_indexes()
        await deliveries.make_indexes()
        await numbers.make_indexes()
        await cases.make_indexes()
        await early.make_indexes()
        await minutes.make_indexes()
        await allowances.make_indexes()
        for one in (pieces, recipients, outgoing):
            await one.make_indexes()
        await asked.make_indexes()

    use = Use(
        messages=messages,
        queue=messages,
        contacts=contacts,
        inbox=inbox,
        wordings=wordings,
        explanations=explanations,
        explained=explanations,
        inbound=inbound,
        sent=inbound,
        cases=cases,
        numbers=numbers,
        preferences=preferences,
        wishes=preferences,
        senders=Keeper(senders, base.wrapper, base.master_key),
        doors=base.settings.doors,
        master_key=base.master_key,
        gateways=Several(gateways, plans),
        minutes=minutes,
        shared=SharedGateways(base.database),
        allowances=allowances,
        parts_a_day=settings.parts_a_day,
        early=early,
        sandbox=sandbox,
        directory=base.directory,
        clock=base.clock,
        real_now=wall_now,
        wrapper=base.wrapper,
        claim_lasts=timedelta(seconds=settings.claim_s),
        webhooks=_webhooks(settings, event_systems, systems, deliveries),
        many=many,
        systems=Systems(clients=clients, listed=clients, asked=asked, received=received, inboxes=received),
        public_url=settings.public_url,
    )
    return Parts(
        use=use,
        repositories=[
            messages,
            inbox,
            systems,
            event_systems,
            inbound,
            senders,
            wordings,
            explanations,
            preferences,
            many.lists,
            many.members,
            many.imports,
            many.broadcasts,
            clients,
            received,
        ],
        routers=[router] if sandbox is None else [router, sandbox_router],
        subscriptions=subscriptions(use, base.database, contacts, cases),
        sweeps=sweeps(use),
        background={
            **sending_lanes(use),
            "gateways": lambda: keep_looking_at_gateways(use),
            "broadcast": lambda: keep_broadcasting(use),
            "take-in": lambda: keep_taking_in(use),
            "deliver": lambda: keep_delivering(use),
            "http": lambda: keep_open(http),
            **listeners(use),
        },
        make_indexes=make_indexes,
        dialects=[Dialect(addresses=ADDRESSES, refuse=refusal)],
    )


def _to_many(base: Base[Settings], pieces: Pieces, recipients: Recipients, outgoing: Outgoing) -> ToMany:
    members = Members(base.database)
    return ToMany(
        lists=ContactLists(base.database),
        members=members,
        on_lists=members,
        imports=ListImports(base.database),
        pieces=pieces,
        broadcasts=Broadcasts(base.database),
        recipients=recipients,
        occasions=Occasions(base.database),
        outgoing=outgoing,
        refused=refused_notices,
    )


def _webhooks(
    settings: Settings, event_systems: EventSystems, systems: Subscriptions, deliveries: Deliveries
) -> Webhooks:
    outward = Outward(
        patience_s=settings.webhook_patience_s,
        ports=settings.ports_of_webhooks,
        networks=settings.networks_of_webhooks,
        loopback=settings.webhook_loopback,
    )
    return Webhooks(
        systems=event_systems,
        subscriptions=systems,
        listed=systems,
        deliveries=deliveries,
        receiver=Receiver(outward),
        kept=timedelta(days=settings.webhook_kept_days),
        claim_lasts=timedelta(seconds=settings.webhook_patience_s * CLAIMS_PATIENCES),
        at_once=settings.webhook_at_once,
    )
