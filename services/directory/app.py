"""Assembles the service."""

from services.directory.api import router
from services.directory.consumer import subscriptions
from services.directory.settings import Settings
from services.directory.storage import (
    Agencies,
    Calendars,
    CatalogueServices,
    Measures,
    Provinces,
    StaffContacts,
    TakenNumbers,
)
from services.directory.sweeps import sweeps
from services.directory.usecases.use import Use
from shared.keys.keeper import Keeper
from shared.keys.storage import PersonKeys
from shared.service import Base, Parts


def assemble(base: Base[Settings]) -> Parts:
    """The parts, each made once."""
    provinces, agencies = Provinces(base.database), Agencies(base.database)
    services, calendars = CatalogueServices(base.database), Calendars(base.database)
    contacts, taken, keys = (
        StaffContacts(base.database),
        TakenNumbers(base.database),
        PersonKeys(base.database),
    )
    measures = Measures(base.database)
    use = Use(
        provinces=provinces,
        agencies=agencies,
        services=services,
        calendars=calendars,
        measures=measures,
        contacts=contacts,
        people=contacts,
        taken=taken,
        clock=base.clock,
        master_key=base.master_key,
        keeper=Keeper(keys, base.wrapper, base.master_key),
    )
    return Parts(
        use=use,
        repositories=[provinces, agencies, services, calendars, measures, contacts, taken, keys],
        routers=[router],
        subscriptions=subscriptions(use, base.database),
        sweeps=sweeps(use),
    )
