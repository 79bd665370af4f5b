"""Whichever door a complaint comes by, it is the same case: receipt, deadline, event, SMS once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.identity import new_code, show_code
from tests.complaints.cases import MOBILE, act, event_names, file, only_id, verdict
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
OFFICER = "water.desk.officer"
DUE = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
"""Saturday noon in Tehran: three working hours after nine."""
SAID = {
    "service_code": "1001",
    "ground": "put-off-without-reason",
    "text": "سه بار گفتند فردا بیا.",
    "mobile": MOBILE,
}
NINE = "۱۴۰۵/۸/۳۰ ۹:۰۰"
BODIES: dict[str, dict[str, Any]] = {
    "desk": {},
    "phone": {"reference": "call-88213"},
    "post": {"reference": "1405/1234", "received_at": NINE},
    "email": {"reference": "<77@mail.example>", "received_at": NINE},
    "paper": {"form_code": "3TMJ-WP0K-48R6-TF3J", "received_at": NINE},
}
DOORS = sorted(BODIES)


async def hand(
    complaints: Serving, door: str, post: str = OFFICER, key: str | None = None, **changes: Any
) -> httpx.Response:
    """Enter one as the holder of a post; a change to None leaves a field out."""
    said = {**SAID, **BODIES[door], **changes}
    body = {name: value for name, value in said.items() if value is not None}
    headers = {**bearer(post), **({"idempotency-key": key} if key else {})}
    return await complaints.http.post(f"/v1/intake/{door}", json=body, headers=headers)


async def seen(complaints: Serving, id_: str) -> dict[str, Any]:
    return (await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer(OFFICER))).json()


async def sent(complaints: Serving) -> list[dict[str, Any]]:
    return await complaints.published(complaints.parts.repositories[0])


@pytest.mark.clause("COUNTY-D2")
@pytest.mark.parametrize("door", DOORS)
async def test_at_each_door_the_case_comes_out_the_same_as_from_the_web(
    complaints: Serving, door: str
) -> None:
    web = await file(complaints)
    as_from_web = await seen(complaints, await only_id(complaints))
    if "received_at" in BODIES[door]:
        complaints.clock.forward(minutes=5)  # entered later: what counts is when it came
    entered = (await hand(complaints, door)).json()
    case = await seen(complaints, entered["id"])

    own = {"id", "tracking_code", "door", "entry"}
    assert {name: case[name] for name in case.keys() - own} == {
        name: as_from_web[name] for name in as_from_web.keys() - own
    }
    assert (case["door"], case["entry"]["post_id"]) == (door, OFFICER)
    assert case["entry"]["reference"] == BODIES[door].get("reference")
    assert {name: entered[name] for name in web.keys() - {"tracking_code"}} == {
        name: web[name] for name in web.keys() - {"tracking_code"}
    }
    assert datetime.fromisoformat(entered["reply_due_at"]) == DUE
    assert await event_names(complaints) == ["ComplaintFiled", "ComplaintFiled"]
    contacts = await complaints.database["complaints"].distinct("state.contact.id")
    assert len(contacts) == 1, "the same person, whichever door"


@pytest.mark.clause("COUNTY-D2")
@pytest.mark.parametrize("door", ["post", "email", "phone", "desk"])
async def test_what_came_by_post_box_email_phone_or_in_person_is_answered_and_closed_by_its_citizen(
    complaints: Serving, door: str
) -> None:
    entered = (await hand(complaints, door)).json()
    answered = await act(complaints, OFFICER, "answer", entered["id"], text="امروز انجام شد.")
    closed = await verdict(complaints, entered, satisfied=True)

    assert (answered.json()["status"], closed.json()["status"]) == ("answered", "closed")
    assert await event_names(complaints) == ["ComplaintFiled", "ComplaintAnswered", "ComplaintClosed"]


@pytest.mark.clause("COUNTY-D2")
async def test_a_letter_counts_from_its_true_receipt_and_late_already_it_goes_up_in_the_same_write(
    complaints: Serving,
) -> None:
    entered = (await hand(complaints, "post", received_at="1405/08/27 10:00")).json()
    case = await seen(complaints, entered["id"])

    assert case["filed_at"] == "2026-11-18T06:30:00Z", "Wednesday at ten"
    assert case["reply_due_at"] == "2026-11-18T09:30:00Z", "Wednesday at one"
    assert case["entry"]["at"] == "2026-11-21T05:30:00Z"
    # Wednesday until three and Saturday from eight are three hours beyond it: two levels.
    assert (case["level"], case["level_post"]) == (2, "water.deputy")
    assert await event_names(complaints) == [
        "ComplaintFiled",
        "ComplaintEscalated",
        "ComplaintEscalated",
    ]
    assert await complaints.sweep() == 0


@pytest.mark.clause("COUNTY-D2")
@pytest.mark.parametrize(
    ("received_at", "status"),
    [
        ("1405/08/30 09:00", 201),  # this very moment
        ("1405/08/30 09:01", 422),
        ("1405/08/20 09:00", 201),  # ten days to the minute
        ("1405/08/20 08:59", 409),
        ("۳۰ آبان ۱۴۰۵، ساعت ۰۸:۰۰", 201),
        ("1405/08/30", 201),
        ("1405/08/30 25:00", 422),
        ("1405/08/31x", 422),
        ("", 422),
    ],
)
async def test_a_true_receipt_is_neither_to_come_nor_more_than_ten_days_ago(
    complaints: Serving, received_at: str, status: int
) -> None:
    answer = await hand(complaints, "post", received_at=received_at)

    assert answer.status_code == status, answer.text
    if status == 422:
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/received_at"]
    if status == 409:
        assert answer.json()["clause"] == "COUNTY-D2"
    assert len(await event_names(complaints)) >= 1 if status == 201 else await sent(complaints) == []


@pytest.mark.clause("RIGHTS-P5-4")
async def test_at_the_desk_three_answers_are_enough_and_the_receipt_is_printed_at_once(
    complaints: Serving,
) -> None:
    entered = await hand(complaints, "desk", mobile=None)
    paper = await printed(complaints, entered.json()["id"])

    assert entered.status_code == 201, entered.text
    assert paper.status_code == 200
    for words in (
        entered.json()["tracking_code"],
        "دستگاه water",
        "صدور پروانه",
        "شنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰",
        "میز خدمت",
        SAID["text"],
    ):
        assert words in paper.text
    for field in ("service_code", "ground", "text"):
        without: dict[str, Any] = {field: None}
        lacking = await hand(complaints, "desk", **without)
        assert [one["pointer"] for one in lacking.json()["errors"]] == [f"/{field}"]


async def printed(complaints: Serving, id_: str, **headers: str) -> httpx.Response:
    url = f"/v1/complaints/{id_}/paper"
    return await complaints.http.get(url, headers={**bearer(OFFICER), **headers})


@pytest.mark.clause("RIGHTS-P5-4")
async def test_paper_is_persian_from_right_to_left_takes_nothing_from_outside_and_shows_no_number(
    complaints: Serving,
) -> None:
    entered = (await hand(complaints, "desk", text="<script>alert(1)</script> & 'متن'")).json()
    paper = await printed(complaints, entered["id"])
    english = await printed(complaints, entered["id"], **{"accept-language": "en"})

    assert '<html lang="fa" dir="rtl">' in paper.text
    assert "\u2066۰۹۱۲***۴۵۶۷\u2069" in paper.text
    assert '<html lang="en" dir="ltr">' in english.text
    assert "Tracking code" in english.text
    for text in (paper.text, english.text):
        assert "<script" not in text
        assert not [one for one in ("http:", "https:", "src=", "url(", "@import", "<link") if one in text]
        assert "9121234567" not in text
    assert paper.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in paper.headers["content-security-policy"]


@pytest.mark.clause("COUNTY-D2")
async def test_who_gave_no_mobile_is_sent_nothing_and_gets_the_answer_on_paper(complaints: Serving) -> None:
    entered = (await hand(complaints, "post", mobile=None)).json()
    case = await seen(complaints, entered["id"])
    await act(complaints, OFFICER, "answer", entered["id"], text="از فردا دو نفر پشت باجه‌اند.")
    look = await complaints.http.post(
        f"/v1/complaints/{entered['id']}/mobile/look",
        json={"reason": "برای تماس با شهروند"},
        headers=bearer(OFFICER),
    )

    assert case["mobile"] is None
    assert look.status_code == 404
    records = await sent(complaints)
    assert [one["topic"] for one in records] == ["paygir.complaints.events"] * 2
    assert all(b'"contact_id":null' in one["value"] for one in records)
    assert "از فردا دو نفر پشت باجه‌اند." in (await printed(complaints, entered["id"])).text


async def test_staff_write_notes_on_the_case_of_who_gave_no_mobile(complaints: Serving) -> None:
    entered = (await hand(complaints, "desk", mobile=None)).json()
    url = f"/v1/complaints/{entered['id']}/notes"
    made = await complaints.http.post(url, json={"text": "دیده شد."}, headers=bearer(OFFICER))
    listed = await complaints.http.get(url, headers=bearer(OFFICER))

    assert made.status_code == 201, made.text
    assert [one["text"] for one in listed.json()] == ["دیده شد."]


async def test_two_who_gave_no_mobile_are_two_people(complaints: Serving) -> None:
    ids = [(await hand(complaints, "desk", mobile=None)).json()["id"] for _ in range(2)]
    cases = complaints.database["complaints"]
    contacts = [(await cases.find_one({"_id": id_}) or {})["state"]["contact"]["id"] for id_ in ids]

    assert len(set(contacts)) == 2


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("mobile", [MOBILE, None])
async def test_the_same_entry_sent_twice_or_at_once_files_once(
    complaints: Serving, door: str, mobile: str | None
) -> None:
    first, second = await asyncio.gather(*[hand(complaints, door, key="k", mobile=mobile) for _ in range(2)])
    complaints.clock.forward(minutes=1)
    third = await hand(complaints, door, key="k", mobile=mobile)
    other = await hand(complaints, door, key="k", mobile=mobile, text="دیگر")

    assert [one.status_code for one in (first, second, third)] == [201] * 3, (first.text, second.text)
    assert first.json() == second.json() == third.json()
    assert (other.status_code, other.json()["type"]) == (422, "urn:paygir:problem:idempotency-key-reused")
    assert (await event_names(complaints)).count("ComplaintFiled") == 1


async def test_the_history_says_who_entered_it_under_which_clause_and_when_it_came(
    complaints: Serving,
) -> None:
    entered = (await hand(complaints, "post", received_at="1405/08/30 08:15")).json()
    [entry] = await complaints.parts.repositories[0].history("water", entered["id"])

    assert (entry["act"], entry["clause"]) == ("file", "COUNTY-D2")
    assert entry["by"] == f"post:{OFFICER} person:p-{OFFICER}"
    assert entry["note"] == "post: شنبه ۳۰ آبان ۱۴۰۵، ساعت ۰۸:۱۵"


@pytest.mark.parametrize("reference", ["تماس از 09121234567", "+98 912 123 4567", "049-937089-9"])
async def test_a_reference_is_nobodys_number(complaints: Serving, reference: str) -> None:
    answer = await hand(complaints, "phone", reference=reference)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/reference"]


@pytest.mark.parametrize("door", DOORS)
async def test_staff_enter_it_at_their_own_agency_only(complaints: Serving, door: str) -> None:
    foreign = await hand(complaints, door, "roads.desk.officer")
    chosen = await hand(complaints, door, agency_id="roads")

    assert [one["pointer"] for one in foreign.json()["errors"]] == ["/service_code"]
    assert [one["pointer"] for one in chosen.json()["errors"]] == ["/agency_id"]
    assert await sent(complaints) == []


@pytest.mark.clause("RIGHTS-P5-1")
async def test_forms_for_a_disruption_carry_a_code_by_which_their_citizen_follows_once_entered(
    complaints: Serving,
) -> None:
    forms = await complaints.http.post("/v1/intake/paper-forms", json={"copies": 3}, headers=bearer(OFFICER))
    codes = [part[:19] for part in forms.text.split('<span class="code">')[1:]]
    complaints.clock.forward(days=2)
    entered = await hand(complaints, "paper", form_code=codes[0].lower(), received_at=NINE)
    own = {"code": codes[0], "mobile": MOBILE}
    followed = (await complaints.http.post("/v1/follow", json=own)).json()

    assert [codes.count(one) for one in dict.fromkeys(codes)] == [2, 2, 2], "on the form and on its stub"
    assert forms.text.count("☐") == 3 * 8, "the seven grounds, and none of them"
    assert forms.text.count("هیچ‌یک از موارد هفتگانه") == 3
    assert entered.json()["tracking_code"] == codes[0]
    assert datetime.fromisoformat(followed["filed_at"]) == datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
    assert datetime.fromisoformat(followed["reply_due_at"]) == DUE
    assert followed["level"] == 4, "nobody answered in two days without the system"


@pytest.mark.clause("RIGHTS-P5-1")
async def test_a_form_is_entered_once_even_by_two_people_with_no_key(complaints: Serving) -> None:
    code = show_code(new_code())
    both = await asyncio.gather(
        *[hand(complaints, "paper", f"water.desk.{who}", form_code=code) for who in ("officer", "officer-2")]
    )
    third = await hand(complaints, "paper", form_code=code, text="همان برگه، با کلماتی دیگر")

    assert sorted(one.status_code for one in both) == [201, 409]
    assert (third.status_code, third.json()["type"]) == (409, "urn:paygir:problem:taken")
    assert await event_names(complaints) == ["ComplaintFiled"]


async def test_a_code_that_another_complaint_has_is_no_forms(complaints: Serving) -> None:
    receipt = await file(complaints)
    answer = await hand(complaints, "paper", form_code=receipt["tracking_code"])

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:paygir:problem:taken")
    assert await event_names(complaints) == ["ComplaintFiled"]


async def test_at_the_desk_an_identity_may_be_given_and_stays_the_citizens_to_tell(
    complaints: Serving,
) -> None:
    person = {"full_name": "زهرا محمدی", "national_id": "0499370899"}
    told = (await hand(complaints, "desk", identity={**person, "consent": True})).json()
    kept = (await hand(complaints, "desk", identity={**person, "consent": False})).json()

    assert [(await seen(complaints, one["id"]))["identity_told"] for one in (told, kept)] == [True, False]


async def test_a_case_of_the_desk_waits_for_its_unit_as_any_other(complaints: Serving) -> None:
    await hand(complaints, "phone", "water.pr.secretary")
    id_ = await only_id(complaints)
    complaints.clock.set(DUE - timedelta(hours=1))
    assert await complaints.sweep() == 1  # the warning
    complaints.clock.set(DUE - timedelta(milliseconds=1))
    before = await complaints.sweep()
    complaints.clock.set(DUE)

    assert (before, await complaints.sweep(), await complaints.sweep()) == (0, 1, 0)
    assert (await seen(complaints, id_))["level_post"] == "water.desk.head"
