"""The clauses that bind notifications: figures and yes-or-no questions, nothing else."""

from datetime import timedelta

from shared.rule import Leeway, Rule

TOLD = Rule(
    clause="RIGHTS-P5-6",
    part="pushed",
    says="SMS tells a citizen the latest state of their case: the changes that are pushed.",
    lacks="Asked by SMS, nothing answers yet.",
    preset=(
        "complaint-filed",
        "complaint-taken",
        "complaint-routed",
        "complaint-citizen-asked",
        "complaint-reply-taken",
        "complaint-went-on",
        "complaint-deadline-moved",
        "complaint-escalated",
        "complaint-answered",
        "complaint-pointed-elsewhere",
        "complaint-withdrawn",
        "complaint-reopened",
        "complaint-closed",
        "complaint-closed-not-satisfied",
        "complaint-closed-unrated",
    ),
)
WORDS = Rule(
    clause="RIGHTS-P5-6",
    part="words",
    says="So long after its queueing what a citizen was told can be read; then the words are erased.",
    preset=timedelta(days=365),
    leeway=Leeway(tightest=timedelta(days=30), loosest=timedelta(days=5 * 365)),
)
STAFF_LIST = Rule(
    clause="COUNTY-B11",
    says="The mobile numbers of the staff stand in lists by county office, unit and role, to send SMS to.",
    preset=None,
)
