"""What a post is told inside the system."""

import contextlib
from collections.abc import Iterator

from services.notifications.domain.inbox import Notice, Owed
from services.notifications.usecases.use import Use
from shared.cloudevents import Envelope
from shared.events.complaints_course import ComplaintTakenOver
from shared.events.directory import PROVINCE
from shared.events.meetings import (
    DecisionsOverdue,
    DecisionsSent,
    MeetingLapsed,
    MeetingMoved,
    MeetingNotOfficial,
    MinutesSent,
)
from shared.identity import derived_id
from shared.store.history import Act
from shared.store.store import DuplicateId


async def inform(use: Use, envelope: Envelope) -> None:
    """Tell each post once what there is for it: of a meeting, of another day, of a complaint to answer."""
    for notice in [*_notices(envelope), *await _case_notices(use, envelope)]:
        now = use.clock.now()
        with contextlib.suppress(DuplicateId):
            await use.inbox.add(Act(name="inform", by=f"event:{envelope.id}", at=now), (notice, []))


def _notices(envelope: Envelope) -> Iterator[Notice]:
    def id_of(post_id: str) -> str:
        return derived_id(envelope.id, "inbox", post_id)

    match envelope.event():
        case (DecisionsSent() | MinutesSent()) as event:
            for post_id in event.to_posts:
                yield Notice.of_minutes(event, id_=id_of(post_id), post_id=post_id)
        case MeetingMoved() as event:
            for post_id in event.to_posts:
                yield Notice.of_move(event, id_=id_of(post_id), post_id=post_id)
        case (DecisionsOverdue() | MeetingNotOfficial() | MeetingLapsed()) as event:
            if event.overseen_by is not None:
                yield Notice.of_breach(event, id_=id_of(event.overseen_by), post_id=event.overseen_by)
        case _:
            return


async def _case_notices(use: Use, envelope: Envelope) -> list[Notice]:
    event = envelope.event()
    if not isinstance(event, Owed):
        return []
    chart = await use.directory.chart(event.agency_id)
    posts = [event.post_id]
    if isinstance(event, ComplaintTakenOver) and event.overseen_by is not None:
        posts.append(event.overseen_by)
    return [
        Notice.of_case(
            event,
            id_=derived_id(envelope.id, "inbox", post_id),
            agency_id=event.agency_id if chart is None or post_id in chart.posts else PROVINCE,
            post_id=post_id,
            cause=envelope.subject,
        )
        for post_id in dict.fromkeys(posts)
    ]
