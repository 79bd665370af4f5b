"""Posts: who fills them, who stands in, who leaves; from now on or from a coming day."""

from collections.abc import Callable
from datetime import datetime

from services.directory import access
from services.directory.domain.agency import Agency
from services.directory.domain.appointment import clause_of_filling
from services.directory.domain.holdings import begins_at
from services.directory.domain.lawful import is_of, stranger
from services.directory.domain.post_forms import FillForm, FromDayForm, StandInForm, TakeBackForm
from services.directory.usecases.use import Use, named
from shared.access.who import Who
from shared.events.event import Event
from shared.rule import Invalid
from shared.store.history import Act
from shared.store.repository import NotFound, Saved


async def look(use: Use, who: Who, agency_id: str, post_id: str) -> Saved[Agency]:
    """A post's agency, for those who may see who holds its posts."""
    named(who, access.SEE_HOLDERS, agency_id)
    saved = await use.agencies.get(agency_id, agency_id)
    _must_have(saved.state, post_id)
    return saved


async def fill(
    use: Use, who: Who, agency_id: str, post_id: str, form: FillForm, if_match: int | None
) -> Saved[Agency]:
    """Somebody holds the post from then on, until another is named."""

    def decide(agency: Agency, now: datetime) -> tuple[Agency, list[Event]]:
        _must_have(agency, post_id)
        _must_be_of(agency_id, form.person)
        from_at = begins_at(form.from_day, now)
        return agency.fill(post_id, form.person, from_at, form.appointment, now)

    return await _change(
        use, who, agency_id, "fill", decide, if_match, lambda agency: clause_of_filling(agency.posts[post_id])
    )


async def vacate(
    use: Use, who: Who, agency_id: str, post_id: str, form: FromDayForm, if_match: int | None
) -> Saved[Agency]:
    """Nobody holds the post from then on, until somebody is named."""

    def decide(agency: Agency, now: datetime) -> tuple[Agency, list[Event]]:
        _must_have(agency, post_id)
        at = begins_at(form.from_day, now)
        return agency.move(lambda holdings: holdings.vacate(post_id, at), now, pointer="/from_day")

    return await _change(use, who, agency_id, "vacate", decide, if_match)


async def name_stand_in(
    use: Use, who: Who, agency_id: str, post_id: str, form: StandInForm, if_match: int | None
) -> Saved[Agency]:
    """Somebody acts for the post's holder while they are away."""

    def decide(agency: Agency, now: datetime) -> tuple[Agency, list[Event]]:
        _must_have(agency, post_id)
        coming = form.as_held(post_id, now)
        return agency.move(lambda holdings: holdings.stand_in(coming), now)

    return await _change(use, who, agency_id, "name stand-in", decide, if_match)


async def take_back(
    use: Use, who: Who, agency_id: str, post_id: str, form: TakeBackForm, if_match: int | None
) -> Saved[Agency]:
    """Whoever was named for that day doesn't come; a stand-in who is there already goes."""

    def decide(agency: Agency, now: datetime) -> tuple[Agency, list[Event]]:
        _must_have(agency, post_id)
        return agency.move(lambda holdings: holdings.take_back(post_id, form.person, form.from_day, now), now)

    return await _change(use, who, agency_id, "take back", decide, if_match)


async def leave(
    use: Use, who: Who, agency_id: str, person_id: str, form: FromDayForm, if_match: int | None
) -> Saved[Agency]:
    """Somebody leaves the agency: all their posts are vacant from then on, and they stand in for nobody."""

    def decide(agency: Agency, now: datetime) -> tuple[Agency, list[Event]]:
        if all(held.person_id != person_id for held in agency.holdings):
            raise NotFound(person_id)
        at = begins_at(form.from_day, now)
        return agency.move(lambda holdings: holdings.leave(person_id, at), now, pointer="/from_day")

    return await _change(use, who, agency_id, "leave", decide, if_match)


async def _change(
    use: Use,
    who: Who,
    agency_id: str,
    name: str,
    decide: Callable[[Agency, datetime], tuple[Agency, list[Event]]],
    if_match: int | None,
    clause: Callable[[Agency], str | None] = lambda _: None,
) -> Saved[Agency]:
    by, now = named(who, access.ARRANGE, agency_id), use.clock.now()
    return await use.agencies.change(
        agency_id,
        agency_id,
        lambda agency: Act(name=name, by=by, at=now, clause=clause(agency)),
        lambda agency: decide(agency, now),
        if_match=if_match,
    )


def _must_have(agency: Agency, post_id: str) -> None:
    if post_id not in agency.posts:
        raise NotFound(post_id)


def _must_be_of(agency_id: str, person_id: str) -> None:
    if not is_of(agency_id, person_id):
        raise Invalid("/person", stranger(person_id))
