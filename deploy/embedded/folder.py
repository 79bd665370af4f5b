"""The data folder: one launcher at a time, and never a newer program's files under an older one."""

import fcntl
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from deploy.embedded import kafka, mongo
from deploy.embedded.broken import Broken

LAYOUT = "1"  # of our own files and documents; raised when older ones can't be read any more
OURS = {"kafka": kafka.VERSION, "mongodb": mongo.VERSION, "paygir": LAYOUT}


@contextmanager
def held(folder: Path) -> Generator[None]:
    """Hold the folder for this process; however that ends, the system lets go of it.

    Raises:
        Broken: Another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid = file.read().strip()
            raise Broken(
                fa=f"پیگیر با این پوشهٔ داده هم‌اکنون در حال اجراست (pid {pid}): {folder}",
                en=f"Paygir is already up with this data folder (pid {pid}): {folder}",
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def holder(folder: Path) -> str | None:
    """The pid of the process that holds the folder, if one does."""
    try:
        with held(folder):
            return None
    except Broken:
        return (folder / "lock").read_text().strip()


def check_version(folder: Path) -> None:
    """Note our versions in the folder.

    Raises:
        Broken: A newer Kafka, MongoDB or Paygir has written there.
    """
    file = folder / "version"
    found: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    for part, ours in OURS.items():
        theirs = found.get(part, ours)
        if _numbers(theirs) > _numbers(ours):
            raise Broken(
                fa=f"این پوشهٔ داده را نسخهٔ تازه‌تری نوشته است ({part} {theirs}؛ نسخهٔ اینجا {ours}). "
                "همان نسخه را اجرا کنید، یا با «paygir reset» از نو آغاز کنید.",
                en=f"This data folder was written by a newer version ({part} {theirs}; here is {ours}). "
                "Run that one, or start anew with `paygir reset`.",
            )
    file.write_text(json.dumps(OURS) + "\n")


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]
