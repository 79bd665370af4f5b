"""The environment variables of this service."""

from pydantic import Field

from shared.settings import ServiceSettings

PORT = 8104


class Settings(ServiceSettings):
    """What every service has, and how messages leave."""

    sandbox: bool = Field(
        default=False,
        description="messages go to the development phone, where anybody reads them; never in production",
    )
    public_url: str | None = Field(
        default=None,
        description="this service's address as gateways reach it, to tell what became of messages",
    )
    claim_s: float = Field(
        default=15.0,
        gt=0,
        description="real seconds a sender may take for a message; after that the gateway is asked about it",
    )
