"""The clauses that bind meetings: figures and yes-or-no questions, nothing else."""

from datetime import time, timedelta
from fractions import Fraction

from shared.calendar.jalali import Weekday
from shared.events.directory import Role
from shared.rule import Leeway, Rule

HEAD_OF_GROUP = Rule(
    clause="PORTAL-5-1",
    says="The post of this role heads the portal group, sits there for the management domain and is the "
    "editor-in-chief.",
    preset=Role.HEAD_OF_PUBLIC_RELATIONS,
)
PROTECTION = Rule(
    clause="PORTAL-5-2",
    says="The domain whose id is the agency's, a dot and this has one member of the group.",
    preset="protection",
)
DEVELOPMENT = Rule(
    clause="PORTAL-5-3",
    says="The domain whose id is the agency's, a dot and this has one member of the group.",
    preset="development",
)
PLANNING = Rule(
    clause="PORTAL-5-4",
    says="The domain whose id is the agency's, a dot and this has one member of the group.",
    preset="planning",
)
RESOURCES = Rule(
    clause="PORTAL-5-5",
    says="The domain whose id is the agency's, a dot and this has one member of the group.",
    preset="resources",
)
BASIC_STUDIES = Rule(
    clause="PORTAL-5-6",
    says="The domain whose id is the agency's, a dot and this has one member of the group.",
    preset="basic-studies",
)
IT_GROUP = Rule(
    clause="PORTAL-5-7",
    says="The IT group, whose id is the agency's, a dot and this, has one member of the group.",
    preset="it",
)
SECRETARY_OF_GROUP = Rule(
    clause="PORTAL-5-8",
    says="The group's secretary is a post of this role in public relations.",
    preset=Role.SECRETARY,
)
REPRESENTED = (PROTECTION, DEVELOPMENT, PLANNING, RESOURCES, BASIC_STUDIES, IT_GROUP)
WEEK = Rule(
    clause="PORTAL-10-1",
    part="week",
    says="One meeting a month, in the second week: on the second such weekday of the Jalali month.",
    preset=2,
)
WEEKDAY = Rule(
    clause="PORTAL-10-1",
    part="weekday",
    says="On a Wednesday; where the agency does not work that day, on the next day on which it does.",
    preset=Weekday.WEDNESDAY,
)
HOURS_FIRST_HALF = Rule(
    clause="PORTAL-10-1",
    part="hours-first-half",
    says="From 10 to 12 in the first half of the Jalali year.",
    preset=(time(10), time(12)),
)
HOURS_SECOND_HALF = Rule(
    clause="PORTAL-10-1",
    part="hours-second-half",
    says="From 13 to 14 in the second half of the Jalali year.",
    preset=(time(13), time(14)),
)
NOTICE = Rule(
    clause="PORTAL-10-1",
    part="notice",
    says="So long before its start a meeting is convened. The clause names no time; the preset is ours.",
    preset=timedelta(days=7),
    leeway=Leeway(tightest=timedelta(days=21), loosest=timedelta(days=1)),
)
QUORUM = Rule(
    clause="PORTAL-10-3",
    says="A meeting is official with two thirds of the members present.",
    preset=Fraction(2, 3),
    leeway=Leeway(tightest=Fraction(1), loosest=Fraction(1, 2)),
)
MAJORITY = Rule(
    clause="PORTAL-10-3",
    part="majority",
    says="A decision holds with the votes of a majority: of more than half of the members present.",
    preset=Fraction(1, 2),
    # Half or less is no majority, and more than nine tenths leaves hardly any decision to be taken.
    leeway=Leeway(tightest=Fraction(9, 10), loosest=Fraction(1, 2)),
)
CHAIR = Rule(
    clause="PORTAL-10-4",
    says="Only the head of the group declares a meeting official, puts motions to the vote and closes it.",
    preset=None,
)
HANDING_OVER = Rule(
    clause="PORTAL-10-5",
    says="A head who will be absent can hand the chair to another member.",
    preset=None,
)
SENDING_TIME = Rule(
    clause="PORTAL-10-6",
    says="The secretariat sends decisions to the head and the members in 48 hours, nights and holidays too.",
    preset=timedelta(hours=48),
    leeway=Leeway(tightest=timedelta(hours=1), loosest=timedelta(days=7)),
)
NEXT_MEETING = Rule(
    clause="PORTAL-10-7",
    says="The minutes that go to the members hold the next meeting's agenda and time.",
    preset=None,
)
OVERSIGHT = Rule(
    clause="PORTAL-10-16",
    says="The head of the group sees in one place what was not carried out, by whom and since when, and is "
    "told of each meeting that was not held and of decisions that were not sent.",
    preset=None,
)


def has_quorum(*, present: int, members: int, quorum: Fraction) -> bool:
    """Exact fractions, never floats: 4 of 6 is a quorum, 6 of 10 is not."""
    return members > 0 and Fraction(present, members) >= quorum


def is_majority(*, votes_for: int, present: int, majority: Fraction) -> bool:
    """More than half of those present, whoever abstained: 3 of 5 is a majority, 2 of 4 is not."""
    return present > 0 and Fraction(votes_for, present) > majority
