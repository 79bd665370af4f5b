"""How an answer of an HTTP service is read: data of a plan."""

from collections.abc import Mapping
from typing import Any, TypeAlias, cast

from services.notifications.domain.outcome import Outcome, accepted, delivered, refused
from services.notifications.gateways.http import NoAnswer
from services.notifications.gateways.plan import Strict

Fields: TypeAlias = Mapping[Any, Any]
ANYTHING = "*"


class Reading(Strict):
    """How an answer is read: where its code stands (`data.0.status`), and what each code means.

    What is in no list is no answer: the outcome is unknown. `*` in `accepted` is
    every code that isn't in another list.
    """

    code: str
    id: str | None = None
    accepted: frozenset[str] = frozenset()
    delivered: frozenset[str] = frozenset()
    permanent: frozenset[str] = frozenset()
    passing: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()

    def of(self, said: Any) -> Outcome | None:  # noqa: ANN401 - a vendor's own document
        """None where the service says that it hasn't got it."""
        code = _at(said, self.code)
        if code in self.absent:
            return None
        if code in self.permanent or code in self.passing:
            return refused(f"code-{code}", passing=code in self.passing)
        if code in self.delivered:
            return delivered(self._id(said))
        if code in self.accepted or ANYTHING in self.accepted:
            return accepted(self._id(said))
        raise NoAnswer

    def _id(self, said: Any) -> str | None:  # noqa: ANN401 - a vendor's own document
        return None if self.id is None else _at(said, self.id)


def _at(said: Any, path: str) -> str:  # noqa: ANN401 - whatever JSON holds
    try:
        for step in path.split("."):
            said = cast("Fields", said)[int(step) if isinstance(said, list) else step]
    except (KeyError, IndexError, TypeError, ValueError):
        raise NoAnswer from None
    return str(said)
