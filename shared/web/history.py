"""The audit trail of a thing, as its staff read it."""

from collections.abc import Sequence
from datetime import datetime

from shared.store.history import Document
from shared.web.parts import View


class HistoryView(View):
    """One entry: who did what and when, which events it caused, and the hash that chains it."""

    version: int
    at: datetime
    act: str
    by: str
    note: str | None
    events: list[str]
    hash: str


def history_views(entries: Sequence[Document]) -> list[HistoryView]:
    """Oldest first."""
    return [
        HistoryView(
            version=entry["version"],
            at=entry["at"],
            act=entry["act"],
            by=entry["by"],
            note=entry["note"],
            events=[event["type"] for event in entry["events"]],
            hash=entry["hash"],
        )
        for entry in entries
    ]
