"""What each of Kavenegar's codes makes of a message: nothing was sent, or nobody knows."""

import httpx
import pytest
from typing_extensions import override

from services.notifications.domain.outcome import Verdict
from services.notifications.gateways.http import NoAnswer
from tests.notifications.test_gateways import ID, KAVENEGAR, MOBILE, TEXT, kavenegar_at, opened
from tests.notifications.vendors import kavenegar

UNCLEAR = {402, 409}
NO_OTHER_WOULD_TAKE_IT = {411, 413, 420, 422}


class Faulty(kavenegar.KavenegarDouble):
    """Breaks at whatever it is asked, and says so in its own form."""

    def __init__(self, fault_status: int) -> None:
        super().__init__()
        self.fault_status = fault_status

    @override
    def answer(self, request: httpx.Request) -> httpx.Response:
        said = {"return": {"status": self.fault_status, "message": "خطای سرور"}, "entries": None}
        return httpx.Response(self.fault_status, json=said)


@pytest.mark.parametrize("code", sorted(kavenegar.ERRORS.keys() - UNCLEAR))
async def test_a_refusal_goes_to_another_gateway_unless_it_is_of_the_number_or_the_words(
    monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    gateway, double = kavenegar_at(1, monkeypatch)
    double.says = str(code)

    outcome = await gateway.send(ID, MOBILE, TEXT)

    assert (outcome.verdict, outcome.reason) == (Verdict.REFUSED, str(code))
    assert outcome.passing == (code not in NO_OTHER_WOULD_TAKE_IT)
    assert double.taken == []


@pytest.mark.parametrize("code", sorted(UNCLEAR))
async def test_an_unclear_code_leaves_it_unknown(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    gateway, double = kavenegar_at(1, monkeypatch)
    double.says = str(code)

    with pytest.raises(NoAnswer):
        await gateway.send(ID, MOBILE, TEXT)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_fault_of_the_server_leaves_it_unknown_in_whatever_it_says(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("A_KAVENEGAR_KEY", kavenegar.KEY)
    gateway = opened(KAVENEGAR, vendor=Faulty(status))

    with pytest.raises(NoAnswer):
        await gateway.send(ID, MOBILE, TEXT)
