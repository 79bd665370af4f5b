"""A case is found, in one's own agency."""

from services.complaints.domain.complaint import Complaint
from services.complaints.domain.search import By, Search
from services.complaints.usecases.use import Use
from shared.access.who import Who
from shared.language import Text
from shared.rule import Invalid
from shared.store.repository import Page

PERSONS_MAX = 100


async def search(use: Use, who: Who, wanted: Search, *, after: str | None, limit: int) -> Page[Complaint]:
    """A page of what was meant, newest first."""
    match wanted.by:
        case By.CODE:
            return await use.cases.coded(who.agency_id, wanted.sought[0])
        case By.TEXT:
            return await use.cases.with_words(who.agency_id, wanted.sought, after=after, limit=limit)
        case By.MOBILE:
            person = await use.keeper.find(who.agency_id, wanted.sought[0])
            known = [] if person is None else [person.id]
        case By.MOBILE_ENDING:
            known = await _ending_with(use, who, wanted.sought[0])
    return await use.cases.of_persons(who.agency_id, known, after=after, limit=limit)


async def _ending_with(use: Use, who: Who, digits: str) -> list[str]:
    """Invalid where so many numbers end so that not all would be looked for."""
    found = await use.keeper.ending_with(who.agency_id, digits, most=PERSONS_MAX + 1)
    if len(found) > PERSONS_MAX:
        raise Invalid(
            "/wanted",
            Text(
                fa="شماره‌های بسیاری به این چهار رقم پایان می‌یابند؛ شمارهٔ کامل یا کد پیگیری را بنویسید.",
                en="Too many numbers end with these digits: write the whole number or the tracking code.",
            ),
        )
    return [*found]
