"""What other services tell reporting, in the tests: whole stories of complaints and items."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx

from services.reporting.consumer import turns
from services.reporting.domain.facts import Source
from services.reporting.storage import projection_of
from shared.bus.effects import Told
from shared.cloudevents import envelope_of
from shared.events.complaints import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintDeadlineMoved,
    ComplaintEscalated,
    ComplaintFiled,
    ComplaintReopened,
    ComplaintTaken,
)
from shared.events.complaints_course import (
    ComplaintCitizenAsked,
    ComplaintPointedElsewhere,
    ComplaintSorted,
    ComplaintTakenOver,
    ComplaintTransferred,
    ComplaintWentOn,
    ComplaintWithdrawn,
)
from shared.events.content import ContentPublished, ContentWithdrawn
from shared.events.directory import AgencyJoined, Name
from shared.events.event import Event
from shared.events.meetings import (
    DecisionAdopted,
    DecisionsOverdue,
    DecisionsSent,
    MeetingConvened,
    MeetingHeld,
    MeetingLapsed,
    MeetingMoved,
    MeetingNotOfficial,
)
from tests.province import SATURDAY_NINE
from tests.serving import Serving, bearer

HOUR = timedelta(hours=1)
REPLY_TIME = timedelta(hours=3)
GROUND = "put-off-without-reason"
EventT = TypeVar("EventT", bound=Event)


class Story:
    """One complaint's events, told step by step; its own clock starts at its filing."""

    def __init__(
        self,
        *,
        agency: str = "water",
        at: datetime = SATURDAY_NINE,
        ground: str = GROUND,
        reply_time: timedelta = REPLY_TIME,
        came_after: timedelta | None = None,
    ) -> None:
        """With `came_after` it was handed over by another agency so long after it was filed there."""
        self._whose = {"agency_id": agency, "tracking_code": "3TMJWP0K48R6TF3J"}
        self._level, self._lates, self._late_by = 0, [False], timedelta(0)
        self.now, self.due = at, at + reply_time
        self.events: list[Event] = []
        if came_after is not None:
            self._came(at, ground, at + came_after)
            return
        self._tell(
            ComplaintFiled,
            service_code="1001",
            unit_id="desk",
            ground=ground,
            door="web",
            filed_at=at,
            reply_due_at=self.due,
        )

    def taken(self) -> "Story":
        """A case officer has it."""
        return self._tell(ComplaintTaken, post_id="water.desk.officer", taken_at=self.now)

    def sorted_as(self, ground: str, *, was: str = "none-of-these") -> "Story":
        """The desk names the ground that the citizen didn't."""
        return self._tell(
            ComplaintSorted,
            was_service_code="unsorted",
            service_code="1001",
            was_ground=was,
            ground=ground,
            post_id="water.desk.officer",
            sorted_at=self.now,
        )

    def moved(self, *, by: timedelta = 24 * HOUR) -> "Story":
        """The calendar changed: an answer is owed so much later."""
        was_due_at, self.due = self.due, self.due + by
        return self._tell(
            ComplaintDeadlineMoved,
            was_due_at=was_due_at,
            reply_due_at=self.due,
            calendar_version=2,
            moved_at=self.now,
        )

    def answered(self, *, after: timedelta = HOUR, elsewhere: bool = False) -> "Story":
        """The running round is answered so long after its start; escalated first where that is late."""
        self.now = self.due - REPLY_TIME + after
        late_by = self.now - self.due
        if late_by >= timedelta(0):
            self._level += 1
            self._lates[-1] = True
            self._tell(
                ComplaintEscalated,
                level=self._level,
                post_id="water.desk.head",
                due_at=self.due,
                escalated_at=self.due,
            )
        self._late_by = max(self._late_by, late_by)
        kind, door = ComplaintAnswered, dict[str, str]()
        if elsewhere:
            kind, door = ComplaintPointedElsewhere, {"right_door": "suggestion"}
        return self._tell(
            kind,
            **door,
            post_id="water.desk.officer",
            answered_at=self.now,
            in_time=not self._lates[-1],
            late_by_s=round(max(timedelta(0), late_by).total_seconds()),
            level=self._level,
            rate_by_at=self.now + timedelta(days=7),
        )

    def asked(self, *, for_: timedelta = 24 * HOUR) -> "Story":
        """An hour after the round's start the citizen is asked, and replies so much later."""
        self.now = self.due - REPLY_TIME + HOUR
        self._tell(
            ComplaintCitizenAsked,
            post_id="water.desk.officer",
            asked_at=self.now,
            reply_by_at=self.now + timedelta(days=3),
        )
        was_due_at, self.due = self.due, self.due + for_
        return self._tell(
            ComplaintWentOn,
            replied=True,
            was_due_at=was_due_at,
            reply_due_at=self.due,
            went_on_at=self.now + for_,
        )

    def withdrawn(self, *, after: timedelta = HOUR) -> "Story":
        """The citizen takes it back so long after the running round's start."""
        self.now = self.due - REPLY_TIME + after
        late_by = max(timedelta(0), self.now - self.due)
        self._lates[-1] = self.now >= self.due
        return self._tell(
            ComplaintWithdrawn,
            withdrawn_at=self.now,
            in_time=not any(self._lates),
            late_by_s=round(max(self._late_by, late_by).total_seconds()),
            level=self._level,
            rounds=len(self._lates),
        )

    def handed_over(self, *, after: timedelta = HOUR) -> "Story":
        """It goes to another agency so long after the running round's start."""
        self.now = self.due - REPLY_TIME + after
        late_by = max(timedelta(0), self.now - self.due)
        self._lates[-1] = self.now >= self.due
        return self._tell(
            ComplaintTransferred,
            to_agency_id="roads",
            to_complaint_id="there",
            service_code="2001",
            post_id="water.head",
            transferred_at=self.now,
            in_time=not any(self._lates),
            late_by_s=round(max(self._late_by, late_by).total_seconds()),
            level=self._level,
            rounds=len(self._lates),
        )

    def _came(self, filed_at: datetime, ground: str, at: datetime) -> None:
        self._tell(
            ComplaintTakenOver,
            from_agency_id="power",
            from_complaint_id="before",
            service_code="1001",
            unit_id="desk",
            ground=ground,
            door="web",
            filed_at=filed_at,
            transferred_at=at,
            taken_over_at=at,
            level=0,
            post_id="water.desk.head",
            reply_due_at=self.due,
        )

    def unhappy(self) -> "Story":
        """The citizen is not satisfied: a new round."""
        self.now += HOUR
        self.due = self.now + REPLY_TIME
        self._level += 1
        self._lates.append(False)
        return self._tell(
            ComplaintReopened,
            level=self._level,
            post_id="water.desk.head",
            reopened_at=self.now,
            reply_due_at=self.due,
        )

    def closed(self, *, satisfied: bool | None) -> "Story":
        """The verdict, or none in seven days."""
        self.now += HOUR if satisfied else timedelta(days=7)
        return self._tell(
            ComplaintClosed,
            closed_at=self.now,
            satisfied=satisfied,
            in_time=not any(self._lates),
            late_by_s=round(self._late_by.total_seconds()),
            level=self._level,
            rounds=len(self._lates),
        )

    def _tell(self, kind: type[EventT], **fields: Any) -> "Story":
        self.events.append(kind(**self._whose, **fields))
        return self


def published(agency: str = "water", *, at: datetime = SATURDAY_NINE, revision: int = 1) -> ContentPublished:
    """A revision of an item goes online."""
    return ContentPublished(
        agency_id=agency,
        item_id="item",
        domain="works",
        revision=revision,
        digest="0" * 64,
        post_id="water.it.publisher",
        first_time=revision == 1,
        submitted_at=at - timedelta(days=1),
        published_at=at,
    )


def withdrawn(agency: str = "water", *, at: datetime = SATURDAY_NINE) -> ContentWithdrawn:
    """The domain takes the item back."""
    return ContentWithdrawn(
        agency_id=agency,
        item_id="item",
        domain="works",
        revision=1,
        digest="0" * 64,
        post_id="water.works.representative",
        was_online=True,
        withdrawn_at=at,
    )


class MeetingStory:
    """One meeting's events; it is convened a week before its time."""

    def __init__(self, *, agency: str = "water", at: datetime = SATURDAY_NINE) -> None:
        self._whose = {
            "agency_id": agency,
            "meeting_id": "m",
            "committee_id": f"{agency}.portal-group",
            "month": "1405-08",
        }
        self.at, self.closed_at, self.send_by = at, at + 2 * HOUR, at + 50 * HOUR
        self.events: list[Event] = []
        self._tell(
            MeetingConvened,
            convened_at=at - timedelta(days=7),
            starts_at=at,
            ends_at=self.closed_at,
            to_posts=("water.head",),
        )

    def moved(self, *, by: timedelta) -> "MeetingStory":
        """Its day is closed; it is so much later."""
        was, self.at, self.closed_at = self.at, self.at + by, self.closed_at + by
        return self._tell(
            MeetingMoved,
            was_starts_at=was,
            starts_at=self.at,
            ends_at=self.closed_at,
            to_posts=("water.head",),
            moved_at=was - timedelta(days=1),
            calendar="governorate/2",
        )

    def adopted(self) -> "MeetingStory":
        """Four present, three for it."""
        return self._tell(
            DecisionAdopted,
            number=1,
            motion_id="motion",
            adopted_at=self.at + HOUR,
            present=4,
            votes_for=3,
            votes_against=1,
            abstained=0,
        )

    def held(self, *, decisions: int = 2) -> "MeetingStory":
        """Official, with so many decisions, which are to be sent within 48 hours."""
        return self._tell(
            MeetingHeld,
            opened_at=self.at,
            closed_at=self.closed_at,
            present=4,
            members=6,
            decisions=decisions,
            send_by_at=self.send_by if decisions else None,
        )

    def not_official(self) -> "MeetingStory":
        """Three of six came."""
        return self._tell(MeetingNotOfficial, recorded_at=self.at + HOUR, present=3, members=6)

    def lapsed(self) -> "MeetingStory":
        """Nobody came."""
        return self._tell(MeetingLapsed, starts_at=self.at, ends_at=self.closed_at, lapsed_at=self.closed_at)

    def overdue(self) -> "MeetingStory":
        """48 hours are over."""
        return self._tell(
            DecisionsOverdue,
            decisions=2,
            post_id="water.pr.secretary",
            head_post="water.head",
            due_at=self.send_by,
            overdue_at=self.send_by,
        )

    def sent(self, *, late_by: timedelta = -HOUR) -> "MeetingStory":
        """The decisions go out, so long after the deadline."""
        return self._tell(
            DecisionsSent,
            decisions=2,
            to_posts=("water.head",),
            sent_at=self.send_by + late_by,
            due_at=self.send_by,
            in_time=late_by < timedelta(0),
            late_by_s=round(max(timedelta(0), late_by).total_seconds()),
        )

    def _tell(self, kind: type[EventT], **fields: Any) -> "MeetingStory":
        self.events.append(kind(**self._whose, **fields))
        return self


def told(subject: str, events: Sequence[Event], *, replay: str | None = None) -> list[Told]:
    """All events of one aggregate as they come off the bus."""
    return [
        Told(
            envelope_of(event, subject=subject, sequence=number, time=SATURDAY_NINE, traceparent=None), replay
        )
        for number, event in enumerate(events, start=1)
    ]


async def tell(reporting: Serving, source: Source, *items: Told) -> None:
    """A batch for the projection of a source."""
    await projection_of(reporting.database, source).work(items)


async def tell_cases(reporting: Serving, stories: Mapping[str, Story]) -> None:
    """Whole stories by the complaint's id."""
    items = [one for id_, story in stories.items() for one in told(id_, story.events)]
    await tell(reporting, Source.COMPLAINTS, *items)


async def join(reporting: Serving, agency: str, *, at: datetime = SATURDAY_NINE) -> None:
    """The directory tells that an agency joined."""
    joined = AgencyJoined(agency_id=agency, name=Name(fa=agency))
    envelope = envelope_of(joined, subject=agency, sequence=1, time=at, traceparent=None)
    await turns(reporting.parts.use).effect.work([envelope])


async def ask(reporting: Serving, path: str, *, post: str = "water.head", **query: Any) -> httpx.Response:
    """Ask under /v1/report-cards, in English, as the holder of a post."""
    headers = {**bearer(post), "accept-language": "en"}
    return await reporting.http.get(f"/v1/report-cards{path}", params=query, headers=headers)


async def card(
    reporting: Serving, agency: str = "water", quarter: str = "1405-Q3", post: str = "governorate.head"
) -> dict[str, Any]:
    """A card, read by the governorate."""
    answer = await ask(reporting, f"/{agency}/{quarter}", post=post)
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(card: Mapping[str, Any]) -> dict[str, int]:
    """Its figures that aren't 0, by name."""
    return {figure["name"]: figure["count"] for figure in card["figures"] if figure["count"]}


async def behind(reporting: Serving, path: str, *, limit: int = 2) -> list[str]:
    """All ids behind a number, page by page."""
    ids: list[str] = []
    query: dict[str, Any] = {"limit": limit}
    while True:
        headers = bearer("governorate.head")
        answer = await reporting.http.get(path, params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= limit
        ids += [one["id"] for one in page["items"]]
        if page["next"] is None:
            return ids
        query["after"] = page["next"]


async def all_behind(reporting: Serving, card: Mapping[str, Any]) -> dict[str, list[str]]:
    """What lies behind every figure of a card."""
    return {figure["name"]: await behind(reporting, figure["behind"]) for figure in card["figures"]}


def interleaved(lanes: Sequence[Sequence[Told]], seed: int) -> list[Told]:
    """All of them in one order: each lane's own is kept, else it is random."""
    waiting: list[list[Told]] = [[*lane] for lane in lanes if lane]
    order: list[Told] = []
    chooser = random.Random(seed)  # noqa: S311 - the order of a test
    while waiting:
        lane = chooser.choice(waiting)
        order.append(lane.pop(0))
        waiting = [one for one in waiting if one]
    return order
