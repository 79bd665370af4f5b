"""There is one way to consume: a `Subscription` with an effect of shared/bus/effects.py."""

import ast
import base64
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.embedded.topics import declared
from shared.bus.subscribe import Subscription
from shared.service import base_of

ROOT = Path(__file__).parents[2]
SERVICES = sorted(path.parent.name for path in (ROOT / "services").glob("*/app.py"))
FOREIGN = ("aiokafka", "confluent_kafka", "faststream", "kafka")
KEY = base64.b64encode(bytes(32)).decode()


@pytest.fixture(autouse=True)
def with_the_development_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notifications refuses to be assembled without any gateway."""
    monkeypatch.setenv("PAYGIR_SANDBOX", "1")


async def subscriptions_of(service: str) -> list[Subscription]:
    """What the service assembles, without a database: it connects when first asked."""
    settings: Any = importlib.import_module(f"services.{service}.settings")
    app: Any = importlib.import_module(f"services.{service}.app")
    base = base_of(service, settings.Settings(key=KEY))
    try:
        parts = app.assemble(base)
    finally:
        await base.database.client.close()
    return list(parts.subscriptions)


@pytest.mark.parametrize("service", SERVICES)
async def test_every_subscription_has_one_of_our_effects(service: str) -> None:
    subscriptions = await subscriptions_of(service)

    effects = {one.name: type(one.effect).__module__ for one in subscriptions}
    assert effects == dict.fromkeys(effects, "shared.bus.effects")
    assert {one.service for one in subscriptions} <= {service}


async def test_no_two_subscriptions_share_a_consumer_group() -> None:
    groups = [one.group for service in SERVICES for one in await subscriptions_of(service)]

    assert len(groups) == len(set(groups))
    assert groups


async def test_every_topic_that_is_read_or_needed_is_declared() -> None:
    topics = {topic.name for topic in declared()}
    subscriptions = [one for service in SERVICES for one in await subscriptions_of(service)]

    read = {topic for one in subscriptions for topic in one.topics}
    dead = {f"paygir.{one.service}.dead" for one in subscriptions}
    assert read - topics == set()
    assert dead - topics == set()


def imported(file: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_speaks_to_kafka_by_itself(service: str) -> None:
    by_itself = [
        f"{file.relative_to(ROOT)}: {module}"
        for file in (ROOT / "services" / service).rglob("*.py")
        for module in imported(file)
        if module.split(".")[0] in FOREIGN or module == "shared.outbox.kafka"
    ]

    assert by_itself == []
