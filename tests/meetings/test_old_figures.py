"""A meeting is held by the figures of its day: one that changes later leaves it as it was."""

from datetime import date, timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.meetings import rules
from services.meetings.app import assemble
from services.meetings.settings import Settings
from services.meetings.usecases import committees
from shared.bus.effects import Projection
from shared.directory.replica import COLLECTION, fold
from shared.events.directory import FigureSet
from tests.meetings.groups import CHAIR, ENDS, INSTANT, MEMBERS, SECRETARY, act, azar, joined, told
from tests.province import agency_events
from tests.province import told as told_by_directory
from tests.serving import serving

pytestmark = pytest.mark.real


@pytest.mark.clause("PORTAL-10-3", "PORTAL-10-6")
async def test_a_figure_that_changes_the_day_after_leaves_a_meeting_its_own(
    database: AsyncDatabase[dict[str, Any]],
) -> None:
    changes = [
        FigureSet(agency_id="water", figure=figure, value=value, from_day=date(2026, 12, 3))
        for figure, value in (("PORTAL-10-3", "1"), ("PORTAL-10-6", "PT1H"))
    ]
    async with serving("meetings", Settings(), assemble, database) as meetings:
        known = Projection(database[COLLECTION], fold)
        await known.work(told_by_directory("water", changes, after=len(agency_events("water"))))
        await committees.constitute(meetings.parts.use, told(joined()))
        await meetings.sweep()
        id_ = (await azar(meetings))["id"]
        await act(meetings, SECRETARY, id_, "attendance", posts=list(MEMBERS[:4]))
        opened = await act(meetings, CHAIR, id_, "open")
        motion = (await act(meetings, CHAIR, id_, "motions", text="الف")).json()["id"]
        for post in MEMBERS[:3]:
            await act(meetings, post, id_, f"motions/{motion}/votes", choice="for")
        meetings.clock.set(ENDS)
        await act(meetings, CHAIR, id_, "close")
        meetings.clock.set(ENDS + timedelta(hours=48) - INSTANT)
        await act(meetings, SECRETARY, id_, "next-meeting", agenda=[])
        sent = await act(meetings, SECRETARY, id_, "send-decisions")

        figures = await meetings.parts.use.directory.figures("water")
        assert (figures.of(rules.QUORUM, date(2026, 12, 3)), figures.version) == (1, 2)
        assert (opened.status_code, sent.json()["sending"]["in_time"]) == (200, True)
