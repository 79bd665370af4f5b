"""Assembles the service."""

from services.content.api import router
from services.content.consumer import subscriptions
from services.content.settings import Settings
from services.content.storage import Bars, Items
from services.content.sweeps import sweeps
from services.content.usecases import Use
from shared.service import Base, Parts


def assemble(base: Base[Settings]) -> Parts:
    """The parts, each made once."""
    items, bars = Items(base.database), Bars(base.database)
    use = Use(
        items=items,
        bars=bars,
        bars_in_force=bars.in_force,
        directory=base.directory,
        clock=base.clock,
        master_key=base.master_key,
    )
    return Parts(
        use=use,
        repositories=[items, bars],
        routers=[router],
        subscriptions=subscriptions(base.database),
        sweeps=sweeps(),
    )
