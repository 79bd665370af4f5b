"""Letters as tests send them: by a real client to the real door."""

import asyncio
import smtplib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from services.complaints.mail import ToAgencies, Whose, door_settings
from services.complaints.settings import Settings
from shared.mail.server import mail_door
from tests.serving import Serving, bearer

DOMAIN = "mail.example"
WATER, ZAHRA, ALI = f"water@{DOMAIN}", "zahra@example.ir", "ali@example.ir"
OFFICER = "water.desk.officer"
SUBJECT, TEXT = "قطع آب", "سه بار گفتند فردا بیا.\nخیابان امام"


def settings(**changes: Any) -> Settings:
    """Open on any port."""
    return Settings.model_validate({"mail_domain": DOMAIN, **changes})


def letter(
    *, subject: str = SUBJECT, text: str | None = TEXT, sender: str | None = ZAHRA, **headers: str
) -> EmailMessage:
    """As a citizen's program writes it. A header's `_` is a dash."""
    message = EmailMessage(policy=SMTP)
    if sender:
        message["From"] = f"زهرا محمدی <{sender}>"
    message["To"] = WATER
    message["Subject"] = subject
    for name, value in {"message_id": "<1@zahras.example>", **headers}.items():
        if value:
            message[name.replace("_", "-")] = value
    if text is not None:
        message.set_content(text)
    return message


@dataclass(frozen=True, slots=True)
class Post:
    """The way to the door."""

    port: int

    async def send(
        self, message: EmailMessage | bytes, *, to: str | list[str] = WATER, by: str = ZAHRA
    ) -> tuple[int, str]:
        """Its answer to all of it: code and words."""
        return await asyncio.to_thread(self._send, message, to, by)

    def client(self) -> smtplib.SMTP:
        """A session."""
        return smtplib.SMTP("127.0.0.1", self.port, timeout=30)

    def _send(self, message: EmailMessage | bytes, to: str | list[str], by: str) -> tuple[int, str]:
        content = message if isinstance(message, bytes) else message.as_bytes()
        with self.client() as client:
            client.ehlo()
            code, said = client.mail(by, ["BODY=8BITMIME", f"SIZE={len(content)}"])
            for one in [to] if isinstance(to, str) else to:
                if code == 250:
                    code, said = client.rcpt(one)
            if code == 250:
                code, said = client.data(content)
            return code, said.decode()


@asynccontextmanager
async def door(
    complaints: Serving, table: dict[str, Whose] | None = None, **changes: Any
) -> AsyncGenerator[Post]:
    """Open, before the service under test."""
    inside = ToAgencies(complaints.parts.use, DOMAIN, table or {})
    async with mail_door(inside, door_settings(settings(**changes), port=0)) as port:
        yield Post(port)


async def cases(complaints: Serving, post: str = OFFICER) -> list[dict[str, Any]]:
    """All of the agency, the oldest first."""
    answer = await complaints.http.get("/v1/complaints", headers=bearer(post))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"][::-1]


async def notes(complaints: Serving, id_: str) -> list[dict[str, Any]]:
    """Of a case, as staff read them."""
    answer = await complaints.http.get(f"/v1/complaints/{id_}/notes", headers=bearer(OFFICER))
    assert answer.status_code == 200, answer.text
    return answer.json()
