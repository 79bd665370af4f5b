"""The environment variables of this service."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from shared.files.settings import FileSettings
from shared.settings import ServiceSettings

PORT = 8103
MAIL_PORT_MAX = 32767


class Settings(FileSettings, ServiceSettings):
    """What every service has, where the files of cases lie, and where mail comes in."""

    mail_port: int | None = Field(
        default=None, ge=1, le=MAIL_PORT_MAX, description="where mail is taken in by SMTP; else nowhere"
    )
    mail_host: str = Field(default="127.0.0.1", description="address that the door for mail listens on")
    mail_domain: str = Field(
        default="localhost", description="its own name; what comes to <agency>@ there is the agency's"
    )
    mail_addresses_file: Path | None = Field(
        default=None, description="TOML with other addresses: the agency of each, and the unit that sorts"
    )
    mail_peers: str = Field(
        default="127.0.0.0/8,::1/128", description="networks that mail is taken from, by commas"
    )
    mail_bytes_max: int = Field(
        default=25 * 1024 * 1024, ge=64 * 1024, description="bytes of one message at most"
    )
    mail_tls_cert_file: Path | None = Field(
        default=None, description="certificate for STARTTLS; else it isn't offered"
    )
    mail_tls_key_file: Path | None = Field(default=None, description="the key to the certificate")

    @model_validator(mode="after")
    def _certificate_has_a_key(self) -> Self:
        if (self.mail_tls_cert_file is None) is not (self.mail_tls_key_file is None):
            raise ValueError("PAYGIR_MAIL_TLS_CERT_FILE and PAYGIR_MAIL_TLS_KEY_FILE go together")
        return self
