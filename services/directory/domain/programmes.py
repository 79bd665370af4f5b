"""The nine citizens'-rights programmes, and what a province makes of their measures (RIGHTS-G9)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from services.directory import rules
from services.directory.domain.agreement import Agreement, AgreementForm, kept, must_fit_today
from services.directory.domain.forms import Form, Line, Name
from shared.calendar.calendar_data import Day
from shared.calendar.jalali import local_day
from shared.directives.catalogue import CLAUSES, Clause
from shared.events.directory import PROVINCE, ProgrammeAdapted
from shared.events.event import Event
from shared.figures import ADAPTABLE
from shared.language import Text
from shared.rule import Invalid, Refused

TITLES: tuple[Text, ...] = (
    Text(fa="تعیین سیاست‌ها و راهبردهای صیانت از حقوق شهروندی", en="Policies and strategies"),
    Text(fa="آموزش و توانمندسازی مدیران و کارکنان", en="Training of managers and staff"),
    Text(fa="اطلاع‌رسانی و آگاه‌سازی شهروندان", en="Informing citizens"),
    Text(fa="پیشگیری از تضییع حقوق شهروندان", en="Preventing violations of citizens' rights"),
    Text(fa="ارتباطات مردمی و توسعهٔ خدمات الکترونیکی", en="Contact with people and electronic services"),
    Text(fa="روان‌سازی قوانین و مقررات", en="Simpler laws and rules"),
    Text(fa="فضاسازی و تبلیغات محیطی", en="Surroundings and displays"),
    Text(fa="تشویق و ترغیب", en="Reward and encouragement"),
    Text(fa="پایش و بررسی وضعیت حقوق شهروندی", en="Watching how citizens' rights are respected"),
)
ADAPTED_MAX = 100
"""So often one measure is adapted; nobody comes near it by hand."""


class Audience(StrEnum):
    """For whom a programme is (RIGHTS-G3)."""

    CLIENTS = "clients"
    STAFF = "staff"
    MANAGERS = "managers"


class Every(StrEnum):
    """In which Jalali span it is owed so many times."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"


class Often(Form):
    """So many times in each span."""

    times: Annotated[int, Field(ge=1, le=31, strict=True)]
    every: Every


class AdaptationForm(Form):
    """What a measure is in this province from a day on: in words, how often, for whom, and why."""

    says: Name
    often: Often | None = None
    audience: Annotated[tuple[Audience, ...], Field(min_length=1, max_length=len(Audience))]
    because: Annotated[Line, Field(examples=["پراکندگی روستاها و کوچ فصلی"])]
    from_day: Annotated[Day, Field(examples=["2026-12-22"])]
    agreement: AgreementForm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptation:
    """What was adapted once; it stays when a later one takes its place."""

    says: Text
    often: Often | None
    audience: tuple[Audience, ...]
    because: str
    from_day: date
    agreement: Agreement
    set_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure of a programme in this province, by its clause; there is one once it was adapted."""

    id: str
    agency_id: str = PROVINCE
    adaptations: tuple[Adaptation, ...] = ()

    def adapt(self, form: AdaptationForm, now: datetime) -> tuple[Self, list[Event]]:
        """From the form's day on it is as the form says. Of one day, what was said last holds.

        Raises Refused (RIGHTS-G9) without the central secretariat's letter, Invalid for a day that has begun.
        """
        _must_have_no_figure(self.id)
        made = _lawful(form, now)
        if any(replace(one, set_at=now) == made for one in self._of_day(made.from_day)[-1:]):
            return self, []
        if len(self.adaptations) >= ADAPTED_MAX:
            raise Invalid(
                "/from_day",
                Text(fa=f"بیش از {ADAPTED_MAX} بار ثبت نمی‌شود.", en=f"No more than {ADAPTED_MAX} are kept."),
            )
        told = ProgrammeAdapted(
            agency_id=self.agency_id,
            clause=self.id,
            audience=tuple(made.audience),
            times=made.often and made.often.times,
            every=made.often and made.often.every.value,
            from_day=made.from_day,
        )
        return replace(self, adaptations=(*self.adaptations, made)), [told]

    def on(self, day: date) -> Adaptation | None:
        """What holds on a day; None while the directive's own words do."""
        begun = [one.from_day for one in self.adaptations if one.from_day <= day]
        return self._of_day(max(begun))[-1] if begun else None

    def _of_day(self, day: date) -> Sequence[Adaptation]:
        return [one for one in self.adaptations if one.from_day == day]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One of the nine; its measures are clauses of the directive."""

    number: int
    title: Text
    measures: tuple[Clause, ...]


def measure_of(id_: str) -> Clause | None:
    """The measure of that id; None for what is none."""
    return next((one for programme in PROGRAMMES for one in programme.measures if one.id == id_), None)


def _programmes() -> tuple[Programme, ...]:
    return tuple(
        Programme(
            number=number,
            title=title,
            measures=tuple(clause for id_, clause in CLAUSES.items() if id_.startswith(f"RIGHTS-P{number}-")),
        )
        for number, title in enumerate(TITLES, start=1)
    )


PROGRAMMES = _programmes()


def _must_have_no_figure(id_: str) -> None:
    if id_ in ADAPTABLE:
        raise Refused(
            rules.PROGRAMMES,
            Text(
                fa=f"این اقدام رقم دارد و با تعیین رقم «{id_}» بومی می‌شود.",
                en=f"This measure has a figure and is adapted by setting that: {id_}.",
            ),
        )


def _lawful(form: AdaptationForm, now: datetime) -> Adaptation:
    agreement = kept(form.agreement)
    if agreement is None:
        raise Refused(
            rules.PROGRAMMES,
            Text(
                fa="بومی‌سازی برنامه بدون شماره و تاریخ موافقت دبیرخانهٔ ستاد مرکزی ثبت نمی‌شود.",
                en="A programme is adapted only with the central secretariat's letter: its number, its day.",
            ),
        )
    must_fit_today(form.from_day, form.agreement, local_day(now))
    return Adaptation(
        says=Text(fa=form.says.fa, en=form.says.en),
        often=form.often,
        audience=tuple(sorted(set(form.audience))),
        because=form.because,
        from_day=form.from_day,
        agreement=agreement,
        set_at=now,
    )
