"""What is put to the vote in a meeting, and how it comes out."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Self

from services.meetings import rules
from services.meetings.domain import refusals
from shared.rule import Refused


class Choice(StrEnum):
    """What a member says to a motion."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One member's vote: open, and for ever."""

    post_id: str
    choice: Choice
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """A proposal before the members. `voters` are those present when it was put: they count, voting or not.

    `decision` is its number among the meeting's decisions once it is adopted.
    """

    id: str
    text: str
    put_at: datetime
    voters: tuple[str, ...]
    ballots: tuple[Ballot, ...] = ()
    counted_at: datetime | None = None
    decision: int | None = None

    def votes(self, choice: Choice) -> int:
        """How many said so."""
        return sum(ballot.choice is choice for ballot in self.ballots)

    def vote(self, post_id: str, choice: Choice, now: datetime) -> Self:
        """Each member present votes once. The same said twice is nothing new; another word is refused."""
        if post_id not in self.voters:
            raise Refused(rules.MAJORITY, refusals.NO_VOTER)
        cast = next((ballot for ballot in self.ballots if ballot.post_id == post_id), None)
        if cast is not None and cast.choice is choice:
            return self
        if cast is not None:
            raise Refused(rules.MAJORITY, refusals.ONE_VOTE)
        if self.counted_at is not None:
            raise Refused(rules.MAJORITY, refusals.COUNTED)
        return replace(self, ballots=(*self.ballots, Ballot(post_id=post_id, choice=choice, at=now)))

    def count(self, majority: Fraction, number: int, now: datetime) -> Self:
        """The outcome, once and for ever; `number` is the decision's, should it be adopted."""
        adopted = rules.is_majority(
            votes_for=self.votes(Choice.FOR), present=len(self.voters), majority=majority
        )
        return replace(self, counted_at=now, decision=number if adopted else None)
