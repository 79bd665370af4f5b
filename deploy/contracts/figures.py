"""Which figures an agency may have its own of: drawn from the rules of all services."""

import json
from importlib import import_module
from typing import Any, cast

from shared.directives.catalogue import SERVICES
from shared.figures import Adaptable
from shared.rule import Rule


def adaptable() -> list[Adaptable]:
    """Every rule with a leeway, in the order in which the services have them."""
    found: list[Adaptable] = []
    for service in SERVICES:
        for one in vars(import_module(f"services.{service}.rules")).values():
            if isinstance(one, Rule):
                rule = cast("Rule[Any]", one)
                found += [Adaptable(service=service, rule=rule)] if rule.leeway else []
    return found


def text() -> str:
    """As `shared/figures.json` has them."""
    return json.dumps([one.entry() for one in adaptable()], ensure_ascii=False, indent=2) + "\n"
