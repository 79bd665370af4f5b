"""A message in an agency's words to whoever words it: on their own phone they see it as a citizen would."""

from datetime import timedelta
from enum import StrEnum

from services.notifications import access, rules
from services.notifications.domain.lane import Lane
from services.notifications.domain.message import Cause, Message
from services.notifications.domain.occasions import Occasion
from services.notifications.domain.wordings import publishable, source_of
from services.notifications.domain.words import Words
from services.notifications.usecases import wordings
from services.notifications.usecases.use import Use
from services.notifications.usecases.wordings import Standing
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.events.contacts import ContactKind
from shared.identity import derived_id
from shared.language import Text
from shared.observe.traces import current_traceparent
from shared.persian import persian_digits
from shared.rule import Refused
from shared.store.history import Act
from shared.store.repository import Once, Saved
from shared.store.store import DuplicateId

TEMPLATE = "wording-test"
A_DRAFTS = 0
"""The version of words that were never published."""
OF_USE_FOR = timedelta(hours=1)


class NoMobile(Exception):
    """The caller's own number isn't known."""


class Which(StrEnum):
    """What is tried: the agency's draft, or the words that hold now, whosever they are."""

    DRAFT = "draft"
    IN_FORCE = "in-force"


async def try_out(use: Use, who: Who, id_: str, which: Which, once: Once | None) -> Saved[Message]:
    """Queue it with examples in its places, to the caller's own mobile and to nobody else.

    Raises Invalid for a draft that could not be published, NoMobile, and Refused when the agency's day has
    had its share.
    """
    now, by = use.clock.now(), who.named(who.acting(access.WORD))
    standing = await wordings.standing(use, who, id_)
    words = await _words(use, who, standing, which)
    contact_id = await _own_contact(use, who)
    figures, day = await use.directory.figures(who.agency_id), local_day(now)
    most = figures.of(rules.TRIED, day)
    act = Act(name="queue", by=by, at=now, clause=rules.TRIED.clause)
    # Each of a day's tests has an id of its own, whoever asks: together they are never more. Gone through
    # from the first, so that one that is asked for again under its key is found and not sent again.
    for number in range(most):
        message_id = derived_id(TEMPLATE, who.agency_id, day.isoformat(), str(number))
        message = _message(use, who, standing.occasion, words, message_id, contact_id)
        try:
            saved = await use.messages.add(act, (message, []), once=once)
        except DuplicateId:
            continue
        use.wake.set()
        return saved
    fa = f"امروز {persian_digits(str(most))} پیامک آزمایشی فرستاده شده است؛ فردا دوباره می‌توان فرستاد."
    raise Refused(rules.TRIED, Text(fa=fa, en=f"{most} tests were sent today; there are more tomorrow."))


async def _words(use: Use, who: Who, standing: Standing, which: Which) -> Words:
    if which is Which.IN_FORCE:
        return standing.words
    bounds, own = await wordings.bounds_of(use, who.agency_id), standing.own
    text = publishable(None if own is None else own.draft, standing.occasion, bounds)
    return Words(text=text, source=source_of(who.agency_id), version=A_DRAFTS)


async def _own_contact(use: Use, who: Who) -> str:
    reach = (await use.contacts.of_staff(who.agency_id, [who.subject])).get(who.subject)
    if reach is None or reach.kind is not ContactKind.MOBILE:
        raise NoMobile
    return reach.contact_id


def _message(use: Use, who: Who, occasion: Occasion, words: Words, id_: str, contact_id: str) -> Message:
    """It is about nothing but itself: no case's message waits for it."""
    now = use.clock.now()
    return Message(
        id=id_,
        agency_id=who.agency_id,
        cause=Cause(event_id=id_, subject=id_, sequence=1, at=now, traceparent=current_traceparent()),
        lane=Lane.CODE,
        clause=rules.TRIED.clause,
        template=TEMPLATE,
        template_version=words.version,
        template_source=words.source,
        variables=occasion.examples,
        wording=words.text,
        contact_id=contact_id,
        queued_at=now,
        status_at=now,
        send_at=now,
        expires_at=now + OF_USE_FOR,
    )
