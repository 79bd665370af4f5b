"""A person's key is opened by the master key it was wrapped under, and for that person alone."""

import base64
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from shared.keys.vault import VaultWrapper, vault_wrapper
from shared.keys.wrapping import CannotWrap, KeyWrapper, LocalWrapper, Wrappers, local_wrapper
from shared.sealing import MasterKey, NoKey, Unopenable
from tests.shared.keys.vault_double import VaultDouble

KEY = bytes(range(32))
OLD, NEW = bytes([1] * 32), bytes([2] * 32)
Make = Callable[[], KeyWrapper]


@pytest.fixture
def token(tmp_path: Path) -> Path:
    """A file that an agent keeps."""
    file = tmp_path / "token"
    file.write_text("hvs.right\n")
    return file


@pytest.fixture
def vault(token: Path) -> tuple[VaultDouble, VaultWrapper]:
    """A Vault and the way to it."""
    double = VaultDouble()
    return double, VaultWrapper("http://vault:8200/", "paygir", token, transport=double.transport())


@pytest.fixture(params=["local", "vault"])
def wrapper(request: pytest.FixtureRequest, vault: tuple[VaultDouble, VaultWrapper]) -> KeyWrapper:
    """Each adapter in turn: one port, one behaviour."""
    return vault[1] if request.param == "vault" else LocalWrapper([OLD])


async def test_a_wrapped_key_is_unwrapped_again(wrapper: KeyWrapper) -> None:
    wrapped = await wrapper.wrap(KEY, about="c1")

    assert await wrapper.unwrap(wrapped, about="c1") == KEY
    assert wrapper.reads(wrapped)
    assert wrapped.startswith(await wrapper.label())
    assert base64.b64encode(KEY).decode() not in wrapped


async def test_it_is_not_unwrapped_for_another_person(wrapper: KeyWrapper) -> None:
    wrapped = await wrapper.wrap(KEY, about="c1")

    with pytest.raises(Unopenable):
        await wrapper.unwrap(wrapped, about="c2")


@pytest.mark.parametrize("nothing", ["", "no prefix", "local:00000000:AAAA", "vault:v7:AAAA", "vault:vx:"])
async def test_what_it_never_wrapped_is_not_unwrapped(wrapper: KeyWrapper, nothing: str) -> None:
    with pytest.raises(Unopenable):
        await wrapper.unwrap(nothing, about="c1")


async def test_after_a_rotation_the_newest_secret_wraps_and_the_older_still_opens() -> None:
    before, after = LocalWrapper([OLD]), LocalWrapper([NEW, OLD])
    wrapped = await before.wrap(KEY, about="c1")
    anew = await after.wrap(KEY, about="c1")

    assert await after.unwrap(wrapped, about="c1") == KEY
    assert not wrapped.startswith(await after.label())
    assert await LocalWrapper([NEW]).unwrap(anew, about="c1") == KEY
    with pytest.raises(Unopenable):
        await LocalWrapper([NEW]).unwrap(wrapped, about="c1")


async def test_after_vaults_rotation_its_newest_version_wraps(
    vault: tuple[VaultDouble, VaultWrapper],
) -> None:
    double, wrapper = vault
    wrapped = await wrapper.wrap(KEY, about="c1")
    double.rotate()

    assert await wrapper.unwrap(wrapped, about="c1") == KEY
    assert (wrapped[:9], await wrapper.label()) == ("vault:v1:", "vault:v2:")


async def test_moving_to_vault_what_was_wrapped_here_opens_still(
    vault: tuple[VaultDouble, VaultWrapper],
) -> None:
    here, both = LocalWrapper([OLD]), Wrappers(vault[1], [LocalWrapper([OLD])])
    wrapped = await here.wrap(KEY, about="c1")

    assert await both.unwrap(wrapped, about="c1") == KEY
    assert (await both.wrap(KEY, about="c1")).startswith("vault:v1:")
    assert await both.label() == "vault:v1:"
    assert both.reads(wrapped)
    assert not both.reads("elsewhere")
    with pytest.raises(Unopenable):
        await both.unwrap("elsewhere", about="c1")


async def test_the_secrets_come_from_a_file_newest_first_and_the_master_key_opens_still(
    tmp_path: Path,
) -> None:
    file = tmp_path / "wrapping"
    file.write_text("\n".join(base64.b64encode(secret).decode() for secret in (NEW, OLD)))
    master = MasterKey(bytes(32))
    wrapped = await local_wrapper(master, None).wrap(KEY, about="c1")
    rotated = local_wrapper(master, file)

    assert await rotated.unwrap(wrapped, about="c1") == KEY
    assert await rotated.label() == await LocalWrapper([NEW]).label()


def test_a_file_that_is_none_stops_the_start_and_says_which_line(tmp_path: Path) -> None:
    file = tmp_path / "wrapping"
    file.write_text(f"{base64.b64encode(NEW).decode()}\nnonsense!\n")

    with pytest.raises(NoKey, match="wrapping key 2"):
        local_wrapper(MasterKey(bytes(32)), file)
    with pytest.raises(NoKey, match="can't be read"):
        local_wrapper(MasterKey(bytes(32)), tmp_path / "missing")
    with pytest.raises(NoKey, match="PAYGIR_VAULT_TOKEN_FILE"):
        vault_wrapper("http://vault:8200", "paygir", None)


# What may be wrong with Vault: it passes or the operator mends it; none of it is a key's fault.


async def test_a_token_that_is_over_is_told_and_a_renewed_one_is_used_at_once(
    vault: tuple[VaultDouble, VaultWrapper],
) -> None:
    double, wrapper = vault
    double.knows = "hvs.renewed"
    with pytest.raises(CannotWrap, match="token"):
        await wrapper.wrap(KEY, about="c1")
    double.knows = "hvs.right"

    assert await wrapper.wrap(KEY, about="c1")


async def test_a_token_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    wrapper = VaultWrapper("http://vault:8200", "paygir", tmp_path / "none")

    with pytest.raises(CannotWrap, match="PAYGIR_VAULT_TOKEN_FILE"):
        await wrapper.wrap(KEY, about="c1")


async def test_a_sealed_vault_is_told(vault: tuple[VaultDouble, VaultWrapper]) -> None:
    double, wrapper = vault
    wrapped = await wrapper.wrap(KEY, about="c1")
    double.is_sealed = True

    with pytest.raises(CannotWrap, match="sealed"):
        await wrapper.wrap(KEY, about="c1")
    with pytest.raises(CannotWrap, match="sealed"):
        await wrapper.unwrap(wrapped, about="c1")


def _says(status: int, text: str = "") -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(status, text=text)


def _no_way(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


def _too_slow(_: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("too slow")


@pytest.mark.parametrize(
    ("handler", "said"),
    [
        (_no_way, "ConnectError"),
        (_too_slow, "ReadTimeout"),
        (_says(404, '{"errors": []}'), "no such key"),
        (_says(429), "too much"),
        (_says(500), "500"),
        (_says(200, "<html>"), "none of its transit engine"),
        (_says(200, '{"data": null}'), "none of its transit engine"),
        (_says(200, '{"data": {"plaintext": "%"}}'), "no base64"),
    ],
)
async def test_what_keeps_vault_from_answering_is_told_and_is_no_fault_of_the_key(
    handler: Callable[[httpx.Request], httpx.Response], said: str, token: Path
) -> None:
    wrapper = VaultWrapper("http://vault:8200", "paygir", token, transport=httpx.MockTransport(handler))

    with pytest.raises(CannotWrap, match=said):
        await wrapper.unwrap("vault:v1:AAAA", about="c1")


async def test_an_answer_without_a_version_is_no_label(token: Path) -> None:
    strange = httpx.MockTransport(_says(200, '{"data": {"ciphertext": "abc"}}'))
    with pytest.raises(CannotWrap, match="no ciphertext"):
        await VaultWrapper("http://vault:8200", "paygir", token, transport=strange).label()
