"""The files of a case that is handed over: those of its citizen go along, under the key they have there."""

import contextlib
from dataclasses import replace
from datetime import datetime

from services.complaints.domain import attachment as domain
from services.complaints.domain.attachment import BEFORE, Attachment, Lies, Purpose, Scan
from services.complaints.domain.complaint import Complaint
from services.complaints.usecases.attachments import about, contents_of, files_of, take_place
from services.complaints.usecases.use import Use
from shared.files.sealed import seal_file, sealed_bytes
from shared.files.store import MissingFile
from shared.identity import new_id
from shared.keys.keeper import OpenKey
from shared.sealing import Unopenable
from shared.store.history import Act


async def carry(use: Use, before: Complaint, after: Complaint, by: str, now: datetime) -> None:
    """Copy what the citizen sent or was given, each file once; what staff keep for each other stays.

    Nothing where the citizen is not known any more, here or there: nobody could open it.
    """
    own = (await use.keeper.of_contacts(after.agency_id, {after.contact.id})).get(after.contact.id)
    if own is None:
        return
    for one in (await files_of(use, before.id)).here:
        theirs = (await use.keeper.of_contacts(one.agency_id, {one.contact_id})).get(one.contact_id)
        if theirs is not None and one.is_of_citizen(before):
            with contextlib.suppress(MissingFile, Unopenable):
                await _carry(use, before, after, one, theirs, own, by, now)


async def _carry(
    use: Use,
    before: Complaint,
    after: Complaint,
    one: Attachment,
    theirs: OpenKey,
    own: OpenKey,
    by: str,
    now: datetime,
) -> None:
    """Known by what it was before: brought twice, even at once, one of the two stays."""
    hash_ = own.hash(f"file {after.id} from {one.id}")
    if (await files_of(use, after.id)).same_as(hash_) is not None:
        return
    # A new name for each attempt: whatever an earlier one left is removed by its own.
    id_ = new_id()
    name = theirs.unseal(one.name, purpose=about(before.id, one.id, "name")) if one.name else one.kind
    pieces = [piece async for piece in contents_of(use, theirs, before.id, one)]
    added = replace(
        one,
        id=id_,
        agency_id=after.agency_id,
        contact_id=own.contact_id,
        round=BEFORE if one.purpose is Purpose.ANSWER else 0,
        name=own.seal(name, purpose=about(after.id, id_, "name")),
        hash=hash_,
        begun_at=now,
        first_at=one.added_at,
        lies=Lies.COMING,
        scan_at=now if one.scan is Scan.WAITING else None,
        scanned_in_vain=0,
        # For the citizen by which post; who held it is the other agency's to know.
        openings=tuple(replace(opening, person_id="") for opening in one.openings),
    )
    act = Act(name="bring", by=by, at=now, note=id_)
    await take_place(use, after.id, added, act, domain.bring)
    sealed = seal_file(own.key, pieces, purpose=about(after.id, id_, "content"))
    await use.store.put(id_, sealed, bytes_count=sealed_bytes(one.bytes_count))
    kept = Act(name="keep", by=by, at=now, note=id_)
    await use.files.change(None, after.id, kept, lambda found: domain.keep(found, id_, now))
