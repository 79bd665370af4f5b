"""The environment variables of this service."""

from ipaddress import IPv4Network, IPv6Network, ip_network

from pydantic import Field, ValidationInfo, field_validator

from shared.settings import ServiceSettings

PORT = 8104


class Settings(ServiceSettings):
    """What every service has, and how messages leave."""

    sandbox: bool = Field(
        default=False,
        description="messages go to the development phone, where anybody reads them; never in production",
    )
    webhook_ports: str = Field(
        default="443,8443", description="ports to which events are sent to other systems, by commas"
    )
    webhook_networks: str = Field(
        default="",
        description="private networks to which events may be sent, by commas, such as 10.20.0.0/16",
    )
    webhook_loopback: bool = Field(
        default=False,
        description="events may go to this machine, by http too: for development, never in production",
    )
    webhook_patience_s: float = Field(
        default=10.0, gt=0, le=60, description="real seconds that another system may take for an event"
    )
    webhook_at_once: int = Field(
        default=4, ge=1, le=64, description="events under way to one other system at the same time"
    )
    webhook_kept_days: int = Field(
        default=30, ge=4, le=365, description="so long an event can be sent to another system again"
    )
    claim_s: float = Field(
        default=15.0,
        gt=0,
        description="real seconds a sender may take for a message; after that the gateway is asked about it",
    )

    @field_validator("webhook_ports", "webhook_networks")
    @classmethod
    def _can_be_read(cls, given: str, info: ValidationInfo) -> str:
        """Found out when the service starts, not when the first event is to go."""
        read = int if info.field_name == "webhook_ports" else ip_network
        for one in _listed(given):
            read(one)
        return given

    @property
    def ports_of_webhooks(self) -> list[int]:
        """As numbers."""
        return [int(one) for one in _listed(self.webhook_ports)]

    @property
    def networks_of_webhooks(self) -> list[IPv4Network | IPv6Network]:
        """As networks."""
        return [ip_network(one) for one in _listed(self.webhook_networks)]


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]
