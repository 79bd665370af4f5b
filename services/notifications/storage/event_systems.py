"""The systems that look after their own subscriptions."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from services.notifications.domain.event_system import EventSystem
from shared.store.repository import Repository

Document = dict[str, Any]
NAMED = {"state.removed_at": None}


class EventSystems(Repository[EventSystem]):
    """Few; found by agency and subject, of which their id is made."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "event_systems", EventSystem)
