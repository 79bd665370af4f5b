"""Folders for the real parts of a test, which nobody keeps."""

import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - what lies in it has a name of its own
ROOM_LEAST = 4 * 2**30


def throw_away_folder(*, on_disk: bool = False) -> tempfile.TemporaryDirectory[str]:
    """In memory where there is room: MongoDB waits for a disk with every file, and each index is one.

    `on_disk` is for what is measured: memory would flatter whatever waits until it is safe.
    """
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_LEAST
    place = MEMORY if has_room and not on_disk else None
    return tempfile.TemporaryDirectory(prefix="paygir-", dir=place, ignore_cleanup_errors=True)
