"""A voice menu asks for its caller."""

from dataclasses import dataclass
from typing import Self

from services.notifications.domain.case import KnownCase
from services.notifications.domain.spoken import sentences
from services.notifications.usecases.inbound import cases_of
from services.notifications.usecases.use import Use
from shared.identity import read_code
from shared.language import Text
from shared.mobile import read_mobile
from shared.persian import latin_digits
from shared.store.repository import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A code and a caller in one spelling, however they were typed: so wrong tries are counted together."""

    code: str
    caller: str

    @classmethod
    def read(cls, code: str, caller: str) -> Self:
        """What is no code or no mobile stays as it is: it is nobody's."""
        return cls(code=read_code(latin_digits(code)) or code, caller=read_mobile(caller) or caller)


async def state(use: Use, asked: Asked) -> tuple[KnownCase, list[Text]]:
    """The caller's own case, and what is read to them; NotFound for a wrong code as for another's number."""
    for case in await cases_of(use, asked.caller):
        if case.tracking_code == asked.code:
            return case, [*sentences(case, await _name(use, case.agency_id))]
    raise NotFound(asked.code)


async def _name(use: Use, agency_id: str) -> Text:
    chart = await use.directory.chart(agency_id)
    if chart is None:
        return Text(fa="دستگاه", en="the agency")
    return Text(fa=chart.name.fa, en=chart.name.en or chart.name.fa)
