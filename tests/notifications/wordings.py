"""What the tests of wordings have in common: how a post words what its agency tells."""

from typing import Any

import httpx

from services.notifications.domain.wordings import id_of
from tests.serving import Serving, bearer

HEAD, PR_HEAD, GOVERNOR = "water.head", "water.pr.head", "governorate.head"
FILED = "complaint-filed"
OWN = "به نام خدا؛ شکایت شما نزد {agency} است.\n{code}\nتا {due} پاسخ می‌گیرید."
Json = dict[str, Any]


def path(name: str = FILED, agency: str = "water") -> str:
    return f"/v1/wordings/{id_of(agency, name)}"


async def ask(
    running: Serving,
    method: str,
    what: str = "",
    *,
    as_: str = HEAD,
    name: str = FILED,
    seen: str | None = None,
    **body: Any,
) -> httpx.Response:
    """What a post asks of its own agency's wording."""
    headers = {**bearer(as_), **({} if seen is None else {"if-match": seen})}
    url = f"{path(name, as_.split('.', 1)[0])}{what}"
    return await running.http.request(method, url, json=body or None, headers=headers)


async def got(running: Serving, method: str = "GET", what: str = "", **how: Any) -> Json:
    answer = await ask(running, method, what, **how)
    assert answer.is_success, answer.text
    return answer.json()


async def publish(running: Serving, words: str = OWN, **how: Any) -> Json:
    await got(running, "PUT", "/draft", words=words, **how)
    return await got(running, "POST", "/publish", **how)
