"""Kavenegar's REST service. It can be asked by our own id (`localid`) for twelve hours."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from services.notifications.domain.outcome import UNKNOWN, Outcome, Receipt, accepted, delivered, refused
from services.notifications.gateways.http import Http, NoAnswer, national, number_of
from services.notifications.gateways.plan import Plan, Secret
from services.notifications.gateways.port import PLAIN, Terms

GOOD, NOT_KNOWN = 200, 100
UNCLEAR = frozenset({402, 409})
"""Their "operation failed" and "server can't answer" don't say that nothing was sent."""
OURS = frozenset({411, 413, 420, 422})
"""Receiver, length, link or letters: no other gateway would take it either."""
TAKEN, DELIVERED, BLOCKED = frozenset({1, 2, 4, 5}), 10, 14
LOST = frozenset({6, 11, 13, BLOCKED})
KNOWN_FOR = timedelta(hours=12)


class KavenegarPlan(Plan):
    """`key` is in each address, so no address is ever logged."""

    type: Literal["kavenegar"]
    key: Secret
    url: str = "https://api.kavenegar.com"


class Kavenegar:
    """`sms/send.json`, `sms/statuslocalmessageid.json`, and the receipts of its panel."""

    certain_after, asks_after = timedelta(minutes=1), timedelta(minutes=5)

    def __init__(self, plan: KavenegarPlan, http: Http) -> None:
        self._base, self._http = f"{plan.url.rstrip('/')}/v1/{plan.key.read()}", http

    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        """Its codes beyond 200 say that nothing was sent, but for two."""
        said = {"receptor": national(number), "message": text, "localid": str(number_of(message_id))}
        if terms.sender:
            said["sender"] = terms.sender
        code, entries = await self._ask("POST", "send", data=said)
        if code == GOOD:
            return _outcome(entries[0]["status"], entries[0]["messageid"])
        if code in UNCLEAR or (code >= 500 and code != 501):  # noqa: PLR2004 - 501 is theirs: only to the owner
            raise NoAnswer
        return refused(str(code), passing=code not in OURS)

    async def find(self, message_id: str, *, gateway_id: str | None, age: timedelta) -> Outcome | None:
        """By our id; later by theirs, if we have that."""
        if age < KNOWN_FOR:
            said = {"localid": str(number_of(message_id))}
            code, entries = await self._ask("GET", "statuslocalmessageid", params=said)
        elif gateway_id is not None:
            code, entries = await self._ask("GET", "status", params={"messageid": gateway_id})
        else:
            return UNKNOWN
        if code != GOOD:
            raise NoAnswer
        if entries[0]["status"] == NOT_KNOWN:
            return None if age < KNOWN_FOR else UNKNOWN
        return _outcome(entries[0]["status"], entries[0]["messageid"])

    def receipt(self, said: Mapping[str, str]) -> Receipt | None:
        """`messageid` and `status`, to the address set in the panel."""
        outcome = _outcome(int(said["status"]), said["messageid"])
        return Receipt(outcome=outcome, gateway_id=str(int(said["messageid"])))

    async def _ask(self, method: str, verb: str, **how: Any) -> tuple[int, list[dict[str, Any]]]:  # noqa: ANN401
        answer: dict[str, Any] = (await self._http.ask(method, f"{self._base}/sms/{verb}.json", **how)).json()
        return answer["return"]["status"], answer.get("entries") or []


def _outcome(status: int, id_: int | str) -> Outcome:
    if status in LOST:
        return refused("blocked" if status == BLOCKED else f"status-{status}", passing=status != BLOCKED)
    if status == DELIVERED:
        return delivered(str(id_))
    if status in TAKEN:
        return accepted(str(id_))
    raise ValueError(status)
