"""The environment variables of this service."""

from pathlib import Path

from pydantic import Field

from shared.settings import ServiceSettings

PORT = 8104


class Settings(ServiceSettings):
    """What every service has, and how messages leave."""

    sandbox: bool = Field(
        default=False,
        description="messages go to the development phone, where anybody reads them; never in production",
    )
    gateways_file: Path | None = Field(
        default=None, description="file with the gateways, JSON: see docs/gateways.md"
    )
    gateways: str | None = Field(default=None, description="the same itself, where no file can be")
    public_url: str | None = Field(
        default=None,
        description="this service's address as gateways reach it, to tell what became of messages",
    )
    claim_s: float = Field(
        default=15.0,
        gt=0,
        description="real seconds a sender may take for a message; after that the gateway is asked about it",
    )
