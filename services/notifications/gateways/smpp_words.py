"""What SMPP says of a message, and what we say: a long one goes whole, so it has one id and one receipt."""

from datetime import timedelta

import aiosmpplib as smpp

from services.notifications.domain.outcome import Outcome, accepted, delivered, refused
from services.notifications.gateways.port import Terms

REFUSED_FOR_GOOD = frozenset({"ESME_RINVDSTADR", "ESME_RINVMSGLEN", "ESME_RINVDSTTON", "ESME_RINVDSTNPI"})
A_SECOND = timedelta(seconds=1)
"""Less than nothing would be written as many days."""
RECEIPTS = {
    "DELIVRD": delivered(),
    "ACCEPTD": accepted(),
    "ENROUTE": accepted(),
    "UNDELIV": refused("not-delivered", passing=True),
    "EXPIRED": refused("not-delivered-in-time", passing=True),
    "DELETED": refused("deleted-by-the-operator", passing=False),
    "REJECTD": refused("refused-by-the-operator", passing=False),
}


def submit_sm(message_id: str, number: str, text: str, terms: Terms) -> smpp.SubmitSm:
    """Persian is UCS-2; what is longer than one part goes as a payload, and the operator parts it."""
    international = number.startswith("+")
    return smpp.SubmitSm(
        log_id=message_id,
        short_message=text,
        encoding="ucs2",
        source=smpp.PhoneNumber(terms.sender or ""),
        destination=smpp.PhoneNumber(
            number.removeprefix("+"), smpp.TON.INTERNATIONAL if international else smpp.TON.UNKNOWN
        ),
        validity_period=None if terms.valid_for is None else max(terms.valid_for, A_SECOND),
        priority_flag=terms.priority,
        registered_delivery=1,
        auto_message_payload=True,
    )


def answered(answer: smpp.SubmitSmResp) -> Outcome:
    """Whatever isn't taken is refused, for good only where the number or the text is to blame."""
    status = answer.command_status.name
    if status == "ESME_ROK":
        return accepted(answer.message_id)
    return refused(status, passing=status not in REFUSED_FOR_GOOD)
