"""The clauses that bind complaints: figures and yes-or-no questions, nothing else."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.rule import Leeway, Rule

GROUNDS = Rule(
    clause="FOAD-5",
    says="Only how a service is given is watched, by seven grounds.",
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
NO_GROUND = "none-of-these"
"""What a citizen says whose matter is on none of the grounds: it becomes a case all the same."""
UNSORTED = "unsorted"
"""The service of a case whose citizen named none: the desk finds out whose it is."""
RIGHT_DOORS = Rule(
    clause="FOAD-5",
    part="doors",
    says="What lies outside the grounds is pointed to the right door with an answer, and not lost.",
    preset=("object-of-the-case", "other-authority", "suggestion", "request"),
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
ASKED = Rule(
    clause="FOAD-6",
    part="asked",
    says="Only while the citizen is asked does the clock stand still: so long at most for each question.",
    preset=timedelta(days=3),
    leeway=Leeway(tightest=timedelta(days=1), loosest=timedelta(days=7)),
)
QUESTIONS = Rule(
    clause="FOAD-6",
    part="questions",
    says="So often the citizen may be asked before each answer.",
    preset=2,
)
NEAR = Rule(
    clause="FOAD-6",
    part="near",
    says="So much working time before its deadline a request is at risk, and whoever has it is warned.",
    preset=timedelta(hours=1),
    # Longer is tighter: it is seen earlier.
    leeway=Leeway(tightest=timedelta(hours=7), loosest=timedelta(minutes=15)),
)
VERDICT = Rule(
    clause="RIGHTS-P9-5",
    says="The client's satisfaction decides: unhappy reopens; the days in which a verdict is waited for.",
    preset=timedelta(days=7),
    # Longer is tighter: it binds the agency. Report cards are issued fifteen days after their quarter.
    leeway=Leeway(tightest=timedelta(days=14), loosest=timedelta(days=3)),
)
SATISFIED_FROM = Rule(
    clause="RIGHTS-P9-5",
    part="score",
    says="Who gives one digit of five is satisfied from this one on.",
    preset=3,
)
PROCESS = Rule(
    clause="FOAD-10",
    says="A complaint has a defined course, which the citizen can follow.",
    preset=None,
)
SORTED = Rule(
    clause="FOAD-10",
    part="sorted",
    says="A service and ground that its citizen didn't name, the desk that has it names, until the answer.",
    preset=None,
)
DOORS = Rule(
    clause="COUNTY-D2",
    says="A complaint by post box, e-mail, phone or in person is taken in, timed and answered as any other.",
    preset=None,
)
RECEIVED = Rule(
    clause="COUNTY-D2",
    part="received",
    says="What is entered later counts from its true receipt, no further back than this.",
    # A report card waits longer after its quarter: none is issued before its cases are entered.
    preset=timedelta(days=10),
)
SERVICE_DESK = Rule(
    clause="RIGHTS-P5-4",
    says="At the service desk a complaint is taken in while the client stands there, the receipt in hand.",
    preset=None,
)
DISRUPTED = Rule(
    clause="RIGHTS-P5-1",
    says="When the system is disrupted intake goes on, on paper too, and counts from its true receipt.",
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
REPEATS = Rule(
    clause="FOAD-10",
    part="repeats",
    says="What the same person complains of again within this time is one matter: linked, and counted once.",
    preset=timedelta(days=30),
)
LIKENESS = Rule(
    clause="FOAD-10",
    part="likeness",
    says="Texts on the same service and ground are of one matter if their words are so alike, of a hundred.",
    preset=80,
)
FILES = Rule(
    clause="FOAD-10",
    part="files",
    says="So many files may be added to a case by its citizen, and as many by those who handle it.",
    preset=20,
    # More is tighter: it binds the agency to take in what citizens have to show.
    leeway=Leeway(tightest=50, loosest=5),
)
FILES_BYTES = Rule(
    clause="FOAD-10",
    part="files-bytes",
    says="So many bytes the files of each of the two sides may have together.",
    preset=64 * 1024 * 1024,
    # Never less than two files as large as one may be.
    leeway=Leeway(tightest=256 * 1024 * 1024, loosest=16 * 1024 * 1024),
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
PROBLEM = Rule(
    clause="COUNTY-B4",
    says="What an office notices as a problem is before headquarters, which says in working time of its own "
    "what becomes of it.",
    preset=timedelta(hours=21),
    leeway=Leeway(tightest=timedelta(hours=3), loosest=timedelta(hours=70)),
)
PROBLEM_LADDER = Rule(
    clause="COUNTY-B4",
    part="ladder",
    says="Overdue, it goes to the head of public relations, then to the agency's: working time for each.",
    preset=(timedelta(0), timedelta(hours=7)),
    leeway=Leeway(tightest=timedelta(0), loosest=timedelta(hours=70)),
)
SOLUTION = Rule(
    clause="COUNTY-D3",
    says="What would solve a problem of an office is before headquarters, which says if it is taken up.",
    preset=None,
)
UPHELD = Rule(
    clause="RIGHTS-P4-3",
    part="upheld",
    says="Inspection opens a record from a complaint whose answer says that it was right.",
    preset=None,
)
HANDED_OVER = Rule(
    clause="RIGHTS-P4-4",
    says="A case is handed over to another agency with its history; the citizen's clock goes on.",
    preset=None,
)
HANDINGS = Rule(
    clause="RIGHTS-P4-4",
    part="times",
    says="So often a case may be handed over, and to no agency that had it: nobody is sent in circles.",
    preset=2,
)
REGISTER = Rule(
    clause="RIGHTS-P4-3",
    says="A register of misconduct is kept; nobody named in it, nor their unit, sees it; looks are noted.",
    preset=None,
)
CROWD = Rule(
    clause="RIGHTS-P4-3",
    part="crowd",
    says="A unit of fewer people than this is never told outside: it would be a name.",
    preset=5,
)
RECORD_WORDS = Rule(
    clause="RIGHTS-P4-3",
    part="words",
    says="So long after a record ended what was written in it can be read; then the words are erased.",
    preset=timedelta(days=5 * 365),
    leeway=Leeway(tightest=timedelta(days=730), loosest=timedelta(days=10 * 365)),
)
GUIDANCE = Rule(
    clause="RIGHTS-P4-2",
    says="Staff on the edge of misconduct are guided first, before any finding and before the board.",
    preset=("course", "reminder", "counsel"),
)
REPETITION = Rule(
    clause="RIGHTS-P4-6",
    says="Bad treatment of a client: first a warning; repeated within this time, a referral to the board.",
    preset=timedelta(days=365),
    # Longer is tighter: what is remembered for longer is a repetition for longer.
    leeway=Leeway(tightest=timedelta(days=3 * 365), loosest=timedelta(days=180)),
)
BAD_TREATMENT = Rule(
    clause="RIGHTS-P4-6",
    part="treatment",
    says="What bad treatment of a client is: here even the defiant are warned first.",
    preset=("disrespect", "discrimination"),
)
FINDING = Rule(
    clause="RIGHTS-P9-3",
    says="The finding decides what follows: the first time, and repeated.",
    preset={
        "unaware": ("guidance", None),
        "careless": ("warning", "referral"),
        "defiant": ("referral", "referral"),
    },
)
HEARING = Rule(
    clause="RIGHTS-P9-3",
    part="hearing",
    says="Nobody is found to have done wrong who was not heard, or asked to speak.",
    preset=None,
)
OBJECTION = Rule(
    clause="RIGHTS-P9-3",
    part="objection",
    says="So long after the finding the person named may object to it.",
    preset=timedelta(days=10),
    # Longer is tighter: it binds the agency.
    leeway=Leeway(tightest=timedelta(days=60), loosest=timedelta(days=5)),
)
SANCTIONS = Rule(
    clause="RIGHTS-P9-4",
    says="Sanctions deter and fit: those of the law, decided by the board of administrative misconduct.",
    preset=(
        "written-notice",
        "written-reprimand",
        "pay-cut",
        "temporary-suspension",
        "transfer",
        "demotion",
        "lower-grade",
        "severance",
        "retirement",
        "dismissal",
        "permanent-bar",
    ),
)


def what_follows(finding: str, *, cause: str, repeated: bool) -> str | None:
    """The measure: guidance, warning or referral; None for who was warned before: they are not unaware.

    Bad treatment of a client is warned of first, even where it was defiant.
    """
    first, again = FINDING.preset[finding]
    if repeated:
        return again
    return "warning" if first == "referral" and cause in BAD_TREATMENT.preset else first


def is_repetition(*, earlier: Iterable[datetime], found_at: datetime, period: timedelta) -> bool:
    """Whether a warning or a referral came before, less than the period ago. `earlier` are their times."""
    return any(found_at - period < one <= found_at for one in earlier)


def is_ground(ground: str, *, grounds: tuple[str, ...]) -> bool:
    """Whether it may be filed on it: on none of them it is a case, too, to be pointed elsewhere."""
    return ground in (*grounds, NO_GROUND)


def is_within_reach(received_at: datetime, *, now: datetime, back: timedelta) -> bool:
    """Whether a receipt may be entered now: exactly so long ago it still may."""
    return now - received_at <= back
