"""What the citizen is asked, and what they say to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Asked by a post. The clock stands still until the reply, or until `until_at` without one.

    `reply_ref` knows a reply again that came by mail. `reply_to` is the post that the case went to before a
    reply came; None while it is with whoever asked.
    `left` is the working time that was left until the deadline; None where that had passed.
    """

    post_id: str
    text: str
    asked_at: datetime
    until_at: datetime
    left: timedelta | None
    over_at: datetime | None = None
    reply: str | None = None
    replied_at: datetime | None = None
    reply_ref: str | None = None
    reply_to: str | None = None
