"""Which messages wait for which."""

from enum import StrEnum


class Lane(StrEnum):
    """Which messages wait for which: one of a lane never waits for those of the lanes below it."""

    CODE = "code"
    """What somebody waits for with the phone in hand: a code that is used once."""
    STATUS = "status"
    """The state of somebody's own case, or the answer to what they asked."""
    BROADCAST = "broadcast"
    """The same to many."""

    @property
    def priority(self) -> int:
        """As operators count it, from 0 to 3: it overtakes there, too, what waits in a lane below it."""
        return PRIORITIES[self]


PRIORITIES = {Lane.CODE: 3, Lane.STATUS: 2, Lane.BROADCAST: 0}
