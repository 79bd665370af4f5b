"""A small province for tests: two agencies, their posts, one service each, one calendar.

`settle` folds it into a service's copy of the directory as the directory's own events would.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from shared.bus.effects import Projection, Told
from shared.cloudevents import envelope_of
from shared.directory.replica import COLLECTION, fold
from shared.events.directory import (
    PROVINCE,
    AgencyJoined,
    CalendarSet,
    DirectoryEvent,
    Name,
    Post,
    PostFilled,
    Role,
    ServiceListed,
    Unit,
    UnitKind,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SATURDAY_NINE = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
"""Saturday 30 Aban 1405, 09:00 in Tehran: the offices below are open from 08:00 to 15:00."""


def post(agency: str, name: str, role: Role, unit: str | None = None, to: str | None = None) -> Post:
    """A post called `<agency>.<name>`, reporting to the agency's post `to`."""
    return Post(
        id=f"{agency}.{name}",
        title=Name(fa=name, en=name),
        role=role,
        unit_id=unit,
        reports_to=None if to is None else f"{agency}.{to}",
    )


def posts_of(agency: str) -> list[Post]:
    """Everybody an agency needs: one unit `desk`, one domain `works`, public relations."""
    return [
        post(agency, "head", Role.HEAD),
        post(agency, "deputy", Role.DEPUTY, "works", "head"),
        post(agency, "desk.head", Role.UNIT_HEAD, "desk", "deputy"),
        post(agency, "desk.officer", Role.CASE_OFFICER, "desk", "desk.head"),
        post(agency, "desk.officer-2", Role.CASE_OFFICER, "desk", "desk.head"),
        post(agency, "pr.head", Role.HEAD_OF_PUBLIC_RELATIONS, "pr", "head"),
        post(agency, "pr.secretary", Role.SECRETARY, "pr", "pr.head"),
        post(agency, "works.representative", Role.REPRESENTATIVE, "works", "deputy"),
        post(agency, "it.publisher", Role.PUBLISHER, "it", "head"),
        post(agency, "it.member", Role.MEMBER, "it", "head"),
        post(agency, "inspector", Role.INSPECTOR, "inspection", "head"),
    ]


def holder(post_id: str) -> str:
    """The person who fills it in tests."""
    return f"p-{post_id}"


def agency_events(agency: str) -> list[DirectoryEvent]:
    """An agency joins, and its posts are filled."""
    posts = posts_of(agency)
    units = sorted({one.unit_id for one in posts if one.unit_id})
    joined = AgencyJoined(
        agency_id=agency,
        name=Name(fa=f"دستگاه {agency}", en=agency),
        units=tuple(Unit(id=unit, name=Name(fa=unit, en=unit), kind=UnitKind.DOMAIN) for unit in units),
        posts=tuple(posts),
    )
    filled = [
        PostFilled(agency_id=agency, post_id=one.id, person_id=holder(one.id), from_at=LONG_AGO)
        for one in posts
    ]
    return [joined, *filled]


def service_event(agency: str, code: str) -> ServiceListed:
    """A service given by the agency's unit `desk`."""
    return ServiceListed(
        agency_id=agency, code=code, title=Name(fa="صدور پروانه", en="Permit"), unit_id="desk"
    )


def calendar_event(**changes: Any) -> CalendarSet:
    """Saturday to Wednesday, 08:00 to 15:00, all year; no holidays."""
    week = {day: ["08:00-15:00"] for day in ("saturday", "sunday", "monday", "tuesday", "wednesday")}
    hours = [{"from_day": "2020-01-01", "first_half": week, "second_half": week}]
    calendar = {"id": "province", "version": 1, "hours": hours, **changes}
    return CalendarSet(agency_id=PROVINCE, calendar=calendar)


def governorate_events() -> list[DirectoryEvent]:
    """The province itself, with its inspection."""
    inspection = Post(id="governorate.inspection", title=Name(fa="بازرسی استانداری"), role=Role.INSPECTOR)
    secretariat = Post(
        id="governorate.secretariat", title=Name(fa="دبیرخانهٔ مرکزی"), role=Role.CENTRAL_SECRETARIAT
    )
    governor = Post(id="governorate.head", title=Name(fa="استانداری"), role=Role.GOVERNORATE)
    posts = (inspection, secretariat, governor)
    return [
        AgencyJoined(agency_id=PROVINCE, name=Name(fa="استانداری", en="Governorate"), posts=posts),
        *[
            PostFilled(agency_id=PROVINCE, post_id=one.id, person_id=holder(one.id), from_at=LONG_AGO)
            for one in posts
        ],
    ]


def told(subject: str, events: Sequence[DirectoryEvent], *, after: int = 0) -> list[Told]:
    """These events of one aggregate, as they come off the bus."""
    return [
        Told(
            envelope_of(
                event,
                subject=subject,
                sequence=after + number,
                time=LONG_AGO + timedelta(seconds=number),
                traceparent=None,
            ),
            None,
        )
        for number, event in enumerate(events, start=1)
    ]


async def settle(database: AsyncDatabase[dict[str, Any]]) -> None:
    """Water and roads, the governorate, services 1001 (water) and 2001 (roads), the calendar."""
    copy = Projection(database[COLLECTION], fold)
    await copy.work(
        [
            *told("water", agency_events("water")),
            *told("roads", agency_events("roads")),
            *told(PROVINCE, governorate_events()),
            *told("service:1001", [service_event("water", "1001")]),
            *told("service:2001", [service_event("roads", "2001")]),
            *told("calendar:governorate", [calendar_event()]),
        ]
    )
