"""The clauses that bind content: yes-or-no questions, no figures so far."""

from collections.abc import Collection

from shared.persian import fold
from shared.rule import Rule

REVIEW = Rule(
    clause="PORTAL-6-3",
    says="The group reviews what is submitted and ranks it; nothing unreviewed goes further.",
    preset=None,
)
COURSE = Rule(
    clause="PORTAL-7",
    says="Submitted by the domain, reviewed by the group, approved by its deputy, then published: "
    "no step skipped, none taken by another.",
    preset=None,
)
BARRED = Rule(
    clause="PORTAL-7-note",
    says="A topic that the responsible director told the group can't be raised is refused with that notice.",
    preset=None,
)


def takes_second_step(person_id: str, *, took_other_steps: Collection[str]) -> bool:
    """Whether a person who already took another step of a revision would take this one too.

    "Nobody approves in another's place" would mean nothing if one person, by a second post or as a stand-in,
    could approve what they submitted themselves: four steps are four people.
    """
    return person_id in took_other_steps


def is_about(barred: str, *, said: str) -> bool:
    """Whether what is said names a barred subject, however it is spelt.

    Found at the start of words, so that «انتخابات» is found in «انتخابات‌های» too.
    """
    subject = _words(barred)
    return bool(subject) and f" {subject}" in f" {_words(said)}"


def _words(text: str) -> str:
    """Letters and digits only, in one form, one space between words."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())
