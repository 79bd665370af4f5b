"""All that a marked person and those who work for them can say to the running services, well and badly."""
# pyright: basic

import asyncio
import importlib
import json
import os
import smtplib
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import httpx

from deploy.embedded import ports
from deploy.embedded.secret_files import inbound_file
from shared.access.who import May
from shared.events.directory import AgencyJoined
from shared.identity import new_code, show_code
from shared.service import base_of, make_app
from tests.complaints.misconduct import INSPECTOR, opening
from tests.content.items import WAY, seen, submission
from tests.http.routes import Route, routes_of
from tests.http.schemas import Json, Place, lawful, places, with_value
from tests.http.worlds import lawful_form
from tests.journeys.bus import KEY
from tests.journeys.canary import EVERYTHING, MAILBOX, MOBILE, NAME, NATIONAL_ID, REFUSED
from tests.journeys.citizens import complaint
from tests.journeys.stack import Document, Stack
from tests.meetings.groups import CHAIR, MEMBERS
from tests.province import SATURDAY_NINE, governorate_events, posts_of

OFFICER, HEAD = "water.desk.officer", "water.head"
PERSON = {"full_name": NAME, "national_id": NATIONAL_ID, "consent": True}
BY_NAME = {"mobile": MOBILE, "national_id": NATIONAL_ID, "full_name": NAME}
OFFICIAL = frozenset({"directory"})
"""What is written there is the public record of the province: it is asked so that it refuses."""
MAIL_DOMAIN = "paygir.example"
REASON = f"تماس با {EVERYTHING}"
FILE = {"file": (f"{EVERYTHING}.txt", EVERYTHING.encode())}
Headers = dict[str, str]


async def ask(
    stack: Stack, service: str, method: str, path: str, *, post: str | None = None, **how: Any
) -> httpx.Response:
    """As the holder of a post, or as nobody."""
    headers = {**how.pop("headers", {}), **(await stack.bearer(post) if post else {})}
    return await stack.http.request(method, stack.url(service, path), headers=headers, **how)


async def good(stack: Stack, service: str, method: str, path: str, **how: Any) -> Any:
    """The same, and it went well."""
    answer = await ask(stack, service, method, path, **how)
    assert answer.is_success, (path, answer.text)
    return answer.json()


async def file(stack: Stack, **changes: Any) -> tuple[str, Document]:
    """The marked person complains; the case's id and what its citizen knows of it."""
    body = complaint(0, mobile=MOBILE, text=EVERYTHING, identity=PERSON, **changes)
    receipt = await good(stack, "complaints", "POST", "/v1/complaints", json=body)
    listed = await good(stack, "complaints", "GET", "/v1/complaints", post=OFFICER)
    [id_] = [one["id"] for one in listed["items"] if one["tracking_code"] == receipt["tracking_code"]]
    return id_, {"code": receipt["tracking_code"], "mobile": MOBILE}


def files_of(own: Document, case: str) -> list[dict[str, Any]]:
    """Whom a file with the person in it, and in its name, is sent by: the citizen and the desk."""
    return [
        {"path": "/v1/follow/attachments", "data": own},
        {"path": f"{case}/attachments", "data": {"purpose": "answer"}, "post": OFFICER},
        {"path": f"{case}/attachments", "data": {"purpose": "note"}, "post": OFFICER},
    ]


async def a_complaint_goes_its_whole_way(stack: Stack) -> str:
    """Filed, looked at, taken, given back, answered, opened again, closed; and asked after wrongly."""
    id_, own = await file(stack)
    case = f"/v1/complaints/{id_}"
    for what in ("identity", "mobile"):
        await good(stack, "complaints", "POST", f"{case}/{what}/look", post=OFFICER, json={"reason": REASON})
    await good(stack, "complaints", "POST", f"{case}/take", post=OFFICER)
    for how in files_of(own, case):
        await good(stack, "complaints", "POST", **how, files=FILE)
    await good(stack, "complaints", "POST", f"{case}/give-back", post=OFFICER, json={"reason": REASON})
    await good(stack, "complaints", "POST", f"{case}/ask", post=OFFICER, json={"text": EVERYTHING})
    await good(stack, "complaints", "POST", "/v1/follow/reply", json={**own, "text": EVERYTHING})
    await good(stack, "complaints", "POST", f"{case}/answer", post=OFFICER, json={"text": EVERYTHING})
    again = {**own, "satisfied": False, "reason": EVERYTHING}
    await good(stack, "complaints", "POST", "/v1/follow/rating", json=again)
    await good(stack, "complaints", "POST", f"{case}/answer", post=HEAD, json={"text": EVERYTHING})
    await good(stack, "complaints", "POST", "/v1/follow/consent", json={**own, "consent": False})
    assert (await good(stack, "complaints", "POST", "/v1/follow", json=own))["looks"]
    await good(stack, "complaints", "POST", "/v1/follow/rating", json={**again, "satisfied": True})
    for wrong in ({"code": "3TMJ-WP0K-48R6-TF3J"}, {"mobile": "09127654320"}, {"code": EVERYTHING[:40]}):
        answer = await ask(stack, "complaints", "POST", "/v1/follow", json={**own, **wrong})
        assert answer.is_client_error
    for path in ("", f"/{id_}", f"/{id_}/history"):
        await good(stack, "complaints", "GET", f"/v1/complaints{path}", post=OFFICER)
    return id_


async def a_case_is_handed_over(stack: Stack) -> None:
    """With all that was said in it and a file: worked again and answered at another agency."""
    id_, own = await file(stack)
    case, there = f"/v1/complaints/{id_}", "roads.desk.officer"
    await good(stack, "complaints", "POST", "/v1/follow/attachments", data=own, files=FILE)
    await good(stack, "complaints", "POST", f"{case}/notes", post=OFFICER, json={"text": EVERYTHING})
    await good(stack, "complaints", "POST", f"{case}/ask", post=OFFICER, json={"text": EVERYTHING})
    await good(stack, "complaints", "POST", "/v1/follow/reply", json={**own, "text": EVERYTHING})
    await good(stack, "complaints", "POST", f"{case}/answer", post=OFFICER, json={"text": EVERYTHING})
    unhappy = {**own, "satisfied": False, "reason": EVERYTHING}
    await good(stack, "complaints", "POST", "/v1/follow/rating", json=unhappy)
    onto = {"agency_id": "roads", "service_code": "2001", "reason": REASON}
    await good(stack, "complaints", "POST", f"{case}/transfer", post="water.desk.head", json=onto)
    owed = await stack.eventually(
        "it is the other agency's",
        lambda: good(stack, "complaints", "GET", "/v1/complaints/work", post=there),
        lambda listed: listed["items"],
    )
    await stack.eventually(
        "all of it arrived",
        lambda: good(stack, "complaints", "GET", f"{case}/history", post=OFFICER),
        lambda entries: entries[-1]["act"] == "arrive",
    )
    case = f"/v1/complaints/{owed['items'][0]['id']}"
    for path in ("", "/past", "/history", "/attachments"):
        await good(stack, "complaints", "GET", f"{case}{path}", post=there)
    await good(stack, "complaints", "POST", "/v1/follow/consent", json={**own, "consent": True})
    await good(stack, "complaints", "POST", f"{case}/identity/look", post=there, json={"reason": REASON})
    await good(stack, "complaints", "POST", f"{case}/answer", post=there, json={"text": EVERYTHING})
    assert (await good(stack, "complaints", "POST", "/v1/follow", json=own))["agency_id"] == "roads"


async def a_request_is_known_by_the_persons_number(stack: Stack) -> None:
    """A caller makes its Idempotency-Key of the number: one request twice, then another under the key."""
    body = complaint(0, mobile=MOBILE, text=EVERYTHING)
    how: dict[str, Any] = {"headers": {"idempotency-key": f"{MOBILE}-{NATIONAL_ID}"}}
    first, again = [
        await good(stack, "complaints", "POST", "/v1/complaints", json=body, **how) for _ in range(2)
    ]
    other = await ask(stack, "complaints", "POST", "/v1/complaints", json={**body, "text": NAME}, **how)
    assert (again, other.status_code) == (first, httpx.codes.UNPROCESSABLE_ENTITY)


async def all_is_asked_wrongly(stack: Stack) -> None:
    """A number where a word, a name of a field, a cursor or an address belongs: each is refused."""
    lawful_one = complaint(0, mobile=MOBILE, text=EVERYTHING, identity=PERSON)
    for wrong in ({"ground": EVERYTHING}, {"mobile": f"{MOBILE}1"}, {"service_code": MOBILE}, {MOBILE: 1}):
        answer = await ask(stack, "complaints", "POST", "/v1/complaints", json={**lawful_one, **wrong})
        assert answer.is_client_error, (wrong, answer.text)
    torn = {"content": f'{{"mobile": "{MOBILE}", "text": "{EVERYTHING}'.encode()}
    told = {"headers": {"user-agent": MOBILE, "tracestate": f"a={MOBILE}", "accept-language": MOBILE}}
    bad: list[tuple[str, dict[str, Any]]] = [
        ("/v1/complaints", torn),
        ("/v1/complaints", {**torn, "headers": {"content-type": "application/json"}}),
        ("/v1/complaints", {"json": {**lawful_one, "ground": 1}, **told}),
        (f"/v1/{MOBILE}", {"params": {"mobile": MOBILE}}),
    ]
    for path, how in bad:
        answer = await ask(stack, "complaints", "POST", path, **how)
        assert answer.is_client_error, (path, answer.text)
    for asked in ("after", "status"):
        answer = await ask(
            stack, "complaints", "GET", "/v1/complaints", post=OFFICER, params={asked: EVERYTHING}
        )
        assert answer.is_client_error, (asked, answer.text)


async def a_gateway_refuses_a_message(stack: Stack) -> None:
    """The number is nobody's, and the gateway says so with the number in its words."""
    body = complaint(0, mobile=REFUSED, text=NAME)
    await good(stack, "complaints", "POST", "/v1/complaints", json=body)
    messages = stack.mongodb["paygir_notifications"]["messages"]
    await stack.eventually(
        "a refused message", lambda: messages.count_documents({"state.status": "failed"}), lambda n: n > 0
    )


async def the_person_writes_by_sms(stack: Stack) -> None:
    """With words and a code, from numbers known and unknown, brought well and badly."""
    gateways = json.loads(inbound_file(stack.folder).read_text())["gateways"]
    codes = [
        one["state"]["tracking_code"] async for one in stack.mongodb["paygir_complaints"]["complaints"].find()
    ]
    texts = [
        EVERYTHING,
        f"شکایت {EVERYTHING}",
        f"2 {EVERYTHING}",
        *[f"{NAME} {show_code(code)} {NATIONAL_ID}" for code in codes],
        *[f"1 {EVERYTHING} {show_code(code)}" for code in codes],
    ]
    for number, text in enumerate(texts):
        said = {"id": f"{MOBILE}{number}", "from": MOBILE, "to": "30001001", "text": text}
        secret = {"secret": gateways["kannel"]["secret"]}
        for path, given in (
            ("/v1/inbound/kannel", {**said, **secret}),
            ("/v1/inbound/kannel", {**said, "secret": EVERYTHING}),
            (f"/v1/inbound/{MOBILE}", {**said, **secret}),
        ):
            await ask(stack, "notifications", "GET", path, params=given)
    said = {"messageid": NATIONAL_ID, "from": REFUSED, "to": MOBILE, "message": EVERYTHING}
    secret = {"secret": gateways["kavenegar"]["secret"]}
    answer = await ask(stack, "notifications", "POST", "/v1/inbound/kavenegar", params=secret, data=said)
    assert answer.is_success
    inbound = stack.mongodb["paygir_notifications"]["inbound"]
    await stack.eventually(
        "all came", lambda: inbound.count_documents({}), lambda count: count == len(texts) + 1
    )
    menu = json.loads(inbound_file(stack.folder).read_text())["ivr"]["menu"]
    for given in ({"key": menu}, {"key": EVERYTHING}, {"key": menu, "caller": EVERYTHING[:40]}):
        asked = {"code": show_code(codes[0]), "caller": MOBILE, **given}
        await ask(stack, "notifications", "POST", "/v1/ivr/state", data=asked)
        await ask(stack, "notifications", "GET", "/v1/ivr/state", params=asked)
    for own in ({"mobile": MOBILE}, {"mobile": MOBILE, "refused": ["surveys"]}, {"mobile": REFUSED}):
        asked = {"code": show_code(codes[0]), **own}
        await ask(stack, "notifications", "POST", "/v1/preferences", json=asked)
        await ask(stack, "notifications", "PUT", "/v1/preferences", json=asked)
    client = await good(stack, "complaints", "POST", "/v1/open311-clients", post=HEAD, json={"name": "menu"})
    call = {"api_key": client["api_key"], "agency_id": "water", "digit": 1, "mobile": MOBILE, "call": MOBILE}
    await good(stack, "complaints", "POST", "/v1/ivr/complaints", json=call)
    handed_on = {"state.wants": {"$in": ["file", "rate", "reply"]}}
    assert await inbound.count_documents({**handed_on, "state.wants": "file"}) > 0
    await stack.eventually(
        "all is done or refused",
        lambda: inbound.count_documents({**handed_on, "state.done": None}),
        lambda count: count == 0,
    )


async def another_system_sends_to_the_person(stack: Stack) -> None:
    """By its own key, in Kavenegar's words: to a refused number, for later and taken back, and badly."""
    client = await good(
        stack, "notifications", "POST", "/v1/sms-clients", post=HEAD, json={"name": "نوبت‌دهی"}
    )
    path, later = f"/v1/{client['key']}/sms", int(SATURDAY_NINE.timestamp()) + 30 * 86_400
    good_one = {"receptor": REFUSED, "message": EVERYTHING, "localid": MOBILE}
    await good(stack, "notifications", "POST", f"{path}/send.json", data=good_one)
    waiting = {"receptor": MOBILE, "message": EVERYTHING, "date": later}
    [row] = (await good(stack, "notifications", "GET", f"{path}/send.json", params=waiting))["entries"]
    for verb in ("select", "cancel"):
        asked = {"messageid": row["messageid"]}
        await good(stack, "notifications", "POST", f"{path}/{verb}.json", data=asked)
    for wrong in ({"receptor": EVERYTHING}, {"sender": MOBILE}, {"date": MOBILE + NAME}, {"localid": NAME}):
        answer = await ask(stack, "notifications", "POST", f"{path}/send.json", data={**good_one, **wrong})
        assert answer.is_client_error
        assert MOBILE not in answer.text
    for elsewhere in (f"/v1/{MOBILE}/sms/send.json", f"{path}/{MOBILE}.json"):
        assert (await ask(stack, "notifications", "POST", elsewhere, data=good_one)).is_client_error


async def the_register_of_misconduct_is_kept(stack: Stack) -> None:
    """All that inspection writes speaks of the person: a record up to the board, and one withdrawn."""
    told = opening(cause="delay", what=EVERYTHING, evidence=[EVERYTHING], reference=EVERYTHING)
    board = {"sanction": None, "decision_number": EVERYTHING, "decided_on": "2026-11-20"}
    record, other = [
        (await good(stack, "complaints", "POST", "/v1/misconduct", post=INSPECTOR, json=one))["id"]
        for one in (told, {**told, "reference": "2"})
    ]
    acts: list[tuple[str, str, dict[str, Any] | None]] = [
        (record, "guidance", {"kind": "counsel", "on": "2026-11-20", "note": EVERYTHING}),
        (record, "statement", {"text": EVERYTHING}),
        (record, "finding", {"degree": "defiant", "reasons": EVERYTHING}),
        (record, "objection", {"text": EVERYTHING}),
        (record, "objection/decision", {"upheld": False, "reasons": EVERYTHING}),
        (record, "referral", None),
        (record, "outcome", board),
        (record, "look", {"reason": f"پرسش {NAME}"}),
        (record, "file", {"reason": f"پرسش {NAME}"}),
        (other, "withdrawal", {"reason": EVERYTHING}),
    ]
    for id_, what, body in acts:
        path = f"/v1/misconduct/{id_}/{what}"
        await good(stack, "complaints", "POST", path, post=INSPECTOR, json=body)
    with_a_number = {"reason": REASON}
    path = f"/v1/misconduct/{record}/look"
    refused = await ask(stack, "complaints", "POST", path, post=INSPECTOR, json=with_a_number)
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    for path in ("", f"/{record}", f"/{record}/history", f"/{record}/looks"):
        await good(stack, "complaints", "GET", f"/v1/misconduct{path}", post=INSPECTOR)


async def a_case_comes_by_every_door(stack: Stack) -> None:
    """Entered by staff, from a file, over Open311; printed for its citizen; and entered wrongly."""
    said = {"service_code": "1001", "ground": "put-off-without-reason", "text": EVERYTHING, "mobile": MOBILE}
    came = {"received_at": "1405/08/30 08:15"}
    doors = {
        "desk": {},
        "phone": {"reference": "call-1"},
        "post": {"reference": "1405/1", **came},
        "email": {"reference": "<1@mail.example>", **came},
        "paper": {"form_code": show_code(new_code()), **came},
    }
    for door, more in doors.items():
        path, body = f"/v1/intake/{door}", {**said, **more, "identity": PERSON}
        made = await good(stack, "complaints", "POST", path, post=OFFICER, json=body)
        paper = f"/v1/complaints/{made['id']}/paper"
        assert (await ask(stack, "complaints", "GET", paper, post=OFFICER)).is_success
        for wrong in ({"reference": EVERYTHING}, {"received_at": MOBILE}, {"ground": EVERYTHING[:60]}):
            answer = await ask(stack, "complaints", "POST", path, post=OFFICER, json={**body, **wrong})
            assert answer.is_client_error
    row = ",".join(["row-1", *said.values(), came["received_at"]])
    file = f"reference,service_code,ground,text,mobile,received_at\n{row}\n"
    for content in (file, file.replace("row-1", EVERYTHING)):
        by, sent = "water.pr.secretary", content.encode()
        await ask(stack, "complaints", "POST", "/v1/intake/batch", post=by, content=sent)
    client = await good(
        stack, "complaints", "POST", "/v1/open311-clients", post=HEAD, json={"name": "FixMyStreet"}
    )
    form = {
        "api_key": client["api_key"],
        "jurisdiction_id": "water",
        "service_code": "1001",
        "attribute[ground]": "put-off-without-reason",
        "description": EVERYTHING,
        "first_name": NAME,
        "phone": MOBILE,
        "service_request_id_ext": NATIONAL_ID,
    }
    [report] = await good(stack, "complaints", "POST", "/open311/v2/requests.json", data=form, files=FILE)
    said = {"update_id": NATIONAL_ID, "updated_datetime": "2026-11-21T10:00:00Z", "status": "OPEN"}
    said |= {**form, "service_request_id": report["service_request_id"], "email": MAILBOX}
    updates = "/open311/v2/servicerequestupdates.json"
    for more in ({}, {"media_url": f"https://{MAILBOX.replace('@', '.')}/{MOBILE}.jpg"}):
        await good(stack, "complaints", "POST", updates, data={**said, **more}, files=FILE)
    for wrong in ({"status": EVERYTHING[:30]}, {"updated_datetime": MOBILE}):
        assert (await ask(stack, "complaints", "POST", updates, data={**said, **wrong})).is_client_error
    for wrong in ({"api_key": EVERYTHING}, {"jurisdiction_id": EVERYTHING}, {"attribute[ground]": NAME}):
        answer = await ask(stack, "complaints", "POST", "/open311/v2/requests.xml", data={**form, **wrong})
        assert answer.is_client_error
    for path in (f"requests/{MOBILE}.json", f"requests.xml?jurisdiction_id=water&status={NATIONAL_ID}"):
        assert (await ask(stack, "complaints", "GET", f"/open311/v2/{path}")).is_client_error


async def letters_come_by_mail(stack: Stack) -> None:
    """From the marked person's mailbox, with a file and a bad one; a reply; and what the door refuses. A desk
    sorts it.
    """
    port = int(os.environ["PAYGIR_MAIL_PORT"]) + ports.offset()
    first, reply = (EmailMessage(policy=SMTP) for _ in range(2))
    for number, message in enumerate((first, reply)):
        message["From"] = f"{NAME} <{MAILBOX}>"
        message["Message-ID"] = f"<{number}.{MAILBOX}>"
        message["Subject"] = NAME
        message.set_content(EVERYTHING)
    for content in (EVERYTHING.encode(), b"MZ\x90\0" + EVERYTHING.encode()):
        first.add_attachment(content, maintype="text", subtype="plain", filename=f"{EVERYTHING}.txt")
    reply["In-Reply-To"] = str(first["Message-ID"])

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=30, local_hostname=f"{NATIONAL_ID}.example") as client:
            for message in (first, first, reply):
                assert client.sendmail(MAILBOX, [f"water@{MAIL_DOMAIN}"], message.as_bytes()) == {}
            client.docmd("VRFY", MAILBOX)
            assert client.mail(MAILBOX)[0] == 250
            assert client.rcpt(MAILBOX)[0] == 550
            assert client.docmd(f"{MOBILE} {MAILBOX}")[0] == 500

    await asyncio.to_thread(send)
    cases = stack.mongodb["paygir_complaints"]["complaints"]
    [case] = await cases.find({"state.contact.kind": "email"}).to_list()
    written = await good(stack, "complaints", "GET", f"/v1/complaints/{case['_id']}/notes", post=OFFICER)
    assert len(written) == 2
    path = f"/v1/complaints/{case['_id']}/mobile/look"
    await good(stack, "complaints", "POST", path, post=OFFICER, json={"reason": REASON})
    path, named = f"/v1/complaints/{case['_id']}/sort", {"service_code": "1001", "ground": "broken-equipment"}
    for wrong in ({"service_code": MOBILE}, {"ground": EVERYTHING[:60]}):
        answer = await ask(stack, "complaints", "POST", path, post=OFFICER, json={**named, **wrong})
        assert answer.is_client_error, answer.text
    await good(stack, "complaints", "POST", path, post=OFFICER, json=named)


async def what_was_taken_for_a_repeat_is_unlinked(stack: Stack) -> str:
    """The same said again is linked over the bus; somebody writes why it is another matter. Its id."""
    id_, _ = await file(stack)
    case = f"/v1/complaints/{id_}"
    await stack.eventually(
        "a repeat is linked",
        lambda: ask(stack, "complaints", "GET", case, post=OFFICER),
        lambda answer: answer.is_success and answer.json()["repeats"] is not None,
    )
    await good(stack, "complaints", "POST", f"{case}/unlink", post=OFFICER, json={"reason": REASON})
    return id_


async def an_error_of_the_servers_happens(stack: Stack, id_: str) -> None:
    """A document that no release wrote: what is told of a 500 must not quote it."""
    cases = stack.mongodb["paygir_complaints"]["complaints"]
    before = await cases.find_one({"_id": id_}) or {}
    await cases.update_one({"_id": id_}, {"$set": {"state.filed_at": EVERYTHING}})
    answer = await ask(stack, "complaints", "GET", f"/v1/complaints/{id_}", post=OFFICER)
    assert answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    await cases.update_one({"_id": id_}, {"$set": {"state.filed_at": before["state"]["filed_at"]}})


async def an_item_is_published(stack: Stack) -> None:
    """Its title and text name the person, as no item should."""
    body = submission(topic=NAME, title=EVERYTHING, text=EVERYTHING)
    by = "water.works.representative"
    item = await good(stack, "content", "POST", "/v1/items", post=by, json=body)
    for post, verb, more in WAY:
        path = f"/v1/items/{item['id']}/{verb}"
        await good(stack, "content", "POST", path, post=post, json={**seen(item), **more})


async def a_meeting_speaks_of_the_person(stack: Stack) -> None:
    """It opens and a motion names them."""
    listed = await good(stack, "meetings", "GET", "/v1/meetings", post=CHAIR)
    path = f"/v1/meetings/{listed['items'][0]['id']}"
    await good(stack, "meetings", "POST", f"{path}/attendance", post=CHAIR, json={"posts": list(MEMBERS)})
    await good(stack, "meetings", "POST", f"{path}/open", post=CHAIR)
    await good(stack, "meetings", "POST", f"{path}/motions", post=CHAIR, json={"text": EVERYTHING})


async def every_route_is_told_of_the_person(stack: Stack, services: list[str]) -> int:
    """Each text of each body, each query and each id of each route that a service's own document tells of."""
    asked = 0
    for service in services:
        async with routes(service) as known:
            for route in known:
                post = _post_for(route.may)
                headers = await stack.bearer(post) if route.guarded and post else {}
                for how in requests_of(route, official=service in OFFICIAL):
                    url, sent = stack.url(service, how.pop("path")), {**headers, **how.pop("headers", {})}
                    answer = await stack.http.request(route.method, url, headers=sent, **how)
                    server_error = answer.is_server_error and answer.status_code != 503
                    assert not server_error, (service, route.name, answer.text)
                    asked += 1
    return asked


def requests_of(route: Route, *, official: bool) -> Iterator[dict[str, Any]]:
    """One for each place where a person could write; where the body is official, never a lawful one.

    Headers take no letters but Latin ones, so they are told of the numbers.
    """
    plain: defaultdict[str, str] = defaultdict(lambda: "water")
    path = route.url(plain)
    for name, _ in route.parameters("path"):
        yield {"path": route.url(plain, **{name: _in_a_path(EVERYTHING)})}
        yield {"path": route.url(plain, **{name: MOBILE})}
    for name, schema in route.parameters("query"):
        if _is_text(schema, route.document):
            yield from (
                {"path": path, "params": {name: value}} for value in (EVERYTHING, MOBILE, NATIONAL_ID)
            )
    yield from _in_headers(route, path, official=official)
    yield from _forms(route, path)
    if route.takes_a_body:
        yield {"path": path, "content": EVERYTHING.encode()}
        yield {"path": path, "json": EVERYTHING}
    if route.body is None:
        return
    body = lawful(route.body, route.document, whole=True)
    yield {"path": path, "json": {**body, EVERYTHING: 1}}
    for place, schema in places(route.body, route.document):
        if place and _is_text(schema, route.document):
            marked = with_value(body, place, _said(place, schema))
            yield {"path": path, "json": {**marked, "canary": 1} if official else marked}
    yield {"path": path, "json": {**_marked(body, route), **({"canary": 1} if official else {})}}


def _in_headers(route: Route, path: str, *, official: bool) -> Iterator[dict[str, Any]]:
    for name, _ in route.parameters("header"):
        marked: dict[str, Any] = {"path": path, "headers": {name: f"{MOBILE}-{NATIONAL_ID}"}}
        if route.body is not None:
            body = lawful(route.body, route.document, whole=True)
            marked["json"] = {**body, "canary": 1} if official else body
        yield marked


def _forms(route: Route, path: str) -> Iterator[dict[str, Any]]:
    """With the person in each field, as the file's name and as its content."""
    form = lawful_form(route)
    if not form:
        return
    file = {"file": (f"{EVERYTHING}.txt", EVERYTHING.encode())}
    yield {"path": path, **form, "files": file}
    for name in form["data"]:
        said = BY_NAME.get(name, EVERYTHING)
        yield {"path": path, "data": {**form["data"], name: said}, "files": file}
    yield {"path": path, "data": {**form["data"], EVERYTHING: EVERYTHING}, "files": file}
    yield {"path": path, **form, "files": {EVERYTHING: (EVERYTHING, EVERYTHING.encode())}}


def _marked(body: Any, route: Route) -> Any:
    """With the person in every text at once."""
    assert route.body is not None
    for place, schema in places(route.body, route.document):
        if place and _is_text(schema, route.document):
            body = with_value(body, place, _said(place, schema))
    return body


def _said(place: Place, schema: Json) -> str:
    """What fits the field, as far as that may be."""
    return BY_NAME.get(str(place[-1]), EVERYTHING[: schema.get("maxLength", len(EVERYTHING))])


def _is_text(schema: Json, document: Json) -> bool:
    inner = next(schema for _, schema in places(schema, document))
    return inner.get("type") == "string" and not {"enum", "const", "format"} & inner.keys()


def _in_a_path(text: str) -> str:
    return text.replace(" ", "%20")


def _post_for(may: May) -> str | None:
    [governorate] = [one for one in governorate_events() if isinstance(one, AgencyJoined)]
    posts = [*posts_of("water"), *governorate.posts]
    return next((post.id for post in posts if post.role in may.roles), None)


@asynccontextmanager
async def routes(service: str) -> AsyncGenerator[list[Route]]:
    """Those of a service as it assembles itself, whatever it is called; nothing is connected."""
    kind: Any = importlib.import_module(f"services.{service}.settings").Settings
    sandbox = {"sandbox": True} if "sandbox" in kind.model_fields else {}
    base = base_of(service, kind(key=KEY, **sandbox))
    try:
        assemble = importlib.import_module(f"services.{service}.app").assemble
        yield routes_of(make_app(base, assemble(base), role="api"))
    finally:
        await base.database.client.close()
