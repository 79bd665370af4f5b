"""A file of complaints: one a row, each by the number it has where it comes from."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.complaints import rules
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint
from shared.calendar.jalali import local_day
from shared.grounds import GROUND_NAMES
from shared.identity import derived_id
from shared.language import Text
from shared.persian import fold, latin_digits
from shared.tables import RowProblem
from shared.web.fields import JalaliInstant, Mobile, OfNobody

REFERENCE_MAX, CODE_MAX, TEXT_MAX = 200, 64, 4000
_GROUNDS = {fold(said): ground for ground, name in GROUND_NAMES.items() for said in (ground, *name)}


def _ground(cell: object) -> object:
    """By its code or by its name, whatever letters it is written in."""
    return _GROUNDS.get(fold(cell), cell) if isinstance(cell, str) else cell


class CaseForm(BaseModel):
    """A complaint as one row. `reference` is its number where it comes from; `mobile` may be empty."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    reference: Annotated[
        str, BeforeValidator(latin_digits), Field(min_length=1, max_length=REFERENCE_MAX), OfNobody
    ]
    service_code: Annotated[str, BeforeValidator(latin_digits), Field(min_length=1, max_length=CODE_MAX)]
    ground: Annotated[str, BeforeValidator(_ground), Field(min_length=1, max_length=CODE_MAX)]
    text: Annotated[str, Field(min_length=1, max_length=TEXT_MAX)]
    mobile: Annotated[Mobile | None, BeforeValidator(lambda cell: cell or None)]
    received_at: JalaliInstant

    def id_at(self, agency_id: str) -> str:
        """The case's id, for ever the same: the same row again is the same case."""
        return derived_id("row", agency_id, self.reference)


def disagreements(
    rows: Mapping[int, CaseForm], *, services: Collection[str], now: datetime, measure: Measure
) -> Iterator[RowProblem]:
    """What rows say that can't be filed: of other services, on no ground, out of time, one number twice."""
    seen: set[str] = set()
    for line, row in rows.items():
        grounds = measure.figures.of(rules.GROUNDS, local_day(row.received_at))
        back = measure.figures.of(rules.RECEIVED, local_day(now))
        if row.service_code not in services:
            yield RowProblem(line, "service_code", _NO_SUCH_SERVICE)
        if not rules.is_ground(row.ground, grounds=grounds):
            yield RowProblem(line, "ground", _NO_GROUND)
        if row.received_at > now or not rules.is_within_reach(row.received_at, now=now, back=back):
            yield RowProblem(line, "received_at", _OUT_OF_TIME)
        if row.reference in seen:
            yield RowProblem(line, "reference", _TWICE)
        seen.add(row.reference)


def changed(
    rows: Mapping[int, CaseForm], known: Mapping[str, Complaint], agency_id: str
) -> Iterator[RowProblem]:
    """Rows whose number was filed before with something else. What was erased since is as it was."""
    for line, row in rows.items():
        before = known.get(row.id_at(agency_id))
        if before is None:
            continue
        said = (row.service_code, row.ground, row.received_at)
        same_words = before.text == row.text or not before.has_words
        if said != (before.service_code, before.ground, before.filed_at) or not same_words:
            yield RowProblem(line, "reference", _OTHERWISE)


_NO_SUCH_SERVICE = Text(fa="این دستگاه چنین خدمتی ندارد.", en="This agency has no such service.")
_NO_GROUND = Text(fa="از موارد هفتگانهٔ نحوهٔ ارائهٔ خدمت نیست.", en="It is none of the seven grounds.")
_OUT_OF_TIME = Text(
    fa="زمان دریافت نباید در آینده باشد و نه پیش‌تر از مهلت ثبت.",
    en="The receipt may neither be to come nor too long ago to be entered.",
)
_TWICE = Text(fa="این شماره در همین فایل پیش‌تر آمده است.", en="This number came before in the file.")
_OTHERWISE = Text(
    fa="این شماره پیش‌تر با محتوای دیگری ثبت شده است.", en="This number was filed before with something else."
)
