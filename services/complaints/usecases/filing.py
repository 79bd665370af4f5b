"""Complaints are taken in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.complaints import rules
from services.complaints.domain import filing, privacy
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.contact import Contact
from services.complaints.domain.door import Door, Entry
from services.complaints.usecases.persons import Person, seal_identity
from services.complaints.usecases.use import CITIZEN, Use, measure_of
from shared.calendar.jalali import local_day
from shared.identity import new_code, new_id
from shared.keys.keeper import OpenKey
from shared.language import Text
from shared.rule import Invalid
from shared.store.history import Act
from shared.store.repository import Once, Saved


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What a citizen says, checked as far as its form goes."""

    agency_id: str
    service_code: str
    ground: str
    text: str
    mobile: str
    door: Door
    entry: Entry | None = None
    by: str = CITIZEN
    identity: Person | None = None
    consent: bool = False


async def file(use: Use, said: Filing, once: Once | None) -> Saved[Complaint]:
    """Take a complaint in. Asks nothing of any other service: the receipt is the citizen's at once."""
    if await use.directory.chart(said.agency_id) is None:
        raise Invalid("/agency_id", Text(fa="چنین دستگاهی نیست.", en="There is no such agency."))
    service = await use.directory.service(said.service_code)
    if service is None or service.agency_id != said.agency_id or service.withdrawn:
        raise Invalid(
            "/service_code",
            Text(fa="این دستگاه چنین خدمتی ندارد.", en="This agency has no such service."),
        )
    now, id_ = use.clock.now(), new_id()
    measure = await measure_of(use, said.agency_id)
    kept = measure.figures.of(rules.FOLLOWED, local_day(now))
    key = await use.keeper.of_number(said.agency_id, said.mobile, now, kept=kept, told=True)
    decision = filing.file(
        id_=id_,
        tracking_code=new_code(),
        agency_id=said.agency_id,
        service_code=service.code,
        unit_id=service.unit_id or "",
        ground=said.ground,
        text=said.text,
        door=said.door,
        entry=said.entry,
        contact=Contact(id=key.contact_id, sealed=key.seal(said.mobile)),
        identity=said.identity and seal_identity(key, id_, said.identity, consent=said.consent),
        now=now,
        measure=measure,
    )
    act = Act(name="file", by=said.by, at=now)
    saved = await use.complaints.add(act, decision, once=_known_by(key, said, once))
    return await _reached(use, said, saved, now, kept, once)


async def _reached(
    use: Use, said: Filing, saved: Saved[Complaint], now: datetime, kept: timedelta, once: Once | None
) -> Saved[Complaint]:
    """The case as its citizen can follow it: whoever was erased while they filed is somebody new."""
    while not await use.keeper.keeps(saved.state.contact.id, now, kept=kept):
        key = await use.keeper.of_number(said.agency_id, said.mobile, now, kept=kept, told=True)
        contact = Contact(id=key.contact_id, sealed=key.seal(said.mobile))
        identity = said.identity and seal_identity(key, saved.state.id, said.identity, consent=said.consent)
        saved = await use.complaints.change(
            said.agency_id,
            saved.state.id,
            Act(name="know-anew", by=CITIZEN, at=now),
            lambda complaint: privacy.know_anew(complaint, contact, identity),  # noqa: B023 - called at once
            once=_known_by(key, said, once),
        )
    return saved


def _known_by(key: OpenKey, said: Filing, once: Once | None) -> Once | None:
    """What the same request is known by: what it says of a person is hashed under that person's key."""
    return once and once.of(key.hash(f"{said.mobile} {said.identity} {said.consent}"))
