"""A signed event to another system, as Standard Webhooks has it."""

import ssl
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
from standardwebhooks import Webhook

from services.notifications.domain.delivery import CONTENT_TYPE, Answer
from shared.outward import Barred, Head, Outward

SECONDS_DIGITS_MAX = 9


class Receiver:
    """Whoever has an address."""

    def __init__(self, outward: Outward) -> None:
        self._outward = outward

    async def look_at(self, url: str) -> None:
        """Barred for an address that nothing is sent to."""
        await self._outward.find(url)

    async def post(
        self, url: str, *, id_: str, body: str, secrets: Sequence[bytes], real_now: datetime
    ) -> Answer:
        """Signed by each secret. It never raises: what went wrong is the answer's code."""
        began, retry_after = time.monotonic(), None
        signatures = [Webhook(secret).sign(id_, real_now, body) for secret in secrets]
        headers = {
            "content-type": CONTENT_TYPE,
            "user-agent": "Paygir",
            "webhook-id": id_,
            "webhook-timestamp": str(int(real_now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
        try:
            head = await self._outward.post(url, headers=headers, content=body.encode())
            code, retry_after = str(head.status), _retry_after(head, real_now)
        except Barred as error:
            code = error.code
        except (httpx.HTTPError, OSError, TimeoutError) as error:
            code = _code_of(error)
        return Answer(code=code, took_ms=round((time.monotonic() - began) * 1000), retry_after=retry_after)


def _code_of(error: BaseException) -> str:
    """A word for what kept an answer from coming; the error's own text may quote the address."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "tls"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return "timeout"
    return "no-connection" if isinstance(error, httpx.ConnectError) else "broken-off"


def _retry_after(head: Head, real_now: datetime) -> timedelta | None:
    """Seconds or a day and hour (RFC 9110); None for neither."""
    said = head.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return timedelta(seconds=int(said[:SECONDS_DIGITS_MAX]))
    try:
        return max(parsedate_to_datetime(said) - real_now, timedelta())
    except (ValueError, TypeError):
        return None
