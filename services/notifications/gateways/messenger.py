"""Bale, Telegram and whatever else speaks like them: a bot writes into a chat."""

from typing import Literal

from services.notifications.domain.outcome import Outcome, accepted, refused
from services.notifications.gateways.http import Http, NoAnswer
from services.notifications.gateways.plan import Plan, Secret
from services.notifications.gateways.port import PLAIN, Terms
from services.notifications.gateways.unasked import Unasked

NOBODYS = frozenset({400, 403})
"""No such chat, or the person blocked the bot: trying again is of no use."""


class MessengerPlan(Plan):
    """`url` is the messenger's; `token` the bot's. Whom it writes to is a chat's id."""

    type: Literal["messenger"]
    kind: str = "messenger"
    url: str = "https://tapi.bale.ai"
    token: Secret


class Messenger(Unasked):
    """`sendMessage`. It tells no more than that it has it."""

    def __init__(self, plan: MessengerPlan, http: Http) -> None:
        self._url, self._http = f"{plan.url.rstrip('/')}/bot{plan.token.read()}/sendMessage", http

    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:  # noqa: ARG002
        """`ok` tells; a wrong token or too many calls pass."""
        answer = await self._http.ask("POST", self._url, json={"chat_id": number, "text": text})
        said = answer.json()
        if said["ok"]:
            return accepted(f"{number}.{said['result']['message_id']}")
        if answer.is_fault:
            raise NoAnswer
        code = int(said["error_code"])
        return refused(f"code-{code}", passing=code not in NOBODYS)
