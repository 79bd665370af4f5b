"""What gateways have in common that know no id of ours."""

from datetime import timedelta

from services.notifications.domain.outcome import UNKNOWN, Outcome


class Unasked:
    """It has no question for what became of a message: without a word of it the message stays in doubt."""

    certain_after = timedelta()

    async def find(self, message_id: str, *, gateway_id: str | None, age: timedelta) -> Outcome | None:  # noqa: ARG002
        """It can't say, now or ever."""
        return UNKNOWN
