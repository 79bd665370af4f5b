"""Complaints are taken in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.complaints import rules
from services.complaints.domain import filing, privacy
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.contact import Contact
from services.complaints.domain.door import Door, Entry
from services.complaints.domain.line import escalation_line
from services.complaints.domain.sorting import sorting_desk
from services.complaints.usecases.persons import Person, seal_identity
from services.complaints.usecases.use import CITIZEN, Use, measure_of
from shared.calendar.jalali import local_day
from shared.directory.chart import Chart
from shared.directory.lookup import CatalogueService
from shared.events.contacts import ContactKind
from shared.events.directory import PROVINCE, Post
from shared.identity import new_code, new_id
from shared.keys.keeper import OpenKey
from shared.language import Text
from shared.rule import Invalid
from shared.store.history import Act
from shared.store.repository import Once, Saved


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What somebody complains of, checked as far as its form goes.

    `act` is how the history tells of it; `tracking_code` is one that the citizen has on paper already; `id`
    is the case's, where what it was made of may come again without the key of a request. Where nobody named a
    service (None) it is a desk's to sort: that of `unit_id` where one is wished, else public relations'.
    """

    agency_id: str
    service_code: str | None
    ground: str
    text: str
    mobile: str | None
    email: str | None = None
    door: Door
    entry: Entry | None = None
    act: Act | None = None
    received_at: datetime | None = None
    tracking_code: str | None = None
    id: str | None = None
    unit_id: str | None = None
    identity: Person | None = None
    consent: bool = False


async def file(use: Use, said: Filing, once: Once | None) -> Saved[Complaint]:
    """Take a complaint in. Asks nothing of any other service: the receipt is the citizen's at once."""
    chart = await _chart(use, said.agency_id)
    service_code, unit_id = await _given_at(use, chart, said)
    now, id_ = use.clock.now(), said.id or new_id()
    measure = await measure_of(use, said.agency_id)
    kept = measure.figures.of(rules.FOLLOWED, local_day(now))
    number = _found_by(said, id_, once)
    key = await _key(use, said, number, now, kept)
    decision = filing.file(
        id_=id_,
        tracking_code=said.tracking_code or new_code(),
        agency_id=said.agency_id,
        service_code=service_code,
        unit_id=unit_id,
        ground=said.ground,
        text=said.text,
        door=said.door,
        entry=said.entry,
        contact=_contact(key, said),
        identity=said.identity and seal_identity(key, id_, said.identity, consent=said.consent),
        received_at=said.received_at,
        now=now,
        measure=measure,
        line=await _line(use, chart, unit_id, said, now),
    )
    act = said.act or Act(name="file", by=CITIZEN, at=now)
    saved = await use.complaints.add(act, decision, once=_known_by(key, said, once))
    return await _reached(use, said, saved, number, now, kept, once)


async def given_by(use: Use, agency_id: str, service_code: str) -> tuple[Chart, CatalogueService]:
    """The agency and the service that it gives; Invalid where there is none such, or no more."""
    return await _chart(use, agency_id), await _service(use, agency_id, service_code)


async def _chart(use: Use, agency_id: str) -> Chart:
    chart = await use.directory.chart(agency_id)
    if chart is None:
        raise Invalid("/agency_id", Text(fa="چنین دستگاهی نیست.", en="There is no such agency."))
    return chart


async def _given_at(use: Use, chart: Chart, said: Filing) -> tuple[str, str]:
    """The service and whose desk it is; of none the one that sorts what comes in."""
    if said.service_code is None:
        return rules.UNSORTED, sorting_desk(chart, said.unit_id)
    service = await _service(use, said.agency_id, said.service_code)
    return service.code, service.unit_id or ""


async def _service(use: Use, agency_id: str, code: str) -> CatalogueService:
    service = await use.directory.service(code)
    if service is None or service.agency_id != agency_id or service.withdrawn:
        raise Invalid(
            "/service_code",
            Text(fa="این دستگاه چنین خدمتی ندارد.", en="This agency has no such service."),
        )
    return service


async def _reached(
    use: Use,
    said: Filing,
    saved: Saved[Complaint],
    number: str,
    now: datetime,
    kept: timedelta,
    once: Once | None,
) -> Saved[Complaint]:
    """The case as its citizen can follow it: whoever was erased while they filed is somebody new."""
    while not await use.keeper.keeps(saved.state.contact.id, now, kept=kept):
        key = await _key(use, said, number, now, kept)
        contact = _contact(key, said)
        identity = said.identity and seal_identity(key, saved.state.id, said.identity, consent=said.consent)
        saved = await use.complaints.change(
            said.agency_id,
            saved.state.id,
            Act(name="know-anew", by=CITIZEN, at=now),
            lambda complaint: privacy.know_anew(complaint, contact, identity),  # noqa: B023 - called at once
            once=_known_by(key, said, once),
        )
    return saved


async def _line(use: Use, chart: Chart, unit_id: str, said: Filing, now: datetime) -> Sequence[Post]:
    """Whom it goes up to if it is late when it is entered; what comes this moment isn't."""
    if said.received_at is None:
        return ()
    return escalation_line(chart, await use.directory.chart(PROVINCE), unit_id, now)


def _found_by(said: Filing, id_: str, once: Once | None) -> str:
    """What a person's key is found by: their number or address. Who gave none is known by this request."""
    return said.mobile or said.email or f"no number: {once.key if once else id_}"


def _contact(key: OpenKey, said: Filing) -> Contact:
    reached = said.mobile or said.email
    return Contact(id=key.contact_id, sealed=reached and key.seal(reached), kind=_kind(said))


def _kind(said: Filing) -> ContactKind:
    return ContactKind.EMAIL if said.email and not said.mobile else ContactKind.MOBILE


async def _key(use: Use, said: Filing, number: str, now: datetime, kept: timedelta) -> OpenKey:
    told = bool(said.mobile or said.email)
    return await use.keeper.of_number(said.agency_id, number, now, kept=kept, told=told, kind=_kind(said))


def _known_by(key: OpenKey, said: Filing, once: Once | None) -> Once | None:
    """What the same request is known by: what it says of a person is hashed under that person's key."""
    return once and once.of(key.hash(f"{said.mobile} {said.identity} {said.consent}"))
