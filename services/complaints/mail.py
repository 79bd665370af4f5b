"""Mail in: which address is whose; a letter is one call to a use case."""

import asyncio
import ssl
import tomllib
from collections.abc import Mapping
from functools import partial
from ipaddress import ip_network

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.complaints.settings import Settings
from services.complaints.usecases import letters
from services.complaints.usecases.use import Use
from shared.mail.letter import Letter, Said
from shared.mail.server import NO_SUCH, DoorSettings, Turned, mail_door
from shared.service import Work

AGENCY_MAX = 64


class Whose(BaseModel):
    """The agency of an address, and the unit that sorts what comes to it, where one is named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: str = Field(min_length=1, max_length=AGENCY_MAX)
    unit: str | None = None


class ToAgencies:
    """Behind the door for mail: addresses of agencies, each letter a case or a part of one."""

    def __init__(self, use: Use, domain: str, table: Mapping[str, Whose]) -> None:
        self._use, self._domain = use, domain.lower()
        self._table = {address.lower(): whose for address, whose in table.items()}

    async def knows(self, address: str) -> bool:
        """Whether it is an agency's that has joined."""
        whose = self._whose(address)
        return whose is not None and await self._use.directory.chart(whose.agency) is not None

    async def take(self, address: str, letter: Letter) -> Said:
        """File it, or add it to its case."""
        whose = self._whose(address)
        if whose is None:
            raise Turned(NO_SUCH)
        return await letters.take(self._use, whose.agency, whose.unit, letter)

    def owns(self, address: str) -> bool:
        """Whether it is one of ours: a letter from there would go round and round."""
        return self._whose(address) is not None

    def _whose(self, address: str) -> Whose | None:
        known = self._table.get(address.lower())
        name, _, domain = address.rpartition("@")
        if known is not None or domain.lower() != self._domain or not 1 <= len(name) <= AGENCY_MAX:
            return known
        return Whose(agency=name.lower())


def to_agencies(use: Use, settings: Settings) -> ToAgencies:
    """With the table of addresses that the settings name."""
    file = settings.mail_addresses_file
    given = {} if file is None else tomllib.loads(file.read_text())
    return ToAgencies(use, settings.mail_domain, TypeAdapter(dict[str, Whose]).validate_python(given))


def door_settings(settings: Settings, *, port: int) -> DoorSettings:
    """As the server wants them."""
    return DoorSettings(
        host=settings.mail_host,
        port=port,
        peers=[ip_network(one.strip()) for one in settings.mail_peers.split(",") if one.strip()],
        bytes_max=settings.mail_bytes_max,
        name=settings.mail_domain,
        tls=_tls(settings),
    )


def mail_work(use: Use, settings: Settings) -> dict[str, Work]:
    """What a worker does beside all else; nothing where no port is set."""
    if settings.mail_port is None:
        return {}
    door = door_settings(settings, port=settings.mail_port + settings.port_offset)
    return {"mail": partial(_stay_open, to_agencies(use, settings), door)}


async def _stay_open(inside: ToAgencies, settings: DoorSettings) -> None:
    async with mail_door(inside, settings):
        await asyncio.Event().wait()


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if settings.mail_tls_cert_file is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.mail_tls_cert_file, settings.mail_tls_key_file)
    return context
