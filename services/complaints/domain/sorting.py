"""Which desk sorts what came by mail or SMS: nobody has said yet which service it is about."""

from services.complaints.access import DESK
from shared.directory.chart import Chart
from shared.events.directory import Role


def sorting_desk(chart: Chart, wished: str | None) -> str:
    """The unit that was wished, for an address for example; else public relations if there is a desk in it.

    Else the first unit of the chart that has one. Empty where there is none at all: the agency's head has it.
    """
    desks = [post.unit_id for post in chart.posts.values() if post.role in DESK and post.unit_id]
    relations = [post.unit_id for post in chart.of_role(Role.HEAD_OF_PUBLIC_RELATIONS)]
    for unit_id in (wished, *relations):
        if unit_id is not None and unit_id in desks:
            return unit_id
    return desks[0] if desks else ""
