"""The door to the rest: any of the services that Apprise knows, by its URL."""

import logging
import warnings
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from services.notifications.domain.outcome import Outcome, accepted, refused
from services.notifications.gateways.http import NoAnswer
from services.notifications.gateways.plan import Plan, Secret
from services.notifications.gateways.port import PLAIN, Terms
from services.notifications.gateways.unasked import Unasked

if TYPE_CHECKING:
    from apprise import Apprise

TALKS = ("apprise", "urllib3.connectionpool")
"""They log to whom is written, and with which key."""


class DoorPlan(Plan):
    """`url` as Apprise wants it, with `{to}` where the receiver stands; it holds the service's key."""

    type: Literal["apprise"]
    url: Secret
    subject: str = ""


class Door(Unasked):
    """It tells yes or no, and no more: a no may come after a yes of the service."""

    def __init__(self, plan: DoorPlan) -> None:
        for name in TALKS:
            logging.getLogger(name).disabled = True
        self._url, self._subject = plan.url.read(), plan.subject
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # it loads what Python is to lose, when it begins
            known = self._opens("0")
        if known is None:
            raise ValueError("Apprise knows no service by this URL")

    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:  # noqa: ARG002
        """Yes is accepted; no is no word. Where the service has no such address, nothing was sent."""
        service = self._opens(number)
        if service is None:
            return refused("no-such-address", passing=False)
        if await service.async_notify(body=text, title=self._subject):
            return accepted()
        raise NoAnswer

    def _opens(self, number: str) -> "Apprise | None":
        from apprise import Apprise  # a second of loading, for who has no such gateway

        service = Apprise()
        return (
            service
            if service.add(  # pyright: ignore[reportUnknownMemberType]
                self._url.replace("{to}", quote(number, safe=""))
            )
            else None
        )
