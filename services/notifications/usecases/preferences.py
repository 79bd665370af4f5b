"""What a person wishes to be told: said by SMS or with a code, and asked before anything is sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.notifications import rules
from services.notifications.domain.case import KnownCase, where_they_are
from services.notifications.domain.kinds import kind_of
from services.notifications.domain.message import Message
from services.notifications.domain.wishes import Preference, WishKind, in_force, in_order
from services.notifications.usecases import knowing
from services.notifications.usecases.knowing import hash_of
from services.notifications.usecases.use import CITIZEN, Use
from shared.events.directory import PROVINCE
from shared.identity import new_id
from shared.retention import Kept
from shared.store.history import Act
from shared.store.repository import NotFound
from shared.store.store import NotUnique


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What holds for a number: at an agency, or at all of them where that is None."""

    agency_id: str | None
    refused: frozenset[WishKind]
    said_everywhere: bool
    """It was said for all agencies, and nothing else was said here since."""


async def say(use: Use, agency_id: str, number: str, refused: Collection[WishKind]) -> None:
    """Keep what a number wishes at an agency, or by the province everywhere; Refused for what can't be."""
    number_hash, now, refused = hash_of(use, number), use.clock.now(), in_order(refused)
    act = Act(name="say", by=CITIZEN, at=now, clause=rules.REFUSABLE.clause)
    while True:
        for known in await use.wishes.of_numbers([number_hash], [agency_id]):
            saved = await use.preferences.change(
                agency_id, known.id, act, lambda one: (one.say(refused, now), [])
            )
            if saved.state.has_words:
                return
        wish = Preference(
            id=new_id(), agency_id=agency_id, number_hash=number_hash, refused=refused, said_at=now
        )
        try:
            await use.preferences.add(act, (wish, []))
        except NotUnique:
            continue  # the same person said something at the same moment: it holds what is said last
        return


async def refused(use: Use, agency_id: str, contact_ids: Collection[str], kind: WishKind) -> set[str]:
    """Which of an agency's contacts wish for no message of a kind. Asked for all of them at once.

    The staff are told as staff: they are no citizens with a wish, and never among them.
    """
    if not kind.refusable or not contact_ids:
        return set()
    hashes = await knowing.learn(use, contact_ids)
    wished = await _in_force(use, agency_id, set(hashes.values()))
    return {id_ for id_, number in hashes.items() if number in wished and kind in wished[number].refused}


async def refused_notices(use: Use, agency_id: str, contact_ids: Collection[str], _: str, /) -> set[str]:
    """Which of them wish for nothing that is sent to many, of whatever kind it is."""
    return await refused(use, agency_id, contact_ids, WishKind.NOTICES)


async def is_refused(use: Use, message: Message, number: str) -> bool:
    """Whether a number wishes for no such message: asked once more when it is about to be sent."""
    kind = kind_of(message)
    if kind is None or not kind.refusable:
        return False
    number_hash = hash_of(use, number)
    wished = (await _in_force(use, message.agency_id, [number_hash])).get(number_hash)
    return wished is not None and kind in wished.refused


async def read(use: Use, code: str, mobile: str, *, everywhere: bool) -> Wishes:
    """What holds where a citizen's case is, or everywhere."""
    case = await _own(use, code, mobile)
    return await _wishes(use, mobile, PROVINCE if everywhere else case.agency_id)


async def put(
    use: Use, code: str, mobile: str, refused_: Collection[WishKind], *, everywhere: bool
) -> Wishes:
    """What a citizen wishes from now on where their case is, or everywhere."""
    case = await _own(use, code, mobile)
    agency_id = PROVINCE if everywhere else case.agency_id
    await say(use, agency_id, mobile, refused_)
    return await _wishes(use, mobile, agency_id)


def kept(use: Use) -> Kept[Preference]:
    """For how long a wish is kept."""
    return Kept(
        documents=use.preferences,
        directory=use.directory,
        rule=rules.WISHES_KEPT,
        since=lambda one: one.said_at,
        since_field="said_at",
        forget=lambda one, _: one.forget(),
    )


async def _own(use: Use, code: str, mobile: str) -> KnownCase:
    """The citizen's own case, where it is now. A wrong code and a wrong number cost and say the same."""
    contacts = await use.numbers.contacts_of(hash_of(use, mobile))
    for case in where_they_are(await use.cases.own(contacts, code)):
        return case
    raise NotFound(code)


async def _wishes(use: Use, number: str, agency_id: str) -> Wishes:
    number_hash = hash_of(use, number)
    wished = (await _in_force(use, agency_id, [number_hash])).get(number_hash)
    return Wishes(
        agency_id=None if agency_id == PROVINCE else agency_id,
        refused=frozenset() if wished is None else frozenset(wished.refused),
        said_everywhere=wished is not None and wished.agency_id == PROVINCE,
    )


async def _in_force(use: Use, agency_id: str, hashes: Collection[str]) -> Mapping[str, Preference]:
    said: dict[str, list[Preference]] = {}
    for one in await use.wishes.of_numbers(hashes, {agency_id, PROVINCE}) if hashes else ():
        said.setdefault(one.number_hash or "", []).append(one)
    return {number: last for number, all_ in said.items() if (last := in_force(all_)) is not None}
