"""The register of misconduct: inspection keeps it, and who is named, or of their unit, never learns of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.complaints import access, rules
from services.complaints.domain import crowd, inspection
from services.complaints.domain.misconduct import (
    Cause,
    Degree,
    Facts,
    Guidance,
    Looker,
    Misconduct,
    Named,
    Origin,
    Source,
    Step,
)
from services.complaints.usecases.naming import check_keeper, named_in
from services.complaints.usecases.use import Use
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.events.directory import Post
from shared.identity import derived_id, new_id
from shared.language import Text
from shared.retention import Kept
from shared.rule import Invalid, Refused
from shared.store.history import Act
from shared.store.repository import NotFound, Once, Saved
from shared.store.store import DuplicateId, NotUnique

Decide = Callable[[Misconduct, Post], tuple[Misconduct, Facts]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What inspection enters, checked as far as its form goes."""

    agency_id: str
    person_id: str
    post_id: str
    source: Source
    complaint_id: str | None
    reference: str | None
    service_code: str
    step: Step
    cause: Cause
    happened_on: date
    what: str
    evidence: tuple[str, ...]


async def looker_of(use: Use, who: Who, now: datetime) -> Looker:
    """Who asks, with the units they are of."""
    return Looker.of(await use.directory.chart(who.agency_id), who.agency_id, who.subject, now)


async def seen(use: Use, who: Who, id_: str) -> Saved[Misconduct]:
    """The record, or NotFound: another agency's, or one that names whoever asks or somebody of their unit."""
    found = await use.register.get(who.agency_id, id_)
    if (await looker_of(use, who, use.clock.now())).is_barred_from(found.state.named):
        raise NotFound(id_)
    return found


async def enter(use: Use, who: Who, said: Opening, once: Once | None) -> Saved[Misconduct]:
    """Open a record. What was opened from a complaint before, of the same person, isn't opened again."""
    now, post = use.clock.now(), who.acting(access.INSPECT)
    chart = await use.directory.chart(said.agency_id)
    named = named_in(chart, said.agency_id, said.person_id, said.post_id)
    check_keeper(chart, await looker_of(use, who, now), named, now)
    service = await use.directory.service(said.service_code)
    if chart is None or service is None or service.agency_id != said.agency_id:
        raise Invalid(
            "/service_code",
            Text(fa="این دستگاه چنین خدمتی ندارد.", en="This agency has no such service."),
        )
    if said.happened_on > local_day(now):
        raise Invalid("/happened_on", Text(fa="این روز هنوز نیامده است.", en="This day has not come yet."))
    origin = await _origin(use, who, said)
    record = Misconduct(
        id=_id_of(who.agency_id, origin, named),
        agency_id=who.agency_id,
        named=named,
        origin=origin,
        service_code=service.code,
        step=said.step,
        cause=said.cause,
        happened_on=said.happened_on,
        what=said.what,
        evidence=said.evidence,
        opened_at=now,
        opened_by=post.id,
        told=crowd.told_of(chart, who.agency_id, named, service.code, said.step, said.cause, now),
    )
    act = Act(name="open", by=who.named(post), at=now, clause=rules.REGISTER.clause)
    try:
        return await use.register.add(act, (record, []), once=once)
    except DuplicateId:
        raise Refused(
            rules.REGISTER,
            Text(
                fa="برای این فرد از همین شکایت پرونده‌ای هست.",
                en="There is a record of this person from this complaint already.",
            ),
        ) from None


async def guide(
    use: Use, who: Who, id_: str, kind: Guidance, on: date, note: str, if_match: int | None
) -> Saved[Misconduct]:
    """The person was guided."""
    now = use.clock.now()
    if on > local_day(now):
        raise Invalid("/on", Text(fa="این روز هنوز نیامده است.", en="This day has not come yet."))
    return await _change(
        use,
        who,
        id_,
        Act(name="guide", by="", at=now, clause=rules.GUIDANCE.clause),
        lambda record, post: inspection.guide(record, kind, on, note, post, now),
        if_match,
    )


async def hear(use: Use, who: Who, id_: str, text: str | None, if_match: int | None) -> Saved[Misconduct]:
    """What the person says, or that they were asked and said nothing."""
    now = use.clock.now()
    act = Act(name="hear", by="", at=now, clause=rules.HEARING.clause)
    return await _change(
        use, who, id_, act, lambda record, post: inspection.hear(record, text, post, now), if_match
    )


async def find(
    use: Use, who: Who, id_: str, degree: Degree, reasons: str, if_match: int | None
) -> Saved[Misconduct]:
    """What the person did. Of two findings at once one is the first, and the other is asked anew."""
    now, named = use.clock.now(), (await seen(use, who, id_)).state.named
    figures = await use.directory.figures(who.agency_id)
    act = Act(name="find", by="", at=now, clause=rules.FINDING.clause)
    while True:
        others = await use.records.found_of(named.agency_id, named.person_id)

        def decide(
            record: Misconduct, post: Post, others: Sequence[Misconduct] = others
        ) -> tuple[Misconduct, Facts]:
            return inspection.find(record, degree, reasons, post, now, others=others, figures=figures)

        try:
            return await _change(use, who, id_, act, decide, if_match)
        except NotUnique:
            continue


async def object_to(use: Use, who: Who, id_: str, text: str, if_match: int | None) -> Saved[Misconduct]:
    """The person's objection, as inspection takes it down."""
    now = use.clock.now()
    act = Act(name="object", by="", at=now, clause=rules.OBJECTION.clause)
    return await _change(
        use, who, id_, act, lambda record, _: inspection.object_to(record, text, now), if_match
    )


async def decide_objection(
    use: Use, who: Who, id_: str, reasons: str, if_match: int | None, *, upheld: bool
) -> Saved[Misconduct]:
    """Whether the objection is right."""
    now = use.clock.now()
    act = Act(name="decide-objection", by="", at=now, clause=rules.OBJECTION.clause)
    return await _change(
        use,
        who,
        id_,
        act,
        lambda record, _: inspection.decide_objection(record, reasons, now, upheld=upheld),
        if_match,
    )


async def settle(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Misconduct]:
    """It ends: the person was guided, or warned."""
    now = use.clock.now()
    act = Act(name="settle", by="", at=now, clause=rules.GUIDANCE.clause)
    return await _change(use, who, id_, act, lambda record, _: inspection.settle(record, now), if_match)


async def refer(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Misconduct]:
    """To the board."""
    now = use.clock.now()
    act = Act(name="refer", by="", at=now, clause=rules.REPETITION.clause)
    return await _change(use, who, id_, act, lambda record, _: inspection.refer(record, now), if_match)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the board wrote; `sanction` is None for who was acquitted."""

    sanction: str | None
    number: str
    decided_on: date


async def close(use: Use, who: Who, id_: str, said: Decision, if_match: int | None) -> Saved[Misconduct]:
    """What the board decided."""
    now = use.clock.now()
    act = Act(name="close", by="", at=now, clause=rules.SANCTIONS.clause)
    return await _change(
        use,
        who,
        id_,
        act,
        lambda record, _: inspection.close(record, said.sanction, said.number, said.decided_on, now),
        if_match,
    )


async def withdraw(use: Use, who: Who, id_: str, reason: str, if_match: int | None) -> Saved[Misconduct]:
    """It was unfounded."""
    now = use.clock.now()
    act = Act(name="withdraw", by="", at=now, clause=rules.REGISTER.clause)
    return await _change(
        use, who, id_, act, lambda record, _: inspection.withdraw(record, reason, now), if_match
    )


def words(use: Use) -> Kept[Misconduct]:
    """For how long it is kept what was written in a record."""
    return Kept(
        documents=use.register,
        directory=use.directory,
        rule=rules.RECORD_WORDS,
        since=lambda record: record.ended_at,
        since_field="ended_at",
        forget=inspection.forget_words,
    )


async def _change(
    use: Use, who: Who, id_: str, act: Act, decide: Decide, if_match: int | None
) -> Saved[Misconduct]:
    # Before its version is compared: a lost race would tell the barred that there is something.
    await seen(use, who, id_)
    post, looker = who.acting(access.INSPECT), await looker_of(use, who, act.at)
    done = Act(name=act.name, by=who.named(post), at=act.at, clause=act.clause)

    def as_it_is(record: Misconduct) -> tuple[Misconduct, Facts]:
        if looker.is_barred_from(record.named):
            raise NotFound(id_)
        return decide(record, post)

    return await use.register.change(who.agency_id, id_, done, as_it_is, if_match=if_match)


async def _origin(use: Use, who: Who, said: Opening) -> Origin:
    """A complaint of the agency's that was right, or the number of a visit or a report."""
    if said.source is not Source.COMPLAINT:
        if said.reference is None:
            raise Invalid(
                "/reference",
                Text(fa="شمارهٔ بازدید یا گزارش لازم است.", en="The visit's or report's number is needed."),
            )
        return Origin(source=said.source, reference=said.reference)
    try:
        complaint = await use.complaints.get(who.agency_id, said.complaint_id or "")
    except NotFound:
        raise Invalid(
            "/complaint_id",
            Text(fa="این دستگاه چنین شکایتی ندارد.", en="This agency has no such complaint."),
        ) from None
    if complaint.state.round.upheld is not True:
        raise Refused(
            rules.UPHELD,
            Text(
                fa="در پاسخ این شکایت نیامده است که شکایت وارد بود.",
                en="The answer to this complaint does not say that it was right.",
            ),
        )
    return Origin(source=said.source, complaint_id=complaint.state.id, reference=said.reference)


def _id_of(keeper_id: str, origin: Origin, named: Named) -> str:
    """From one complaint a person has one record, however often and by whomever it is entered."""
    if origin.complaint_id is None:
        return new_id()
    return derived_id("misconduct", keeper_id, origin.complaint_id, named.agency_id, named.person_id)
