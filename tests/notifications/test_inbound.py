"""A citizen asks by SMS, and is answered."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from services.notifications.usecases.inbound import cases_of
from services.notifications.usecases.use import Use
from shared.events.complaints import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintDeadlineMoved,
    ComplaintEscalated,
    ComplaintEvent,
    ComplaintFiled,
    ComplaintReopened,
    ComplaintTaken,
)
from shared.events.complaints_course import (
    ComplaintAssigned,
    ComplaintCitizenAsked,
    ComplaintGivenBack,
    ComplaintPointedElsewhere,
    ComplaintRouted,
    ComplaintSorted,
    ComplaintTakenOver,
    ComplaintTransferred,
    ComplaintWentOn,
    ComplaintWithdrawn,
)
from tests.notifications.cases import CODE, CODE_SHOWN, MOBILE_E164, RATE_BY, Case, phone
from tests.notifications.inbound import (
    OTHER_SECRET,
    PROVINCES,
    SECRET,
    STRANGER,
    WATERS,
    brought,
    carry,
    known,
    sms,
    tells,
)
from tests.province import SATURDAY_NINE
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]

NONE = ""
HELP = (
    "پیام شما به دستگاه water رسید. برای دانستن وضعیت شکایت خود، کد پیگیری ۱۶ نویسه‌ای آن را "
    "از همان شماره‌ای بفرستید که با آن ثبت شده است. "
    "برای ثبت شکایت، پیامی بفرستید که با واژهٔ «شکایت» آغاز شود."
)
FILED = (
    f"شکایت شما در دستگاه water ثبت شده و در نوبت رسیدگی است. کد پیگیری:\n{CODE_SHOWN}\n"
    "مهلت پاسخ: شنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰."
)


async def kept(running: Serving) -> list[dict[str, Any]]:
    found = await running.database["inbound"].find({}, {"state": 1}).sort("_id", 1).to_list()
    return [one["state"] for one in found]


async def test_who_sends_their_code_is_told_where_their_case_stands(running: Serving, case: Case) -> None:
    await tells(running, case, ComplaintFiled)

    assert await sms(running, CODE_SHOWN) == [FILED]


HANDED_OVER = {
    "to_agency_id": "roads",
    "to_complaint_id": "case-2",
    "service_code": "2001",
    "post_id": "water.head",
    "transferred_at": SATURDAY_NINE,
    "in_time": True,
    "late_by_s": 0,
    "level": 0,
    "rounds": 1,
}


@pytest.mark.clause("RIGHTS-P4-4")
async def test_a_case_that_was_handed_over_is_told_as_it_stands_where_it_is_now(
    running: Serving, case: Case
) -> None:
    await tells(running, case, ComplaintFiled)
    await tells(running, case, ComplaintTransferred, **HANDED_OVER)
    [on_its_way] = await sms(running, CODE_SHOWN)
    there = Case(running, "case-2")
    await there.contact_comes()
    await tells(running, there, ComplaintTakenOver)

    assert "سپرده می‌شود" in on_its_way
    assert await sms(running, CODE_SHOWN, id_="m-2") == [FILED]
    assert await case_there(running) == ("case-2", "filed", 0)


async def case_there(running: Serving) -> tuple[str, str, int]:
    """The one case that is known by the code."""
    [one] = await cases_of(running.parts.use, MOBILE_E164)
    return one.id, one.standing, one.level


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE.lower(),
        "3TMJ WP0K 48R6 TF3J",
        "3TMJ–WP0K–48R6–TF3J",
        "٣TMJ-WP٠K-٤٨R٦-TF٣J",
        "۳tmj-wp۰k-۴۸r۶-tf۳j",
        "3TMJ-WPOK-48R6-TF3J",
        "سلام، شکايت من به كجا رسيد؟ کد: 3TMJ-WP0K-48R6-TF3J لطفاً بگویید.",
        "کد3TMJWP0K48R6TF3Jاست",
        "please tell me about 3TMJ-WP0K-48R6-TF3J ok",
    ],
)
async def test_a_code_is_read_in_any_digits_and_writing_with_words_around_it(
    running: Serving, case: Case, text: str
) -> None:
    await known(running, case.envelope(ComplaintFiled))

    assert await sms(running, text) == [FILED]


@pytest.mark.parametrize(
    ("kinds", "begins"),
    [
        ([ComplaintTaken], "شکایت شما در دستگاه water در دست رسیدگی است."),
        ([ComplaintAssigned], "شکایت شما در دستگاه water در دست رسیدگی است."),
        ([ComplaintTaken, ComplaintGivenBack], "شکایت شما در دستگاه water ثبت شده و در نوبت رسیدگی است."),
        ([ComplaintRouted], "شکایت شما در دستگاه water ثبت شده و در نوبت رسیدگی است."),
        ([ComplaintCitizenAsked], "دستگاه water از شما پرسشی دارد"),
        ([ComplaintCitizenAsked, ComplaintWentOn], "شکایت شما در دستگاه water در دست رسیدگی است."),
        ([ComplaintEscalated], "شکایت شما از دستگاه water در مهلت مقرر پاسخ نگرفت و نزد مقام بالاتر (سطح ۱)"),
        ([ComplaintDeadlineMoved], "شکایت شما در دستگاه water ثبت شده"),
        ([ComplaintAnswered], "دستگاه water به شکایت شما پاسخ داده است."),
        ([ComplaintPointedElsewhere], "دستگاه water پاسخ داده است که موضوع شما در اینجا رسیدگی نمی‌شود"),
        (
            [ComplaintAnswered, ComplaintReopened],
            "شکایت شما از دستگاه water برای رسیدگی دوباره نزد مقام بالاتر (سطح ۲) است.",
        ),
        ([ComplaintAnswered, ComplaintClosed], "شکایت شما از دستگاه water بسته شده است."),
        ([ComplaintWithdrawn], "شکایت شما از دستگاه water به خواست خودتان پس گرفته شده است."),
    ],
)
async def test_every_change_of_a_case_changes_what_is_answered(
    running: Serving, case: Case, kinds: list[type[ComplaintEvent]], begins: str
) -> None:
    own: dict[type[ComplaintEvent], dict[str, Any]] = {
        ComplaintAssigned: {"post_id": "p", "by_post": "h", "assigned_at": SATURDAY_NINE},
        ComplaintGivenBack: {"post_id": "p", "was_with": "h", "given_back_at": SATURDAY_NINE},
    }
    for kind in (ComplaintFiled, *kinds):
        await known(running, case.envelope(kind, **own.get(kind, {})))

    [said] = await sms(running, CODE)
    assert said.startswith(begins)
    assert CODE_SHOWN in said.split("\n")


async def test_a_case_that_is_sorted_and_sent_on_while_its_citizen_is_asked_waits_for_them_still(
    running: Serving, case: Case
) -> None:
    named = {"was_service_code": "unsorted", "service_code": "1002", "post_id": "water.desk.officer"}
    grounds = {"was_ground": "none-of-these", "ground": "broken-equipment", "sorted_at": SATURDAY_NINE}
    for told in (
        case.envelope(ComplaintFiled),
        case.envelope(ComplaintCitizenAsked),
        case.envelope(ComplaintSorted, **named, **grounds),
        case.envelope(ComplaintRouted, waits_for_citizen=True),
    ):
        await known(running, told)

    [said] = await sms(running, CODE)
    assert said.startswith("دستگاه water از شما پرسشی دارد")


async def test_another_number_learns_nothing_a_right_code_is_to_it_as_a_wrong_one(
    running: Serving, case: Case
) -> None:
    await known(running, case.envelope(ComplaintFiled))

    right = await sms(running, CODE_SHOWN, sender=STRANGER)
    wrong = await sms(running, "3TMJ-WP0K-48R6-TF3K", sender=STRANGER, id_="m-2")
    assert right == wrong == [HELP]
    assert [one["complaint_id"] for one in await kept(running)] == [None, None]


async def test_what_is_no_code_gets_help_and_says_whose_line_it_was(running: Serving) -> None:
    assert await sms(running, "سلام") == [HELP]
    [said] = await sms(running, "", to=PROVINCES, id_="m-2")
    assert said.startswith("پیام شما به سامانهٔ پیگیری استان رسید.")
    [said] = await sms(running, "؟" * 400, to="+98 3000 1234", sender=STRANGER, id_="m-3")
    assert said == HELP


async def test_a_number_is_helped_three_times_a_day_so_that_two_robots_fall_silent(running: Serving) -> None:
    for number in range(3):
        assert await sms(running, "پاسخ خودکار: نیستم", id_=f"m-{number}") == [HELP]
    assert await sms(running, "پاسخ خودکار: نیستم", id_="m-3") == []
    assert await sms(running, "سلام", id_="m-4", sender=STRANGER) == [HELP]
    running.clock.set(SATURDAY_NINE + timedelta(days=1, milliseconds=-1))
    assert await sms(running, "سلام", id_="m-5") == []
    running.clock.set(SATURDAY_NINE + timedelta(days=1))
    assert await sms(running, "سلام", id_="m-6") == [HELP]


async def test_a_robot_that_sends_the_code_back_is_answered_twenty_times_a_day(
    running: Serving, case: Case
) -> None:
    await known(running, case.envelope(ComplaintFiled))
    for number in range(21):
        await brought(running, FILED, id_=f"m-{number}")
    await carry(running)

    assert await phone(running) == [FILED] * 20


@pytest.mark.parametrize("word", ["لغو", "لغو11", " لغو ۱۱ ", "STOP", "off."])
async def test_who_wants_no_more_messages_is_noted_and_told_what_goes_on(running: Serving, word: str) -> None:
    [said] = await sms(running, word)

    assert said.startswith("دیگر خبرهای میانی رسیدگی، اطلاعیه و نظرسنجی از دستگاه water برای شما")
    assert [one["wants"] for one in await kept(running)] == ["stop"]


async def test_a_message_brought_again_is_answered_once(running: Serving, case: Case) -> None:
    await known(running, case.envelope(ComplaintFiled))
    assert await sms(running, CODE) == [FILED]
    assert await sms(running, CODE) == []
    assert len(await kept(running)) == 1


async def test_two_gateways_number_their_messages_by_themselves(running: Serving) -> None:
    await sms(running, "سلام", id_="7")
    said = {"messageid": "7", "from": "9121234567", "to": WATERS, "message": "سلام"}
    posted = await running.http.post("/v1/inbound/kavenegar", params={"secret": OTHER_SECRET}, data=said)
    got = await running.http.get("/v1/inbound/kavenegar", params={"secret": OTHER_SECRET, **said})

    assert (posted.status_code, posted.content, got.status_code) == (200, b"", 200)
    assert len(await kept(running)) == 2


async def test_who_does_not_know_the_secret_brings_nothing(running: Serving) -> None:
    forged = [
        await brought(running, "سلام", secret=NONE),
        await brought(running, "سلام", secret=OTHER_SECRET),
        await brought(running, "سلام", secret=SECRET[:-1]),
        await brought(running, "سلام", secret=SECRET.upper()),
        await running.http.get("/v1/inbound/nobodys", params={"secret": SECRET, "id": "1", "from": STRANGER}),
    ]

    assert [one.status_code for one in forged] == [404] * 5
    assert await kept(running) == []


@pytest.mark.parametrize(
    "changes", [{"id": ""}, {"id": "x" * 201}, {"from": ""}, {"from": "9" * 41}, {"text": "x" * 20_001}]
)
async def test_what_cannot_be_a_message_is_refused_and_says_where(
    running: Serving, changes: dict[str, str]
) -> None:
    said = {"id": "m-1", "from": STRANGER, "to": WATERS, "text": "سلام", **changes}
    answer = await running.http.post("/v1/inbound/kannel", params={"secret": SECRET}, data=said)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/{next(iter(changes))}"
    assert await kept(running) == []


async def test_a_sender_that_is_no_mobile_is_not_answered(running: Serving) -> None:
    for sender in ("MCI", "2000", "02122334455"):
        assert await sms(running, CODE, sender=sender) == []
    assert await kept(running) == []


async def test_neither_number_nor_words_are_kept_open_or_told(running: Serving, case: Case) -> None:
    await known(running, case.envelope(ComplaintFiled))
    await brought(running, f"من زهرا هستم {CODE}", id_="09121234567")
    await brought(running, "من زهرا هستم", sender=STRANGER, id_="m-2")
    use: Use = running.parts.use
    documents = [await one.find().to_list() for one in (use.inbound.collection, use.senders.keys.collection)]

    said = repr(documents)
    assert [mark for mark in ("زهرا", "9121234567", "9350000000") if mark in said] == []
    told = [orjson.loads(record["value"]) for record in await running.published(use.inbound)]
    # In the order of their ids, which say nothing.
    assert sorted(told, key=lambda one: one["wants"]) == [
        {
            "agency_id": "water",
            "clause": "RIGHTS-P5-6",
            "gateway": "kannel",
            "wants": "help",
            "contact_id": told[[one["wants"] for one in told].index("help")]["contact_id"],
            "tracking_code": None,
            "received_at": "2026-11-21T05:30:00Z",
        },
        {
            "agency_id": "water",
            "clause": "RIGHTS-P5-6",
            "gateway": "kannel",
            "wants": "state",
            "contact_id": case.contact,
            "tracking_code": CODE,
            "received_at": "2026-11-21T05:30:00Z",
        },
    ]


async def test_who_is_erased_is_no_longer_known_by_their_number(running: Serving, case: Case) -> None:
    await known(running, case.envelope(ComplaintFiled))
    use: Use = running.parts.use
    assert await use.numbers.known([case.contact]) != {}

    await case.contact_comes(offset=1, forgotten=True)
    assert await use.numbers.known([case.contact]) == {}
    assert await sms(running, CODE) == [HELP]


async def test_with_a_person_goes_what_they_sent_before_the_agency_knew_them(running: Serving) -> None:
    await sms(running, "سلام", sender=MOBILE_E164)
    use: Use = running.parts.use
    [sender] = await use.senders.keys.collection.find().to_list()
    assert sender["state"]["wrapped_key"] is not None

    later = Case(running)
    await later.contact_comes(offset=1)
    await later.contact_comes(offset=2, forgotten=True)
    await carry(running)

    [sender] = await use.senders.keys.collection.find().to_list()
    assert (sender["state"]["wrapped_key"], sender["state"]["number_hash"]) == (None, None)
    assert await use.numbers.known([later.contact, sender["_id"]]) == {}


async def test_words_and_sender_are_kept_for_thirty_days(running: Serving) -> None:
    await sms(running, "سلام")
    running.clock.set(SATURDAY_NINE + timedelta(days=30, milliseconds=-1))
    await running.sweep()
    use: Use = running.parts.use
    [one], [sender] = await kept(running), await use.senders.keys.collection.find().to_list()
    assert one["words"] is not None
    assert sender["state"]["wrapped_key"] is not None

    running.clock.set(SATURDAY_NINE + timedelta(days=30))
    await running.sweep()
    await running.sweep()
    [one], [sender] = await kept(running), await use.senders.keys.collection.find().to_list()
    assert (one["words"], one["has_words"], one["wants"]) == (None, False, "help")
    assert sender["state"]["wrapped_key"] is None


async def test_replayed_events_make_the_same_of_a_case(running: Serving, case: Case) -> None:
    told = [case.envelope(kind) for kind in (ComplaintFiled, ComplaintTaken, ComplaintAnswered)]
    await known(running, *told)
    before = await running.database["cases"].find_one({})
    await known(running, *told)

    assert await running.database["cases"].find_one({}) == before
    assert before is not None
    assert (before["gaps"], before["state"]["standing"], before["state"]["rate_by_at"]) == (
        0,
        "answered",
        RATE_BY,
    )
