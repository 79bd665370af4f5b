"""Any HTTP service, described by data: what to ask, and how to read what it says."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from pydantic import Field, model_validator

from services.notifications.domain.outcome import UNKNOWN, Outcome, Receipt
from services.notifications.gateways.http import Http, NoAnswer, basic, national, number_of
from services.notifications.gateways.plan import Plan, Seconds, Secret
from services.notifications.gateways.port import PLAIN, Terms
from services.notifications.gateways.reading import Reading
from services.notifications.gateways.wording import FINDING, SENDING, Asking, filled


class WebPlan(Plan):
    """`arrives_within_s`: how long a sending may be on its way; `asks_after_s`: when to ask for a receipt."""

    type: Literal["http"]
    secrets: Mapping[str, Secret] = Field(default_factory=dict[str, Secret])
    login: tuple[str, str] | None = Field(default=None, description="user, and the name of the secret")
    number: Literal["national", "e164"] = "national"
    send: Asking
    find: Asking | None = None
    receipt: Reading | None = None
    arrives_within_s: Seconds = 60
    asks_after_s: Seconds | None = None

    @model_validator(mode="after")
    def _names_what_there_is(self) -> "WebPlan":
        """Found out when the service starts, not by the citizen who gets a name in braces."""
        for place, asking, words in (("send", self.send, SENDING), ("find", self.find, FINDING)):
            if asking is not None:
                asking.check(place, (*words, *self.secrets))
        if self.login is not None and self.login[1] not in self.secrets:
            raise ValueError("login: names no secret of the plan / رازی به این نام در این طرح نیست")
        return self


class Web:
    """As its plan says; without `find` it can't be asked, without `receipt` it never tells."""

    def __init__(self, plan: WebPlan, http: Http) -> None:
        self._plan, self._http = plan, http
        self._secrets = {name: secret.read() for name, secret in plan.secrets.items()}
        self.certain_after = timedelta(seconds=plan.arrives_within_s)
        if plan.asks_after_s is not None:
            self.asks_after = timedelta(seconds=plan.asks_after_s)

    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        """One request."""
        to = national(number) if self._plan.number == "national" else number
        words = {"to": to, "text": text, "sender": terms.sender or "", "receipts": terms.receipts_url or ""}
        outcome = await self._ask(self._plan.send, {**words, **_ids(message_id)})
        if outcome is None:
            raise NoAnswer
        return outcome

    async def find(self, message_id: str, *, gateway_id: str | None, age: timedelta) -> Outcome | None:  # noqa: ARG002
        """One request, by our id or by theirs where we have it."""
        asking = self._plan.find
        if asking is None or (gateway_id is None and "{gateway_id" in asking.model_dump_json(by_alias=True)):
            return UNKNOWN
        return await self._ask(asking, {**_ids(message_id), "gateway_id": gateway_id or ""})

    def receipt(self, said: Mapping[str, str]) -> Receipt | None:
        """What it calls with."""
        if self._plan.receipt is None:
            raise KeyError(self._plan.type)
        try:
            outcome = self._plan.receipt.of(said)
        except NoAnswer:
            raise ValueError from None
        return None if outcome is None else Receipt(outcome=outcome, gateway_id=outcome.gateway_id)

    async def _ask(self, asking: Asking, words: Mapping[str, str]) -> Outcome | None:
        words = {**self._secrets, **words}
        headers = dict(filled(asking.headers, words))
        if self._plan.login is not None:
            headers |= basic(self._plan.login[0], self._secrets[self._plan.login[1]])
        answer = await self._http.ask(
            asking.method,
            filled(asking.url, words),
            headers=headers,
            params=filled(asking.params, words),
            data=filled(asking.form, words),
            json=filled(asking.json_, words),
        )
        return asking.answer.of({"http": answer.status} if asking.answer.code == "http" else answer.json())


def _ids(message_id: str) -> dict[str, str]:
    return {"id": message_id, "uid": str(number_of(message_id))}
