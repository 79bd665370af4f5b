"""What a citizen keeps of a complaint, whichever door they came by."""

from datetime import datetime

from services.complaints.domain.complaint import Complaint
from shared.calendar.jalali import show_instant
from shared.identity import show_code
from shared.store.repository import Saved
from shared.web.parts import View


class Receipt(View):
    """What the citizen keeps. Three working hours from `filed_at` an answer is due."""

    tracking_code: str
    agency_id: str
    filed_at: datetime
    reply_due_at: datetime
    reply_due: str


def receipt_of(saved: Saved[Complaint], language: str) -> Receipt:
    """The same however often it is asked for."""
    first = saved.state.rounds[0]
    return Receipt(
        tracking_code=show_code(saved.state.tracking_code),
        agency_id=saved.state.agency_id,
        filed_at=saved.state.filed_at,
        reply_due_at=first.due_at,
        reply_due=show_instant(first.due_at).in_(language),
    )
