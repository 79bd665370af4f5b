"""What a complaint's clock is set by, and the rounds that it runs in."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from services.complaints import rules
from services.complaints.domain.question import Question
from shared.calendar.jalali import local_day
from shared.calendar.working_time import WorkingCalendar
from shared.rule import Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What time is measured by: the calendar and the figures in force when a clock starts."""

    calendar: WorkingCalendar
    figures: Figures
    set_at: datetime | None = None
    """When the calendar was set; None for one that nobody changed yet."""

    @property
    def name(self) -> str:
        """Which calendar it is measured by."""
        return self.calendar.name

    def reply_due_at(self, start: datetime) -> datetime:
        """Three working hours on."""
        return self.calendar.add(start, self.figures.of(rules.REPLY_TIME, local_day(start)))

    def escalates_at(self, run: "Round", level: int) -> datetime | None:
        """When what is unanswered in this round goes to this level; None above the ladder's top."""
        ladder = self.figures.of(rules.LADDER, local_day(run.started_at))
        if level > len(ladder):
            return None
        beyond = ladder[level - 1] + run.asked_late
        return self.calendar.add(run.due_at, beyond) if beyond else run.due_at

    def moved(self, at: datetime, anew: datetime) -> datetime:
        """An instant reckoned anew. What had passed when the calendar was set stays, and so does what
        would lie before that: nobody can be late by what was decided afterwards.
        """
        return anew if self.set_at is not None and self.set_at < min(at, anew) else at


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """From filing or reopening to the answer. Its deadline is set at its start.

    A new calendar moves it, and while the citizen is asked it stands still: nothing else moves it.
    """

    started_at: datetime
    opened_to: str | None = None
    """To which post an unhappy citizen opened it; None for the first."""
    due_at: datetime
    calendar_id: str = ""
    calendar_version: int
    figures_version: int
    answered_at: datetime | None = None
    answered_by: str | None = None
    answer: str | None = None
    upheld: bool | None = None
    """Whether the answer says that the complaint was right; None where it says neither."""
    pointed_to: str | None = None
    """The right door, where the answer says that it lies outside the grounds."""
    late_by: timedelta = timedelta(0)
    warned_at: datetime | None = None
    questions: tuple[Question, ...] = ()
    runs_from_at: datetime | None = None
    """Since when its clock goes on after a question; None while it runs from the start."""
    asked_late: timedelta = timedelta(0)
    """The working time for which the citizen was asked after the deadline: nobody is late by that."""
    came_at: datetime | None = None
    """When it came from another agency in the middle of this round."""
    came_to: str | None = None
    """The post here that answered for it then."""
    came_with: timedelta = timedelta(0)
    """The working time that was left until the deadline then, by the calendar here."""

    @property
    def in_time(self) -> bool:
        """Answered before the deadline: at exactly three hours it is late."""
        return self.answered_at is not None and self.answered_at < self.due_at

    @classmethod
    def begin(cls, now: datetime, measure: Measure, *, opened_to: str | None = None) -> Self:
        """A clock starts, by the calendar and figures of this moment."""
        return cls(
            started_at=now,
            opened_to=opened_to,
            due_at=measure.reply_due_at(now),
            calendar_id=measure.calendar.id,
            calendar_version=measure.calendar.version,
            figures_version=measure.figures.version,
        )

    def under(self, measure: Measure, *, is_over: bool) -> Self:
        """The same by a newer calendar, by the figures of its own day; `is_over` keeps the deadline."""
        calendar = measure.calendar
        if calendar.id == self.calendar_id and calendar.version <= self.calendar_version:
            return self
        anew = self.due_at if is_over else self._due_by(measure)
        return replace(
            self,
            due_at=measure.moved(self.due_at, anew),
            calendar_id=calendar.id,
            calendar_version=calendar.version,
        )

    def overdue_at(self, now: datetime, measure: Measure) -> timedelta:
        """The working time beyond its deadline, without that for which the citizen was asked."""
        return max(timedelta(0), measure.calendar.between(self.due_at, now) - self.asked_late)

    def going_on(self, at: datetime, measure: Measure) -> Self:
        """The last question is over: what was left of the time is left from here on, by today's calendar."""
        question = replace(self.questions[-1], over_at=at)
        fresh = replace(
            self,
            questions=(*self.questions[:-1], question),
            calendar_id=measure.calendar.id,
            calendar_version=measure.calendar.version,
        )
        if question.left is None:
            asked = measure.calendar.between(question.asked_at, at)
            return replace(fresh, asked_late=self.asked_late + asked)
        return replace(fresh, due_at=measure.calendar.add(at, question.left), runs_from_at=at)

    def passed_on(self, post_id: str) -> Self:
        """Somebody else has it now: a reply that hasn't come yet is for them."""
        if not self.questions or self.questions[-1].reply is not None:
            return self
        return replace(self, questions=(*self.questions[:-1], replace(self.questions[-1], reply_to=post_id)))

    def warns_at(self, measure: Measure) -> datetime | None:
        """So long before the deadline that it can still be met; None once somebody was warned."""
        if self.warned_at is not None:
            return None
        start, span = self._runs(measure)
        ahead = measure.figures.of(rules.NEAR, local_day(self.started_at))
        return measure.calendar.add(start, max(timedelta(0), span - ahead))

    def _due_by(self, measure: Measure) -> datetime:
        start, span = self._runs(measure)
        return measure.calendar.add(start, span)

    def _runs(self, measure: Measure) -> tuple[datetime, timedelta]:
        """Since when, and for how much working time: from its start, from the last question's end, or from
        when it came.
        """
        asked = [one for one in self.questions if one.left is not None and one.over_at == self.runs_from_at]
        since, came = self.runs_from_at, self.came_at
        if since is not None and asked and (came is None or came < since):
            return since, asked[-1].left or timedelta(0)
        if came is not None:
            return came, self.came_with
        return self.started_at, measure.figures.of(rules.REPLY_TIME, local_day(self.started_at))
