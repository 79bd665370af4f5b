"""Load, ask the domain, save: one function for each thing that can be done."""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.complaints import access, rules
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint, Facts
from services.complaints.domain.contact import Contact
from services.complaints.domain.identity import Identity, Seen
from services.complaints.domain.line import escalation_line
from shared.access.who import May, Who
from shared.calendar.jalali import local_day
from shared.clock import Clock
from shared.directory.lookup import Directory
from shared.events.directory import PROVINCE, Name, Post
from shared.identity import new_code, new_id
from shared.keys.keeper import Keeper, OpenKey
from shared.keys.person import Why
from shared.language import Text
from shared.mobile import masked
from shared.rule import Invalid, Refused
from shared.sealing import MasterKey, Unopenable
from shared.store.history import Act
from shared.store.repository import NotFound, Once, Repository, Saved

CITIZEN, CLOCK = "citizen", "clock"
LOOKS_AGAIN = timedelta(days=1)


class Cases(Protocol):
    """The questions asked of several complaints together."""

    async def has_open(self, agency_id: str, contact_id: str) -> bool: ...
    async def last_closed_at(self, agency_id: str, contact_id: str) -> datetime | None: ...
    def measured_otherwise(self, calendars: Mapping[str, str]) -> AsyncIterator[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the use cases work with."""

    complaints: Repository[Complaint]
    cases: Cases
    directory: Directory
    clock: Clock
    master_key: MasterKey
    keeper: Keeper


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What a citizen says, checked as far as its form goes."""

    agency_id: str
    service_code: str
    ground: str
    text: str
    mobile: str
    door: str
    identity: "Person | None" = None
    consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who somebody is, in the clear: on its way to being sealed, or to whoever looks with a reason."""

    full_name: str
    national_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """That an agency forgot a person."""

    agency_id: str
    at: datetime


async def file(use: Use, filing: Filing, once: Once | None) -> Saved[Complaint]:
    """Take a complaint in. Asks nothing of any other service: the receipt is the citizen's at once."""
    if await use.directory.chart(filing.agency_id) is None:
        raise Invalid("/agency_id", Text(fa="چنین دستگاهی نیست.", en="There is no such agency."))
    service = await use.directory.service(filing.service_code)
    if service is None or service.agency_id != filing.agency_id or service.withdrawn:
        raise Invalid(
            "/service_code",
            Text(fa="این دستگاه چنین خدمتی ندارد.", en="This agency has no such service."),
        )
    now, id_ = use.clock.now(), new_id()
    measure = await _measure(use, filing.agency_id)
    kept = measure.figures.of(rules.FOLLOWED, local_day(now))
    key = await use.keeper.of_number(filing.agency_id, filing.mobile, now, kept=kept)
    decision = Complaint.file(
        id_=id_,
        tracking_code=new_code(),
        agency_id=filing.agency_id,
        service_code=service.code,
        unit_id=service.unit_id or "",
        ground=filing.ground,
        text=filing.text,
        door=filing.door,
        contact=Contact(id=key.contact_id, sealed=key.seal(filing.mobile)),
        identity=filing.identity and seal_identity(key, id_, filing.identity, consent=filing.consent),
        now=now,
        measure=measure,
    )
    if once is not None:
        once = once.of(key.hash(f"{filing.mobile} {filing.identity} {filing.consent}"))
    return await use.complaints.add(Act(name="file", by=CITIZEN, at=now), decision, once=once)


async def take(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Complaint]:
    """A case officer takes it."""
    now = use.clock.now()
    return await _by_post(
        use,
        who,
        id_,
        access.TAKE,
        lambda by: Act(name="take", by=by, at=now),
        lambda complaint, post: complaint.take(post, now),
        if_match,
    )


async def answer(use: Use, who: Who, id_: str, text: str, if_match: int | None) -> Saved[Complaint]:
    """Answer it; the citizen is asked for a verdict."""
    found, now = await use.complaints.get(who.agency_id, id_), use.clock.now()
    line, measure = await _line(use, found.state, now), await _measure(use, who.agency_id)
    return await _by_post(
        use,
        who,
        id_,
        access.ANSWER,
        lambda by: Act(name="answer", by=by, at=now),
        lambda complaint, post: complaint.answer(text, post, now, line, measure),
        if_match,
    )


async def follow(use: Use, code: str, mobile: str) -> Saved[Complaint]:
    """The citizen's own case, by code and mobile. A wrong code and a wrong number are the same: NotFound."""
    found = await use.complaints.find(tracking_code=code)
    person = await use.keeper.find(found.state.agency_id if found else "", mobile)
    if found is None or person is None or person.id != found.state.contact.id:
        raise NotFound(code)
    return found


async def rate(use: Use, code: str, mobile: str, *, satisfied: bool, reason: str | None) -> Saved[Complaint]:
    """The citizen's verdict."""
    found = await follow(use, code, mobile)
    now, agency_id = use.clock.now(), found.state.agency_id
    line, measure = await _line(use, found.state, now), await _measure(use, agency_id)
    return await use.complaints.change(
        agency_id,
        found.state.id,
        Act(name="rate", by=CITIZEN, at=now),
        lambda complaint: complaint.rate(
            satisfied=satisfied, reason=reason, now=now, line=line, measure=measure
        ),
    )


async def set_consent(use: Use, code: str, mobile: str, *, consent: bool) -> Saved[Complaint]:
    """The citizen lets the agency know who they are, or takes that back."""
    found = await follow(use, code, mobile)
    act = Act(name="consent" if consent else "withdraw-consent", by=CITIZEN, at=use.clock.now())
    return await use.complaints.change(
        found.state.agency_id, found.state.id, act, lambda complaint: complaint.set_consent(consent=consent)
    )


async def look_at_identity(use: Use, who: Who, id_: str, reason: str) -> Person:
    """Who complains, if they agree to that: noted first, then shown."""
    complaint = await _look(use, who, id_, Seen.IDENTITY, reason)
    if complaint.identity is None:
        raise NotFound(id_)
    return await open_identity(use, complaint, complaint.identity)


async def look_at_mobile(use: Use, who: Who, id_: str, reason: str) -> str:
    """The citizen's number: noted first, then shown."""
    return await open_mobile(use, await _look(use, who, id_, Seen.MOBILE, reason))


async def _look(use: Use, who: Who, id_: str, what: Seen, reason: str) -> Complaint:
    now = use.clock.now()
    saved = await _by_post(
        use,
        who,
        id_,
        access.LOOK,
        lambda by: Act(name=f"look-at-{what}", by=by, at=now, note=reason),
        lambda complaint, post: complaint.look(what, post, now),
    )
    return saved.state


async def escalate_if_due(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: whoever is owed an answer goes up a level."""
    found = await use.complaints.load(id_)
    line, measure = await _line(use, found.state, now), await _measure(use, found.state.agency_id)
    await use.complaints.change(
        None,
        id_,
        Act(name="escalate", by=CLOCK, at=now),
        lambda complaint: complaint.check_clock(now, line, measure),
    )


async def behind_calendar(use: Use) -> AsyncIterator[str]:
    """Whose clock runs by a calendar that was changed since."""
    known = await use.directory.calendars()
    if PROVINCE not in known:
        return  # the copy is still being built
    names = {owner: Measure.name_of(one.calendar) for owner, one in known.items()}
    async for id_ in use.cases.measured_otherwise(names):
        yield id_


async def follow_calendar(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: a deadline that had not passed when the calendar was changed moves with it."""
    found = await use.complaints.load(id_)
    measure = await _measure(use, found.state.agency_id)
    act = Act(
        name="follow-calendar",
        by=CLOCK,
        at=now,
        clause=rules.REPLY_TIME.clause,
        note=f"calendar {measure.name}",
    )
    await use.complaints.change(None, id_, act, lambda complaint: complaint.follow(measure, now))


async def close_if_unrated(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: no verdict came in time."""
    act = Act(name="close", by=CLOCK, at=now)
    await use.complaints.change(None, id_, act, lambda complaint: complaint.close_unrated(now))


async def erase_oneself(use: Use, code: str, mobile: str) -> Erased:
    """The citizen wants to be forgotten. Afterwards their codes are as wrong ones: NotFound."""
    found, now = (await follow(use, code, mobile)).state, use.clock.now()
    await use.keeper.erase(found.agency_id, found.contact.id, Why.ASKED, CITIZEN, now)
    return Erased(agency_id=found.agency_id, at=now)


async def erase(use: Use, who: Who, mobile: str, why: Why) -> Erased:
    """A post forgets a person of its agency, but nobody who still waits for it: that could silence them."""
    found, now, post = await use.keeper.find(who.agency_id, mobile), use.clock.now(), who.acting(access.ERASE)
    if found is None:
        raise NotFound(who.agency_id)
    if await use.cases.has_open(who.agency_id, found.id):
        raise Refused(
            rules.FOLLOWED,
            Text(
                fa="شکایتی از این شهروند هنوز بسته نشده است و باید بتواند آن را پیگیری کند.",
                en="A complaint of this citizen is not closed yet, and they must be able to follow it.",
            ),
        )
    await use.keeper.erase(who.agency_id, found.id, why, who.named(post), now)
    return Erased(agency_id=who.agency_id, at=now)


async def forget_if_over(use: Use, contact_id: str, now: datetime) -> None:
    """The clock's own act: nobody can follow a complaint for ever, so nobody's number is kept for ever."""
    key = (await use.keeper.keys.load(contact_id)).state
    kept = (await _measure(use, key.agency_id)).figures.of(rules.FOLLOWED, local_day(now))
    if await use.cases.has_open(key.agency_id, contact_id):
        until: datetime | None = now + LOOKS_AGAIN
    else:
        closed_at = await use.cases.last_closed_at(key.agency_id, contact_id)
        until = closed_at and closed_at + kept
    await use.keeper.forget_unless_needed(contact_id, until, CLOCK, now)


async def open_mobile(use: Use, complaint: Complaint) -> str:
    """The number, or NotFound where its key is gone."""
    return await _unsealed(use, complaint, complaint.contact.sealed)


async def masked_mobiles(use: Use, agency_id: str, complaints: Sequence[Complaint]) -> Mapping[str, str]:
    """`0912***4567` by complaint: enough to know a citizen by who names their number. Without the erased."""
    keys = await use.keeper.of_contacts(agency_id, {one.contact.id for one in complaints})
    shown: dict[str, str] = {}
    for complaint in complaints:
        key = keys.get(complaint.contact.id)
        with contextlib.suppress(Unopenable):
            if key is not None:
                shown[complaint.id] = masked(key.unseal(complaint.contact.sealed))
    return shown


def seal_identity(key: OpenKey, complaint_id: str, person: Person, *, consent: bool) -> Identity:
    """Name and national id as they are kept: never in the clear, and of no use in another case."""
    sealed = key.seal(f"{person.national_id} {person.full_name}", purpose=_purpose(complaint_id))
    return Identity(consent=consent, sealed=sealed)


async def open_identity(use: Use, complaint: Complaint, identity: Identity) -> Person:
    """Who complains, or NotFound where the key is gone."""
    opened = await _unsealed(use, complaint, identity.sealed, purpose=_purpose(complaint.id))
    national_id, full_name = opened.split(" ", 1)
    return Person(full_name=full_name, national_id=national_id)


async def _unsealed(use: Use, complaint: Complaint, sealed: str, *, purpose: str | None = None) -> str:
    key = await use.keeper.of_contact(complaint.agency_id, complaint.contact.id)
    try:
        return key.unseal(sealed, purpose=purpose)
    except Unopenable:
        raise NotFound(complaint.id) from None


def _purpose(complaint_id: str) -> str:
    return f"identity of {complaint_id}"


async def post_titles(use: Use, complaint: Complaint) -> dict[str, Name]:
    """How the posts are called that looked: a citizen knows an office, not an id."""
    chart = await use.directory.chart(complaint.agency_id) if complaint.looks else None
    if chart is None:
        return {}
    looked = {one.post_id for one in complaint.looks}
    return {id_: chart.posts[id_].title for id_ in looked if id_ in chart.posts}


async def _by_post(
    use: Use,
    who: Who,
    id_: str,
    may: May,
    act: Callable[[str], Act],
    decide: Callable[[Complaint, Post], tuple[Complaint, Facts]],
    if_match: int | None = None,
) -> Saved[Complaint]:
    """What somebody does for the post by which they may, asked of the complaint as it then is."""

    def post(complaint: Complaint) -> Post:
        return who.acting(may, complaint.may_be_worked_by)

    return await use.complaints.change(
        who.agency_id,
        id_,
        lambda complaint: act(who.named(post(complaint))),
        lambda complaint: decide(complaint, post(complaint)),
        if_match=if_match,
    )


async def _measure(use: Use, agency_id: str) -> Measure:
    known = await use.directory.set_calendar(agency_id)
    return Measure(
        calendar=known.calendar, figures=await use.directory.figures(agency_id), set_at=known.set_at
    )


async def _line(use: Use, complaint: Complaint, now: datetime) -> tuple[Post, ...]:
    chart = await use.directory.chart(complaint.agency_id)
    if chart is None:
        raise NotFound(complaint.agency_id)
    return escalation_line(chart, await use.directory.chart(PROVINCE), complaint.unit_id, now)
