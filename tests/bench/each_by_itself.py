"""The complaints service as it looked for repeats before: each filing loaded and looked for by itself."""

from services.complaints.app import assemble
from services.complaints.settings import PORT, Settings
from services.complaints.storage.complaints import Complaints
from shared.service import run


async def nobody(self: Complaints, agency_id: str, contact_id: str, id_: str) -> bool:
    """Is taken for alone."""
    return False


if __name__ == "__main__":
    Complaints.is_only = nobody
    run("complaints", Settings, assemble, port=PORT)
