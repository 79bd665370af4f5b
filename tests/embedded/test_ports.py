"""Ports are below the system's own range, can be moved together, and their holders are named."""

import os
import socket
from collections.abc import Iterator

import pytest

from deploy.embedded import ports
from deploy.embedded.broken import Broken


@pytest.fixture
def taken() -> Iterator[int]:
    """A port this very process listens on."""
    with socket.socket() as server:
        server.bind((ports.HOST, 0))
        server.listen()
        yield server.getsockname()[1]


async def test_a_taken_port_is_named_with_its_holder_and_a_mend(taken: int) -> None:
    with pytest.raises(Broken) as refused:
        await ports.wait_until_free(taken, "MongoDB", patience_s=0.1)

    for sentence in refused.value.text:
        assert str(taken) in sentence
        assert "MongoDB" in sentence
        assert f"(pid {os.getpid()})" in sentence
        assert "PAYGIR_PORT_OFFSET" in sentence


async def test_a_free_port_is_not_waited_for(taken: int) -> None:
    assert not ports.is_free(taken)
    free = next(port for port in range(20_000, 30_000) if ports.is_free(port))

    await ports.wait_until_free(free, "MongoDB", patience_s=0.1)


def test_all_ports_move_together_and_stay_below_the_systems_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYGIR_PORT_OFFSET", "5650")
    moved = ports.wanted(without=frozenset())
    monkeypatch.setenv("PAYGIR_PORT_OFFSET", "0")
    unmoved = ports.wanted(without=frozenset())

    assert max(moved.values()) == 32767
    assert {name: port + 5650 for name, port in unmoved.items()} == moved
    assert (unmoved["complaints"], unmoved["kafka"], unmoved["mongodb"]) == (8103, 19092, 27117)


@pytest.mark.parametrize("offset", ["5651", "-1", "ten"])
def test_an_offset_that_leaves_the_range_is_refused(offset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYGIR_PORT_OFFSET", offset)

    with pytest.raises(Broken, match="from 0 to 5650"):
        ports.offset()
