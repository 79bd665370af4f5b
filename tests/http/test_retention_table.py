"""Whatever a service keeps stands in the table that says for how long, with the figure that holds."""

from typing import Any

import pytest

from deploy.embedded.places import ROOT
from deploy.embedded.topics import declared
from services.complaints import rules as complaints
from services.notifications import rules as notifications
from shared.keys.storage import keys_database
from shared.rule import Rule
from tests.http.worlds import World

TABLE = (ROOT / "docs" / "retention.md").read_text()


@pytest.mark.real
async def test_every_collection_of_every_service_stands_in_the_table(world: World) -> None:
    database, name = world.serving.database, world.name
    own = {(name, one) for one in await database.list_collection_names()}
    keys = {(f"{name}_keys", one) for one in await keys_database(database).list_collection_names()}

    assert [f"{who}.{what}" for who, what in sorted(own | keys) if not _stands(who, what)] == []


def _stands(who: str, what: str) -> bool:
    family = "*_keys" if who.endswith("_keys") else "*"
    stem = what.split("_", 1)[0]
    return any(f"`{one}`" in TABLE for one in (f"{who}.{what}", f"{family}.{what}", f"{who}.{stem}_*"))


def test_every_topic_stands_in_the_table() -> None:
    names = {topic.name for topic in declared()}
    families = {
        ".".join(["paygir", "<service>", *name.split(".")[2:]]) for name in names if name.count(".") == 2
    }

    lone = {name for name in names if name.count(".") == 1}
    assert [one for one in sorted(families | lone) if f"`{one}`" not in TABLE] == []


@pytest.mark.parametrize("rule", [complaints.FOLLOWED, complaints.WORDS, notifications.WORDS])
def test_the_table_says_the_figure_that_holds(rule: Rule[Any]) -> None:
    assert f"`{rule.figure}`: **{rule.write(rule.preset)}**" in TABLE
    if rule.leeway is not None:
        ends = sorted([rule.leeway.tightest, rule.leeway.loosest])
        assert f"from {rule.write(ends[0])} to {rule.write(ends[1])}" in TABLE
