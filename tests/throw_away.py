"""Folders for the real parts of a test, which nobody keeps."""

import shutil
import tempfile
from pathlib import Path

MEMORY, DISK = Path("/dev/shm"), Path("/var/tmp")  # noqa: S108 - what lies there has a name of its own
ROOM_LEAST = 4 * 2**30


def throw_away_folder(*, on_disk: bool = False) -> tempfile.TemporaryDirectory[str]:
    """In memory where there is room: MongoDB waits for a disk with every file, and each index is one.

    `on_disk` is for what is measured: memory would flatter whatever waits until it is safe.
    """
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_LEAST
    place = DISK if on_disk else MEMORY if has_room else None
    return tempfile.TemporaryDirectory(prefix="paygir-", dir=place, ignore_cleanup_errors=True)
