"""The repository itself under test: what must not stand in any of its files."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Written in pieces, so that this file doesn't hold what it forbids.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "maven" + ".org",
    "maven" + ".apache.org",
    "npm" + "js.org",
    "golang" + ".org/proxy",
    "crates" + ".io",
    "debian" + ".org",
]
FORBIDDEN = {
    "a package registry's host": re.compile("|".join(map(re.escape, REGISTRIES))),
    "a path of one machine": re.compile(r"(?<![\w.<{/])/(?:work|root|home/\w+|opt/wheels)/"),
    "a private key": re.compile("-----BEGIN [A-Z ]*PRIVATE" + " KEY"),
}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    found: list[str] = []
    for path in tracked():
        if not path.is_file():
            continue
        text = path.read_bytes().decode(errors="replace")
        found += [
            f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, hit.start()) + 1}: {hit.group()}"
            for hit in FORBIDDEN[what].finditer(text)
        ]

    assert found == []


def test_no_lock_of_a_tool_that_records_addresses() -> None:
    names = {path.name for path in tracked()}

    assert names.isdisjoint({"uv.lock", "poetry.lock", "Pipfile.lock"})
