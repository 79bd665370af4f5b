"""What the tests of explanations have in common: an agency that writes and publishes them."""

from typing import Any

import httpx

from tests.serving import Serving, bearer

HEAD, OFFICER, ROADS, GOVERNOR = "water.head", "water.officer", "roads.head", "governorate.head"
RULE = {
    "title": "مهلت پاسخ به شکایت",
    "words": "دستگاه باید تا سه ساعت کاری پاسخ دهد. اگر ندهد، شکایت نزد مقام بالاتر می‌رود.",
    "source": "بند ۶ دستورالعمل فواد",
}
Json = dict[str, str]


async def ask(
    running: Serving, method: str, what: str = "", *, as_: str = HEAD, seen: Any = None, **body: str
) -> httpx.Response:
    """What a post asks of its own agency's explanations."""
    own = what and f"/{as_.split('.', 1)[0]}{what}"
    headers = {**bearer(as_), **({} if seen is None else {"if-match": f'"{seen}"'})}
    return await running.http.request(method, f"/v1/explanations{own}", json=body or None, headers=headers)


async def published(running: Serving, number: int, rule: Json, as_: str = HEAD) -> Any:
    """An explanation that people are told."""
    assert (await ask(running, "PUT", f"/{number}", as_=as_, **rule)).status_code == 200
    answer = await ask(running, "POST", f"/{number}/publish", as_=as_)
    assert answer.status_code == 200, answer.text
    return answer.json()
