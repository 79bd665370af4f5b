"""Is it alive, may it be sent work, how is it doing."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from shared.clock import wall_now
from shared.directory.lookup import Directory
from shared.observe import metrics
from shared.outbox.pending import PendingInMongo


class Readiness(BaseModel):
    """Ready when the database answers, the indexes are there, and nothing waits too long for the bus.

    `directory_events`, how many events its copy of the directory is made of, is told and decides nothing.
    """

    ready: bool
    database: bool
    prepared: bool
    pending_oldest_s: float
    directory_events: int = 0


class Health:
    """Kafka being away doesn't make a service unready: it goes on accepting, until too much waits."""

    def __init__(
        self,
        database: AsyncDatabase[dict[str, Any]],
        sources: Mapping[str, PendingInMongo],
        pending_age_max_s: float,
        directory: Directory,
    ) -> None:
        self._database, self._sources, self._directory = database, sources, directory
        self._pending_age_max_s = pending_age_max_s
        self.prepared = False

    async def readiness(self) -> Readiness:
        """Asks the database; never raises."""
        try:
            await self._database.command("ping")
            oldest_s = await self.pending_oldest_s()
            events = await self._directory.events_known()
        except PyMongoError:
            return Readiness(ready=False, database=False, prepared=self.prepared, pending_oldest_s=0)
        ready = self.prepared and oldest_s <= self._pending_age_max_s
        return Readiness(
            ready=ready,
            database=True,
            prepared=self.prepared,
            pending_oldest_s=oldest_s,
            directory_events=events,
        )

    async def pending_oldest_s(self) -> float:
        """Real seconds for which the oldest record has waited; sets the metric of each collection."""
        oldest_s = 0.0
        for name, source in self._sources.items():
            at = await source.oldest_at()
            age_s = 0.0 if at is None else max(0.0, (wall_now() - at).total_seconds())
            metrics.PENDING_OLDEST_S.labels(name).set(age_s)
            oldest_s = max(oldest_s, age_s)
        return oldest_s


health_routes = APIRouter(include_in_schema=False)


@health_routes.get("/live")
async def live() -> dict[str, bool]:
    """The process answers."""
    return {"live": True}


@health_routes.get("/ready")
async def ready(request: Request, response: Response) -> Readiness:
    """Whether it may be sent work."""
    health: Health = request.app.state.health
    found = await health.readiness()
    response.status_code = 200 if found.ready else 503
    return found


@health_routes.get("/metrics")
async def measured(request: Request) -> Response:
    """Prometheus' text format."""
    health: Health = request.app.state.health
    await health.readiness()
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
