"""Kannel's smsbox over HTTP. It can't be asked, but calls us with each receipt."""

from collections.abc import Mapping
from typing import Literal

from services.notifications.domain.outcome import Outcome, Receipt, accepted, delivered, refused
from services.notifications.gateways.http import Http, NoAnswer
from services.notifications.gateways.plan import Plan, Secret
from services.notifications.gateways.port import PLAIN, Terms
from services.notifications.gateways.unasked import Unasked

TAKEN, WRONG, FORBIDDEN, LATER = 202, 400, 403, 503
ALL_RECEIPTS, UCS2 = "31", "2"
OUTCOMES = {
    1: delivered(),
    2: refused("not-delivered", passing=True),
    4: accepted(),  # waits in Kannel
    8: accepted(),  # the operator has it
    16: refused("refused-by-the-operator", passing=False),
}


class KannelPlan(Plan):
    """`url` is the smsbox's, with its port."""

    type: Literal["kannel"]
    url: str
    username: str
    password: Secret


class Kannel(Unasked):
    """`cgi-bin/sendsms`; parts of a long message come back as one receipt."""

    def __init__(self, plan: KannelPlan, http: Http) -> None:
        self._url, self._http = f"{plan.url.rstrip('/')}/cgi-bin/sendsms", http
        self._who = {"username": plan.username, "password": plan.password.read()}

    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:  # noqa: ARG002
        """202 is taken, sent or queued; 403 and 503 say that it isn't."""
        said = {**self._who, "to": number, "text": text, "coding": UCS2, "charset": "UTF-8"}
        said["priority"] = str(terms.priority)
        if terms.sender:
            said["from"] = terms.sender
        if terms.valid_for is not None:
            said["validity"] = str(max(1, int(terms.valid_for.total_seconds() // 60)))
        if terms.receipts_url is not None:
            said |= {"dlr-mask": ALL_RECEIPTS, "dlr-url": f"{terms.receipts_url}?type=%d"}
        answer = await self._http.ask("GET", self._url, params=said)
        if answer.status == TAKEN:
            return accepted()
        if answer.status in {WRONG, FORBIDDEN, LATER}:
            return refused(f"http-{answer.status}", passing=answer.status != WRONG)
        raise NoAnswer

    def receipt(self, said: Mapping[str, str]) -> Receipt | None:
        """Of the message whose address was called."""
        return Receipt(outcome=OUTCOMES[int(said["type"])])
