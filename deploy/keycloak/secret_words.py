"""Passwords and secrets of one deployment: made when first wanted, in a file that only its owner may read."""

import json
import secrets
from pathlib import Path

from deploy.embedded.secret_files import write_secret

BYTES = 18  # 24 characters

Words = dict[str, dict[str, str]]


class SecretWords:
    """By kind ("administrator", "systems", "people") and name."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(self, kind: str, name: str) -> str:
        """The same at each call."""
        known = self._all()
        if name not in known.setdefault(kind, {}):
            known[kind][name] = secrets.token_urlsafe(BYTES)
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_secret(self._file, json.dumps(known, indent=1))
        return known[kind][name]

    def knows(self, kind: str, name: str) -> bool:
        """Whether there is one already."""
        return name in self._all().get(kind, {})

    def _all(self) -> Words:
        if not self._file.exists():
            return {}
        found: Words = json.loads(self._file.read_text())
        return found
