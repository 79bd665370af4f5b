"""By which gateway a message goes."""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass

ALL = 2**64


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A gateway that may take a message: `weight` is what its plan says times how it does of late, `refused`
    how often it wouldn't take this one.
    """

    name: str
    weight: float
    refused: int = 0


def choose(ways: Iterable[Way], message_id: str) -> str | None:
    """One of those that refused it least often, each as often as its weight says; None where there is none.

    For the same message and weights always the same. What has no weight takes only what no other would.
    """
    all_ways = list(ways)
    if not all_ways:
        return None
    first = min(_turn(way) for way in all_ways)
    return min(
        (way for way in all_ways if _turn(way) == first), key=lambda way: (_lot(message_id, way), way.name)
    ).name


def _turn(way: Way) -> tuple[int, bool]:
    return way.refused, way.weight <= 0


def _lot(message_id: str, way: Way) -> float:
    """The smallest of such lots falls to each as often as its weight says, and few change when one leaves."""
    digest = hashlib.blake2b(f"{way.name}:{message_id}".encode(), digest_size=8).digest()
    drawn = (int.from_bytes(digest) + 1) / (ALL + 1)
    return -math.log(drawn) / (way.weight if way.weight > 0 else 1.0)
