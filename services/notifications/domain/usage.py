"""What an agency's messages of a day came to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """Of one lane by one gateway: `parts` of SMS, `cost` in rials."""

    lane: str
    gateway: str
    messages: int
    parts: int
    cost: int
