"""Citizens file, rate and reply by SMS: each request has its effect once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from services.complaints import rules
from services.complaints.domain import asking, verdict
from services.complaints.domain.door import Door, Entry
from services.complaints.domain.request import Request, more_words, must_be_the_answer_meant, once
from services.complaints.usecases import filing
from services.complaints.usecases.citizens import follow
from services.complaints.usecases.filing import Filing
from services.complaints.usecases.use import CITIZEN, Use, lines_of, measure_of
from shared.calendar.jalali import local_day
from shared.directory.lookup import NotKnownYet
from shared.events.directory import PROVINCE
from shared.events.requests import CitizenRequest, RequestKind, SealedRequest
from shared.keys.requests import open_request
from shared.rule import Invalid, Refused
from shared.store.history import Act
from shared.store.repository import NotFound
from shared.store.store import DuplicateId


class DirectoryAway(OSError):
    """The copy of the directory is still being built: what needs it is tried again, never refused."""


async def hear(use: Use, request_ids: Sequence[str]) -> None:
    """These requests are there: do each, unless it is done or ended."""
    for id_ in request_ids:
        sealed = await use.sealed_requests.get(id_)
        if sealed is not None and not await _is_heard(use, id_):
            await _hear(use, sealed)


async def _hear(use: Use, sealed: SealedRequest) -> None:
    now, id_ = use.clock.now(), sealed.request_id
    request = await open_request(use.wrapper, sealed)
    try:
        complaint_id = await DOES[request.kind](use, sealed, request, now)
    except NotKnownYet as error:
        raise DirectoryAway(str(error)) from None
    except (Refused, Invalid, NotFound) as error:
        if await use.directory.chart(PROVINCE) is None:
            raise DirectoryAway("province") from None
        clause = error.rule.clause if isinstance(error, Refused) else None
        said = Request.refused(id_=id_, agency_id=sealed.agency_id, kind=request.kind, clause=clause, now=now)
    else:
        said = Request.done(
            id_=id_, agency_id=sealed.agency_id, kind=request.kind, complaint_id=complaint_id, now=now
        )
    try:
        await use.requests.add(Act(name="hear", by=CITIZEN, at=now), said)
    except DuplicateId:
        return


async def _rate(use: Use, sealed: SealedRequest, request: CitizenRequest, now: datetime) -> str:
    found = await follow(use, request.tracking_code or "", request.mobile)
    agency_id, score = found.state.agency_id, request.score or 0
    lines, measure = await lines_of(use, agency_id, now), await measure_of(use, agency_id)
    least = measure.figures.of(rules.SATISFIED_FROM, local_day(now))

    def decide(complaint: verdict.Complaint) -> tuple[verdict.Complaint, verdict.Facts]:
        must_be_the_answer_meant(complaint, request.answered_at)
        return verdict.rate(
            complaint,
            satisfied=score >= least,
            reason=request.text,
            score=score,
            now=now,
            line=lines(complaint.unit_id),
            measure=measure,
        )

    act = Act(name="rate", by=CITIZEN, at=now, note=Door.SMS)
    saved = await use.complaints.change(agency_id, found.state.id, act, once(sealed.request_id, decide))
    return saved.state.id


async def _reply(use: Use, sealed: SealedRequest, request: CitizenRequest, now: datetime) -> str:
    found = await follow(use, request.tracking_code or "", request.mobile)
    agency_id, text = found.state.agency_id, request.text or ""
    lines, measure = await lines_of(use, agency_id, now), await measure_of(use, agency_id)
    saved = await use.complaints.change(
        agency_id,
        found.state.id,
        Act(name="reply", by=CITIZEN, at=now, note=Door.SMS),
        once(sealed.request_id, lambda complaint: asking.hear(complaint, text, now, lines, measure)),
    )
    return saved.state.id


async def _file(use: Use, sealed: SealedRequest, request: CitizenRequest, now: datetime) -> str:
    """For the desk of public relations to sort: who writes an SMS names no service and no ground."""
    case_id, text = request.case_id or sealed.request_id, request.text or ""
    measure = await measure_of(use, sealed.agency_id)
    earliest = now - measure.figures.of(rules.RECEIVED, local_day(now))
    received_at = min(now, max(request.received_at, earliest))
    said = Filing(
        id=case_id,
        agency_id=sealed.agency_id,
        service_code=None,
        ground=rules.NO_GROUND,
        text=text,
        mobile=request.mobile,
        door=Door.SMS,
        entry=Entry(at=now, reference=request.reference, medium=request.line),
        act=Act(name="file", by=CITIZEN, at=now, clause=rules.PROCESS.clause, note=Door.SMS),
        received_at=received_at,
    )
    try:
        return (await filing.file(use, said, None)).state.id
    except DuplicateId:
        act = Act(name="add-words", by=CITIZEN, at=now, note=Door.SMS)
        adds = once(sealed.request_id, lambda complaint: more_words(complaint, text))
        found = await use.complaints.get(sealed.agency_id, case_id)
        if found.state.text != text:
            found = await use.complaints.change(sealed.agency_id, case_id, act, adds)
        return found.state.id


async def _is_heard(use: Use, id_: str) -> bool:
    try:
        await use.requests.load(id_)
    except NotFound:
        return False
    return True


Does = Callable[[Use, SealedRequest, CitizenRequest, datetime], Awaitable[str]]
DOES: Mapping[RequestKind, Does] = {
    RequestKind.FILE: _file,
    RequestKind.RATE: _rate,
    RequestKind.REPLY: _reply,
}
