"""The clauses that bind complaints: figures and yes-or-no questions, nothing else."""

from datetime import timedelta

from shared.rule import Leeway, Rule

GROUNDS = Rule(
    clause="FOAD-5",
    says="Only how a service is given is watched, by seven grounds.",
    lacks="A case outside the grounds is refused with their list, not yet led to the right door.",
    preset=(
        "rules-not-transparent",
        "decisions-not-transparent",
        "broken-equipment",
        "disrespect-or-discrimination",
        "late-start-or-early-end",
        "put-off-without-reason",
        "nobody-at-the-desk",
    ),
)
REPLY_TIME = Rule(
    clause="FOAD-6",
    says="A citizen's request is handled in under three working hours.",
    preset=timedelta(hours=3),
    leeway=Leeway(tightest=timedelta(minutes=15), loosest=timedelta(hours=24)),
)
LADDER = Rule(
    clause="FOAD-6",
    part="ladder",
    says="Unanswered, it goes up level by level: working time after the deadline for each.",
    preset=(timedelta(0), timedelta(hours=2), timedelta(hours=4), timedelta(hours=7)),
    leeway=Leeway(tightest=timedelta(0), loosest=timedelta(hours=70)),
)
VERDICT = Rule(
    clause="RIGHTS-P9-5",
    says="The client's satisfaction decides: unhappy reopens; the days in which a verdict is waited for.",
    preset=timedelta(days=7),
    # Longer is tighter: it binds the agency. Report cards are issued fifteen days after their quarter.
    leeway=Leeway(tightest=timedelta(days=14), loosest=timedelta(days=3)),
)
PROCESS = Rule(
    clause="FOAD-10",
    says="A complaint has a defined course, which the citizen can follow.",
    preset=None,
)
CONSENT = Rule(
    clause="FOAD-10",
    part="consent",
    says="In that course the agency learns who complains only with the citizen's consent.",
    preset=None,
)
FOLLOWED = Rule(
    clause="FOAD-10",
    part="followed",
    says="So long after its closing a citizen can follow it by code and mobile; then their number is erased.",
    preset=timedelta(days=730),
)
WORDS = Rule(
    clause="FOAD-10",
    part="words",
    says="So long after its closing what was written in it can be read; then the words are erased.",
    preset=timedelta(days=5 * 365),
    # Never shorter than the citizen can follow it.
    leeway=Leeway(tightest=timedelta(days=730), loosest=timedelta(days=10 * 365)),
)
PRESS = Rule(
    clause="PR-12",
    says="What people ask, doubt, want or complain of in the media is answered in working time of its own.",
    preset=timedelta(hours=21),
    leeway=Leeway(tightest=timedelta(hours=3), loosest=timedelta(hours=70)),
)
PRESS_PUBLISHED = Rule(
    clause="PR-12",
    part="published",
    says="The answer is published: working time from its approval.",
    preset=timedelta(hours=14),
    leeway=Leeway(tightest=timedelta(hours=3), loosest=timedelta(hours=70)),
)
PRESS_LADDER = Rule(
    clause="PR-12",
    part="ladder",
    says="Overdue, it goes to the head of public relations, then to the agency's: working time for each.",
    preset=(timedelta(0), timedelta(hours=7)),
    leeway=Leeway(tightest=timedelta(0), loosest=timedelta(hours=70)),
)
PRESS_READ = Rule(
    clause="COUNTY-D1",
    says="Newspapers are read, and what an office finds of itself in them is before its head at once.",
    preset=None,
)
PRESS_SENT = Rule(
    clause="COUNTY-D4",
    says="What headquarters sends to an office is seen by headquarters, and urged, until it is answered.",
    preset=None,
)


def is_ground(ground: str, *, grounds: tuple[str, ...]) -> bool:
    """Whether a complaint may be made on it."""
    return ground in grounds
