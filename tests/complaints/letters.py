"""Letters as tests send them: by a real client to the real door."""

import asyncio
import smtplib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.complaints.mail import ToAgencies, Whose, door_settings
from services.complaints.settings import Settings
from shared.clock import wall_now
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


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), wall_now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return cert_file, key_file


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
