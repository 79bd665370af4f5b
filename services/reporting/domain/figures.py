"""What is counted. A figure's number and the list behind it are one question asked of the same facts."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from services.reporting.domain.facts import Case, Fact, Item, Known, Meeting, Source
from shared.grounds import GROUND_NAMES
from shared.language import Text

FactT = TypeVar("FactT", bound=Fact)
GROUND = "ground:"
"""A figure for each ground on which there is a case: `ground:disrespect-or-discrimination`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of the card: how many facts of these sources it holds for, at an instant."""

    name: str
    says: Text
    sources: tuple[Source, ...]
    holds: Callable[[Known, datetime], bool]


def _of(
    kind: type[FactT], source: Source, name: str, says: Text, holds: Callable[[FactT, datetime], bool]
) -> Figure:
    """Of one kind of fact; one whose quarter isn't known yet is no number's."""

    def holds_for(known: Known, as_of: datetime) -> bool:
        return isinstance(known.fact, kind) and bool(known.fact.quarters) and holds(known.fact, as_of)

    return Figure(name=name, says=says, sources=(source,), holds=holds_for)


def _of_cases(name: str, says: Text, holds: Callable[[Case, datetime], bool]) -> Figure:
    """Of each matter once: a repeat is counted with its first, what was handed over where it is now."""
    return _of_all_cases(name, says, lambda case, as_of: not case.handed_over and holds(case, as_of))


def _of_all_cases(name: str, says: Text, holds: Callable[[Case, datetime], bool]) -> Figure:
    """Of what was handed over, too: what went wrong here until then stays this agency's."""
    return _of(
        Case, Source.COMPLAINTS, name, says, lambda case, as_of: not case.repeat and holds(case, as_of)
    )


def _of_meetings(name: str, says: Text, holds: Callable[[Meeting, datetime], bool]) -> Figure:
    return _of(Meeting, Source.MEETINGS, name, says, holds)


WITH_GAPS = Figure(
    name="with-gaps",
    says=Text(fa="پرونده‌هایی که بخشی از رویدادهایشان نرسیده است", en="Facts with events missing"),
    sources=tuple(Source),
    holds=lambda known, _: known.gaps > 0,
)
_FIGURES = (
    _of_cases("received", Text(fa="شکایت‌های دریافتی", en="Cases received"), lambda _, __: True),
    _of_cases(
        "in-time",
        Text(fa="رسیدگی‌شده در مهلت", en="Handled in time"),
        lambda case, _: case.is_in_time(),
    ),
    _of_all_cases("late", Text(fa="رسیدگی با تأخیر", en="Late"), lambda case, as_of: case.is_late(as_of)),
    _of_cases(
        "running",
        Text(fa="در مهلت رسیدگی", en="Not due yet"),
        lambda case, as_of: not (case.withdrawn or case.is_in_time() or case.is_late(as_of)),
    ),
    _of_all_cases(
        "escalated", Text(fa="ارجاع‌شده به سطح بالاتر", en="Escalated"), lambda case, _: case.escalated
    ),
    _of_all_cases("reopened", Text(fa="بازگشایی‌شده", en="Reopened"), lambda case, _: case.reopened),
    _of_cases(
        "outside",
        Text(
            fa="بیرون از موارد و راهنمایی‌شده به جای درست", en="Outside the grounds, pointed to the right door"
        ),
        lambda case, _: case.outside,
    ),
    _of_cases(
        "withdrawn",
        Text(fa="پس‌گرفته‌شده به دست شهروند", en="Withdrawn by the citizen"),
        lambda case, _: case.withdrawn,
    ),
    _of_all_cases(
        "handed-over",
        Text(fa="سپرده‌شده به دستگاه‌های دیگر", en="Handed over to other agencies"),
        lambda case, _: case.handed_over,
    ),
    _of_cases(
        "taken-over",
        Text(fa="رسیده از دستگاه‌های دیگر", en="Came from other agencies"),
        lambda case, _: case.taken_over,
    ),
    _of_cases(
        "taken-over-late",
        Text(
            fa="رسیده از دستگاه‌های دیگر پس از پایان مهلت", en="Came from other agencies after their deadline"
        ),
        lambda case, _: case.late_before,
    ),
    _of_cases(
        "satisfied", Text(fa="شهروند راضی", en="Citizen satisfied"), lambda case, _: case.satisfied is True
    ),
    _of_all_cases(
        "not-satisfied",
        Text(fa="شهروند ناراضی", en="Citizen not satisfied"),
        lambda case, _: case.satisfied is False,
    ),
    _of_cases(
        "unrated",
        Text(fa="بدون اعلام رضایت یا نارضایتی", en="No verdict given"),
        lambda case, _: case.satisfied is None,
    ),
    _of(
        Item,
        Source.CONTENT,
        "items-published",
        Text(fa="مطالب درج‌شده در سایت", en="Items published"),
        lambda _, __: True,
    ),
    _of_meetings("meetings", Text(fa="جلسات", en="Meetings"), lambda _, __: True),
    _of_meetings(
        "meetings-official",
        Text(fa="جلسات رسمی", en="Official meetings"),
        lambda meeting, _: meeting.official is True,
    ),
    _of_meetings(
        "meetings-not-official",
        Text(fa="جلسات رسمیت‌نیافته یا برگزارنشده", en="Meetings not official, or not held"),
        lambda meeting, _: meeting.official is False,
    ),
    _of_meetings(
        "decisions-in-time",
        Text(fa="جلساتی که تصمیماتشان در مهلت ارسال شد", en="Meetings whose decisions were sent in time"),
        lambda meeting, _: meeting.sent_in_time is True,
    ),
    _of_meetings(
        "decisions-late",
        Text(
            fa="جلساتی که تصمیماتشان در مهلت ارسال نشد",
            en="Meetings whose decisions were not sent in time",
        ),
        lambda meeting, as_of: meeting.is_sent_late(as_of),
    ),
    WITH_GAPS,
)
FIGURES = {figure.name: figure for figure in _FIGURES}


def figure_named(name: str) -> Figure | None:
    """The figure of this name, of a ground too; None where there is none such."""
    if name.startswith(GROUND):
        return _on_ground(name.removeprefix(GROUND))
    return FIGURES.get(name)


def _on_ground(ground: str) -> Figure:
    return _of_cases(
        f"{GROUND}{ground}",
        GROUND_NAMES.get(ground, Text(fa=ground, en=ground)),
        lambda case, _: case.ground == ground,
    )


def count(facts: Iterable[Known], as_of: datetime) -> dict[str, int]:
    """Every figure's number, 0 too; of the grounds those on which there is a case."""
    found = Counter(dict.fromkeys(FIGURES, 0))
    for known in facts:
        found.update(name for name, figure in FIGURES.items() if figure.holds(known, as_of))
        if isinstance(known.fact, Case) and FIGURES["received"].holds(known, as_of):
            found[f"{GROUND}{known.fact.ground}"] += 1
    return dict(found)
