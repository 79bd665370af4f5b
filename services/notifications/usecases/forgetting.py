"""For how long words are kept."""

from services.notifications import rules
from services.notifications.domain.message import Message
from services.notifications.usecases.use import Use
from shared.retention import Kept


def words(use: Use) -> Kept[Message]:
    """For how long it is kept what a citizen was told."""
    return Kept(
        documents=use.messages,
        directory=use.directory,
        rule=rules.WORDS,
        since=lambda message: message.queued_at,
        since_field="queued_at",
        forget=lambda message, now: message.forget_words(now),
    )
