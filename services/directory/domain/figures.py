"""An agency's own figures over the presets: tighter freely, looser only by the province's agreement."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from services.directory import rules
from services.directory.domain.agreement import Agreement, AgreementForm, kept, must_fit_today
from services.directory.domain.forms import Form
from shared.calendar.calendar_data import Day
from shared.calendar.jalali import local_day
from shared.events.directory import FigureSet
from shared.figures import ADAPTABLE, Adaptable
from shared.language import Text
from shared.rule import Figure, Figures, Invalid, Refused

NAME_MAX, VALUE_MAX = 60, 120
OWN_MAX = 500
"""So many settings lie in an agency's document; nobody comes near it by hand."""


class FigureForm(Form):
    """A figure from a day on: time as PT2H or P3D, a share as 3/4, a ladder's steps as PT0S PT2H PT4H."""

    figure: Annotated[str, Field(min_length=1, max_length=NAME_MAX, examples=["FOAD-6"])]
    value: Annotated[str, Field(min_length=1, max_length=VALUE_MAX, examples=["PT2H"])]
    from_day: Annotated[Day, Field(examples=["2026-12-22"])]
    agreement: AgreementForm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFigure:
    """What was set once; it stays when a later one takes its place."""

    figure: str
    value: str
    from_day: date
    set_at: datetime
    agreement: Agreement | None = None

    def dated(self) -> Figure:
        """As services look it up."""
        rule = ADAPTABLE[self.figure].rule
        return Figure(name=self.figure, value=rule.plain(rule.read_own(self.value)), from_day=self.from_day)

    def told(self, agency_id: str) -> FigureSet:
        """The event of it."""
        figure = self.dated()
        return FigureSet(
            agency_id=agency_id,
            clause=ADAPTABLE[self.figure].rule.clause,
            figure=figure.name,
            value=figure.value,
            from_day=figure.from_day,
        )

    def is_the_same(self, other: "OwnFigure") -> bool:
        """Says the same for the same day: whoever said it again, said nothing."""
        return (self.figure, self.value, self.from_day, self.agreement) == (
            other.figure,
            other.value,
            other.from_day,
            other.agreement,
        )


def figures_of(province: Iterable[OwnFigure], own: Iterable[OwnFigure]) -> Figures:
    """What holds for an agency, as every service's copy has it."""
    return Figures.made_of([one.dated() for one in (*province, *own)])


def lawful(
    form: FigureForm,
    *,
    province: Sequence[OwnFigure],
    own: Sequence[OwnFigure],
    by_province: bool,
    now: datetime,
) -> OwnFigure:
    """The figure as it will be kept. It begins on a day to come: a day's figures never change once it began.

    Raises Invalid for what is no figure, Refused (RIGHTS-G9) for a looser one without the agreement.
    """
    adaptable = ADAPTABLE.get(form.figure)
    if adaptable is None:
        raise Invalid(
            "/figure",
            Text(
                fa=f"از این رقم‌ها یکی را می‌توان تعیین کرد: {'، '.join(ADAPTABLE)}.",
                en=f"One of these can be set: {', '.join(ADAPTABLE)}.",
            ),
        )
    value = _value(adaptable, form.value)
    must_fit_today(form.from_day, form.agreement, local_day(now))
    rule, in_force = adaptable.rule, figures_of(province, own).of(adaptable.rule, form.from_day)
    if not rule.is_as_tight(value, in_force) and not (by_province and form.agreement):
        raise Refused(
            rules.ADAPTATION,
            Text(
                fa=f"رقم «{form.figure}» را از {rule.write(in_force)} آسان‌تر نمی‌توان گرفت، "
                "مگر آنکه استانداری آن را با شماره و تاریخ موافقت دبیرخانهٔ مرکزی تعیین کند.",
                en=f"{form.figure} can't be looser than {rule.write(in_force)}, unless the governorate "
                "sets it with the number and date of the central secretariat's agreement.",
            ),
        )
    return OwnFigure(
        figure=form.figure,
        value=rule.write(value),
        from_day=form.from_day,
        set_at=now,
        agreement=kept(form.agreement),
    )


def _value(adaptable: Adaptable, written: str) -> Any:  # noqa: ANN401 - what the rule's preset is
    try:
        return adaptable.rule.read_own(written)
    except ValueError:
        entry, example = adaptable.entry(), adaptable.rule.write(adaptable.rule.preset)
        raise Invalid(
            "/value",
            Text(
                fa=f"باید مانند {example} باشد، از {entry['tightest']} تا {entry['loosest']}.",
                en=f"It must be like {example}, from {entry['tightest']} to {entry['loosest']}.",
            ),
        ) from None
