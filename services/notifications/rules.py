"""The clauses that bind notifications: figures and yes-or-no questions, nothing else."""

from shared.rule import Rule

TOLD = Rule(
    clause="RIGHTS-P5-6",
    part="pushed",
    says="SMS tells a citizen the latest state of their case: the changes that are pushed.",
    lacks="Asked by SMS, nothing answers yet; and no gateway but the development phone is there.",
    preset=(
        "complaint-filed",
        "complaint-taken",
        "complaint-deadline-moved",
        "complaint-escalated",
        "complaint-answered",
        "complaint-reopened",
        "complaint-closed",
        "complaint-closed-unrated",
    ),
)
