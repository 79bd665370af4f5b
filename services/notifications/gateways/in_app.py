"""The inbox inside: what a post finds when it looks. Its address is `agency:post`."""

from datetime import timedelta
from typing import Literal

from services.notifications.domain.inbox import Notice
from services.notifications.domain.outcome import Outcome, delivered, refused
from services.notifications.gateways.plan import Plan
from services.notifications.gateways.port import PLAIN, Terms
from shared.clock import Clock
from shared.store.history import Act
from shared.store.repository import NotFound, Repository
from shared.store.store import DuplicateId


class InAppPlan(Plan):
    """Nothing to say but that it is wanted."""

    type: Literal["in-app"]
    kind: str = "in-app"


class InApp:
    """Exact: a notice is there, under the message's own id, or it isn't."""

    certain_after = timedelta()

    def __init__(self, inbox: Repository[Notice], clock: Clock) -> None:
        self._inbox, self._clock = inbox, clock

    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:  # noqa: ARG002
        """Put there once."""
        agency_id, _, post_id = number.partition(":")
        if not agency_id or not post_id:
            return refused("no-such-post", passing=False)
        now = self._clock.now()
        notice = Notice(
            id=message_id,
            agency_id=agency_id,
            post_id=post_id,
            kind="message",
            cause=message_id,
            fa=text,
            en=text,
            at=now,
        )
        try:
            await self._inbox.add(Act(name="inform", by=f"message:{message_id}", at=now), (notice, []))
        except DuplicateId:
            return delivered()
        return delivered()

    async def find(self, message_id: str, *, gateway_id: str | None, age: timedelta) -> Outcome | None:  # noqa: ARG002
        """There or not."""
        try:
            await self._inbox.load(message_id)
        except NotFound:
            return None
        return delivered()
