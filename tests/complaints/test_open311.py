"""Open311 GeoReport v2, asked as FixMyStreet asks: behind it is the same case, and nothing of a person."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import httpx
import pytest

from tests.complaints.cases import MOBILE, act, event_names, file, only_id, verdict
from tests.complaints.test_outside import point, take_back
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
V2 = "/open311/v2"
OFFICER = "water.desk.officer"
WATER = {"jurisdiction_id": "water"}
DUE = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
DESCRIPTION = "سه بار گفتند فردا بیا."
SENT = {
    **WATER,
    "service_code": "1001",
    "description": DESCRIPTION,
    "attribute[ground]": "put-off-without-reason",
    "attribute[fixmystreet_id]": "12",
    "deviceid": "FixMyStreet",
    "address_id": "#NOTPINPOINTED#",
    "lat": "37.4713",
    "long": "57.3312",
    "first_name": "زهرا",
    "last_name": "محمدی",
    "email": "zahra@example.ir",
    "phone": MOBILE,
    "media_url": "https://fixmystreet.example/1.jpg",
}
"""As FixMyStreet sends it, without the key."""


async def key_of(complaints: Serving, post: str = "water.head") -> str:
    answer = await complaints.http.post(
        "/v1/open311-clients", json={"name": "FixMyStreet"}, headers=bearer(post)
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["api_key"]


async def post(complaints: Serving, key: str | None, kind: str = "json", **changes: Any) -> httpx.Response:
    said = {**SENT, "api_key": key, **changes}
    form = {name: value for name, value in said.items() if value is not None}
    return await complaints.http.post(f"{V2}/requests.{kind}", data=form)


async def get(complaints: Serving, path: str, **params: str) -> httpx.Response:
    return await complaints.http.get(f"{V2}/{path}", params={**WATER, **params})


async def rows(complaints: Serving, path: str, **params: str) -> list[dict[str, Any]]:
    answer = await get(complaints, path, **params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def xml(answer: httpx.Response) -> Element:
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    return fromstring(answer.content)  # noqa: S314 - our own


async def test_what_fixmystreet_sends_is_the_same_case_as_from_the_web(complaints: Serving) -> None:
    receipt = await file(complaints)
    web_id = await only_id(complaints)
    answer = await post(complaints, await key_of(complaints))
    [made] = answer.json()
    web, case = [
        (await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer(OFFICER))).json()
        for id_ in (web_id, made["service_request_id"])
    ]

    assert answer.status_code == 201
    own = {"id", "tracking_code", "door", "entry", "text"}  # a link more: no more is known of the picture
    assert {name: case[name] for name in case.keys() - own} == {name: web[name] for name in web.keys() - own}
    assert datetime.fromisoformat(case["reply_due_at"]) == DUE
    assert (case["door"], case["entry"]["medium"], case["entry"]["reference"]) == (
        "open311",
        "FixMyStreet",
        "12",
    )
    assert case["tracking_code"] in made["service_notice"]
    assert await event_names(complaints) == ["ComplaintFiled", "ComplaintFiled"]
    assert len(await complaints.database["complaints"].distinct("state.contact.id")) == 1
    own_case = {"code": case["tracking_code"], "mobile": MOBILE}
    assert (await complaints.http.post("/v1/follow", json=own_case)).status_code == 200
    assert receipt["tracking_code"] != case["tracking_code"]


async def test_in_xml_it_is_read_by_the_names_that_fixmystreet_looks_for(complaints: Serving) -> None:
    key = await key_of(complaints)
    made = xml(await post(complaints, key, "xml"))
    id_ = made.findtext("request/service_request_id")
    assert made.tag == "service_requests"
    assert id_

    services = xml(await get(complaints, "services.xml"))
    assert [one.findtext("service_code") for one in services.findall("service")] == ["1001"]
    asked = xml(await get(complaints, "services/1001.xml"))
    assert (asked.tag, asked.findtext("attributes/attribute/code")) == ("service_definition", "ground")
    assert len(asked.findall("attributes/attribute/values/value/key")) == 7
    token = xml(await get(complaints, f"tokens/{id_}.xml"))
    assert token.findtext("request/service_request_id") == id_
    listed = xml(await get(complaints, "requests.xml", service_request_id=id_))
    assert listed.findtext("request/status") == "open"
    one = xml(await get(complaints, f"requests/{id_}.xml"))
    assert one.findtext("request/requested_datetime") == "2026-11-21T05:30:00Z"
    updates = xml(await get(complaints, "servicerequestupdates.xml"))
    assert (updates.tag, len(updates)) == ("service_request_updates", 0)
    found = xml(await get(complaints, "discovery.xml"))
    assert [one.text for one in found.findall("endpoints/endpoint/formats/format")] == [
        "application/json",
        "text/xml",
    ]


async def test_services_and_their_grounds_are_told_in_both_languages(complaints: Serving) -> None:
    [service] = await rows(complaints, "services.json")
    asked = (await get(complaints, "services/1001.json")).json()
    english = await complaints.http.get(
        f"{V2}/services/1001.json", params=WATER, headers={"accept-language": "en"}
    )

    assert (service["service_code"], service["service_name"], service["metadata"], service["type"]) == (
        "1001",
        "صدور پروانه",
        True,
        "realtime",
    )
    [ground] = asked["attributes"]
    assert (ground["required"], ground["datatype"], len(ground["values"])) == (True, "singlevaluelist", 7)
    assert ground["values"][6] == {"key": "nobody-at-the-desk", "name": "نبود متصدی و جانشین پشت میز خدمت"}
    assert english.json()["attributes"][0]["values"][3]["name"] == "Disrespect or discrimination"


@pytest.mark.parametrize("phone", [None, "05832123456", "nonsense"])
async def test_without_a_mobile_it_is_filed_and_nothing_else_of_the_person_is_kept(
    complaints: Serving, phone: str | None
) -> None:
    answer = await post(complaints, await key_of(complaints), phone=phone)
    records = await complaints.published(complaints.parts.repositories[0])
    kept = str(await complaints.database["complaints"].find().to_list())

    assert answer.status_code == 201, answer.text
    assert [one["topic"] for one in records] == ["paygir.complaints.events"]
    assert not [one for one in ("zahra@example.ir", "زهرا", "محمدی") if one in kept]


async def test_a_place_that_was_pinpointed_is_among_the_words(complaints: Serving) -> None:
    answer = await post(complaints, await key_of(complaints), address_id=None, address_string="خیابان امام")
    [made] = answer.json()
    case = await complaints.http.get(f"/v1/complaints/{made['service_request_id']}", headers=bearer(OFFICER))

    assert case.json()["text"] == f"{DESCRIPTION}\nخیابان امام\n37.4713, 57.3312\n{SENT['media_url']}"


async def test_the_same_report_sent_again_or_at_once_is_the_same_request(complaints: Serving) -> None:
    key = await key_of(complaints)
    both = await asyncio.gather(post(complaints, key), post(complaints, key))
    complaints.clock.forward(days=40)
    third = await post(complaints, key)
    other = await post(complaints, key, **{"attribute[fixmystreet_id]": "13"})
    ids = [one.json()[0]["service_request_id"] for one in (*both, third, other)]

    assert len(set(ids[:3])) == 1
    assert ids[3] != ids[0]
    assert await event_names(complaints) == ["ComplaintFiled", "ComplaintFiled"]


@pytest.mark.parametrize("kind", ["json", "xml"])
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"api_key": None}, 403),
        ({"api_key": "wrong"}, 403),
        ({"api_key": "x" * 5000}, 403),
        ({"jurisdiction_id": None}, 400),
        ({"jurisdiction_id": "nobody"}, 404),
        ({"jurisdiction_id": "roads", "service_code": "2001"}, 403),
        ({"service_code": None}, 400),
        ({"service_code": "2001"}, 400),
        ({"description": None}, 400),
        ({"description": "x" * 4001}, 400),
        ({"attribute[ground]": None}, 400),
        ({"attribute[ground]": "price"}, 400),
    ],
)
async def test_what_is_refused_is_told_in_the_specs_shape_and_files_nothing(
    complaints: Serving, kind: str, changes: dict[str, Any], code: int
) -> None:
    key = await key_of(complaints)
    answer = await post(complaints, **{"key": key, "kind": kind, **changes})

    assert answer.status_code == code, answer.text
    if kind == "json":
        [told] = answer.json()
        said = (str(told["code"]), told["description"])
    else:
        said = (xml(answer).findtext("error/code"), xml(answer).findtext("error/description"))
    assert said[0] == str(code)
    assert said[1]
    assert await event_names(complaints) == []


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("services.json", {"jurisdiction_id": ""}, 400),
        ("services.json", {"jurisdiction_id": "nobody"}, 404),
        ("services.yaml", {}, 404),
        ("services/2001.json", {}, 404),
        ("requests.json", {"status": "fixed"}, 400),
        ("requests.json", {"start_date": "2026-11-21"}, 400),
        ("requests.json", {"end_date": "0001-01-01T00:00:00+23:59"}, 400),
        ("requests.json", {"page": "0"}, 400),
        ("requests.json", {"page_size": "201"}, 400),
        ("requests.json", {"service_request_id": ",".join(["x"] * 201)}, 400),
        ("requests/nothing.json", {}, 404),
        ("tokens/$ne.json", {}, 404),
    ],
)
async def test_a_question_that_is_none_is_told_so(
    complaints: Serving, path: str, params: dict[str, str], code: int
) -> None:
    answer = await get(complaints, path, **params)

    assert (answer.status_code, answer.json()[0]["code"]) == (code, code)


async def test_the_provinces_client_files_at_every_agency_and_a_withdrawn_one_nowhere(
    complaints: Serving,
) -> None:
    key = await key_of(complaints, "governorate.head")
    [known] = (await complaints.http.get("/v1/open311-clients", headers=bearer("governorate.head"))).json()[
        "items"
    ]
    water = await post(complaints, key)
    roads = await post(complaints, key, jurisdiction_id="roads", service_code="2001")
    for _ in range(2):
        url = f"/v1/open311-clients/{known['id']}/withdraw"
        assert (await complaints.http.post(url, headers=bearer("governorate.head"))).status_code == 200
    after = await post(complaints, key, **{"attribute[fixmystreet_id]": "13"})

    assert [one.status_code for one in (water, roads, after)] == [201, 201, 403]
    kept = str(await complaints.database["open311_clients"].find().to_list())
    assert key not in kept


async def test_what_became_of_it_is_told_by_extended_statuses_without_anybodys_words(
    complaints: Serving,
) -> None:
    [made] = (await post(complaints, await key_of(complaints))).json()
    id_ = made["service_request_id"]
    code = made["service_notice"].split("؛")[0].split()[-1]
    await act(complaints, OFFICER, "take", id_)
    complaints.clock.set(DUE)
    await complaints.sweep()
    await act(complaints, OFFICER, "answer", id_, text="پاسخ به زهرا")
    await verdict(complaints, {"tracking_code": code}, satisfied=False)
    await act(complaints, "water.desk.head", "answer", id_, text="پاسخ به زهرا")
    before = await rows(complaints, "requests.json")
    complaints.clock.forward(hours=1)
    await verdict(complaints, {"tracking_code": code}, satisfied=True)
    answer = await get(complaints, "servicerequestupdates.json")
    updates = answer.json()

    assert [one["status"] for one in updates] == [
        "investigating",
        "internal_referral",
        "in_progress",
        "open",
        "in_progress",
        "fixed",
    ]
    assert len({one["update_id"] for one in updates}) == 6
    assert {one["service_request_id"] for one in updates} == {id_}
    assert [one["status"] for one in before] == ["open"]
    [after] = await rows(complaints, "requests.json", status="closed")
    assert (after["status"], after["updated_datetime"]) == ("closed", "2026-11-21T09:30:00Z")
    since = await rows(complaints, "servicerequestupdates.json", start_date="2026-11-21T13:00:00+03:30")
    assert [one["status"] for one in since] == ["fixed"]
    public = answer.text + str(after)
    assert not [one for one in ("زهرا", DESCRIPTION, code, MOBILE[1:], "desk.officer") if one in public]


async def test_unrated_it_is_closed_and_not_said_to_be_fixed(complaints: Serving) -> None:
    [made] = (await post(complaints, await key_of(complaints))).json()
    await act(complaints, OFFICER, "answer", made["service_request_id"], text="انجام شد.")
    complaints.clock.forward(days=7)
    await complaints.sweep()
    updates = await rows(complaints, "servicerequestupdates.json")

    assert [one["status"] for one in updates] == ["in_progress", "closed"]


async def test_pointed_elsewhere_it_is_open_to_be_contested_and_taken_back_it_is_closed(
    complaints: Serving,
) -> None:
    key = await key_of(complaints)
    [outside], [taken_back] = [
        (await post(complaints, key, **{"attribute[fixmystreet_id]": number})).json() for number in ("1", "2")
    ]
    await point(complaints, outside["service_request_id"])
    code = taken_back["service_notice"].split("؛")[0].split()[-1]
    await take_back(complaints, {"tracking_code": code})
    updates = await rows(complaints, "servicerequestupdates.json")

    assert {one["service_request_id"]: one["status"] for one in updates} == {
        outside["service_request_id"]: "not_councils_responsibility",
        taken_back["service_request_id"]: "closed",
    }
    [still_open] = await rows(complaints, "requests.json", status="open")
    [closed] = await rows(complaints, "requests.json", status="closed")
    assert still_open["service_request_id"] == outside["service_request_id"]
    assert closed["service_request_id"] == taken_back["service_request_id"]


async def test_the_list_is_by_status_service_days_and_page_and_has_no_case_of_another_door(
    complaints: Serving,
) -> None:
    await file(complaints)
    web_id = await only_id(complaints)
    key = await key_of(complaints)
    ids: list[str] = []
    for number in range(5):
        answer = await post(complaints, key, **{"attribute[fixmystreet_id]": str(number)})
        ids.insert(0, answer.json()[0]["service_request_id"])
        complaints.clock.forward(minutes=1)
    pages = [
        [
            one["service_request_id"]
            for one in await rows(complaints, "requests.json", page=page, page_size="2")
        ]
        for page in ("1", "2", "3", "4")
    ]
    chosen = await rows(complaints, "requests.json", service_request_id=f"{ids[1]},{web_id}")
    days = await rows(complaints, "requests.json", end_date="2026-11-21T09:01:00+03:30")

    assert pages == [ids[:2], ids[2:4], ids[4:], []]
    assert [one["service_request_id"] for one in chosen] == [ids[1]]
    assert [one["service_request_id"] for one in days] == ids[3:]
    assert await rows(complaints, "requests.json", status="closed") == []
    assert len(await rows(complaints, "requests.json", status="open,closed", service_code="1001,x")) == 5
    assert await rows(complaints, "requests.json", service_code="x") == []
    assert (await get(complaints, f"requests/{web_id}.json")).status_code == 404
    complaints.clock.forward(days=91)
    assert await rows(complaints, "requests.json") == []


async def test_every_instant_bears_its_zone(complaints: Serving) -> None:
    [made] = (await post(complaints, await key_of(complaints))).json()
    [row] = await rows(complaints, f"requests/{made['service_request_id']}.json")

    for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
        assert datetime.fromisoformat(row[name]).utcoffset() == timedelta(0)
