"""The environment variables of this service."""

import hmac
from collections.abc import Iterable, Sequence
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from shared.events.directory import PROVINCE
from shared.persian import latin_digits
from shared.settings import ServiceSettings

PORT = 8104
SECRET_MIN, SECRET_MAX = 16, 200
COUNTRY = ("0098", "98")
SHORT_LINE = 8
"""Where so many digits follow, the country stood before them: 9830001234 is 30001234, 9830001 is itself."""


Secret = Annotated[str, Field(min_length=SECRET_MIN, max_length=SECRET_MAX)]


class Shape(StrEnum):
    """In whose words a gateway brings a message."""

    KANNEL = "kannel"
    KAVENEGAR = "kavenegar"


class InboundGateway(BaseModel):
    """`secret` stands in the address that the gateway is told: who doesn't know it brings nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shape: Shape
    secret: str = Field(min_length=SECRET_MIN, max_length=SECRET_MAX, repr=False)


class Doors(BaseModel):
    """All ways in. `lines` names the agency of each number that citizens write to: else it is the province's.

    `ivr` has the key of each voice menu, by its name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    gateways: dict[str, InboundGateway] = Field(default_factory=dict[str, InboundGateway])
    lines: dict[str, str] = Field(default_factory=dict[str, str])
    ivr: dict[str, Secret] = Field(default_factory=dict[str, Secret], repr=False)

    def agency_of(self, line: str) -> str:
        """Whose line it is; the province's for one that isn't named."""
        named = {self.line_of(one): agency_id for one, agency_id in self.lines.items()}
        return named.get(self.line_of(line), PROVINCE)

    def lines_of(self, agency_id: str) -> Sequence[str]:
        """The lines named for an agency, as they are written."""
        return [line for line, whose in self.lines.items() if whose == agency_id]

    def own_line(self, line: str) -> str | None:
        """Which of the named lines it is; None for any other."""
        digits = self.line_of(line)
        return digits if digits in map(self.line_of, self.lines) else None

    @staticmethod
    def line_of(written: str) -> str:
        """A line as its digits alone, without the country before them."""
        digits = "".join(one for one in latin_digits(written) if one.isdecimal())
        for country in COUNTRY:
            if digits.startswith(country) and len(digits) - len(country) >= SHORT_LINE:
                return digits.removeprefix(country)
        return digits

    def is_gateway(self, name: str, secret: str) -> bool:
        """Whether it is this gateway that says so. It takes as long for every wrong secret."""
        known = self.gateways.get(name)
        return known is not None and _same(secret, known.secret)

    def is_menu(self, key: str) -> bool:
        """Whether it is the key of a voice menu."""
        return _any_same(key, self.ivr.values())


def _any_same(given: str, known: Iterable[str]) -> bool:
    """All are compared, whichever it is."""
    return sum(_same(given, one) for one in known) > 0


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), known.encode())


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
    gateways_file: Path | None = Field(
        default=None, description="file with the gateways, JSON: see docs/gateways.md"
    )
    gateways: str | None = Field(default=None, description="the same itself, where no file can be")
    parts_a_day: int | None = Field(
        default=None, ge=1, description="parts of SMS that the province pays for in a day; nothing: no limit"
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
    inbound_file: Path | None = Field(
        default=None,
        description="JSON file of the ways in: gateways with their secrets, lines with their agencies",
    )
    inbound: Doors | None = Field(default=None, description="the same itself, where no file can be")

    @property
    def doors(self) -> Doors:
        """The ways in: none where nothing says which."""
        if self.inbound_file is not None:
            return Doors.model_validate_json(self.inbound_file.read_text())
        return self.inbound or Doors()

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
