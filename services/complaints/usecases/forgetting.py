"""Citizens are forgotten: because they ask, because somebody must, because it is long over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.complaints import access, rules
from services.complaints.domain import privacy
from services.complaints.domain.complaint import Complaint
from services.complaints.usecases.citizens import own
from services.complaints.usecases.use import CITIZEN, CLOCK, Use, measure_of
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.keys.person import Why
from shared.language import Text
from shared.retention import Kept
from shared.rule import Refused
from shared.store.repository import NotFound

LOOKS_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """That an agency forgot a person."""

    agency_id: str
    at: datetime


async def erase_oneself(use: Use, code: str, mobile: str) -> Erased:
    """The citizen wants to be forgotten. Afterwards their codes are as wrong ones: NotFound.

    Who has the case forgets them last, after each agency that had it: broken off, it can be asked again.
    """
    found, now = (await own(use, code, mobile)).state, use.clock.now()
    while True:
        had = [(await use.complaints.load(one.complaint_id)).state for one in found.past]
        for one in (*had, found):
            await use.keeper.erase(one.agency_id, one.contact.id, Why.ASKED, CITIZEN, now)
        newest = await use.cases.held(code)
        if newest is None or newest.state.id == found.id:
            return Erased(agency_id=found.agency_id, at=now)
        found = newest.state  # handed over meanwhile


async def erase(use: Use, who: Who, mobile: str, why: Why) -> Erased:
    """A post forgets a person of its agency, but nobody who still waits for it: that could silence them."""
    found, now, post = await use.keeper.find(who.agency_id, mobile), use.clock.now(), who.acting(access.ERASE)
    if found is None:
        raise NotFound(who.agency_id)
    gone = await use.keeper.erase_unless(
        lambda: use.cases.has_open(who.agency_id, found.id),
        agency_id=who.agency_id,
        contact_id=found.id,
        why=why,
        by=who.named(post),
        now=now,
    )
    if not gone:
        raise Refused(
            rules.FOLLOWED,
            Text(
                fa="شکایتی از این شهروند هنوز بسته نشده است و باید بتواند آن را پیگیری کند.",
                en="A complaint of this citizen is not closed yet, and they must be able to follow it.",
            ),
        )
    return Erased(agency_id=who.agency_id, at=now)


async def forget_if_over(use: Use, contact_id: str, now: datetime) -> None:
    """The clock's own act: nobody can follow a complaint for ever, so nobody's number is kept for ever."""
    key = (await use.keeper.keys.load(contact_id)).state
    kept = (await measure_of(use, key.agency_id)).figures.of(rules.FOLLOWED, local_day(now))
    if await use.cases.has_open(key.agency_id, contact_id):
        until: datetime | None = now + LOOKS_AGAIN
    else:
        closed_at = await use.cases.last_closed_at(key.agency_id, contact_id)
        until = closed_at and closed_at + kept
    await use.keeper.forget_unless_needed(contact_id, until, CLOCK, now)


def words(use: Use) -> Kept[Complaint]:
    """For how long it is kept what was written in a complaint."""
    return Kept(
        documents=use.complaints,
        directory=use.directory,
        rule=rules.WORDS,
        since=lambda complaint: complaint.closed_at,
        since_field="closed_at",
        forget=privacy.forget_words,
    )
