"""The hours in which nothing is sent to many."""

from datetime import datetime, timedelta

from shared.calendar.jalali import local_day, midnight

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def quiet_until(now: datetime, *, from_hour: int, until_hour: int) -> datetime | None:
    """When the quiet hours that it is in are over; None outside of them. Hours of the local day, 0 to 24;
    from an evening's on to a morning's, and none where both are the same.
    """
    day = midnight(local_day(now))
    begins, ends = day + from_hour * HOUR, day + until_hour * HOUR
    if from_hour <= until_hour:
        return ends if begins <= now < ends else None
    if now >= begins:
        return ends + DAY
    return ends if now < ends else None


def next_day(now: datetime) -> datetime:
    """When the next local day begins."""
    return midnight(local_day(now) + DAY)
