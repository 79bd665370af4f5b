"""The clauses that bind notifications: figures and yes-or-no questions, nothing else."""

from datetime import timedelta

from shared.rule import Leeway, Rule

TOLD = Rule(
    clause="RIGHTS-P5-6",
    part="pushed",
    says="SMS tells a citizen the latest state of their case: the changes that are pushed.",
    preset=(
        "complaint-filed",
        "complaint-taken",
        "complaint-routed",
        "complaint-taken-over",
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
ANSWERED = Rule(
    clause="RIGHTS-P5-6",
    part="asked",
    says="Asked by SMS with a code, its citizen is told its state: of a number, so many questions in a day.",
    preset=20,
)
HELPED = Rule(
    clause="RIGHTS-P5-6",
    part="helped",
    says="Who sends anything else is told how to ask, so often in a day.",
    preset=3,
)
FILED = Rule(
    clause="RIGHTS-P5-6",
    part="filed",
    says="So many complaints are taken in a day from one number by SMS; the same words are one.",
    preset=5,
)
PARTS = Rule(
    clause="RIGHTS-P5-6",
    part="parts",
    says="What the same number sends to the same line within this time goes on with its complaint.",
    preset=timedelta(minutes=2),
)
FILING_WORDS = Rule(
    clause="RIGHTS-P5-6",
    part="filing-words",
    says="An SMS to an agency's line that begins with one of these words is a complaint.",
    preset=("شکایت", "شکایتم"),
)
FREE_TEXT = Rule(
    clause="RIGHTS-P5-6",
    part="free-text",
    says="An SMS to an agency's line with so many letters is a complaint, whatever it begins with.",
    preset=20,
)
STOP_WORDS = Rule(
    clause="RIGHTS-P5-6",
    part="stop-words",
    says="Who sends one of these words alone refuses what can be refused, and is told what is sent on.",
    preset=("لغو", "لغو۱۱", "توقف", "stop", "off", "خاموش"),
)
START_WORDS = Rule(
    clause="RIGHTS-P5-6",
    part="start-words",
    says="Who sends one of these words alone takes that back.",
    preset=("شروع", "شروع۱۱", "فعال", "start", "on", "روشن"),
)
REFUSABLE = Rule(
    clause="RIGHTS-P5-6",
    part="refusable",
    says="Messages of these kinds somebody may refuse. That a case was filed, handed over, answered, opened "
    "again or closed, that its citizen is asked something, and what they asked is told in any case.",
    preset=("own-case-progress", "notices", "surveys"),
)
WISHES_KEPT = Rule(
    clause="RIGHTS-P5-6",
    part="wishes-kept",
    says="So long after it was last said somebody's wish is kept: a number may be another's by then.",
    preset=timedelta(days=5 * 365),
    leeway=Leeway(tightest=timedelta(days=365), loosest=timedelta(days=10 * 365)),
)
TOGETHER = Rule(
    clause="RIGHTS-P5-6",
    part="together",
    says="Changes that come within this time are told together: news of how a case goes on waits so long, "
    "what must be known goes at once.",
    preset=timedelta(seconds=2),
)
INBOUND_WORDS = Rule(
    clause="RIGHTS-P5-6",
    part="inbound-words",
    says="So long after its receipt a citizen's SMS can be read; then its words and its sender are erased.",
    preset=timedelta(days=30),
    leeway=Leeway(tightest=timedelta(days=7), loosest=timedelta(days=365)),
)
VOICE_MENU = Rule(
    clause="RIGHTS-P5-5",
    says="A voice menu asks for a case's state over HTTP, and reads it to whoever filed it.",
    lacks="Neither the menu nor SMS explains rules yet; on the web the guide pages of services are to come.",
    preset=None,
)
STAFF_LIST = Rule(
    clause="COUNTY-B11",
    says="The mobile numbers of the staff stand in lists by county office, unit and role, to send SMS to.",
    preset=None,
)
