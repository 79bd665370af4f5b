"""In which words citizens are told: what holds, and how an agency changes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.notifications import access, rules
from services.notifications.domain.occasions import OCCASIONS, Bounds, Occasion, Preview
from services.notifications.domain.wordings import NOTHING_DRAFTED, POINTER, Wording, holding, id_of
from services.notifications.domain.words import Words
from services.notifications.usecases.changing import changed
from services.notifications.usecases.scope import chart_of
from services.notifications.usecases.use import Use
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.events.directory import PROVINCE
from shared.rule import Invalid
from shared.store.history import Act
from shared.store.repository import NotFound, Saved
from shared.store.store import DuplicateId


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One thing that is told, the words that hold for it, and how they read in the `agency`'s name. `own` is
    its own wording, with the version that the next change may name: 0 while there is none.
    """

    id: str
    agency: str
    occasion: Occasion
    words: Words
    preview: Preview
    own: Wording | None
    version: int


async def words_for(use: Use, agency_id: str, template: str) -> Words | None:
    """The words for a message that is queued now; None for the release's. Another process may have published
    others within the last second.
    """
    occasion = OCCASIONS.get(template)
    if occasion is None:
        return None
    return await use.worded.of((agency_id, template), lambda: _holding(use, agency_id, occasion))


async def standings(use: Use, who: Who) -> Sequence[Standing]:
    """All that the agency may word, as it stands."""
    bounds, name = await bounds_of(use, who.agency_id), await name_of(use, who.agency_id)
    ours = [one for one in OCCASIONS.values() if one.is_for(who.agency_id)]
    known = await _known(use, who.agency_id, [one.name for one in ours])
    return [
        _standing(who, occasion, [one for one in known if one.occasion == occasion.name], name, bounds)
        for occasion in ours
    ]


async def standing(use: Use, who: Who, id_: str) -> Standing:
    """One of them, at the version that the next change may name."""
    occasion = occasion_of(who, id_)
    try:
        saved = await use.wordings.get(who.agency_id, id_)
    except NotFound:
        saved = None
    return await _now(use, who, occasion, saved)


async def draft(use: Use, who: Who, id_: str, text: str, if_match: int | None) -> Standing:
    """Write the words anew; nothing is sent in them yet."""
    occasion = occasion_of(who, id_)
    act = _act(who, "draft", use.clock.now())
    first = Wording.begin(who.agency_id, occasion.name, text)
    try:
        saved = await _changed(use, who, id_, act, lambda one: one.redraft(text), if_match)
    except NotFound:
        try:
            saved = await use.wordings.add(act, (first, []))
        except DuplicateId:
            saved = await _changed(use, who, id_, act, lambda one: one.redraft(text), if_match)
    return await _now(use, who, occasion, saved)


async def preview(use: Use, who: Who, id_: str, text: str) -> Preview:
    """How words would read, and all that keeps them from being published. Nothing is saved."""
    occasion, bounds = occasion_of(who, id_), await bounds_of(use, who.agency_id)
    return Preview.of(occasion, text, agency=await name_of(use, who.agency_id), bounds=bounds)


async def publish(use: Use, who: Who, id_: str, if_match: int | None) -> Standing:
    """What is queued from now on is told in the draft's words. Invalid for a draft that isn't fit for it."""
    occasion, bounds = occasion_of(who, id_), await bounds_of(use, who.agency_id)
    now, post = use.clock.now(), who.acting(access.WORD)
    try:
        saved = await _changed(
            use,
            who,
            id_,
            _act(who, "publish", now),
            lambda one: one.publish(occasion, bounds, post_id=post.id, now=now),
            if_match,
        )
    except NotFound:
        raise Invalid(POINTER, NOTHING_DRAFTED) from None
    return await _now(use, who, occasion, saved)


async def withdraw(use: Use, who: Who, id_: str, if_match: int | None) -> Standing:
    """The words below hold again. Withdrawn twice, or never published, is withdrawn."""
    occasion = occasion_of(who, id_)
    act = _act(who, "withdraw", use.clock.now())
    try:
        saved = await _changed(use, who, id_, act, Wording.withdraw, if_match)
    except NotFound:
        saved = None
    return await _now(use, who, occasion, saved)


def occasion_of(who: Who, id_: str) -> Occasion:
    """What an id of the agency's wordings is for; NotFound for another agency's."""
    for occasion in OCCASIONS.values():
        if id_of(who.agency_id, occasion.name) == id_ and occasion.is_for(who.agency_id):
            return occasion
    raise NotFound(id_)


async def name_of(use: Use, agency_id: str) -> str:
    """As it stands in messages."""
    return (await chart_of(use, agency_id)).name.fa


async def bounds_of(use: Use, agency_id: str) -> Bounds:
    """The province's words are said in every agency's name: in the longest, too."""
    speaking = await use.directory.agencies() if agency_id == PROVINCE else [agency_id]
    names = [await name_of(use, one) for one in speaking]
    figures = await use.directory.figures(agency_id)
    parts_max = figures.of(rules.WORDED, local_day(use.clock.now()))
    return Bounds(longest_name=max(names, key=len, default=""), parts_max=parts_max)


async def _holding(use: Use, agency_id: str, occasion: Occasion) -> Words | None:
    return holding(occasion, await _known(use, agency_id, [occasion.name]))


async def _known(use: Use, agency_id: str, templates: Sequence[str]) -> Sequence[Wording]:
    """What the agency and the province have for these."""
    ids = {id_of(owner, name) for owner in (agency_id, PROVINCE) for name in templates}
    return await use.wordings.all_of({"_id": {"$in": sorted(ids)}})


async def _changed(
    use: Use, who: Who, id_: str, act: Act, decide: Callable[[Wording], Wording], if_match: int | None
) -> Saved[Wording]:
    saved = await changed(use.wordings, who.agency_id, id_, act, decide, if_match)
    use.worded.clear()  # the province's hold for all agencies
    return saved


def _act(who: Who, name: str, now: datetime) -> Act:
    return Act(name=name, by=who.named(who.acting(access.WORD)), at=now, clause=rules.WORDED.clause)


async def _now(use: Use, who: Who, occasion: Occasion, saved: Saved[Wording] | None) -> Standing:
    """As it stands after what was just read or written."""
    bounds, name = await bounds_of(use, who.agency_id), await name_of(use, who.agency_id)
    others = [one for one in await _known(use, PROVINCE, [occasion.name]) if one.agency_id != who.agency_id]
    known = others if saved is None else [saved.state, *others]
    return _standing(who, occasion, known, name, bounds, 0 if saved is None else saved.version)


def _standing(
    who: Who, occasion: Occasion, known: Sequence[Wording], name: str, bounds: Bounds, version: int = 0
) -> Standing:
    words = holding(occasion, known) or occasion.release
    return Standing(
        id=id_of(who.agency_id, occasion.name),
        agency=name,
        occasion=occasion,
        words=words,
        preview=Preview.of(occasion, words.text, agency=name, bounds=bounds),
        own=next((one for one in known if one.agency_id == who.agency_id), None),
        version=version,
    )
