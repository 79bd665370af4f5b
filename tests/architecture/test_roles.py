"""Who may do what is one table for each service, and `paygir roles` shows all of them."""

from collections import Counter

import pytest
from typer import Typer
from typer.testing import CliRunner

from deploy.cli.roles import EVERYBODY, ROLES, access_tables, roles
from deploy.embedded.places import ROOT
from shared.events.directory import Role
from tests.architecture.test_routes import SERVICES, guards, routes

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


@pytest.mark.parametrize("spoken", ["fa", "en"])
def test_the_command_prints_every_permission_with_the_names_of_its_roles(spoken: str) -> None:
    app = Typer()
    app.command()(roles)
    printed = CliRunner().invoke(app, env={"PAYGIR_LANGUAGE": spoken}).output
    words = set(printed.replace(",", " ").replace("،", " ").split())

    for table in TABLES.values():
        for may in table:
            said = [may.says, *(ROLES[role] for role in may.roles), *([EVERYBODY] if may.to_all else [])]
            wanted = " ".join(one.in_(spoken) for one in said).replace(",", " ").replace("،", " ").split()
            assert may.name in words
            assert set(wanted) <= words, may.name


def test_every_role_has_a_name_of_its_own_in_both_languages() -> None:
    assert {role.value for role in Role} <= set(ROLES)
    for said in zip(*ROLES.values(), strict=True):
        assert max(Counter(said).values()) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_the_table_says_of_each_route_what_the_matrix_of_answers_says(service: str) -> None:
    """403 is for a role that may not; what else the thing itself asks is refused otherwise."""
    cells = matrix()
    for route in routes(service):
        [may] = guards(route)
        if not route.include_in_schema:
            # Open311 tells of itself by its own discovery: nothing there may ask for a role.
            assert may.to_all, route.path
            continue
        for method in route.methods or ():
            got = cells[f"{service} {method} {route.path}"]
            assert (got["citizen"] == "in") is may.to_all, (method, route.path)
            assert got["own"] == "in", (method, route.path)
            for who, role in (("governorate", Role.GOVERNORATE), ("its inspection", Role.INSPECTOR)):
                assert (got[who] != "403") is (may.to_all or role in may.roles), (method, route.path, who)


def matrix() -> dict[str, dict[str, str]]:
    """What everybody gets at each route, as `tests/http` holds it."""
    lines = (ROOT / "tests" / "http" / "access_matrix.txt").read_text().splitlines()
    named = [line.split(" | ") for line in lines]
    return {name: dict(cell.rsplit(" ", 1) for cell in cells.split(", ")) for name, cells in named}
