"""What stands around an agency's explanations, on the page and in the brochure."""

from services.notifications.domain.explanation import Guide
from shared.calendar.jalali import local_day, show_day
from shared.persian import persian_digits

TITLE = "حقوق، تکالیف و انتظارات متقابل"


def as_of(guide: Guide) -> str:
    """From when on all of it holds; empty where nothing is told."""
    return "" if guide.since is None else f"به‌روزشده در {show_day(local_day(guide.since)).fa}"


def ways(guide: Guide) -> str:
    """How else to come by it."""
    if guide.line is None:
        return ""
    return (
        f"برای دریافت هر یک از این متن‌ها با پیامک، واژهٔ «{guide.ask_by}» را به شمارهٔ "
        f"\u2066{persian_digits(guide.line)}\u2069 بفرستید."
    )
