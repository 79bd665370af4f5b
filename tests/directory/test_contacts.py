"""How staff are reached: set by who may, sealed, masked, looked at with a reason, gone when withdrawn."""

import asyncio
from typing import Any

import orjson
import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.directory.domain.contacts import Sealed, StaffContact
from services.directory.storage import StaffContacts
from services.directory.usecases import contacts
from services.directory.usecases.use import Use
from shared.events.contacts import KEYS_TOPIC, TOPIC
from shared.keys.keeper import Keeper
from shared.keys.person import Why
from shared.keys.storage import KEYS, keys_database
from shared.sealing import unseal
from shared.store.history import Act
from tests.directory.forms import governor
from tests.directory.staff import (
    HEAD,
    IT,
    MASKED,
    MOBILE,
    OFFICE_PR,
    OFFICER,
    PR_HEAD,
    SECRETARY,
    by,
    delete,
    get,
    joined,
    put,
    url_of,
)
from tests.province import SATURDAY_NINE
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
OTHERS, REASON = "09351112233", "هماهنگی جلسهٔ فوری بحران"
LIVING = {"state.wrapped_key": {"$type": "string"}}


@pytest.fixture
async def agency(directory: Serving) -> Serving:
    return await joined(directory)


async def living(agency: Serving) -> int:
    """How many keys of persons there are."""
    return await keys_database(agency.database)[KEYS].count_documents(LIVING)


async def private(agency: Serving) -> dict[str, dict[str, Any]]:
    """What waits for the private topics: by topic and contact the newest value, null for the end."""
    told: dict[str, dict[str, Any]] = {TOPIC: {}, KEYS_TOPIC: {}}
    for repository in agency.parts.repositories:
        for record in await agency.published(repository):
            if record["topic"] in told:
                value = record["value"]
                told[record["topic"]][record["key"]] = None if value is None else orjson.loads(value)
    return told


async def everything(agency: Serving) -> str:
    """All that the service and its keys' database hold."""
    found: list[Any] = []
    for database in (agency.database, keys_database(agency.database)):
        for name in await database.list_collection_names():
            found += await database[name].find().to_list()
    return str(found)


@pytest.mark.parametrize(
    "typed", [MOBILE, "۰۹۱۲۱۲۳۴۵۶۷", "+989121234567", "00989121234567", "9121234567", "0912 123-4567"]
)
async def test_a_number_typed_in_any_way_is_one_number_and_is_shown_masked(
    agency: Serving, typed: str
) -> None:
    first, again = await put(agency, IT, mobile=typed), await put(agency, IT)
    seen = (await get(agency, IT)).json()

    assert (first.status_code, seen["mobile"]) == (200, MASKED), first.text
    assert first.headers["etag"] == again.headers["etag"] == '"1"'
    assert (seen["office_phone"], seen["work_email"], seen["looks"]) == (None, None, 0)


async def test_the_office_phone_and_the_address_are_masked_too(agency: Serving) -> None:
    said: dict[str, Any] = {
        "mobile": MOBILE,
        "office_phone": "۰۵۸-۳۲۱۲۳۴۵۶",
        "work_email": "z.mohammadi@Water.example.ir",
    }
    answer = await put(agency, IT, **said)

    assert [answer.json()[name] for name in said] == [MASKED, "058***3456", "z***@water.example.ir"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"mobile": "0912123456"}, "/mobile"),
        ({"mobile": "02112345678"}, "/mobile"),
        ({"mobile": ""}, "/mobile"),
        ({"mobile": MOBILE, "office_phone": "32123456"}, "/office_phone"),
        ({"mobile": MOBILE, "work_email": "z.mohammadi"}, "/work_email"),
        ({"mobile": MOBILE, "work_email": "=cmd@water.example.ir"}, "/work_email"),
        ({"mobile": MOBILE, "work_email": f"{'x' * 250}@water.example.ir"}, "/work_email"),
        ({"mobile": None}, "/mobile"),
    ],
)
async def test_a_number_that_is_none_is_refused_by_its_field_and_nothing_is_kept(
    agency: Serving, body: dict[str, Any], pointer: str
) -> None:
    answer = await put(agency, IT, **body)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await get(agency, IT)).status_code == 404
    assert await living(agency) == 0


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        (HEAD, OFFICER, 200),
        (PR_HEAD, OFFICER, 200),
        (OFFICER, OFFICER, 200),
        (OFFICE_PR, OFFICER, 200),
        (OFFICE_PR, IT, 403),
        (SECRETARY, OFFICER, 403),
        (OFFICER, OFFICE_PR, 403),
        (HEAD, "p-power-999", 404),
        (HEAD, "p-roads-001", 404),
    ],
)
async def test_the_head_public_relations_and_the_person_themself_say_how_they_are_reached(
    agency: Serving, who: str, whose: str, status: int
) -> None:
    assert (await put(agency, whose, who)).status_code == status
    assert (await get(agency, whose, who)).status_code == status
    assert (await delete(agency, whose, who)).status_code == (204 if status == 200 else status)


async def test_no_other_agency_has_to_do_with_it_not_even_the_governorate(agency: Serving) -> None:
    await put(agency, IT)
    strangers = [bearer("roads.head"), governor()]
    answers = [await agency.http.get(url_of(IT), headers=one) for one in strangers]
    answers += [await agency.http.put(url_of(IT), json={"mobile": OTHERS}, headers=one) for one in strangers]
    answers += [await agency.http.delete(url_of(IT), headers=one) for one in strangers]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert (await get(agency, IT)).json()["mobile"] == MASKED


async def test_a_number_is_nowhere_in_the_clear_and_crosses_the_bus_sealed_and_once(agency: Serving) -> None:
    await put(agency, IT, mobile=MOBILE, office_phone="05832123456", work_email="zahra@water.example.ir")
    await put(agency, IT, mobile=MOBILE, office_phone="05832123456", work_email="zahra@water.example.ir")
    told, kept = await private(agency), await everything(agency)
    use: Use = agency.parts.use
    [(contact_id, sealed)] = told[TOPIC].items()
    key = await use.keeper.of_contact("power", contact_id)

    assert [one for one in ("9121234567", "5832123456", "zahra") if one in kept] == []
    assert (sealed["person_id"], sealed["agency_id"]) == (IT, "power")
    assert unseal(key.key, sealed["sealed"], purpose=contact_id) == f"+98{MOBILE[1:]}"
    assert list(told[KEYS_TOPIC]) == [contact_id]


async def test_a_number_goes_with_its_person_and_never_stays_with_the_post(agency: Serving) -> None:
    await put(agency, IT)
    fill = "/v1/agencies/power/posts/power.it.head/fill"
    filled = await agency.http.post(fill, json={"person": "p-power-040"}, headers=governor())
    came, gone = await get(agency, "p-power-040"), await get(agency, IT)
    late = await put(agency, IT, mobile=OTHERS)

    assert filled.status_code == 200, filled.text
    assert (came.status_code, gone.status_code) == (404, 200)
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (422, "")


async def test_a_number_is_one_persons_of_the_agency(agency: Serving) -> None:
    answers = await asyncio.gather(*(put(agency, person) for person in (IT, OFFICER)))
    refused = next(answer for answer in answers if answer.status_code != 200)

    assert sorted(answer.status_code for answer in answers) == [200, 422]
    assert refused.json()["errors"][0]["pointer"] == "/mobile"


async def test_of_many_who_say_it_first_at_once_all_say_it_of_one_contact(agency: Serving) -> None:
    answers = await asyncio.gather(*(put(agency, IT) for _ in range(8)))

    assert [answer.status_code for answer in answers] == [200] * 8
    assert [answer.headers["etag"] for answer in answers] == ['"1"'] * 8
    assert await living(agency) == 1


async def test_who_saw_an_older_version_changes_nothing(agency: Serving) -> None:
    etag = (await put(agency, IT)).headers["etag"]
    await put(agency, IT, mobile=OTHERS)
    late = await put(agency, IT, headers={"if-match": etag})
    never = await put(agency, OFFICER, headers={"if-match": etag})

    assert (late.status_code, never.status_code) == (412, 412)
    assert (await get(agency, IT)).json()["mobile"] == "0935***2233"


async def test_a_look_is_noted_with_its_reason_before_anything_is_shown(agency: Serving) -> None:
    await put(agency, IT)
    look = url_of(IT, "/look")
    without = await agency.http.post(look, json={"reason": "کوتاه"}, headers=by(HEAD))
    barred = await agency.http.post(look, json={"reason": REASON}, headers=by(OFFICE_PR))
    looked = await agency.http.post(look, json={"reason": REASON}, headers=by(PR_HEAD))
    history = (await agency.http.get(url_of(IT, "/history"), headers=by(IT))).json()

    assert (without.status_code, barred.status_code) == (422, 403)
    assert looked.json() == {"mobile": f"+98{MOBILE[1:]}", "office_phone": None, "work_email": None}
    assert [(one["act"], one["note"]) for one in history] == [("set", None), ("look-at-contact", REASON)]
    assert history[1]["by"] == f"post:power.pr.head person:{PR_HEAD}"
    assert REASON not in await everything(agency)
    assert (await get(agency, IT)).json()["looks"] == 1


async def test_what_is_withdrawn_can_be_opened_by_nobody_and_the_bus_is_told(agency: Serving) -> None:
    await put(agency, IT)
    await agency.http.post(url_of(IT, "/look"), json={"reason": REASON}, headers=by(HEAD))
    statuses = [(await delete(agency, IT, IT)).status_code for _ in range(2)]
    told = await private(agency)
    look = await agency.http.post(url_of(IT, "/look"), json={"reason": REASON}, headers=by(HEAD))
    history = (await agency.http.get(url_of(IT, "/history"), headers=by(IT))).json()

    assert statuses == [204, 204]
    assert ((await get(agency, IT)).status_code, look.status_code) == (404, 404)
    assert await living(agency) == 0
    assert [*told[TOPIC].values(), *told[KEYS_TOPIC].values()] == [None, None]
    assert [one["note"] for one in history] == [None] * len(history)


async def test_another_number_takes_the_place_of_the_former_whose_key_is_gone(agency: Serving) -> None:
    await put(agency, IT)
    await put(agency, IT, mobile=OTHERS)
    told = await private(agency)
    colleague = await put(agency, OFFICER)

    assert (await get(agency, IT)).json()["mobile"] == "0935***2233"
    assert [value is None for value in told[TOPIC].values()] == [True, False]
    assert (colleague.status_code, await living(agency)) == (200, 2)


async def test_who_has_no_mobile_has_a_key_of_their_own_until_they_have_one(agency: Serving) -> None:
    await put(agency, IT, work_email="zahra@water.example.ir")
    before = (await get(agency, IT)).json(), await private(agency)
    await put(agency, IT, mobile=MOBILE, work_email="zahra@water.example.ir")
    after = (await get(agency, IT)).json()

    assert (before[0]["mobile"], before[0]["work_email"]) == (None, "z***@water.example.ir")
    assert before[1][TOPIC] == {}
    assert (after["mobile"], after["work_email"]) == (MASKED, "z***@water.example.ir")
    assert await living(agency) == 1


async def test_an_erasure_that_broke_off_is_done_by_the_clock(
    agency: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(agency, IT)

    async def dies(*_: object) -> None:
        raise TimeoutError

    with monkeypatch.context() as patch:
        patch.setattr(Keeper, "erase", dies)
        assert (await delete(agency, IT)).status_code == 503
    left = await living(agency)
    await agency.sweep()

    assert (left, await living(agency)) == (1, 0)
    assert await agency.sweep() == 0


async def test_who_holds_no_post_any_more_is_forgotten_by_the_clock_and_the_others_are_not(
    agency: Serving,
) -> None:
    await put(agency, IT)
    await put(agency, OFFICER, mobile=OTHERS)
    leave = f"/v1/agencies/power/people/{IT}/leave"
    assert (await agency.http.post(leave, json={}, headers=governor())).status_code == 200
    agency.clock.forward(days=30, seconds=-1)
    await agency.sweep()
    early = await living(agency)
    agency.clock.forward(seconds=1)
    await agency.sweep()
    agency.clock.forward(days=30)
    await agency.sweep()

    assert (early, await living(agency)) == (2, 1)
    assert ((await get(agency, IT)).status_code, (await get(agency, OFFICER)).status_code) == (404, 200)


async def test_who_comes_to_a_post_later_is_of_the_agency_already(agency: Serving) -> None:
    fill = "/v1/agencies/power/posts/power.it.head/fill"
    body = {"person": "p-power-040", "from_day": "2026-12-22"}
    await agency.http.post(fill, json=body, headers=governor())
    answer = await put(agency, "p-power-040")
    agency.clock.forward(days=30)
    await agency.sweep()

    assert answer.status_code == 200, answer.text
    assert (await get(agency, "p-power-040")).status_code == 200


async def test_a_former_number_that_is_another_persons_now_keeps_its_key(agency: Serving) -> None:
    """One withdrew it, a colleague has it, and only then is the former one's key to be erased."""
    use: Use = agency.parts.use
    await put(agency, IT)
    [contact] = (await use.people.of_persons("power", [IT])).values()
    held = StaffContact.of("power", OFFICER).set(sealed(contact), SATURDAY_NINE)
    withdrawn = await use.contacts.change(
        "power",
        contact.id,
        Act(name="withdraw", by=HEAD, at=SATURDAY_NINE),
        lambda one: one.withdraw(SATURDAY_NINE),
    )
    await use.contacts.add(Act(name="set", by=HEAD, at=SATURDAY_NINE), held)
    await contacts.forget_former(use, withdrawn.state.id, Why.WITHDRAWN, "clock")

    assert await living(agency) == 1
    assert (await use.contacts.get("power", contact.id)).state.to_forget == ()


def sealed(contact: StaffContact) -> Sealed:
    assert contact.sealed is not None
    return contact.sealed


async def test_whose_a_contact_is_reads_nobody_elses(database: AsyncDatabase[dict[str, Any]]) -> None:
    people = StaffContacts(database)
    await people.make_indexes()
    for number in range(20):
        key = Sealed(contact_id=f"c{number}", said="s", mobile=None, office_phone=None, work_email=None)
        decision = StaffContact.of("power", f"p{number}").set(key, SATURDAY_NINE)
        await people.add(Act(name="set", by="p", at=SATURDAY_NINE), decision)
    await database.command({"profile": 2})
    found = await people.of_contact("power", "c7")
    await database.command({"profile": 0})
    asked = database["system.profile"].find({"ns": people.collection.full_name, "op": "query"})

    assert found is not None
    assert found.person_id == "p7"
    assert [one["docsExamined"] async for one in asked] == [1]
