"""The chapters in their order; time passes between them as it would in a quarter."""

from datetime import timedelta

from deploy.demo.story import complaint, item, meeting, report_card
from deploy.demo.story.world import World
from shared.calendar.jalali import JalaliQuarter
from shared.calendar.working_time import WorkingCalendar


async def tell(world: World, mobile: str) -> None:
    """All of it; StoryBroken where anything comes out otherwise than the directives say."""
    calendar = world.calendar()
    _begin_early_in_a_quarter(world, calendar)
    world.tell("\n۱. شکایت شهروند", "\n1. A citizen complains")
    case = await complaint.tell(world, mobile)
    world.tell("\n۲. مطلبی برای سایت", "\n2. An item for the site")
    published = await item.tell(world)
    world.tell("\n۳. جلسهٔ ماهانه", "\n3. The monthly meeting")
    held = await meeting.tell(world)
    world.tell("\n۴. کارنامهٔ فصل", "\n4. The quarter's report card")
    await report_card.tell(world, case=case, item=published, meeting=held)


def _begin_early_in_a_quarter(world: World, calendar: WorkingCalendar) -> None:
    """The story takes weeks and ends with the card of one quarter: go to the next one's first morning."""
    quarter = JalaliQuarter.at(world.clock.now()).next()
    opening = calendar.next_opening(quarter.starts_at)
    world.go_to(opening + timedelta(hours=1))
