"""Of which kind a message is, among those that somebody may wish not to get."""

from services.notifications.domain.answers import ANSWERS
from services.notifications.domain.lane import Lane
from services.notifications.domain.merging import PROGRESS
from services.notifications.domain.message import Message
from services.notifications.domain.templates import TEMPLATES
from services.notifications.domain.wishes import WishKind


def kind_of_change(template: str) -> WishKind:
    """Of which kind it is to tell a change of somebody's own case."""
    return WishKind.PROGRESS if template in PROGRESS else WishKind.ESSENTIAL


def kind_of(message: Message) -> WishKind | None:
    """What the message says of itself, else its template, else its lane; None for what nobody can refuse."""
    if message.wish is not None:
        return message.wish
    if message.template in TEMPLATES:
        return kind_of_change(message.template)
    if message.template in ANSWERS:
        return WishKind.ANSWERS
    return WishKind.NOTICES if message.lane is Lane.BROADCAST else None
