"""Every route of every service says who may use it."""

import importlib
from pathlib import Path

import pytest
from fastapi.routing import APIRoute, APIRouter

from shared.access.who import May
from shared.web.downloads import A_FILE

SERVICES = sorted(path.parent.name for path in Path("services").glob("*/api.py")) + sorted(
    path.parent.parent.name for path in Path("services").glob("*/api/__init__.py")
)


def routes(service: str) -> list[APIRoute]:
    module = importlib.import_module(f"services.{service}.api")
    found: dict[str, object] = vars(module)
    routers = [one for one in found.values() if isinstance(one, APIRouter)]
    return [route for router in routers for route in router.routes if isinstance(route, APIRoute)]


def guards(route: APIRoute) -> list[May]:
    """The permissions that a route asks for: by its endpoint's mark, or by its dependencies, however deep."""
    found: list[May] = []
    waiting = [route.dependant]
    while waiting:
        dependant = waiting.pop()
        waiting += dependant.dependencies
        may: May | None = getattr(dependant.call, "may", None)
        found += [may] if may is not None else []
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_has_exactly_one_guard_from_its_services_access_table(service: str) -> None:
    access = importlib.import_module(f"services.{service}.access")
    table = [one for one in vars(access).values() if isinstance(one, May)]
    wrong = {
        f"{route.methods} {route.path}": [may.name for may in guards(route)]
        for route in routes(service)
        if len(guards(route)) != 1 or guards(route)[0] not in table
    }

    assert wrong == {}
    assert routes(service)


@pytest.mark.parametrize("service", SERVICES)
def test_every_permission_of_a_service_is_asked_for_by_a_route_or_a_use_case(service: str) -> None:
    access = importlib.import_module(f"services.{service}.access")
    asked = {may.name for route in routes(service) for may in guards(route)}
    written = "".join(
        path.read_text() for path in Path("services", service).rglob("*.py") if path.name != "access.py"
    )
    idle = [
        may.name
        for name, may in vars(access).items()
        if isinstance(may, May) and may.name not in asked and f"access.{name}" not in written
    ]

    assert idle == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_answer_is_an_explicit_model_or_a_file(service: str) -> None:
    unmodelled = [
        route.path
        for route in routes(service)
        if route.response_model is None and route.status_code != 204 and route.responses != A_FILE
    ]

    assert unmodelled == []
