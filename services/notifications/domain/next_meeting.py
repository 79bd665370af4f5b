"""What is told of a committee's next meeting with the minutes of its last: when, and how many items it has.

The agenda's own words are the committee's: they are read inside the system.
"""

from shared.calendar.jalali import show_instant
from shared.events.meetings import DecisionsSent, MinutesSent
from shared.language import Text
from shared.persian import persian_digits


def next_meeting(event: DecisionsSent | MinutesSent) -> Text:
    """One sentence; empty where the minutes said nothing of it."""
    if event.agenda_items is None:
        return Text(fa="", en="")
    count = str(event.agenda_items)
    agenda = (
        Text(fa=f"شمار موارد دستور: {persian_digits(count)}", en=f"items on its agenda: {count}")
        if event.agenda_items
        else Text(fa="بدون دستور", en="without an agenda")
    )
    if event.next_starts_at is None:
        return Text(
            fa=f"زمان جلسهٔ بعدی هنگام فراخواندن آن گفته می‌شود؛ {agenda.fa}.",
            en=f"The next meeting's time is told when it is called; {agenda.en}.",
        )
    starts = show_instant(event.next_starts_at)
    return Text(fa=f"جلسهٔ بعدی: {starts.fa}؛ {agenda.fa}.", en=f"The next meeting: {starts.en}; {agenda.en}.")
