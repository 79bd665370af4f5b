"""Fetches the files of Java programs: exactly those of a lock, each checked by its hash."""

import hashlib
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import NamedTuple

from deploy.embedded.broken import Broken

LOCK = Path(__file__).with_name("kafka.lock")
AT_ONCE = 8
TRIES = 4


class Jar(NamedTuple):
    """One line of a lock: `group:artifact:version sha256`, or `group:artifact:version:zip sha256`."""

    group: str
    artifact: str
    version: str
    sha256: str
    packaging: str = "jar"

    @property
    def file_name(self) -> str:
        return f"{self.artifact}-{self.version}.{self.packaging}"

    def is_in(self, folder: Path) -> bool:
        """Whether the very file that was locked lies there."""
        path = folder / self.file_name
        return path.is_file() and _sha256(path) == self.sha256


def locked(lock: Path = LOCK) -> list[Jar]:
    """What the lock lists."""
    lines = (line.split() for line in lock.read_text().splitlines())
    named = ((*what.split(":"), sha256) for what, sha256 in lines)
    return [Jar(group, name, version, sha256, *kind) for group, name, version, *kind, sha256 in named]


def missing(folder: Path, lock: Path = LOCK) -> list[Jar]:
    """The jars that are not there, or damaged: all are read through, in 0.1 to 1 s."""
    jars = locked(lock)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        there = pool.map(partial(Jar.is_in, folder=folder), jars)
        return [jar for jar, is_there in zip(jars, there, strict=True) if not is_there]


def paths(folder: Path, lock: Path = LOCK) -> list[Path]:
    """Where the jars lie."""
    return [folder / jar.file_name for jar in locked(lock)]


def ensure(folder: Path, lock: Path = LOCK) -> None:
    """Fetch what is missing or damaged.

    Raises:
        Broken: No network, or a file other than the one that was locked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        fetching = [pool.submit(_fetch, jar, folder, lock) for jar in missing(folder, lock)]
        try:
            for one in as_completed(fetching):
                one.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(jar: Jar, folder: Path, lock: Path) -> None:
    """Into a folder apart, checked, then moved in one step: a kill leaves no half jar."""
    apart = folder / f".{os.getpid()}-{jar.artifact}"
    try:
        got = _download(jar, apart)
        if _sha256(got) != jar.sha256:
            raise Broken(
                fa=f"پروندهٔ دریافت‌شدهٔ {jar.file_name} همان پروندهٔ ثبت‌شده در {lock.name} نیست.",
                en=f"The {jar.file_name} that was fetched is not the file that {lock.name} names.",
            )
        got.replace(folder / jar.file_name)
    finally:
        shutil.rmtree(apart, ignore_errors=True)


def _download(jar: Jar, apart: Path) -> Path:
    from jgo.maven import MavenContext  # here, for it is slow to import and rarely needed

    for attempt in range(1, TRIES + 1):
        try:
            context = MavenContext(repo_cache=apart, timeout=60)
            component = context.project(jar.group, jar.artifact).at_version(jar.version)
            return component.artifact(packaging=jar.packaging).resolve()
        except (OSError, RuntimeError) as error:
            shutil.rmtree(apart, ignore_errors=True)
            if attempt == TRIES:
                raise Broken(
                    fa=f"دریافت {jar.file_name} ممکن نشد. اتصال شبکه را بررسی کنید و دوباره اجرا کنید.",
                    en=f"{jar.file_name} could not be fetched. Check the network and run it again.",
                ) from error
    raise AssertionError("TRIES is at least one")


def main() -> int:
    """Fetch into a folder what a lock names; a program of its own, so that it can be stopped at once."""
    try:
        ensure(Path(sys.argv[1]), Path(sys.argv[2]))
    except Broken as broken:
        print(broken.said())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
