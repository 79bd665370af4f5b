"""Who may do what is one table for each service, and `paygir roles` shows all of them."""

from collections import Counter

from typer import Typer
from typer.testing import CliRunner

from deploy.cli.roles import access_tables, roles
from deploy.embedded.places import ROOT

TABLES = dict(access_tables())


def test_every_service_that_has_an_access_table_is_shown() -> None:
    assert set(TABLES) == {path.parent.name for path in (ROOT / "services").glob("*/access.py")}
    assert all(TABLES.values())


def test_each_thing_that_can_be_done_has_one_name_in_all_services_and_somebody_may() -> None:
    permissions = [may for table in TABLES.values() for may in table]

    assert max(Counter(may.name for may in permissions).values()) == 1
    for may in permissions:
        assert may.to_all != bool(may.roles)
        assert may.says.fa != may.says.en


def test_the_command_prints_every_permission() -> None:
    app = Typer()
    app.command()(roles)
    printed = CliRunner().invoke(app).output

    for table in TABLES.values():
        for may in table:
            assert may.name in printed
