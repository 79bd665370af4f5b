"""What of a record may be told outside without telling who it is: a unit only where it is a crowd."""

from datetime import datetime

from services.complaints import rules
from services.complaints.domain.misconduct import Cause, Named, Step, Told, people_in
from shared.directory.chart import Chart

NOTHING = Told(unit_id=None, service_code=None, step=None, cause=None)


def told_units(chart: Chart, now: datetime) -> frozenset[str]:
    """The units that may be named: each a crowd, and so are all the others together.

    Else the one small unit of an agency would be known by not being named.
    """
    people = {unit: people_in(chart, [unit], now) for unit in chart.units}
    by_size = sorted(people, key=lambda unit: (len(people[unit]), unit))
    told = [unit for unit in by_size if len(people[unit]) >= rules.CROWD.preset]
    everybody = _everybody(chart, now)
    while told:
        others = everybody.difference(*(people[unit] for unit in told))
        if not others or len(others) >= rules.CROWD.preset:
            break
        told = told[1:]
    return frozenset(told)


def told_of(
    chart: Chart, keeper_id: str, named: Named, service_code: str, step: Step, cause: Cause, now: datetime
) -> Told:
    """What the events of a record say. What the governorate keeps is of one of few, and says nothing."""
    if keeper_id != chart.agency_id or len(_everybody(chart, now)) < rules.CROWD.preset:
        return NOTHING
    is_told = named.unit_id in told_units(chart, now)
    return Told(
        unit_id=named.unit_id if is_told else None,
        # A service is given by a unit, and so it names one.
        service_code=service_code if is_told else None,
        step=step.value,
        cause=cause.value,
    )


def _everybody(chart: Chart, now: datetime) -> set[str]:
    return {one.person_id for holdings in chart.holdings.values() for one in holdings if one.is_at(now)}
