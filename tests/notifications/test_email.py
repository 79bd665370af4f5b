"""E-mail over a line that is kept secret, to a server that wants to know who comes; else nothing leaves."""

import ssl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from services.notifications.domain.outcome import Outcome, Verdict, accepted
from services.notifications.gateways.configured import open_all, read_plans
from services.notifications.gateways.http import Http
from services.notifications.gateways.port import Gateway, NotReached
from tests.certificates import self_signed
from tests.notifications.vendors.local import Mailbox, mail_server
from tests.serving import SetClock

TO, TEXT, USER, WORD = "zahra@example.ir", "شکایت شما ثبت شد.", "paygir", "the-word-of-paygir"


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side for localhost, which this machine trusts."""
    certificate, key = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("A_WORD", WORD)
    return context


def by(box: Mailbox, **more: Any) -> Gateway:
    plan = {
        "type": "email",
        "host": "localhost",
        "port": box.port,
        "address": "no-reply@province.ir",
        "username": USER,
        "password": {"env": "A_WORD"},
        **more,
    }
    plans = read_plans(file=None, text=orjson.dumps({"one": plan}).decode())
    inbox: Any = None
    return open_all(plans, http=Http(), inbox=inbox, clock=SetClock())["one"]


def who(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
    known = (given.login, given.password) == (USER.encode(), WORD.encode())
    return AuthResult(success=known, handled=False)


@contextmanager
def strict(secret: ssl.SSLContext) -> Generator[Mailbox]:
    """Takes nothing over an open line or from whom it doesn't know."""
    wants = {"require_starttls": True, "auth_required": True, "authenticator": who}
    with mail_server(tls_context=secret, **wants) as box:
        yield box


async def test_over_a_secret_line_and_logged_in_it_arrives(secret: ssl.SSLContext) -> None:
    with strict(secret) as box:
        assert await by(box).send("id", TO, TEXT) == accepted()
        assert box.taken == [(TO, TEXT)]


async def test_over_tls_from_the_beginning_too(secret: ssl.SSLContext) -> None:
    with mail_server(ssl_context=secret) as box:
        plan = {"tls": "tls", "username": None, "password": None}
        assert await by(box, **plan).send("id", TO, TEXT) == accepted()
        assert box.taken == [(TO, TEXT)]


async def test_a_wrong_password_is_refused_for_now(
    secret: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_WORD", "another")
    with strict(secret) as box:
        outcome = await by(box).send("id", TO, TEXT)
        assert outcome == Outcome(verdict=Verdict.REFUSED, reason="smtp-535", passing=True)
        assert box.taken == []


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_server_that_keeps_no_line_secret_gets_nothing_and_nothing_is_in_doubt(
    secret: ssl.SSLContext, tls: str
) -> None:
    with mail_server() as box:
        with pytest.raises(NotReached):
            await by(box, tls=tls).send("id", TO, TEXT)
        assert box.taken == []


async def test_neither_does_one_that_nobody_vouches_for(
    secret: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(self_signed(tmp_path / "other")[0]))
    with strict(secret) as box:
        with pytest.raises(NotReached):
            await by(box).send("id", TO, TEXT)
        assert box.taken == []
