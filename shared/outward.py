"""HTTP to addresses that others named: never to a machine of ours (docs/decisions/webhooks.md).

A name is resolved here, each of its addresses is looked at, and the connection goes to the very one that was
looked at: who answers another address a moment later gains nothing. Redirects are not followed, proxies not
asked, and of an answer nothing is read but its head.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from shared.language import Text

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str], Awaitable[Sequence[str]]]
URL_MAX = 2048
LOOKUPS_MAX = 64
PORTS = {"https": 443, "http": 80}
# What `is_global` takes for the world's own though it leads to somewhere else: addresses of the old world
# written as ones of the new (mapped, compatible, NAT64, 6to4, Teredo), and relays.
LEADS_ELSEWHERE = tuple(
    ip_network(one)
    for one in (
        *("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48"),
        *("2001::/32", "2002::/16", "fec0::/10", "192.88.99.0/24"),
    )
)


class Barred(Exception):
    """An address that nothing is sent to; `code` says why, for a log, and `says` for people."""

    def __init__(self, code: str, says: Text) -> None:
        super().__init__(code)
        self.code, self.says = code, says


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a request goes: `at` has the address that was looked at in the place of the name."""

    at: httpx.URL
    host: str
    netloc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The beginning of an answer; the rest is not read."""

    status: int
    headers: Mapping[str, str]


class Outward:
    """Sends to public addresses and to what the operator allows; `loopback` is for development only.

    Each request has `patience_s` seconds, from the look at its name to the head of the answer.
    """

    def __init__(
        self,
        *,
        patience_s: float,
        ports: Sequence[int],
        networks: Sequence[Network] = (),
        loopback: bool = False,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._patience_s = patience_s
        self._ports, self._networks, self._loopback = frozenset(ports), networks, loopback
        # Threads of its own: who asks for names that nobody answers for holds up nothing else.
        self._lookups = ThreadPoolExecutor(LOOKUPS_MAX, thread_name_prefix="lookup")
        self._resolve = resolve or self._looked_up
        self._tls = tls or ssl.create_default_context()

    async def find(self, url: str) -> Target:
        """The address to connect to, or Barred. One bad address of several bars the name."""
        parsed = _parsed(url)
        host = parsed.raw_host.decode("ascii")
        try:
            async with asyncio.timeout(self._patience_s):
                found = [ip_address(one.partition("%")[0]) for one in await self._resolve(host)]
        except (OSError, UnicodeError):  # time-outs are among the first
            found = []
        if not found:
            raise not_found()
        for address in found:
            self._look_at(address, parsed)
        chosen = parsed.copy_with(host=str(found[0]))
        return Target(at=chosen, host=host, netloc=parsed.netloc.decode("ascii"))

    async def post(self, url: str, *, headers: Mapping[str, str], content: bytes) -> Head:
        """One request over a connection of its own. Raises Barred, TimeoutError, OSError or httpx's own."""
        async with asyncio.timeout(self._patience_s):
            return await self._posted(await self.find(url), headers, content)

    async def _posted(self, target: Target, headers: Mapping[str, str], content: bytes) -> Head:
        given = {**headers, "host": target.netloc, "connection": "close"}
        async with httpx.AsyncClient(
            verify=self._tls, trust_env=False, follow_redirects=False, timeout=self._patience_s
        ) as client:
            request = client.build_request(
                "POST", target.at, content=content, headers=given, extensions={"sni_hostname": target.host}
            )
            answer = await client.send(request, stream=True)
            try:
                return Head(status=answer.status_code, headers=answer.headers)
            finally:
                await answer.aclose()

    def _look_at(self, address: Address, url: httpx.URL) -> None:
        if self._loopback and address.is_loopback:
            return
        if url.scheme != "https":
            raise Barred("not-https", Text(fa="نشانی باید https باشد.", en="The address must be https."))
        if (url.port or PORTS["https"]) not in self._ports:
            raise Barred("port", Text(fa="این درگاه مجاز نیست.", en="This port is not allowed."))
        if not is_public(address) and not any(address in one for one in self._networks):
            raise Barred(
                "not-public",
                Text(
                    fa="این نشانی به شبکهٔ درونی می‌رسد و مجاز نیست.",
                    en="This address leads into a private network, which is not allowed.",
                ),
            )

    async def _looked_up(self, host: str) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._lookups, _ask, host)
        return list(dict.fromkeys(found))


def not_found() -> Barred:
    """Nobody knows the name, now at least."""
    return Barred("host-not-found", Text(fa="این نشانی یافت نشد.", en="There is no such host."))


def is_public(address: Address) -> bool:
    """Whether it is one machine of the world's: not private, not local, not many, not kept for later."""
    if address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global:
        return False
    return not any(address in one for one in LEADS_ELSEWHERE)


def _parsed(url: str) -> httpx.URL:
    not_one = Barred("not-a-url", Text(fa="این نشانی درست نیست.", en="This is no web address."))
    if len(url) > URL_MAX or not url.isprintable() or " " in url:
        raise not_one
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise not_one from error
    if parsed.scheme not in PORTS or not parsed.host:
        raise not_one
    if parsed.userinfo:
        raise Barred(
            "credentials",
            Text(fa="نام کاربر و گذرواژه در نشانی نمی‌آید.", en="No user or password may be in the address."),
        )
    if parsed.fragment:
        raise not_one
    return parsed


def _ask(host: str) -> list[str]:
    return [str(one[4][0]) for one in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
