"""What the sender of a second message reads of the first (COUNTY-B7)."""

from collections.abc import Mapping
from datetime import datetime

from services.notifications.domain.broadcast import Broadcast
from services.notifications.domain.inbox import Notice
from services.notifications.domain.occasion import Channel, First
from shared.calendar.jalali import show_instant
from shared.language import Text
from shared.persian import persian_digits

CHANNELS: Mapping[Channel, Text] = {
    Channel.SMS: Text(fa="پیامک", en="SMS"),
    Channel.EMAIL: Text(fa="رایانامه", en="e-mail"),
    Channel.SMS_OR_EMAIL: Text(fa="پیامک یا رایانامه", en="SMS or e-mail"),
    Channel.IN_APP: Text(fa="کارتابل", en="the inbox"),
}


def says(first: First) -> Text:
    """Who was first, by which way, when, and to how many of the same people."""
    at, way = show_instant(first.at), CHANNELS[first.channel]
    count = persian_digits(str(first.in_common))
    return Text(
        fa=f"پیش از این، سِمت {first.post_id} برای «{first.occasion}» با {way.fa} در {at.fa} پیام فرستاده است "
        f"و {count} نفر از گیرندگان یکسان‌اند.",
        en=f"Before, the post {first.post_id} sent a message for “{first.occasion}” by {way.en} on {at.en}, "
        f"to {first.in_common} of the same people.",
    )


def notice_of(broadcast: Broadcast, first: First, *, id_: str, at: datetime) -> Notice:
    """In the inbox of the post that sent the second."""
    said = says(first)
    return Notice(
        id=id_,
        agency_id=broadcast.agency_id,
        post_id=broadcast.post_id,
        kind="broadcast-held",
        cause=broadcast.id,
        fa=f"پیام شما نگه داشته شد. {said.fa}",
        en=f"Your message is held. {said.en}",
        at=at,
    )
