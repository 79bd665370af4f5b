"""A case is handed over to another agency: ended here by a post, then made there by what that told."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.complaints import access, rules
from services.complaints.domain import privacy, transfer
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.contact import Contact
from services.complaints.domain.filing import must_be_ground
from services.complaints.domain.identity import Identity
from services.complaints.domain.line import escalation_line
from services.complaints.domain.past import Deed, Onward
from services.complaints.domain.transfer import Onto
from services.complaints.domain.written import Sealed
from services.complaints.usecases import files_carried
from services.complaints.usecases.assigning import TRANSFER
from services.complaints.usecases.filing import given_by
from services.complaints.usecases.persons import (
    About,
    Person,
    open_contact,
    open_identity,
    open_words,
    seal_identity,
    seal_words,
    words_under,
)
from services.complaints.usecases.use import CITIZEN, Use, by_post, chart_of, lines_of, measure_of
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.cloudevents import Envelope
from shared.events.contacts import ContactKind
from shared.events.directory import PROVINCE, Role
from shared.keys.keeper import OpenKey
from shared.keys.person import Why
from shared.store.history import Act, Document
from shared.store.repository import NotFound, Saved
from shared.store.store import DuplicateId

TOLD = (
    *("file", "take-over", "take", "assign", "give-back", "sort", "route", "transfer"),
    *("ask", "reply", "go-on", "answer", "point-elsewhere", "rate"),
    *("warn", "escalate", "follow-calendar"),
)
"""The acts that the next agency is told of: how it was handled, not what staff wrote or looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """To which agency and as what; on the ground that it has where none is given. Why, for the record."""

    agency_id: str
    service_code: str
    ground: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What of a case only its citizen's key opens, in the clear on its way to the key they have elsewhere.

    All of it is None once the citizen was forgotten.
    """

    number: str | None
    """Or the address that they wrote from, as `kind` says."""
    kind: ContactKind
    identity: Person | None
    reasons: Sequence[str | None]


async def hand_over(use: Use, who: Who, id_: str, wanted: Wanted, if_match: int | None) -> Saved[Complaint]:
    """It ends here, and what is told of that makes the case there. The reason is sealed, and goes along."""
    found, now = await use.complaints.get(who.agency_id, id_), use.clock.now()
    chart, service = await given_by(use, wanted.agency_id, wanted.service_code)
    lines, measure = await lines_of(use, who.agency_id, now), await measure_of(use, who.agency_id)
    onto = Onto(
        agency_id=wanted.agency_id,
        service_code=service.code,
        unit_id=service.unit_id or "",
        ground=wanted.ground or found.state.ground,
    )
    must_be_ground(onto.ground, found.state.filed_at, measure)
    # Refused where nobody there could be owed it.
    escalation_line(chart, await use.directory.chart(PROVINCE), onto.unit_id, now)
    said = await seal_words(use, found.state, wanted.reason, About.MOVE)
    return await by_post(
        use,
        who,
        id_,
        access.TRANSFER,
        lambda by: Act(name=TRANSFER, by=by, at=now, clause=rules.HANDED_OVER.clause, note=said.words),
        lambda complaint, post: transfer.transfer(complaint, onto, said, post, now, lines, measure),
        if_match,
    )


async def hear_of_transfer(use: Use, envelope: Envelope) -> None:
    """Make the case there, bring its files, then say that it arrived. Safe to repeat, late and at once."""
    now, by = use.clock.now(), f"event:{envelope.id}"
    before = (await use.complaints.load(envelope.subject)).state
    onward = before.onward
    if onward is None or onward.arrived_at is not None:
        return
    told = await _opened(use, before, onward)
    after = await _taken_over(use, before, onward, told, by, now)
    await files_carried.carry(use, before, after, by, now)
    if told.number is not None and not await _is_known(use, before):
        # Until it has arrived nobody but its citizen can have them forgotten: that holds there, too.
        await use.keeper.erase(after.agency_id, after.contact.id, Why.ASKED, CITIZEN, now)
    act = Act(name="arrive", by=by, at=now, clause=rules.HANDED_OVER.clause)
    await use.complaints.change(None, before.id, act, lambda one: transfer.arrive(one, now))


async def _opened(use: Use, before: Complaint, onward: Onward) -> Told:
    number: str | None = None
    person: Person | None = None
    with contextlib.suppress(NotFound):
        number = await open_contact(use, before)
    with contextlib.suppress(NotFound):
        if before.identity is not None and before.identity.consent:
            person = await open_identity(use, before, before.identity)
    sealed = [*(one.reason for one in before.past), onward.reason]
    opened = await open_words(use, before, [one.words if one else "" for one in sealed], About.MOVE)
    return Told(number=number, kind=before.contact.kind, identity=person, reasons=opened)


async def _taken_over(
    use: Use, before: Complaint, onward: Onward, told: Told, by: str, now: datetime
) -> Complaint:
    """The case there: made, or made before. Whoever was forgotten there meanwhile is somebody new."""
    try:
        after = (await use.complaints.load(onward.complaint_id)).state
    except NotFound:
        after = await _made(use, before, onward, told, by, now)
    kept = (await measure_of(use, onward.agency_id)).figures.of(rules.FOLLOWED, local_day(now))
    while not await use.keeper.keeps(after.contact.id, now, kept=kept):
        key = await _key(use, onward, told, now)
        contact, identity = _contact(key, told), _identity(key, onward, told)
        act = Act(name="know-anew", by=by, at=now)
        saved = await use.complaints.change(
            None,
            after.id,
            act,
            lambda complaint: privacy.know_anew(complaint, contact, identity),  # noqa: B023 - called at once
        )
        after = saved.state
    return after


async def _made(use: Use, before: Complaint, onward: Onward, told: Told, by: str, now: datetime) -> Complaint:
    key = await _key(use, onward, told, now)
    lines, measure = await lines_of(use, onward.agency_id, now), await measure_of(use, onward.agency_id)
    chart = await chart_of(use, onward.agency_id)
    inspectors = [one.id for one in chart.of_role(Role.INSPECTOR) if chart.holder(one.id, now)]
    decision = transfer.take_over(
        before,
        onward,
        contact=_contact(key, told),
        identity=_identity(key, onward, told),
        reasons=[_reason(key, onward, one) for one in told.reasons],
        deeds=_deeds(await use.complaints.history(before.agency_id, before.id)),
        line=lines(onward.unit_id),
        overseen_by=next(iter(inspectors), None),
        measure=measure,
        now=now,
    )
    act = Act(name="take-over", by=by, at=now, clause=rules.HANDED_OVER.clause)
    try:
        return (await use.complaints.add(act, decision)).state
    except DuplicateId:
        return (await use.complaints.load(onward.complaint_id)).state


async def _key(use: Use, onward: Onward, told: Told, now: datetime) -> OpenKey:
    """The citizen's at the agency there. Who gave no number, or was forgotten, is known by this case only."""
    kept = (await measure_of(use, onward.agency_id)).figures.of(rules.FOLLOWED, local_day(now))
    number = told.number or f"no number: {onward.complaint_id}"
    is_told = told.number is not None
    return await use.keeper.of_number(onward.agency_id, number, now, kept=kept, told=is_told, kind=told.kind)


def _contact(key: OpenKey, told: Told) -> Contact:
    return Contact(id=key.contact_id, sealed=told.number and key.seal(told.number), kind=told.kind)


def _identity(key: OpenKey, onward: Onward, told: Told) -> Identity | None:
    """Whom the citizen let the agency before know. This one they didn't: they are asked anew."""
    return told.identity and seal_identity(key, onward.complaint_id, told.identity, consent=False)


def _reason(key: OpenKey, onward: Onward, words: str | None) -> Sealed | None:
    return None if words is None else words_under(key, onward.complaint_id, words, About.MOVE)


def _deeds(history: Sequence[Document]) -> list[Deed]:
    """Posts without who held them; whatever else acted, by its kind."""
    return [
        Deed(act=entry["act"], by=_by(entry["by"]), at=entry["at"])
        for entry in history
        if entry["act"] in TOLD
    ]


def _by(named: str) -> str:
    kind, _, name = named.partition(" ")[0].partition(":")
    return name if kind == "post" else kind


async def _is_known(use: Use, complaint: Complaint) -> bool:
    known = await use.keeper.of_contacts(complaint.agency_id, {complaint.contact.id})
    return complaint.contact.id in known
