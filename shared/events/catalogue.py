"""Every public event there is, whichever service publishes it."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

import shared.events
from shared.events.event import DECLARED, Event


@cache
def public_events() -> Mapping[str, type[Event]]:
    """What the modules of `shared/events` declare, by type name, publisher by publisher."""
    modules = [f"shared.events.{module.name}" for module in pkgutil.iter_modules(shared.events.__path__)]
    for module in modules:
        importlib.import_module(module)
    # Inside a module in the order they stand there; of the modules in none that imports happen to have.
    ours = (item for item in DECLARED.items() if item[1].__module__ in modules)
    return dict(sorted(ours, key=lambda item: item[1].__module__))
