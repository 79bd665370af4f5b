"""Folders for the real parts of a test, which nobody keeps."""

import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - what lies in it has a name of its own
ROOM_LEAST = 4 * 2**30


def throw_away_folder() -> tempfile.TemporaryDirectory[str]:
    """In memory where there is room: MongoDB waits for a disk with every file, and each index is one."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_LEAST
    place = MEMORY if has_room else None
    return tempfile.TemporaryDirectory(prefix="paygir-", dir=place, ignore_cleanup_errors=True)
