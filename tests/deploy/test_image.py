"""The image holds what the services need, at the versions that were tested, and nothing else."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.locks import IMAGE, ROOT, imported, not_in

DOCKERFILE = ROOT / "deploy" / "image" / "Dockerfile"
SERVICES = sorted(path.parent.name for path in (ROOT / "services").glob("*/__main__.py"))


def copied() -> list[tuple[str, str]]:
    """What the last stage takes from the checkout: source and destination."""
    joined = DOCKERFILE.read_text().replace("\\\n", " ").rpartition("\nFROM ")[2]
    pairs: list[tuple[str, str]] = []
    for line in joined.splitlines():
        words = line.split()
        if words[:1] == ["COPY"] and not words[1].startswith("--"):
            *sources, destination = words[1:]
            pairs += [(source, destination) for source in sources]
    return pairs


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The image's working folder, as its COPY lines make it."""
    for source, destination in copied():
        path, target = ROOT / source, tmp_path / destination
        if path.is_dir():
            shutil.copytree(path, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return tmp_path


def test_hadolint_has_nothing_to_say() -> None:
    said = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), DOCKERFILE], capture_output=True, text=True, check=False
    )

    assert (said.returncode, said.stdout) == (0, "")


def test_whatever_the_image_imports_is_in_its_lock(content: Path) -> None:
    third_party = imported(content)

    assert "fastapi" in third_party
    assert not_in(IMAGE, third_party) == set()


def test_every_service_and_job_runs_from_what_the_image_holds(content: Path) -> None:
    modules = [f"services.{name}.app" for name in SERVICES]
    modules += ["deploy.image.make_topics", "deploy.image.found_mongodb"]
    script = "import importlib, sys; sys.path[0] = '.'\nfor m in sys.argv[1:]: importlib.import_module(m)"
    done = subprocess.run(
        [sys.executable, "-B", "-c", script, *modules],
        cwd=content,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_of_development_is_in_the_image(content: Path) -> None:
    files = {str(path.relative_to(content)) for path in content.rglob("*") if path.is_file()}

    assert files.isdisjoint({"deploy/embedded/issuer.py", "deploy/embedded/stack.py"})
    assert not [name for name in files if name.startswith(("tests/", "var/", "deploy/demo/", ".git"))]


def test_what_the_image_copies_is_let_through_to_the_engine() -> None:
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}

    for source, _ in copied():
        assert any(source == name or source.startswith(f"{name}/") for name in let_through), source


def test_it_does_not_run_as_root_and_is_asked_how_it_is() -> None:
    last_stage = DOCKERFILE.read_text().rpartition("\nFROM ")[2]

    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last_stage, re.MULTILINE)
    assert "PYTHONDONTWRITEBYTECODE=1" in last_stage
    assert re.search(r"^HEALTHCHECK .*\n.*/live", last_stage, re.MULTILINE)
    assert "pip" not in last_stage.replace("description", "")
