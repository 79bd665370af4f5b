"""How each clause stands, and what contradicts itself between catalogue, rules, tests and list."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from shared.directives.catalogue import CLAUSES, SERVICES, Clause
from shared.directives.evidence import CarriedOut, Evidence, Proof


@dataclass(frozen=True, slots=True)
class Standing:
    """A clause, the rules that carry it out, the tests that prove it, and what it still lacks."""

    clause: Clause
    rules: tuple[CarriedOut, ...]
    proofs: tuple[Proof, ...]
    missing: tuple[str, ...]

    @property
    def done(self) -> bool:
        """Carried out, and proved wherever it is carried out."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the tree that contradicts the catalogue or the list."""

    what: str
    clause: str
    where: str

    @property
    def sentence(self) -> str:
        """For whoever has to mend it."""
        return f"{self.clause or '(no clause)'}: {self.what} ({self.where})"


def standings(evidence: Evidence) -> tuple[Standing, ...]:
    """Every clause of the catalogue, in its order."""
    return tuple(_standing(clause, evidence) for clause in CLAUSES.values())


def _standing(clause: Clause, evidence: Evidence) -> Standing:
    named = [r for r in evidence.rules if r.clause == clause.id]
    rules = tuple(r for r in named if r.service in clause.services)
    proofs = tuple(p for p in evidence.proofs if p.clause == clause.id)
    if not rules:
        places = "any service" if clause.services == SERVICES else " or ".join(clause.services)
        return Standing(clause, rules, proofs, (f"rule in {places}",))
    services = dict.fromkeys(rule.service for rule in rules)
    unproved = (s for s in services if not any(_proves(p, clause, s) for p in proofs))
    lacking = tuple(rule.lacks for rule in rules if rule.lacks)
    return Standing(clause, rules, proofs, (*(f"test in tests/{s}" for s in unproved), *lacking))


def _proves(proof: Proof, clause: Clause, service: str) -> bool:
    """What people are given may be proved by a journey; what binds is proved beside its service."""
    by_journey = clause.kind in {"feature", "context"} and proof.folder == "journeys"
    return proof.folder == service or by_journey


def faults(evidence: Evidence, not_yet: Iterable[str]) -> list[Fault]:
    """Everything that must be mended, most telling first."""
    listed = tuple(not_yet)
    found = chain(_of_ids(evidence, listed), _of_rules(evidence), _of_list(evidence, set(listed)))
    return list(dict.fromkeys(found))


LIST = "not_yet.txt"


def _of_ids(evidence: Evidence, listed: tuple[str, ...]) -> Iterator[Fault]:
    told: set[str] = set()
    for what, clause, where in chain(
        (("a rule of an unknown clause", r.clause, r.where) for r in evidence.rules),
        (("a mark of an unknown clause", p.clause, p.where) for p in evidence.proofs),
        (("the list names an unknown clause", clause, LIST) for clause in listed),
    ):
        if clause not in CLAUSES:
            told.add(clause)
            yield Fault(what if clause else "the clause's id must be written out", clause, where)
    for mention in evidence.mentions:
        if mention.clause not in CLAUSES and mention.clause not in told:
            yield Fault("an unknown clause in the code", mention.clause, mention.where)


def _of_rules(evidence: Evidence) -> Iterator[Fault]:
    for rule in evidence.rules:
        clause = CLAUSES.get(rule.clause)
        if clause is None:
            continue
        if rule.service not in clause.services:
            belongs = ", ".join(clause.services)
            yield Fault(f"carried out by a service that isn't {belongs}", rule.clause, rule.where)
        elif not any(_proves(p, clause, rule.service) for p in evidence.proofs if p.clause == clause.id):
            yield Fault(f"no marked test in tests/{rule.service}", rule.clause, rule.where)


def _of_list(evidence: Evidence, listed: set[str]) -> Iterator[Fault]:
    for standing in standings(evidence):
        clause = standing.clause.id
        if not standing.rules and clause not in listed:
            yield Fault("neither carried out nor listed as not yet", clause, LIST)
        if standing.done and clause in listed:
            yield Fault("done, so strike it off the list", clause, LIST)


def read_list(path: Path) -> tuple[str, ...]:
    """The clauses listed as not yet carried out; none where there is no list."""
    return list_of(path.read_text("utf-8")) if path.exists() else ()


def list_of(text: str) -> tuple[str, ...]:
    """The clauses a list's text names: one a line, with # before a comment."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(line for line in lines if line)


class ListWouldGrow(Exception):
    """Clauses that aren't done are missing on the list, and it may only shrink."""

    def __init__(self, clauses: Iterable[str]) -> None:
        super().__init__(", ".join(clauses))


HEADING = """\
# Clauses of the directives that nothing carries out and proves yet. This list may only shrink:
# `paygir directives --write-not-yet` strikes off what is done.
"""


def write_list(path: Path, evidence: Evidence) -> tuple[str, ...]:
    """Strike off what is done and return it; the first list ever written holds all that isn't.

    Raises ListWouldGrow, and writes nothing, when a clause that nothing carries out isn't listed.
    """
    found = standings(evidence)
    listed = read_list(path) if path.exists() else tuple(s.clause.id for s in found)
    grown = [s.clause.id for s in found if not s.rules and s.clause.id not in listed]
    if grown:
        raise ListWouldGrow(grown)
    open_ = [s.clause.id for s in found if not s.done and s.clause.id in listed]
    path.write_text(HEADING + "".join(f"{clause}\n" for clause in open_), "utf-8")
    return tuple(clause for clause in listed if clause not in open_)
