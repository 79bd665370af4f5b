"""The clauses that bind notifications: figures and yes-or-no questions, nothing else."""

from shared.rule import Rule

TOLD = Rule(
    clause="RIGHTS-P5-6",
    part="pushed",
    says="SMS tells a citizen the latest state of their case: the changes that are pushed.",
    preset=(
        "complaint-filed",
        "complaint-taken",
        "complaint-escalated",
        "complaint-answered",
        "complaint-reopened",
        "complaint-closed",
        "complaint-closed-unrated",
    ),
)
