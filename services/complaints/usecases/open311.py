"""What other systems ask and file over Open311 GeoReport v2."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.complaints import rules
from services.complaints.domain.client import Client
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.door import Door, Entry
from services.complaints.domain.reports import Reported, Update, updates_of
from services.complaints.usecases import filing
from services.complaints.usecases.attachments import Sent, add_all_own, note_of_nobody
from services.complaints.usecases.filing import Filing
from services.complaints.usecases.use import Use
from shared.directory.lookup import CatalogueService
from shared.identity import derived_id
from shared.store.history import Act
from shared.store.repository import NotFound, Saved
from shared.store.store import DuplicateId

UPDATES_MAX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a client sends; `reference` is its own number of it, by which a repeat is known."""

    agency_id: str
    service_code: str
    ground: str
    text: str
    mobile: str | None
    reference: str | None
    files: Sequence[Sent] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An update of a client's: its words, and its own number of it, by which a repeat is known."""

    agency_id: str
    complaint_id: str
    update_id: str
    words: str
    files: Sequence[Sent] = ()


async def services(use: Use, agency_id: str) -> Sequence[CatalogueService]:
    """What an agency gives."""
    return await use.directory.services(agency_id)


async def service(use: Use, agency_id: str, code: str) -> CatalogueService:
    """One of them, or NotFound."""
    found = await use.directory.service(code)
    if found is None or found.agency_id != agency_id or found.withdrawn:
        raise NotFound(code)
    return found


async def file(use: Use, client: Client, report: Report) -> Saved[Complaint]:
    """File it, the same report of the same client once; nobody's name or address is kept of it."""
    now, reference = use.clock.now(), report.reference
    id_ = reference and derived_id("open311", client.id, report.agency_id, reference)
    said = Filing(
        id=id_,
        agency_id=report.agency_id,
        service_code=report.service_code,
        ground=report.ground,
        text=report.text,
        mobile=report.mobile,
        door=Door.OPEN311,
        entry=Entry(at=now, reference=reference, medium=client.name, client_id=client.id),
        act=Act(name="file", by=f"open311:{client.id}", at=now, clause=rules.PROCESS.clause),
    )
    try:
        saved = await filing.file(use, said, None)
    except DuplicateId:
        saved = await use.complaints.get(report.agency_id, id_ or "")
    with contextlib.suppress(NotFound):  # erased since: there is nobody left whose files they would be
        await add_all_own(use, saved.state, report.files, ref="along")
    return saved


async def update(use: Use, client: Client, said: Said) -> str:
    """What a client's user adds to a report that this client filed, as a note that staff see; its id.

    It decides nothing: whether they are satisfied the citizen says by code and mobile. NotFound for a report
    of another client.
    """
    complaint = await report(use, said.agency_id, said.complaint_id)
    if not _is_of(client, complaint):
        raise NotFound(said.complaint_id)
    ref = f"update {client.id} {said.update_id}"
    await note_of_nobody(use, complaint, said.words, ref, by=f"open311:{client.id}")
    await add_all_own(use, complaint, said.files, ref=ref)
    return derived_id("open311 update", client.id, complaint.id, said.update_id)


def _is_of(client: Client, complaint: Complaint) -> bool:
    """Whether it filed it; of an older case its id tells, which was made of the client's own number."""
    entry = complaint.entry
    if entry is None or entry.client_id is not None or entry.reference is None:
        return entry is not None and entry.client_id == client.id
    return complaint.id == derived_id("open311", client.id, complaint.agency_id, entry.reference)


async def report(use: Use, agency_id: str, id_: str) -> Complaint:
    """One that came in by Open311: what came otherwise is nobody's but its citizen's and the agency's."""
    found = (await use.complaints.get(agency_id, id_)).state
    if found.door is not Door.OPEN311:
        raise NotFound(id_)
    return found


async def now(use: Use, complaint: Complaint) -> Complaint:
    """As what it goes on: itself, or the case of the agency that it was handed over to."""
    newest = await use.cases.held(complaint.tracking_code) if complaint.onward else None
    return complaint if newest is None else newest.state


async def reports(use: Use, wanted: Reported) -> Sequence[Complaint]:
    """The newest first."""
    return await use.cases.reports(wanted)


async def updates(use: Use, agency_id: str, since: datetime, until: datetime) -> Sequence[Update]:
    """What became of the agency's reports between two instants, oldest first, so many at most."""
    found: list[Update] = []
    for id_, history in await use.cases.moved(agency_id, since, until, limit=UPDATES_MAX):
        found += [one for one in updates_of(id_, history) if since <= one.at <= until]
    return sorted(found, key=lambda one: (one.at, one.id))[:UPDATES_MAX]
