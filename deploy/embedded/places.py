"""Where things lie on this machine."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JARS = ROOT / "var" / "jars"  # shared by all data folders: they are fetched once a checkout


def data_folder() -> Path:
    """Everything the embedded stack keeps: PAYGIR_DATA, else `var` in the checkout."""
    return Path(os.environ.get("PAYGIR_DATA") or ROOT / "var").resolve()
