"""E-mail over SMTP. A server that takes it answers for it; what comes back later is for a person to read."""

import asyncio
from email.message import EmailMessage
from typing import Literal

import aiosmtplib

from services.notifications.domain.outcome import Outcome, accepted, refused
from services.notifications.gateways.plan import Plan, Secret
from services.notifications.gateways.port import PLAIN, NotReached, Terms
from services.notifications.gateways.unasked import Unasked
from shared.mail.ours import id_of_letter

LASTS, NEVER = 500, frozenset({550, 551, 552, 553, 554})
"""From 500 on a refusal lasts; but only these are about the message, the rest about us."""
LETS_IN_WITHIN_S = 3.0
"""To connect, to keep the line secret, to log in: until then nothing has left, whatever goes wrong."""


class EmailPlan(Plan):
    """`sender` is the address it comes from; `tls` is how the line is kept secret."""

    type: Literal["email"]
    kind: str = "email"
    host: str
    port: int = 587
    address: str
    subject: str = "پیگیر"
    username: str | None = None
    password: Secret | None = None
    tls: Literal["starttls", "tls", "none"] = "starttls"


class Email(Unasked):
    """One message, one connection."""

    def __init__(self, plan: EmailPlan) -> None:
        self._plan, self._password = plan, plan.password and plan.password.read()

    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        """Under our id as its Message-ID: a server that gets it twice may notice; a reply has it, too."""
        plan, mail = self._plan, EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = plan.address, number, plan.subject
        domain = plan.address.rpartition("@")[2]
        mail["Message-ID"] = f"<{id_of_letter(terms.about or '', message_id, domain)}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        server = aiosmtplib.SMTP(
            hostname=plan.host,
            port=plan.port,
            username=plan.username,
            password=self._password,
            use_tls=plan.tls == "tls",
            start_tls=plan.tls == "starttls",
        )
        try:
            async with asyncio.timeout(LETS_IN_WITHIN_S):
                await server.connect()
        except aiosmtplib.SMTPResponseException as error:
            return refused(f"smtp-{error.code}", passing=True)
        except (aiosmtplib.SMTPException, OSError):
            raise NotReached from None
        try:
            async with server:
                await server.send_message(mail)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _refused(error.recipients[0].code)
        except aiosmtplib.SMTPResponseException as error:
            return _refused(error.code)
        return accepted()


def _refused(code: int) -> Outcome:
    return refused(f"smtp-{code}", passing=code < LASTS or code not in NEVER)
