"""What software written for Kavenegar is refused with: its codes, in its envelope, whoever refuses."""

import re
from typing import Any

import httpx
import pytest

from services.notifications.api.kavenegar.reading import BODY_BYTES_MAX
from shared.web.health import Health
from tests.notifications.inbound import WATERS
from tests.notifications.systems import CITIZEN, ROUTE, TEXT, call, key_of, made, sent
from tests.province import SATURDAY_NINE
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
GOOD = {"receptor": CITIZEN, "message": TEXT}
ARRAYS = {"receptor": f'["{CITIZEN}"]', "sender": '[""]', "message": '["a"]'}
NOW = int(SATURDAY_NINE.timestamp())
YEAR_S = 365 * 86_400
Params = dict[str, Any]


def refused(answer: httpx.Response, code: int) -> str:
    """The envelope with this code, and the same HTTP status; its message in Persian."""
    said = answer.json()
    assert (answer.status_code, said["return"]["status"], said["entries"]) == (code, code, None), answer.text
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    message: str = said["return"]["message"]
    assert re.search("[\u0600-\u06ff]", message)
    return message


MISTAKES: list[tuple[int, str, Params]] = [
    (400, "send", {"receptor": CITIZEN}),
    (400, "send", {"message": TEXT}),
    (400, "send", {**GOOD, "localid": "x"}),
    (400, "send", {**GOOD, "localid": "1" * 19}),
    (400, "sendarray", {"receptor": "[]"}),
    (400, "sendarray", {**ARRAYS, "receptor": '{"a": 1}'}),
    (400, "sendarray", {**ARRAYS, "receptor": "[true]"}),
    (400, "sendarray", {**ARRAYS, "message": '[{"$gt": ""}]'}),
    (400, "status", {}),
    (400, "status", {"messageid": "$ne"}),
    (400, "select", {"messageid": "1,"}),
    (400, "statuslocalmessageid", {"localid": "-1"}),
    (404, "lookup", GOOD),
    (404, "latestoutbox", {}),
    (406, "send", {**GOOD, "receptor": " "}),
    (406, "sendarray", {**ARRAYS, "receptor": "[]", "sender": "[]", "message": "[]"}),
    (406, "cancel", {"messageid": ""}),
    (411, "send", {**GOOD, "receptor": "02122334455"}),
    (411, "send", {**GOOD, "receptor": f"{CITIZEN},"}),
    (411, "send", {**GOOD, "receptor": "9" * 4000}),
    (411, "sendarray", {**ARRAYS, "receptor": '["x"]'}),
    (412, "send", {**GOOD, "sender": "30009999"}),
    (412, "send", {**GOOD, "sender": "x"}),
    (412, "send", {**GOOD, "sender": "3" * 41}),
    (412, "sendarray", {**ARRAYS, "sender": '["3000"]'}),
    (413, "send", {**GOOD, "message": ""}),
    (413, "send", {**GOOD, "message": " \n"}),
    (413, "send", {**GOOD, "message": "ی" * 901}),
    (413, "sendarray", {**ARRAYS, "message": '[""]'}),
    (414, "send", {**GOOD, "receptor": ",".join([CITIZEN] * 201)}),
    (414, "status", {"messageid": ",".join(map(str, range(501)))}),
    (414, "statuslocalmessageid", {"localid": ",".join(map(str, range(501)))}),
    (417, "send", {**GOOD, "date": "tomorrow"}),
    (417, "send", {**GOOD, "date": "9" * 18}),
    (417, "send", {**GOOD, "date": NOW - 3601}),
    (417, "send", {**GOOD, "date": NOW + YEAR_S + 1}),
    (419, "send", {**GOOD, "localid": "1,2"}),
    (419, "sendarray", {**ARRAYS, "message": '["a", "b"]'}),
    (419, "sendarray", {**ARRAYS, "type": "[1, 1]"}),
    (419, "sendarray", {**ARRAYS, "localmessageids": "[1, 2]"}),
    (422, "send", {**GOOD, "message": "a\x00"}),
    (422, "sendarray", {**ARRAYS, "message": "[a]"}),
    (422, "sendarray", {**ARRAYS, "message": '["\\ud800"]'}),
    (422, "sendarray", {**ARRAYS, "message": '["\\u0000"]'}),
    (400, "receive", {"linenumber": WATERS}),
    (400, "receive", {"linenumber": WATERS, "isread": "2"}),
    (400, "receive", {"isread": "1"}),
    (412, "receive", {"linenumber": WATERS, "isread": "0"}),
    (412, "receive", {"linenumber": "3" * 41, "isread": "0"}),
    (400, "countinbox", {"linenumber": WATERS}),
    (412, "countinbox", {"linenumber": WATERS, "startdate": NOW}),
    (417, "countinbox", {"linenumber": WATERS, "startdate": NOW + 1}),
    (417, "countinbox", {"linenumber": WATERS, "startdate": NOW - 86_401}),
    (417, "countinbox", {"linenumber": WATERS, "startdate": "x"}),
]


async def test_each_mistake_has_its_code_and_nothing_is_queued(running: Serving) -> None:
    key = await key_of(running)
    for code, method, params in MISTAKES:
        answer = await call(running, key, method, **params)
        assert answer.status_code == code, (code, method, params, answer.text)
        refused(answer, code)
    for name in ("messages", "allowances", "said_just_now"):
        assert await running.database[name].count_documents({}) == 0


async def test_at_the_edges_a_call_is_good(running: Serving) -> None:
    key = await key_of(running)
    for more in ({"date": NOW - 3600}, {"date": NOW + YEAR_S}, {"message": "ی" * 900}, {"localid": "0"}):
        await sent(running, key, **more)
    ids = ",".join(map(str, range(500)))
    answer = await call(running, key, "status", messageid=ids)
    assert {one["status"] for one in answer.json()["entries"]} == {100}


async def test_a_wrong_a_revoked_and_an_old_key_are_403_and_a_paused_one_401(running: Serving) -> None:
    client, head = await made(running), bearer("water.head")
    path, key = f"{ROUTE}/{client['id']}", client["key"]
    for wrong in ("x", key[:-1], key.swapcase(), "x" * 3000, "%00", "%F0%9F%98%80"):
        refused(await call(running, wrong, "send", **GOOD), 403)
    assert (await running.http.post(f"{path}/pause", headers=head)).json()["status"] == "paused"
    refused(await call(running, key, "send", **GOOD), 401)
    await running.http.post(f"{path}/resume", headers=head)
    await sent(running, key)
    rotated = (await running.http.post(f"{path}/rotate-key", headers=head)).json()["key"]
    refused(await call(running, key, "send", **GOOD), 403)
    await sent(running, rotated)
    assert (await running.http.delete(path, headers=head)).json()["status"] == "revoked"
    refused(await call(running, rotated, "send", **GOOD), 403)
    for verb in ("pause", "resume", "rotate-key"):
        assert (await running.http.post(f"{path}/{verb}", headers=head)).status_code == 404


async def test_another_method_of_http_another_format_and_another_group_are_told_so(running: Serving) -> None:
    key = await key_of(running)
    for method in ("PUT", "DELETE", "PATCH"):
        refused(await running.http.request(method, f"/v1/{key}/sms/send.json"), 405)
    for path in ("sms/send.xml", "verify/lookup.json", "account/info.json", "call/maketts.json"):
        refused(await running.http.post(f"/v1/{key}/{path}", data=GOOD), 404)
    elsewhere = await running.http.get(f"/v1/{key}/sms")
    assert elsewhere.headers["content-type"] == "application/problem+json"


async def test_a_body_too_large_and_a_form_that_is_none_are_told_so(running: Serving) -> None:
    key = await key_of(running)
    large = b"message=" + b"x" * (BODY_BYTES_MAX - len(b"message="))
    refused(await call_raw(running, key, large), 413)  # the text alone is too long
    refused(await call_raw(running, key, large + b"x"), 414)
    refused(await call_raw(running, key, b"&".join([b"a=1"] * 51)), 400)
    refused(await call_raw(running, key, b"--x", kind="multipart/form-data; boundary=x"), 400)
    refused(await call_raw(running, key, b'{"receptor": 1}', kind="application/json"), 400)


async def call_raw(
    running: Serving, key: str, body: bytes, kind: str = "application/x-www-form-urlencoded"
) -> httpx.Response:
    return await running.http.post(f"/v1/{key}/sms/send.json", content=body, headers={"content-type": kind})


async def test_where_the_server_cannot_answer_it_is_409_and_comes_again(running: Serving) -> None:
    key = await key_of(running)
    messages, add = running.parts.use.messages, running.parts.use.messages.add

    async def away(*_: Any, **__: Any) -> Any:
        raise TimeoutError

    messages.add = away
    answer = await call(running, key, "send", **GOOD)
    refused(answer, 409)
    assert answer.headers["retry-after"] == "2"
    messages.add = add
    await sent(running, key)
    assert await running.database["messages"].count_documents({}) == 1


async def test_what_breaks_is_402_and_says_nothing_of_it(running: Serving) -> None:
    key = await key_of(running)

    async def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError(CITIZEN)

    running.parts.use.messages.add = broken
    assert CITIZEN not in refused(await call(running, key, "send", **GOOD), 402)


async def test_nothing_is_taken_in_before_the_indexes_are_there_by_get_neither(running: Serving) -> None:
    key = await key_of(running)
    health: Health = running.app.state.health
    health.prepared = False
    try:
        refused(await running.http.get(f"/v1/{key}/sms/send.json", params=GOOD), 409)
        refused(await call(running, key, "send", **GOOD), 409)
    finally:
        health.prepared = True


async def test_who_prefers_english_is_told_in_english(running: Serving) -> None:
    answer = await running.http.get("/v1/x/sms/status.json", headers={"accept-language": "en"})

    assert answer.json()["return"] == {"status": 403, "message": "The API key is not valid"}


async def test_only_the_agencys_own_lines_are_given_to_its_systems(running: Serving) -> None:
    for post, terms, place in (
        ("roads.head", {"lines": [WATERS]}, "/lines/0"),
        ("water.head", {"lines": [WATERS, "30009999"]}, "/lines/1"),
        ("water.head", {"inbound_lines": ["3000"]}, "/inbound_lines/0"),
    ):
        answer = await running.http.post(ROUTE, json={"name": "x", **terms}, headers=bearer(post))
        assert answer.status_code == 422
        assert [one["pointer"] for one in answer.json()["errors"]] == [place]
    first = await made(running, inbound_lines=[f"+98{WATERS}"])
    assert first["inbound_lines"] == [WATERS]
    taken = await running.http.post(
        ROUTE, json={"name": "x", "inbound_lines": [WATERS]}, headers=bearer("water.head")
    )
    assert taken.status_code == 409
    await running.http.delete(f"{ROUTE}/{first['id']}", headers=bearer("water.head"))
    await made(running, inbound_lines=[WATERS])


async def test_a_systems_key_is_told_once_and_the_list_has_the_agencys_own_only(running: Serving) -> None:
    client = await made(running, lines=[WATERS], daily_parts=5)
    shown = {name: value for name, value in client.items() if name != "key"}

    listed = await running.http.get(ROUTE, headers=bearer("water.head"))
    one = await running.http.get(f"{ROUTE}/{client['id']}", headers=bearer("water.head"))
    elsewhere = await running.http.get(ROUTE, headers=bearer("roads.head"))
    assert (listed.json()["items"], one.json(), elsewhere.json()["items"]) == ([shown], shown, [])
    changed = await running.http.put(
        f"{ROUTE}/{client['id']}", json={"name": "دیگر"}, headers=bearer("water.head")
    )
    assert (changed.json()["name"], changed.json()["lines"], changed.json()["daily_parts"]) == (
        "دیگر",
        [],
        None,
    )


async def test_fifty_systems_are_as_many_as_an_agency_has(running: Serving) -> None:
    for _ in range(50):
        await made(running)
    answer = await running.http.post(ROUTE, json={"name": "x"}, headers=bearer("water.head"))

    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":too-many-clients")
