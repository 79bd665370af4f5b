"""The routes of a service as its own document and its own guards describe them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from shared.access.who import May
from tests.http.schemas import Json, resolved

JSON, FORM = "application/json", "multipart/form-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method of one address."""

    method: str
    path: str
    may: May
    operation: Json
    document: Json

    @property
    def name(self) -> str:
        """As a failing test names it."""
        return f"{self.method} {self.path}"

    @property
    def guarded(self) -> bool:
        """Asks for a token."""
        return not self.may.to_all

    @property
    def body(self) -> Json | None:
        """The schema of its JSON body; None without one."""
        content = self.operation.get("requestBody", {}).get("content", {})
        return resolved(content[JSON]["schema"], self.document) if JSON in content else None

    @property
    def form(self) -> Json | None:
        """The schema of the form that it takes with a file; None where it takes none."""
        content = self.operation.get("requestBody", {}).get("content", {})
        return content[FORM]["schema"] if FORM in content else None

    @property
    def takes_a_body(self) -> bool:
        """JSON or anything else."""
        return "requestBody" in self.operation

    @property
    def bytes_max(self) -> int | None:
        """How much it takes, where it says so."""
        return self.operation.get("x-body-bytes-max")

    @property
    def answers_json(self) -> bool:
        """Answers with a document when all is well."""
        return JSON in self._good.get("content", {})

    @property
    def answer(self) -> Json:
        """The schema of what it answers when all is well."""
        return resolved(self._good["content"][JSON]["schema"], self.document)

    @property
    def _good(self) -> Json:
        [good] = [one for status, one in self.operation["responses"].items() if status.startswith("2")]
        return good

    def parameters(self, where: str) -> Iterator[tuple[str, Json]]:
        """Names and schemas of its `query`, `header` or `path` parameters."""
        for one in self.operation.get("parameters", []):
            if one["in"] == where:
                yield one["name"], one["schema"]

    def has(self, where: str, name: str) -> bool:
        """Whether it has such a parameter."""
        return name in [known for known, _ in self.parameters(where)]

    def url(self, ids: Mapping[str, str], **instead: str) -> str:
        """Its address, with known ids (by the segment before them) or with others instead."""
        filled: list[str] = []
        for before, segment in zip(["", *self.path.split("/")], self.path.split("/"), strict=False):
            name = segment.strip("{}")
            filled.append(instead.get(name, ids[before]) if segment.startswith("{") else segment)
        return "/".join(filled)

    def matches(self, path: str) -> bool:
        """Whether an address is one of this route's."""
        own, given = self.path.split("/"), path.split("/")
        fits = [one == other or one.startswith("{") for one, other in zip(own, given, strict=False)]
        return len(own) == len(given) and all(fits)


def routes_of(app: FastAPI) -> list[Route]:
    """All of them that the document tells of."""
    document = app.openapi()
    found: list[Route] = []
    for one in iter_route_contexts(app.routes):
        for method in one.methods or ():
            operation = document["paths"].get(one.path_format, {}).get(method.lower())
            if operation is not None:
                [may] = _guards(one.dependant)
                route = Route(
                    method=method, path=one.path or "", may=may, operation=operation, document=document
                )
                found.append(route)
    return sorted(found, key=lambda route: route.name)


def _guards(dependant: Dependant) -> Iterator[May]:
    may: Any = getattr(dependant.call, "may", None)
    if isinstance(may, May):
        yield may
    for below in dependant.dependencies:
        yield from _guards(below)
