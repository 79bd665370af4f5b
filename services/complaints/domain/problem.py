"""Problems that an office notices, and what would solve them, before headquarters. No clock, no database.

passed --answer--> answered --propose--> passed
  +---propose---> passed
overdue until headquarters says what becomes of it: to its head of public relations, then to the agency's head
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self, TypedDict

from services.complaints import rules
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Escalation
from services.complaints.domain.deadline import Deadline, Owed
from shared.events.complaints_problems import (
    NoticedBy,
    ProblemAnswered,
    ProblemDeadlineMoved,
    ProblemEscalated,
    ProblemEvent,
    ProblemPassedOn,
    SolutionProposed,
)
from shared.events.directory import Post
from shared.language import Text
from shared.rule import Invalid, Refused

ProblemFacts = list[ProblemEvent]
WORD_OWED = Owed(within=rules.PROBLEM, ladder=rules.PROBLEM_LADDER)
SOLUTIONS_MAX = 50


class ProblemStatus(StrEnum):
    """Whether headquarters owes a word on it."""

    PASSED = "passed"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """What was noticed; `title` and `text` hold no number of a person."""

    by: NoticedBy
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What would solve it, who thinks so, and which post passed that on."""

    number: int
    by: NoticedBy
    text: str
    by_post: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What headquarters said of it, and whether it said so in time."""

    text: str
    taken_up: tuple[int, ...]
    by_post: str
    at: datetime
    due_at: datetime
    late_by: timedelta

    @property
    def in_time(self) -> bool:
        """Before the deadline: at exactly that instant it is late."""
        return self.at < self.due_at


class ProblemName(TypedDict):
    """Which problem an event is of."""

    agency_id: str
    problem_id: str
    unit_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem or challenge of an office that people, staff, officials or media see (COUNTY-B4)."""

    id: str
    agency_id: str
    unit_id: str
    noticed: Noticed
    passed_by: str
    passed_at: datetime
    status: ProblemStatus = ProblemStatus.PASSED
    solutions: tuple[Solution, ...] = ()
    words: tuple[Word, ...] = ()
    deadline: Deadline | None
    """Of headquarters' word; None once nothing is owed."""
    escalations: tuple[Escalation, ...] = ()

    @property
    def named(self) -> ProblemName:
        """How each of its events names it."""
        return ProblemName(agency_id=self.agency_id, problem_id=self.id, unit_id=self.unit_id)

    @classmethod
    def pass_on(
        cls, id_: str, agency_id: str, noticed: Noticed, post: Post, now: datetime, measure: Measure
    ) -> tuple[Self, ProblemFacts]:
        """The office of that post tells headquarters of it. Refused for a post that is of no office."""
        if post.unit_id is None:
            raise Refused(
                rules.PROBLEM,
                Text(
                    fa="این پست از هیچ اداره‌ای نیست و مشکل اداره‌ای را منعکس نمی‌کند.",
                    en="This post is of no office whose problems it could pass on.",
                ),
            )
        deadline = Deadline.begin(now, WORD_OWED, measure)
        problem = cls(
            id=id_,
            agency_id=agency_id,
            unit_id=post.unit_id,
            noticed=noticed,
            passed_by=post.id,
            passed_at=now,
            deadline=deadline,
        )
        told = ProblemPassedOn(
            **problem.named,
            clause=rules.PROBLEM.clause,
            noticed_by=noticed.by,
            post_id=post.id,
            passed_at=now,
            answer_due_at=deadline.due_at,
        )
        return problem, [told]

    def propose(
        self, by: NoticedBy, text: str, post: Post, now: datetime, measure: Measure
    ) -> tuple[Self, ProblemFacts]:
        """Its office says what would solve it (COUNTY-D3). After headquarters' word, another is owed."""
        if any((one.by, one.text) == (by, text) for one in self.solutions):
            return self, []
        if len(self.solutions) >= SOLUTIONS_MAX:
            raise Invalid(
                "/text",
                Text(
                    fa=f"بیش از {SOLUTIONS_MAX} راهکار برای یک مشکل ثبت نمی‌شود.",
                    en=f"No more than {SOLUTIONS_MAX} solutions are kept for a problem.",
                ),
            )
        number = len(self.solutions) + 1
        deadline = self.deadline or Deadline.begin(now, WORD_OWED, measure)
        solution = Solution(number=number, by=by, text=text, by_post=post.id, at=now)
        told = SolutionProposed(
            **self.named,
            clause=rules.SOLUTION.clause,
            solution=number,
            proposed_by=by,
            post_id=post.id,
            proposed_at=now,
            answer_due_at=deadline.due_at,
        )
        proposed = replace(
            self, status=ProblemStatus.PASSED, solutions=(*self.solutions, solution), deadline=deadline
        )
        return proposed, [told]

    def answer(
        self, text: str, taken_up: Sequence[int], post: Post, now: datetime, measure: Measure
    ) -> tuple[Self, ProblemFacts]:
        """Headquarters says what becomes of it, and which of the solutions are taken up."""
        if self.deadline is None:
            return self._said_already(text, taken_up)
        if unknown := sorted(set(taken_up) - {one.number for one in self.solutions}):
            raise Invalid(
                "/taken_up",
                Text(fa=f"راهکاری با شمارهٔ {unknown[0]} نیست.", en=f"There is no solution {unknown[0]}."),
            )
        deadline = self.deadline.under(WORD_OWED, measure)
        word = Word(
            text=text,
            taken_up=tuple(sorted(set(taken_up))),
            by_post=post.id,
            at=now,
            due_at=deadline.due_at,
            late_by=deadline.late_by(now, measure),
        )
        told = ProblemAnswered(
            **self.named,
            clause=rules.PROBLEM.clause,
            taken_up=word.taken_up,
            post_id=post.id,
            answered_at=now,
            in_time=word.in_time,
            late_by_s=round(word.late_by.total_seconds()),
        )
        answered = replace(self, status=ProblemStatus.ANSWERED, words=(*self.words, word), deadline=None)
        return answered, [told]

    def follow_calendar(self, measure: Measure, now: datetime) -> tuple[Self, ProblemFacts]:
        """By a newer calendar, what had not passed when it was set moves: safe to ask any number of times."""
        before = self.deadline
        if before is None or (fresh := before.under(WORD_OWED, measure)) == before:
            return self, []
        told = ProblemDeadlineMoved(
            **self.named,
            clause=rules.PROBLEM.clause,
            was_due_at=before.due_at,
            due_at=fresh.due_at,
            moved_at=now,
        )
        return replace(self, deadline=fresh), [told] if fresh.due_at != before.due_at else []

    def check_clock(self, now: datetime, line: Sequence[Post], measure: Measure) -> tuple[Self, ProblemFacts]:
        """Up as often as is due: safe to ask at any time, any number of times."""
        problem, facts = self.follow_calendar(measure, now)
        if problem.deadline is None:
            return problem, facts
        deadline, steps = problem.deadline.checked(now, WORD_OWED, line, measure)
        told = [
            ProblemEscalated(
                **problem.named,
                clause=rules.PROBLEM_LADDER.clause,
                level=step.level,
                post_id=step.post_id,
                due_at=step.due_at,
                escalated_at=now,
            )
            for step in steps
        ]
        after = replace(problem, deadline=deadline, escalations=(*problem.escalations, *steps))
        return after, [*facts, *told]

    def _said_already(self, text: str, taken_up: Sequence[int]) -> tuple[Self, ProblemFacts]:
        last = self.words[-1]
        if (last.text, last.taken_up) == (text, tuple(sorted(set(taken_up)))):
            return self, []
        raise Refused(
            rules.PROBLEM,
            Text(
                fa="نتیجهٔ این مشکل اعلام شده است؛ با راهکاری تازه دوباره در دستور کار می‌آید.",
                en="What becomes of it was said already; a new solution brings it up again.",
            ),
        )
