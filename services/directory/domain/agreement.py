"""The central secretariat's agreement to what a province does otherwise than the directive (RIGHTS-G9)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from services.directory.domain.forms import Form, Line
from shared.calendar.calendar_data import Day
from shared.language import Text
from shared.rule import Invalid

LETTER_MAX = 60


class AgreementForm(Form):
    """The central secretariat's letter: its number and its day."""

    letter: Annotated[Line, Field(max_length=LETTER_MAX, examples=["۱۲۳۴/ص"])]
    on: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """By what letter the central secretariat agreed."""

    letter: str
    on: date


def kept(form: AgreementForm | None) -> Agreement | None:
    """The letter as it is kept, where there is one."""
    return form and Agreement(letter=form.letter, on=form.on)


def must_fit_today(from_day: date, agreement: AgreementForm | None, today: date) -> None:
    """Raises Invalid for what would begin on a day that has begun, or was agreed to on one to come."""
    if from_day <= today:
        raise Invalid(
            "/from_day",
            Text(
                fa="از روزی که هنوز آغاز نشده است؛ پرونده‌های پیشین رقم زمان خود را دارند.",
                en="From a day that has not begun: older cases keep the figures of their day.",
            ),
        )
    if agreement and agreement.on > today:
        raise Invalid(
            "/agreement/on",
            Text(fa="تاریخ موافقت نمی‌تواند در آینده باشد.", en="The agreement can't be of a day to come."),
        )
