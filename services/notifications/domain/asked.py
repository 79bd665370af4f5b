"""A message that another system asked for: whose it is, what that system calls it, how it is shown to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

ID_PREFIX = "sms-"
ID_BITS = 52
"""With a bit before them sixteen digits: a number of JavaScript holds them, and no mobile has so many."""
ASKERS_MAX, LOCALIDS_MAX = 50, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One SMS as a system wants it: to whom (E.164), from which of its lines, what it calls it itself."""

    number: str
    text: str
    line: str | None = None
    localid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which systems know a message as their own, and under which ids (hashed: they may be anything).

    `at` is when it was wanted, None for at once; `parts` is what it costs.
    """

    client_ids: tuple[str, ...]
    localids: tuple[str, ...] = ()
    parts: int
    at: datetime | None = None

    def by(self, client_id: str, localid: str | None) -> Self:
        """The same, asked for once more: by another system, or under another id. Not without end."""
        client_ids, localids = self.client_ids, self.localids
        if client_id not in client_ids and len(client_ids) < ASKERS_MAX:
            client_ids = (*client_ids, client_id)
        if localid and localid not in localids and len(localids) < LOCALIDS_MAX:
            localids = (*localids, localid)
        return replace(self, client_ids=client_ids, localids=localids)


def id_of(number: int) -> str:
    """The message that a system knows under this number."""
    return f"{ID_PREFIX}{number}"


def number_of(id_: str) -> int:
    """The number under which systems know a message of theirs."""
    return int(id_.removeprefix(ID_PREFIX))


def id_from(hash_: str) -> str:
    """An id of a message, drawn from a hash in hexadecimal digits."""
    return id_of((1 << ID_BITS) | int(hash_[: ID_BITS // 4], 16))


def distinct(orders: Sequence[Order]) -> Sequence[str]:
    """The numbers that are written to, each once."""
    return list(dict.fromkeys(one.number for one in orders))
