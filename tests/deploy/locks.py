"""The locks read: which versions each pins, and whether what a tree imports is among them."""

import ast
import importlib.metadata
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTED = ROOT / "requirements.lock"
RUN = ROOT / "deploy" / "embedded" / "requirements.lock"
IMAGE = ROOT / "deploy" / "image" / "requirements.lock"
PINNED = re.compile(r"^([\w.-]+)==([^ ;]+)", re.MULTILINE)
OWN = {"services", "shared", "deploy"}


def pinned(lock: Path) -> dict[str, str]:
    """The version of each package."""
    return {_canonical(name): version for name, version in PINNED.findall(lock.read_text())}


def imported(*folders: Path) -> set[str]:
    """What the code in these folders imports that is neither its own nor Python's."""
    found: set[str] = set()
    for path in (path for folder in folders for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - OWN - sys.stdlib_module_names


def not_in(lock: Path, modules: set[str]) -> set[str]:
    """Those that no package of this lock brings."""
    given_by, there = importlib.metadata.packages_distributions(), pinned(lock).keys()
    return {name for name in modules if there.isdisjoint(map(_canonical, given_by.get(name, ["nobody"])))}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
