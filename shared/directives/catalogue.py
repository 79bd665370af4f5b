"""The catalogue of clauses: what each directive asks for, in its own Persian and in our English."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel

from shared.language import Text

Kind = Literal["rule", "feature", "duty", "context"]
Service = Literal["content", "meetings", "complaints", "notifications", "reporting", "directory"]

SERVICES: tuple[Service, ...] = (
    "content",
    "meetings",
    "complaints",
    "notifications",
    "reporting",
    "directory",
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a directive, under the id it has everywhere.

    A rule is enforced by the software; a feature gives people the means; a duty is what people
    owe and the software counts; a context becomes configuration. `services` are those any of
    which may carry it out.
    """

    id: str
    kind: Kind
    services: tuple[Service, ...]
    says: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """A source document; its articles, its day (Jalali) and who approved it only where it says so."""

    id: str
    title: Text
    source: Text
    articles: int | None
    approved_on: str | None
    approved_by: Text | None
    clauses: tuple[Clause, ...]


class _Words(BaseModel, extra="forbid", strict=True):
    fa: str
    en: str

    def text(self) -> Text:
        return Text(fa=self.fa, en=self.en)


class _Entry(_Words):
    kind: Kind
    services: list[Service] | Literal["all"]


class _Heading(BaseModel, extra="forbid", strict=True):
    title: _Words
    source: _Words
    articles: int | None = None
    approved_on: str | None = None
    approved_by: _Words | None = None


class _File(BaseModel, extra="forbid", strict=True):
    directive: _Heading
    clauses: dict[str, _Entry]


def _clause(id_: str, entry: _Entry) -> Clause:
    services = SERVICES if entry.services == "all" else tuple(entry.services)
    return Clause(id_, entry.kind, services, entry.text())


def _read(path: Path) -> Directive:
    file = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
    heading = file.directive
    return Directive(
        id=path.stem.upper(),
        title=heading.title.text(),
        source=heading.source.text(),
        articles=heading.articles,
        approved_on=heading.approved_on,
        approved_by=heading.approved_by and heading.approved_by.text(),
        clauses=tuple(_clause(id_, entry) for id_, entry in file.clauses.items()),
    )


DIRECTIVES: tuple[Directive, ...] = tuple(
    _read(Path(__file__).with_name(f"{name}.toml")) for name in ("portal", "pr", "county", "foad", "rights")
)
CLAUSES: Mapping[str, Clause] = MappingProxyType(
    {clause.id: clause for directive in DIRECTIVES for clause in directive.clauses}
)


class UnknownClause(LookupError):
    """No directive has a clause of this id."""


def clause(id_: str) -> Clause:
    """The clause of that id; UnknownClause if no directive has it."""
    try:
        return CLAUSES[id_]
    except KeyError:
        raise UnknownClause(f"{id_!r} is in none of the five directives.") from None
