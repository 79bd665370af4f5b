"""What is handed in about one post: who fills it, who stands in, from when to when."""

from datetime import datetime
from typing import Any, Self

from pydantic import ConfigDict, model_validator

from services.directory.domain.forms import AppointmentForm, Form, PersonId
from services.directory.domain.holdings import Held, begins_at
from shared.calendar.calendar_data import Day
from shared.calendar.jalali import ONE_DAY, midnight
from shared.language import Text


def _example(**fields: Any) -> ConfigDict:  # noqa: ANN401 - whatever JSON has
    return ConfigDict(json_schema_extra={"examples": [fields]})


class FillForm(Form):
    """Who fills the post, from a day's first moment on; from now on without a day."""

    model_config = _example(person="p-water-001", from_day="2026-12-22")

    person: PersonId
    from_day: Day | None = None
    appointment: AppointmentForm | None = None


class FromDayForm(Form):
    """From a day's first moment on; from now on without a day."""

    model_config = _example(from_day="2026-12-22")

    from_day: Day | None = None


class StandInForm(Form):
    """Who stands in for the post's holder, from the first to the last of these local days."""

    model_config = _example(person="p-water-002", first_day="2026-12-22", last_day="2026-12-24")

    person: PersonId
    first_day: Day
    last_day: Day

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError(
                Text(fa="روز پایان پیش از روز آغاز است.", en="The last day is before the first one.")
            )
        return self

    def as_held(self, post_id: str, now: datetime) -> Held:
        """As the post's holdings keep it; Invalid where it would begin on a day that is over."""
        begins_at(self.first_day, now, pointer="/first_day")
        return Held(
            post_id=post_id,
            person_id=self.person,
            from_at=midnight(self.first_day),
            until_at=midnight(self.last_day + ONE_DAY),
            stand_in=True,
        )


class TakeBackForm(Form):
    """Who was named for the post, and the day from which."""

    model_config = _example(person="p-water-002", from_day="2026-12-22")

    person: PersonId
    from_day: Day
