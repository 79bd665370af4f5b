"""Assembles the service."""

from services.reporting.api import router
from services.reporting.consumer import subscriptions
from services.reporting.settings import Settings
from services.reporting.storage import Cards, FactStore, Issuings
from services.reporting.sweeps import sweeps
from services.reporting.usecases import Use
from shared.service import Base, Parts


def assemble(base: Base[Settings]) -> Parts:
    """The parts, each made once."""
    cards, issuings, facts = Cards(base.database), Issuings(base.database), FactStore(base.database)
    use = Use(cards=cards, issuings=issuings, facts=facts, directory=base.directory, clock=base.clock)
    return Parts(
        use=use,
        repositories=[cards, issuings],
        routers=[router],
        subscriptions=subscriptions(base.database, use),
        sweeps=sweeps(use),
        make_indexes=facts.make_indexes,
    )
