"""By which gateway a message goes."""

from collections.abc import Sequence


def choose(names: Sequence[str], refused_by: Sequence[str]) -> str | None:
    """The first that refused it least often; None where there is none."""
    return min(names, key=refused_by.count, default=None)
