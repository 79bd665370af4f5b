"""What others name as an address leads to the world or nowhere: never into a network of ours."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.clock import wall_now
from shared.outward import Barred, Outward, is_public

PUBLIC = "93.184.216.34"
INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 - refused
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.7",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.216.34",
    "::ffff:0:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::5db8:d822",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "100::1",
]


def outward(
    *addresses: str, ports: Sequence[int] = (443, 8443), loopback: bool = False, networks: Sequence[str] = ()
) -> Outward:
    """One that finds these addresses, whatever the name."""

    async def resolve(host: str) -> Sequence[str]:
        if not addresses:
            raise OSError(host)
        return addresses

    return Outward(
        patience_s=2.0,
        ports=ports,
        networks=[ip_network(one) for one in networks],
        loopback=loopback,
        resolve=resolve,
    )


async def code(out: Outward, url: str) -> str:
    with pytest.raises(Barred) as refused:
        await out.find(url)
    assert refused.value.says.fa
    return refused.value.code


@pytest.mark.parametrize("address", INSIDE)
async def test_no_address_of_a_network_inside_is_sent_to_by_name_or_by_number(address: str) -> None:
    assert not is_public(ip_address(address))
    assert await code(outward(address), "https://hooks.example.ir/") == "not-public"
    number = f"[{address}]" if ":" in address else address
    assert await code(outward(address), f"https://{number}/") == "not-public"


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "172.32.0.1", "2606:4700:4700::1111"])
async def test_an_address_of_the_world_is_sent_to(address: str) -> None:
    target = await outward(address).find("https://hooks.example.ir:8443/a?b=c")
    assert (target.host, target.netloc) == ("hooks.example.ir", "hooks.example.ir:8443")
    assert (ip_address(target.at.host), target.at.port) == (ip_address(address), 8443)
    assert target.at.raw_path == b"/a?b=c"


async def test_one_address_inside_among_several_bars_the_name() -> None:
    for both in ((PUBLIC, "10.0.0.1"), ("::1", PUBLIC)):
        assert await code(outward(*both), "https://hooks.example.ir/") == "not-public"


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1", "localhost"])
async def test_loopback_in_other_words_is_loopback(host: str) -> None:
    out = Outward(patience_s=2.0, ports=[443])
    assert await code(out, f"https://{host}/") in {"not-public", "not-a-url"}


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.example.ir/", "not-https"),
        ("https://hooks.example.ir:22/", "port"),
        ("https://hooks.example.ir:80/", "port"),
        ("https://user@hooks.example.ir/", "credentials"),
        ("https://user:word@hooks.example.ir/", "credentials"),
        ("ftp://hooks.example.ir/", "not-a-url"),
        ("file:///etc/passwd", "not-a-url"),
        ("gopher://hooks.example.ir/", "not-a-url"),
        ("https:///nothing", "not-a-url"),
        ("https://hooks.example.ir/#part", "not-a-url"),
        ("https://hooks.example.ir/\r\nhost: other", "not-a-url"),
        ("https://hooks.example.ir:99999/", "port"),
        ("https://hooks.example.ir:x/", "not-a-url"),
        ("https://[::1/", "not-a-url"),
        ("hooks.example.ir", "not-a-url"),
        ("", "not-a-url"),
        ("https://hooks.example.ir/" + "x" * 2048, "not-a-url"),
    ],
)
async def test_what_is_no_plain_https_address_is_refused(url: str, why: str) -> None:
    assert await code(outward(PUBLIC), url) == why


async def test_a_name_that_nobody_knows_is_told_so() -> None:
    assert await code(outward(), "https://hooks.example.ir/") == "host-not-found"
    assert await code(outward(PUBLIC, loopback=True), "http://hooks.example.ir/") == "not-https"


async def test_loopback_is_for_development_alone_and_opens_no_other_network() -> None:
    dev = outward("127.0.0.1", loopback=True)
    assert (await dev.find("http://localhost:9999/")).at.host == "127.0.0.1"
    for address in ("10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"):
        assert await code(outward(address, loopback=True), "https://hooks.example.ir/") == "not-public"


async def test_a_network_inside_is_sent_to_where_the_operator_names_it_and_by_https_only() -> None:
    out = outward("10.20.3.4", networks=["10.20.0.0/16"])
    assert (await out.find("https://hooks.example.ir/")).at.host == "10.20.3.4"
    assert await code(out, "http://hooks.example.ir/") == "not-https"
    assert (
        await code(outward("10.21.0.1", networks=["10.20.0.0/16"]), "https://x.example.ir/") == "not-public"
    )


@asynccontextmanager
async def listening(answer: bytes, *, host: str = "127.0.0.1") -> AsyncGenerator[tuple[int, list[bytes]]]:
    """A server that answers this; its port, and the heads that it got."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            while answer:
                writer.write(answer)
                await writer.drain()
                if not answer.endswith(b"for ever"):
                    break
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, host, 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heads


async def test_a_name_that_leads_elsewhere_a_moment_later_is_looked_at_again_and_never_asked_twice() -> None:
    """DNS rebinding: the address that was looked at is the one connected to."""
    asked: list[str] = []

    async def rebinding(host: str) -> Sequence[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    async with listening(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n") as (port, heads):
        out = Outward(patience_s=2.0, ports=[port], resolve=rebinding)
        await out.find(f"https://hooks.example.ir:{port}/")  # when it was registered
        with pytest.raises(Barred, match="not-public"):
            await out.post(f"https://hooks.example.ir:{port}/", headers={}, content=b"")
        assert (len(asked), heads) == (2, [])


async def test_the_request_goes_to_the_address_looked_at_under_the_name_that_was_given() -> None:
    asked: list[str] = []

    async def once(host: str) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    async with listening(b"HTTP/1.1 204 No Content\r\n\r\n") as (port, heads):
        out = Outward(patience_s=2.0, ports=[], loopback=True, resolve=once)
        head = await out.post(f"http://hooks.invalid:{port}/x", headers={"a": "b"}, content=b"{}")

    assert (head.status, asked) == (204, ["hooks.invalid"])
    assert f"host: hooks.invalid:{port}".encode() in heads[0].lower()


async def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with listening(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n") as (port, _):
        out = outward("127.0.0.1", loopback=True)
        assert (await out.post(f"http://hooks.invalid:{port}/", headers={}, content=b"")).status == 200


async def test_an_endless_answer_is_not_read_and_an_endless_head_is_broken_off() -> None:
    out = outward("127.0.0.1", loopback=True)
    async with listening(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 65536 + b"for ever") as (port, _):
        async with asyncio.timeout(1.5):
            assert (await out.post(f"http://x.invalid:{port}/", headers={}, content=b"")).status == 200
    async with listening(b"HTTP/1.1 200 OK\r\nx: " + b"x" * 65536 + b"for ever") as (port, _):
        with pytest.raises(httpx.RemoteProtocolError):
            await out.post(f"http://x.invalid:{port}/", headers={}, content=b"")


async def test_who_says_nothing_is_waited_for_no_longer_than_said() -> None:
    async with listening(b"") as (port, _):
        with pytest.raises((TimeoutError, httpx.HTTPError)):
            await outward("127.0.0.1", loopback=True).post(
                f"http://x.invalid:{port}/", headers={}, content=b""
            )


async def test_another_names_certificate_is_refused(tmp_path: Path) -> None:
    server_tls, trusting = certificates(tmp_path)
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    async def resolve(_: str) -> Sequence[str]:
        return ["127.0.0.1"]

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server_tls)
    async with server:
        port = server.sockets[0].getsockname()[1]
        out = Outward(patience_s=2.0, ports=[], loopback=True, resolve=resolve, tls=trusting)
        good = await out.post(f"https://hooks.example.ir:{port}/", headers={}, content=b"")
        with pytest.raises(httpx.ConnectError):
            await out.post(f"https://other.example.ir:{port}/", headers={}, content=b"")

    assert (good.status, len(heads)) == (204, 1)


def certificates(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for hooks.example.ir, and a client's that trusts it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), wall_now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example.ir")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example.ir")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)
    )
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(file))
    server.load_cert_chain(file)
    return server, client
