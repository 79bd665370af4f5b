"""What a citizen wants by SMS and complaints does: rate, reply, file."""

from datetime import timedelta

import pytest

from services.notifications.domain.inbound import InboundMessage
from services.notifications.domain.understanding import after_keyword, rating
from services.notifications.usecases.use import Use
from shared.events.complaints import ComplaintAnswered, ComplaintClosed, ComplaintFiled
from shared.events.complaints_course import ComplaintCitizenAsked
from shared.events.complaints_requests import RequestDone, RequestRefused
from shared.events.requests import REQUESTS_TOPIC, CitizenRequest, RequestKind
from tests.notifications.cases import CODE, CODE_SHOWN, DUE, MOBILE_E164, RATE_BY, Case, phone
from tests.notifications.inbound import (
    PROVINCES,
    STRANGER,
    answered_by_complaints,
    brought,
    carry,
    handed_on,
    known,
)
from tests.province import SATURDAY_NINE
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]
OTHER_CODE = "0000000000000018"
LONG = "سه روز است برای پروانه می‌آیم و هر بار می‌گویند فردا بیا؛ " * 5


@pytest.mark.parametrize(
    ("text", "score", "reason"),
    [
        ("1", 1, None),
        (" ۵ ", 5, None),
        ("٣.", 3, None),
        ("2 جواب ندادند", 2, "جواب ندادند"),
        ("۲: جواب ندادند ۱۰ روز", 2, "جواب ندادند ۱۰ روز"),
        ("4\nممنون", 4, "ممنون"),
    ],
)
def test_one_digit_of_five_rates_in_any_digits_and_what_follows_is_why(
    text: str, score: int, reason: str | None
) -> None:
    found = rating(text)
    assert found is not None
    assert (found.score, found.reason) == (score, reason)


@pytest.mark.parametrize("text", ["0", "6", "12", "۱۲۳۴", "", "خوب بود ۵", "-"])
def test_anything_else_rates_nothing(text: str) -> None:
    assert rating(text) is None


def test_a_complaint_begins_with_its_word_in_either_spelling() -> None:
    assert after_keyword("شكايت: آب قطع است", ("شکایت",)) == "آب قطع است"
    assert after_keyword("«شکایت» آب", ("شکایت",)) == "آب"
    assert after_keyword("شکایتی ندارم", ("شکایت",)) is None
    assert after_keyword("", ("شکایت",)) is None


async def one(running: Serving) -> CitizenRequest:
    [request] = await handed_on(running)
    return request


@pytest.fixture
async def asked(running: Serving, case: Case) -> Case:
    """Its citizen was asked what they say of the answer."""
    await known(running, case.envelope(ComplaintFiled), case.envelope(ComplaintAnswered))
    return case


@pytest.mark.usefixtures("asked")
async def test_a_digit_rates_the_case_that_the_number_was_asked_about(running: Serving) -> None:
    await brought(running, "۲ جواب ندادند")

    assert await one(running) == CitizenRequest(
        kind=RequestKind.RATE,
        mobile=MOBILE_E164,
        received_at=SATURDAY_NINE,
        text="جواب ندادند",
        tracking_code=CODE,
        score=2,
        answered_at=DUE,
        line="30001234",
        reference="m-1",
    )


async def test_of_two_cases_a_digit_rates_the_one_asked_about_last_and_a_code_says_which(
    running: Serving, asked: Case
) -> None:
    later = Case(running, "case-2")
    await later.contact_comes(offset=1)
    of_later = {"tracking_code": OTHER_CODE}
    await known(
        running,
        later.envelope(ComplaintFiled, **of_later),
        later.envelope(ComplaintAnswered, **of_later, answered_at=DUE + timedelta(minutes=1)),
    )
    await brought(running, "5")
    running.clock.forward(seconds=1)
    await brought(running, f"{CODE_SHOWN} 1 دیر بود", id_="m-2")
    running.clock.forward(seconds=1)
    await brought(running, f"1 دیر بود {CODE_SHOWN}", id_="m-3")
    running.clock.forward(seconds=1)
    await known(running, later.envelope(ComplaintClosed, **of_later))
    await brought(running, "3", id_="m-4")

    said = [(request.tracking_code, request.score, request.text) for request in await handed_on(running)]
    assert said == [(OTHER_CODE, 5, None), (CODE, 1, "دیر بود"), (CODE, 1, "دیر بود"), (CODE, 3, None)]


@pytest.mark.usefixtures("asked")
async def test_when_no_verdict_is_waited_for_a_digit_alone_is_told_so_and_words_are_words(
    running: Serving,
) -> None:
    running.clock.set(RATE_BY)
    await brought(running, "2")
    running.clock.forward(minutes=5)
    await brought(running, f"2 روز است که {LONG}", id_="m-2")

    assert [request.kind for request in await handed_on(running)] == [RequestKind.RATE, RequestKind.FILE]


@pytest.mark.usefixtures("asked")
async def test_a_strangers_digit_rates_nothing(running: Serving) -> None:
    await brought(running, "1", sender=STRANGER)
    await brought(running, f"1 {CODE}", sender=STRANGER, id_="m-2")

    assert await handed_on(running) == []


async def test_words_with_the_code_are_the_reply_to_what_was_asked(running: Serving, case: Case) -> None:
    await known(running, case.envelope(ComplaintFiled), case.envelope(ComplaintCitizenAsked))
    await brought(running, f"کد {CODE_SHOWN} باجهٔ سوم بود")
    running.clock.forward(seconds=1)
    await brought(running, "باجهٔ سوم", id_="m-2")

    said = [(request.kind, request.tracking_code, request.text) for request in await handed_on(running)]
    assert said == [
        (RequestKind.REPLY, CODE, "کد   باجهٔ سوم بود"),
        (RequestKind.REPLY, CODE, "باجهٔ سوم"),
    ]


async def test_a_message_that_begins_with_the_word_is_a_complaint_at_the_lines_agency(
    running: Serving,
) -> None:
    await brought(running, "شكايت: آب نداریم")
    request = await one(running)

    assert (request.kind, request.text, request.mobile) == (RequestKind.FILE, "آب نداریم", "+989121234567")
    assert (request.line, request.reference, request.received_at) == ("30001234", "m-1", SATURDAY_NINE)
    assert request.case_id is not None


async def test_a_long_message_is_a_complaint_and_a_short_one_or_one_to_the_province_is_none(
    running: Serving,
) -> None:
    assert len(LONG) > 160
    await brought(running, LONG)
    await brought(running, "ا" * 19, sender=STRANGER, id_="m-2")
    await brought(running, LONG, sender=STRANGER, to=PROVINCES, id_="m-3")
    await brought(running, "شکایت", sender=STRANGER, id_="m-4")

    assert (await one(running)).text == LONG.strip()
    await brought(running, "ا" * 20, sender=STRANGER, id_="m-5")
    assert len(await handed_on(running)) == 2


async def test_what_comes_in_parts_is_one_complaint_with_all_its_words(running: Serving) -> None:
    await brought(running, f"شکایت {LONG}")
    running.clock.forward(minutes=1)
    await brought(running, "و هنوز منتظرم", id_="m-2")
    running.clock.forward(minutes=2)
    await brought(running, "شکایت باجه بسته بود", id_="m-3")
    running.clock.forward(minutes=2, milliseconds=1)
    await brought(running, "شکایت دیگری هم دارم: صف", id_="m-4")

    said = await handed_on(running)
    first = LONG.strip()
    assert [request.text for request in said] == [
        first,
        f"{first}\nو هنوز منتظرم",
        f"{first}\nو هنوز منتظرم\nشکایت باجه بسته بود",
        "دیگری هم دارم: صف",
    ]
    assert len({request.case_id for request in said}) == 2


async def test_the_same_words_on_one_day_are_one_complaint(running: Serving) -> None:
    await brought(running, LONG)
    running.clock.forward(hours=3)
    await brought(running, LONG, id_="m-2")
    running.clock.set(SATURDAY_NINE + timedelta(days=1))
    await brought(running, LONG, id_="m-3")

    said = await handed_on(running)
    assert len(said) == len({request.case_id for request in said}) == 2


async def test_of_one_number_five_complaints_are_taken_in_a_day(running: Serving) -> None:
    for number in range(6):
        await brought(running, f"شکایت دربارهٔ موضوع {number}", id_=f"m-{number}")
        running.clock.forward(minutes=3)
    await carry(running)

    found = await running.database["inbound"].find().sort("state.received_at", 1).to_list()
    assert [state["state"]["wants"] for state in found] == ["file"] * 5 + ["help"]


async def inbound_id(running: Serving) -> str:
    [found] = await running.database["inbound"].find().to_list()
    return found["_id"]


@pytest.mark.usefixtures("asked")
async def test_what_is_refused_is_told_once_and_what_is_done_is_not(running: Serving) -> None:
    await brought(running, "2")
    id_ = await inbound_id(running)
    refused = RequestRefused(agency_id="water", kind="rate", refused_at=SATURDAY_NINE)
    for _ in range(2):
        await answered_by_complaints(running, id_, refused)
        await carry(running)

    [said] = await phone(running)
    assert said == (
        "نظر شما دربارهٔ پاسخ دستگاه water ثبت نشد: پیش‌تر نظر داده‌اید، مهلت آن گذشته است "
        f"یا هنوز پاسخی نیست. کد پیگیری:\n{CODE_SHOWN}"
    )


async def test_a_request_ends_on_its_way_when_it_is_done_and_once_more_two_hours_later(
    running: Serving,
) -> None:
    await brought(running, LONG)
    id_ = await inbound_id(running)
    done = RequestDone(agency_id="water", kind="file", complaint_id="c", done_at=SATURDAY_NINE)
    for _ in range(2):
        await answered_by_complaints(running, id_, done)

    async def ended() -> list[str]:
        use: Use = running.parts.use
        records = await running.published(use.inbound)
        return [one["key"] for one in records if one["topic"] == REQUESTS_TOPIC and one["value"] is None]

    assert await ended() == [id_]
    running.clock.set(SATURDAY_NINE + timedelta(hours=2, milliseconds=-1))
    await running.sweep()
    assert await ended() == [id_]
    running.clock.set(SATURDAY_NINE + timedelta(hours=2))
    await running.sweep()
    await running.sweep()
    assert await ended() == [id_, id_]
    assert await phone(running) == []


async def test_words_that_are_not_done_yet_outlive_their_time(running: Serving) -> None:
    await brought(running, LONG)
    running.clock.set(SATURDAY_NINE + timedelta(days=31))
    await running.sweep()
    use: Use = running.parts.use

    async def state() -> InboundMessage:
        return (await use.inbound.load(await inbound_id(running))).state

    assert (await state()).words is not None
    done = RequestDone(agency_id="water", kind="file", complaint_id="c", done_at=SATURDAY_NINE)
    await answered_by_complaints(running, await inbound_id(running), done)
    await running.sweep()
    assert ((await state()).words, (await state()).words_hash) == (None, None)
