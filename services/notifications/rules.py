"""The clauses that bind notifications: figures and yes-or-no questions, nothing else."""

from datetime import timedelta
from fractions import Fraction

from shared.rule import Leeway, Rule

TOLD = Rule(
    clause="RIGHTS-P5-6",
    part="pushed",
    says="SMS tells a citizen the latest state of their case: the changes that are pushed.",
    preset=(
        "complaint-filed",
        "complaint-taken",
        "complaint-routed",
        "complaint-routed-waiting",
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
ANSWER_LASTS = Rule(
    clause="RIGHTS-P5-6",
    part="answer-lasts",
    says="The answer to who asked by SMS is of use for so long; later it isn't sent any more.",
    preset=timedelta(hours=2),
    leeway=Leeway(tightest=timedelta(minutes=10), loosest=timedelta(days=1)),
)
QUIET_FROM = Rule(
    clause="RIGHTS-P5-6",
    part="quiet-from",
    says="From this hour of the day on nothing is sent to many; what tells of one's own case always is.",
    preset=21,
    leeway=Leeway(tightest=17, loosest=24),
)
QUIET_UNTIL = Rule(
    clause="RIGHTS-P5-6",
    part="quiet-until",
    says="Until this hour nothing is sent to many.",
    preset=8,
    leeway=Leeway(tightest=10, loosest=5),
)
QUOTA = Rule(
    clause="RIGHTS-P5-6",
    part="quota",
    says="So many parts of SMS an agency sends a day: of codes, of other systems' statuses and to many, each "
    "counted for itself. What tells of one's own case is not counted, and goes.",
    preset=50_000,
    leeway=Leeway(tightest=100, loosest=5_000_000),
)
RESERVE = Rule(
    clause="RIGHTS-P5-6",
    part="reserve",
    says="Of all parts that the province pays for in a day this share is kept from what is sent to many; an "
    "agency's codes, and its systems' statuses, take at most half of what the rest left of it.",
    preset=Fraction(1, 5),
    leeway=Leeway(tightest=Fraction(1, 2), loosest=Fraction(1, 20)),
)
TO_ONE_NUMBER = Rule(
    clause="RIGHTS-P5-6",
    part="to-one-number",
    says="So many codes, so many statuses of other systems and so many broadcasts an hour go to one number, "
    "besides what tells of one's own case.",
    preset=10,
    leeway=Leeway(tightest=3, loosest=60),
)
RECEIPTS_TO_ONE_NUMBER = Rule(
    clause="RIGHTS-P5-6",
    part="receipts-to-one-number",
    says="So many receipts of what was filed on a page go to one number in a day, of all agencies together; "
    "whoever files more has them on the screen. All else about a case is told in any case.",
    preset=10,
    leeway=Leeway(tightest=3, loosest=50),
)
WORDED = Rule(
    clause="RIGHTS-P5-6",
    part="worded",
    says="An agency tells a citizen the state of their case in words of its own, in so many parts at most.",
    preset=6,
)
TRIED = Rule(
    clause="RIGHTS-P5-6",
    part="tried",
    says="Before they are published, such words are sent to whoever words them: so often in an agency's day.",
    preset=20,
)
SYSTEMS_PARTS = Rule(
    clause="RIGHTS-P5-6",
    part="systems-parts",
    says="Another system that tells people by SMS through Paygir sends at most so many parts in a day.",
    preset=10_000,
    leeway=Leeway(tightest=100, loosest=1_000_000),
)
SAME_TEXT = Rule(
    clause="RIGHTS-P5-6",
    part="same-text",
    says="The same text to the same number within this time is one message, whichever system sends it.",
    preset=timedelta(minutes=10),
    leeway=Leeway(tightest=timedelta(hours=24), loosest=timedelta(0)),
)
VOICE_MENU = Rule(
    clause="RIGHTS-P5-5",
    says="A voice menu asks for a case's state over HTTP, and reads it to whoever filed it.",
    preset=None,
)
EXPLAIN_WORDS = Rule(
    clause="RIGHTS-P5-5",
    part="words",
    says="Who sends one of these words, with a number or alone, is told what a rule says or which there are.",
    preset=("قانون", "قوانین", "مقررات", "حقوق", "تکالیف", "law"),
)
EXPLAINED = Rule(
    clause="RIGHTS-P5-5",
    part="explained",
    says="Rules are explained to one number so often in a day.",
    preset=10,
)
EXPLAINED_PARTS = Rule(
    clause="RIGHTS-P5-5",
    part="parts",
    says="By SMS, voice menu, page and brochure an agency explains rules, each in so many parts at most.",
    preset=6,
    leeway=Leeway(tightest=1, loosest=10),
)
STAFF_LIST = Rule(
    clause="COUNTY-B11",
    says="The mobile numbers of the staff stand in lists by county office, unit and role, to send SMS to.",
    preset=None,
)
NO_DUPLICATES = Rule(
    clause="COUNTY-B7",
    says="A second message for the same occasion and people is held so long after the first, by any way.",
    preset=timedelta(days=3),
    leeway=Leeway(tightest=timedelta(days=30), loosest=timedelta(days=1)),
)
STAFF_TOLD = Rule(
    clause="COUNTY-B1",
    says="An office's staff are told what they need, by a broadcast to its list.",
    preset=None,
)
CEREMONIES = Rule(
    clause="COUNTY-B6",
    says="Staff are told of ceremonies and programmes, by a broadcast to their list.",
    preset=None,
)
INVITATIONS = Rule(
    clause="COUNTY-F5",
    says="An invitation of a county office goes to its guests when headquarters' public relations agreed.",
    preset=None,
)
CHARTER = Rule(
    clause="RIGHTS-P2-2",
    says="The staff are told the indicators of the citizens' rights charter, by a broadcast to them.",
    preset=None,
)
RIGHTS = Rule(
    clause="RIGHTS-P3-1",
    says="Rights, duties and mutual expectations are told by SMS to people who agreed to it, and by page "
    "and brochure to all.",
    preset=None,
)
