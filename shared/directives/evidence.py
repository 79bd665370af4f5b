"""What a source tree holds about clauses: the rules that carry them out, the tests that prove them.

The source is read, never imported, so this needs no real part and sees a tree that can't run.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.directives.catalogue import DIRECTIVES

CLAUSE_ID = re.compile(
    rf"(?<![\w-])(?:{'|'.join(d.id for d in DIRECTIVES)})"
    r"-[A-Z]?\d+(?:-\d+)*(?:-note)?(?![\w-])"
)
CODE = ("services", "shared", "deploy", "tests")


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """A `Rule` in a service's `rules.py`; `clause` is empty when it isn't written as plain text.

    `lacks` is what of the clause it doesn't carry out yet.
    """

    clause: str
    service: str
    where: str
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A test marked with a clause; `folder` is the folder of `tests/` it stands in."""

    clause: str
    folder: str
    where: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A clause id somewhere in a string of the code."""

    clause: str
    where: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it, in the order of the files."""

    rules: tuple[CarriedOut, ...]
    proofs: tuple[Proof, ...]
    mentions: tuple[Mention, ...]


def gather(root: Path) -> Evidence:
    """Read the tree under `root`."""
    rules: list[CarriedOut] = []
    proofs: list[Proof] = []
    mentions: list[Mention] = []
    for path in sorted(found for part in CODE for found in (root / part).rglob("*.py")):
        module = ast.parse(path.read_bytes(), str(path))
        name = path.relative_to(root)
        match name.parts:
            case ("services", service, "rules.py") | ("services", service, "rules", *_):
                rules += _rules(module, service, ".".join(name.with_suffix("").parts))
            case ("tests", folder, *_) if name.match("test_*.py"):
                proofs += [Proof(clause, folder, f"{name}::{test}") for clause, test in _marked(module)]
            case _:
                pass
        mentions += [Mention(clause, f"{name}:{line}") for clause, line in _mentioned(module)]
    return Evidence(tuple(rules), tuple(proofs), tuple(mentions))


def _mentioned(module: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for clause in CLAUSE_ID.findall(node.value):
                yield clause, node.lineno


def _written(node: ast.expr | None) -> str:
    """The text of a literal; empty for anything that would have to be worked out."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _rules(module: ast.Module, service: str, module_name: str) -> Iterator[CarriedOut]:
    for name, value in _assigned(module.body).items():
        for node in ast.walk(value):
            if isinstance(node, ast.Call) and _is_rule(node.func):
                said = {k.arg: _written(k.value) for k in node.keywords}
                clause, lacks = said.get("clause", ""), said.get("lacks", "")
                yield CarriedOut(clause, service, f"{module_name}:{name}", lacks)


def _is_rule(called: ast.expr) -> bool:
    match called:
        case ast.Name(id="Rule") | ast.Attribute(attr="Rule"):
            return True
        case ast.Subscript(value=generic):  # Rule[timedelta](...)
            return _is_rule(generic)
        case _:
            return False


def _assigned(body: Iterable[ast.stmt]) -> dict[str, ast.expr]:
    """Name to value of the assignments that stand directly in a module or class."""
    values: dict[str, ast.expr] = {}
    for statement in body:
        match statement:
            case ast.Assign(targets=targets, value=value):
                values |= {t.id: value for t in targets if isinstance(t, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                values[name] = value
            case _:
                pass
    return values


def _marked(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Clause and name of each test that can fail; empty for a clause not written as plain text."""
    yield from _marked_in(module.body, "", (), _assigned(module.body))


def _marked_in(
    body: Iterable[ast.stmt],
    prefix: str,
    inherited: tuple[ast.expr, ...],
    names: Mapping[str, ast.expr],
) -> Iterator[tuple[str, str]]:
    """`inherited` are the marks of the classes and module around; `names` what a mark may refer to."""
    body = tuple(body)
    shared_by_all = _assigned(body).get("pytestmark")
    if shared_by_all is not None:
        inherited = (*inherited, shared_by_all)
    for node in body:
        match node:
            case ast.ClassDef(name=name) if name.startswith("Test"):
                marks = (*inherited, *node.decorator_list)
                yield from _marked_in(node.body, f"{prefix}{name}::", marks, names)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                marks = (*inherited, *node.decorator_list)
                if name.startswith("test") and not any(map(_never_fails, marks)):
                    clauses = [c for mark in marks for c in _clauses(mark, names)]
                    yield from ((clause, prefix + name) for clause in dict.fromkeys(clauses))
            case _:
                pass


def _clauses(mark: ast.expr, names: Mapping[str, ast.expr]) -> Iterator[str]:
    """The clauses of a decorator: itself, those of its `pytest.param`s, those of names it refers to."""
    for node in ast.walk(mark):
        match node:
            case ast.Call(func=ast.Attribute(attr="clause", value=marker)) if _is_mark(marker):
                yield from map(_written, node.args or [None])
            case ast.Name(id=name) if name in names:
                others = {other: value for other, value in names.items() if other != name}
                yield from _clauses(names[name], others)
            case _:
                pass


def _is_mark(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute | ast.Name) and (
        (node.attr if isinstance(node, ast.Attribute) else node.id) == "mark"
    )


def _never_fails(mark: ast.expr) -> bool:
    """A skipped test, or one expected to fail, proves nothing."""
    match mark:
        case ast.Call(func=func):
            return _never_fails(func)
        case ast.List(elts=marks) | ast.Tuple(elts=marks):
            return any(map(_never_fails, marks))
        case ast.Attribute(attr="skip" | "xfail", value=marker):
            return _is_mark(marker)
        case _:
            return False
