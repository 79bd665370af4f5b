"""A voice menu asks for its caller."""

from typing import Any

import httpx
import pytest

from services.notifications.domain.case import Standing
from services.notifications.domain.spoken import SPOKEN
from shared.events.complaints import ComplaintAnswered, ComplaintEscalated, ComplaintFiled
from shared.events.complaints_course import ComplaintCitizenAsked
from tests.notifications.cases import CODE, CODE_SHOWN, Case
from tests.notifications.inbound import CITIZEN, IVR_KEY, STRANGER, known
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-5")]


async def asks(
    running: Serving, *, method: str = "POST", language: str = "fa", **said: str
) -> httpx.Response:
    """The menu, with its key, asks for who filed the case."""
    given = {"key": IVR_KEY, "code": CODE_SHOWN, "caller": CITIZEN, **said}
    how: dict[str, Any] = {"data": given} if method == "POST" else {"params": given}
    headers = {"accept-language": language}
    return await running.http.request(method, "/v1/ivr/state", headers=headers, **how)


async def test_the_caller_hears_where_their_case_stands_and_the_next_deadline(
    running: Serving, case: Case
) -> None:
    await known(running, case.envelope(ComplaintFiled))
    posted, got = await asks(running), await asks(running, method="GET", code=CODE.lower())

    assert (
        posted.json()
        == got.json()
        == {
            "state": "filed",
            "level": 0,
            "answer_due_at": "2026-11-21T08:30:00Z",
            "reply_by_at": None,
            "rate_by_at": None,
            "sentences": [
                "شکایت شما در دستگاه water ثبت شده و در نوبت رسیدگی است.",
                "مهلت پاسخ شنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰ است.",
            ],
        }
    )
    assert (await asks(running, language="en")).json()["sentences"] == [
        "Your complaint is filed with water and waits its turn.",
        "The answer is due by Saturday 30 Aban 1405, 12:00.",
    ]


async def test_each_state_is_said_with_the_deadline_that_runs(running: Serving, case: Case) -> None:
    await known(running, case.envelope(ComplaintFiled), case.envelope(ComplaintCitizenAsked))
    waiting = (await asks(running)).json()
    await known(running, case.envelope(ComplaintEscalated))
    late = (await asks(running)).json()
    await known(running, case.envelope(ComplaintAnswered))
    answered = (await asks(running)).json()

    assert (waiting["state"], waiting["sentences"][1]) == (
        "waiting",
        "مهلت پاسخ شما شنبه ۷ آذر ۱۴۰۵، ساعت ۱۲:۰۰ است.",
    )
    assert (late["state"], late["level"], len(late["sentences"])) == ("escalated", 1, 1)
    assert answered["sentences"][1] == "تا شنبه ۷ آذر ۱۴۰۵، ساعت ۱۲:۰۰ می‌توانید نظر دهید."
    assert set(SPOKEN) == set(Standing)


async def test_a_wrong_code_another_number_and_a_wrong_key_are_all_the_same(
    running: Serving, case: Case
) -> None:
    await known(running, case.envelope(ComplaintFiled))
    wrong = [
        await asks(running, caller=STRANGER),
        await asks(running, code="3TMJ-WP0K-48R6-TF3K"),
        await asks(running, code="0000000000000018"),
        await asks(running, code=""),
        await asks(running, caller="02122334455"),
        await asks(running, key="another-key-of-somebody"),
        await asks(running, key=""),
    ]

    assert {(one.status_code, one.text) for one in wrong} == {(404, wrong[0].text)}


async def test_five_wrong_tries_a_minute_are_let_through_for_a_code_and_for_a_caller(
    running: Serving, case: Case
) -> None:
    await known(running, case.envelope(ComplaintFiled))
    spellings = [CODE, CODE.lower(), CODE_SHOWN, CODE.replace("0", "O"), f" {CODE}", CODE_SHOWN.lower()]
    codes = [await asks(running, code=code, caller=f"0935000000{n}") for n, code in enumerate(spellings)]
    assert [one.status_code for one in codes] == [404] * 5 + [429]

    other = Case(running, "case-2", "+989360000000")
    await other.contact_comes(offset=1)
    callers = [await asks(running, caller="09360000000", code=f"000000000000000{n}") for n in range(6)]
    assert [one.status_code for one in callers] == [404] * 5 + [429]
