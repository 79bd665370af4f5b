"""One contract that every gateway keeps, against doubles that speak as the vendors' documents say."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.notifications.domain.outcome import Outcome, Receipt, Verdict, accepted, refused
from services.notifications.gateways.configured import open_all, read_plans
from services.notifications.gateways.http import Http, NoAnswer
from services.notifications.gateways.plan import Plan, Secret
from services.notifications.gateways.port import (
    Calls,
    Gateway,
    NoGateway,
    NotReached,
    Terms,
)
from services.notifications.gateways.sandbox import Sandbox
from services.notifications.gateways.smpp import Smpp
from services.notifications.gateways.wording import filled
from services.notifications.storage.inbox import Inbox
from shared.sealing import MasterKey
from shared.service import end
from tests.notifications.vendors import kavenegar
from tests.notifications.vendors.local import Hook, Mailbox, mail_server, web_hook
from tests.notifications.vendors.others import (
    SECRET,
    KannelDouble,
    MagfaDouble,
    MelipayamakDouble,
    MessengerDouble,
    SmsirDouble,
)
from tests.notifications.vendors.smsc import PASSWORD, Smsc, smsc
from tests.notifications.vendors.vendor import Vendor, fields
from tests.serving import SetClock

pytestmark = pytest.mark.real
ID, OTHER = "0d1f6a0e-6a53-5c58-9f8e-0d3f5c1a2b3c", "5b8e2a77-8a06-5d0b-8f63-6d7a5d1c9e10"
TEXT = "شکایت شما ثبت شد؛ کد پیگیری:\n3TMJ-WP0K {to} %d & 🙂\n" + "مهلت پاسخ شنبه ۳۰ آبان است. " * 6 + "پایان"
MOBILE, SOON, LATE = "+989121234567", timedelta(minutes=2), timedelta(hours=13)
EXAMPLES = Path("deploy/gateways")


Taken = list[tuple[str, str]]


@dataclass
class Given:
    """A gateway, what its other side took, and what that can be made to do."""

    gateway: Gateway
    taken: Callable[[], Awaitable[Taken]]
    does: Callable[[str], None]
    to: str = MOBILE
    can: frozenset[str] = frozenset({"permanent", "passing", "silent"})
    exact: bool = False


def opened(plan: dict[str, Any], *, vendor: Vendor | None = None, inbox: Any = None) -> Gateway:
    plans = read_plans(file=None, text=orjson.dumps({"one": plan}).decode())
    http = Http(vendor and vendor.transport)
    return open_all(plans, http=http, inbox=inbox, clock=SetClock())["one"]


def of_vendor(plan: dict[str, Any], vendor: Vendor, *, to: str = MOBILE, exact: bool = False) -> Given:
    async def taken() -> Taken:
        return vendor.taken

    def does(what: str) -> None:
        if what in {"permanent", "passing"}:
            vendor.says = what
        else:
            vendor.fault = what

    can = frozenset({"permanent", "passing", "away", "silent", "broken"})
    return Given(opened(plan, vendor=vendor), taken, does, to=to, exact=exact, can=can)


def example(name: str) -> dict[str, Any]:
    """As it lies in deploy/, its secret elsewhere."""
    plan = orjson.loads((EXAMPLES / f"{name}.json").read_bytes())[name]
    return {**plan, "secrets": {one: {"env": "A_SECRET"} for one in plan["secrets"]}}


KAVENEGAR = {"type": "kavenegar", "key": {"env": "A_KAVENEGAR_KEY"}, "line": "10004346"}
KANNEL = {
    "type": "kannel",
    "url": "http://kannel:13013",
    "username": "province",
    "password": {"env": "A_SECRET"},
}
BY_DATA = {
    "type": "http",
    "send": {
        "url": "http://sms.example/send",
        "form": {"to": "{to}", "text": "{text}", "call": "{receipts}"},
        "answer": {"code": "http", "accepted": ["200"]},
    },
    "receipt": {
        "code": "state",
        "id": "messageid",
        "accepted": ["0"],
        "delivered": ["1"],
        "passing": ["2"],
        "permanent": ["3"],
        "absent": ["9"],
    },
}
MESSENGER = {"type": "messenger", "token": {"env": "A_SECRET"}}
VENDORS: dict[str, Callable[[], Given]] = {
    "kavenegar": lambda: of_vendor(KAVENEGAR, kavenegar.KavenegarDouble(), exact=True),
    "kannel": lambda: of_vendor(KANNEL, KannelDouble()),
    "messenger": lambda: of_vendor(MESSENGER, MessengerDouble(), to="84721"),
    "melipayamak": lambda: of_vendor(example("melipayamak"), MelipayamakDouble()),
    "smsir": lambda: of_vendor(example("smsir"), SmsirDouble()),
    "magfa": lambda: of_vendor(example("magfa"), MagfaDouble(), exact=True),
}


@asynccontextmanager
async def smpp_line() -> AsyncGenerator[tuple[Given, Smsc, list[Receipt]]]:
    """Bound to a centre, and what it told."""
    told: list[Receipt] = []
    async with smsc() as centre:
        plan = {"type": "smpp", "host": "127.0.0.1", "port": centre.port, "system_id": "province"}
        gateway = opened({**plan, "password": {"env": "A_PASSWORD"}})
        assert isinstance(gateway, Smpp)

        async def tell(receipt: Receipt) -> None:
            told.append(receipt)

        async def taken() -> Taken:
            return [(MOBILE, text) for text in centre.texts(MOBILE[1:])]

        def does(what: str) -> None:
            number = MOBILE[1:]
            centre.refuses = {number} if what == "permanent" else set()
            centre.throttles = {number: 1} if what == "passing" else {}
            centre.stays_silent = {number} if what == "silent" else set()

        listening = asyncio.create_task(gateway.listen(tell))
        try:
            async with asyncio.timeout(10):
                while not gateway.is_bound:  # noqa: ASYNC110 - the library tells nobody
                    await asyncio.sleep(0.001)
            yield Given(gateway, taken, does), centre, told
        finally:
            await end([listening])


def of_mailbox(box: Mailbox) -> Given:
    async def taken() -> Taken:
        return box.taken

    def does(what: str) -> None:
        box.says = what

    plan = {"type": "email", "host": "127.0.0.1", "port": box.port, "address": "no-reply@province.ir"}
    return Given(opened({**plan, "tls": "none"}), taken, does, to="zahra@example.ir")


def of_hook(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> Given:
    async def taken() -> Taken:
        return hook.taken

    def does(what: str) -> None:
        hook.says = what

    monkeypatch.setenv("A_DOOR", f"json://user:{SECRET}@127.0.0.1:{hook.port}/{{to}}")
    gateway = opened({"type": "apprise", "url": {"env": "A_DOOR"}})
    return Given(gateway, taken, does, can=frozenset({"broken"}))


def of_inbox(database: AsyncDatabase[dict[str, Any]]) -> Given:
    inbox = Inbox(database)

    async def taken() -> Taken:
        found = (await inbox.page(None)).items
        return [(f"{one.state.agency_id}:{one.state.post_id}", one.state.fa) for one in found]

    gateway = opened({"type": "in-app"}, inbox=inbox)
    return Given(gateway, taken, lambda _: None, to="water:water.desk.head", exact=True, can=frozenset())


async def of_sandbox(database: AsyncDatabase[dict[str, Any]]) -> Given:
    phone = Sandbox(database, SetClock(), MasterKey(bytes(range(32))))
    await phone.make_indexes()

    async def taken() -> Taken:
        return [(MOBILE, one.text) for one in await phone.newest(mobile=MOBILE, limit=10)]

    return Given(phone, taken, lambda _: None, exact=True, can=frozenset())


@pytest.fixture(params=[*VENDORS, "smpp", "email", "apprise", "in-app", "sandbox"])
async def given(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, database: AsyncDatabase[dict[str, Any]]
) -> AsyncIterator[Given]:
    monkeypatch.setenv("A_SECRET", SECRET)
    monkeypatch.setenv("A_KAVENEGAR_KEY", kavenegar.KEY)
    monkeypatch.setenv("A_PASSWORD", PASSWORD)
    match request.param:
        case "smpp":
            async with smpp_line() as (one, _, _):
                yield one
        case "email":
            with mail_server() as box:
                yield of_mailbox(box)
        case "apprise":
            with web_hook() as hook:
                yield of_hook(hook, monkeypatch)
        case "in-app":
            yield of_inbox(database)
        case "sandbox":
            yield await of_sandbox(database)
        case vendor:
            yield VENDORS[vendor]()


async def test_whom_apprises_service_has_no_address_for_is_refused_and_not_in_doubt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("A_DOOR", "json://to-{to}.example/")
    door = opened({"type": "apprise", "url": {"env": "A_DOOR"}})

    assert await door.send("m", "a b", TEXT) == refused("no-such-address", passing=False)


async def sent(given: Given, text: str = TEXT, *, within_s: float = 5) -> Outcome:
    """What the sender makes of it: an exception is no word."""
    try:
        async with asyncio.timeout(within_s):
            return await given.gateway.send(ID, given.to, text, Terms(sender="10004346"))
    except NotReached:
        raise
    except Exception:  # noqa: BLE001 - as the sender does
        return Outcome(verdict=Verdict.UNKNOWN)


async def test_what_is_taken_arrives_whole_and_once_and_is_accepted_or_delivered(given: Given) -> None:
    outcome = await sent(given)

    assert outcome.verdict in {Verdict.ACCEPTED, Verdict.DELIVERED}
    assert await given.taken() == [(given.to, TEXT)]


async def test_where_asking_is_exact_it_knows_what_it_took_and_has_it_once_however_often_it_is_asked(
    given: Given,
) -> None:
    outcome = await sent(given)
    found = [await given.gateway.find(ID, gateway_id=None, age=SOON) for _ in range(2)]

    assert found == [outcome if given.exact else Outcome(verdict=Verdict.UNKNOWN)] * 2
    assert len(await given.taken()) == 1


@pytest.mark.parametrize("kind", ["permanent", "passing"])
async def test_a_refusal_has_a_code_says_whether_it_passes_and_nothing_has_left(
    given: Given, kind: str
) -> None:
    if kind not in given.can:
        return
    given.does(kind)
    outcome = await sent(given)

    assert (outcome.verdict, outcome.passing) == (Verdict.REFUSED, kind == "passing")
    assert outcome.code == outcome.reason  # none of the vendor's own words, which may quote the number
    assert await given.taken() == []


@pytest.mark.parametrize("fault", ["silent", "broken"])
async def test_no_word_or_a_strange_one_is_unknown_and_asking_never_says_it_is_not_there(
    given: Given, fault: str
) -> None:
    if fault not in given.can:
        return
    given.does(fault)
    assert (await sent(given, within_s=0.5)).verdict is Verdict.UNKNOWN
    given.does("")
    found = await given.gateway.find(ID, gateway_id=None, age=SOON)

    if fault == "silent":
        assert [to for to, _ in await given.taken()] == [given.to]
        assert found is not None
        assert (found.verdict is not Verdict.UNKNOWN) == given.exact
    else:
        assert found is None or found.verdict is Verdict.UNKNOWN


async def test_what_can_not_be_reached_was_not_sent(given: Given) -> None:
    if "away" not in given.can:
        return
    given.does("away")
    with pytest.raises(NotReached):
        await sent(given)


async def test_what_was_never_sent_is_not_there_or_nobody_can_say(given: Given) -> None:
    found = await given.gateway.find(OTHER, gateway_id=None, age=SOON)

    assert found is None if given.exact else found == Outcome(verdict=Verdict.UNKNOWN)


async def test_no_secret_number_or_text_gets_into_any_log_whatever_happens(
    given: Given, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for of_tests in (
        "pymongo",
        "mail.log",
    ):  # the driver's talk is turned off where it runs; the server is ours
        logging.getLogger(of_tests).setLevel(logging.WARNING)
    with caplog.at_level(logging.DEBUG):
        for what in ("", "passing", "permanent", "broken", "silent", "away"):
            if not what or what in given.can:
                given.does(what)
                with contextlib.suppress(NotReached):
                    await sent(given, within_s=0.5)
                with contextlib.suppress(Exception):
                    await given.gateway.find(ID, gateway_id="77", age=SOON)
    out = capfd.readouterr()
    logged = caplog.text + out.out + out.err

    for hidden in (SECRET, kavenegar.KEY, PASSWORD, given.to, "9121234567", "3TMJ", "شکایت"):
        assert hidden not in logged


def kavenegar_at(status: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Gateway, kavenegar.KavenegarDouble]:
    monkeypatch.setenv("A_KAVENEGAR_KEY", kavenegar.KEY)
    double = kavenegar.KavenegarDouble()
    double.status = status
    return opened(KAVENEGAR, vendor=double), double


@pytest.mark.parametrize(
    ("status", "verdict", "reason", "passing"),
    [
        (1, "accepted", "", False),
        (5, "accepted", "", False),
        (10, "delivered", "", False),
        (11, "refused", "status-11", True),
        (14, "refused", "blocked", False),
    ],
)
async def test_kavenegar_is_asked_by_our_number_and_later_by_its_own(
    monkeypatch: pytest.MonkeyPatch, status: int, verdict: str, reason: str, passing: bool
) -> None:
    gateway, double = kavenegar_at(status, monkeypatch)
    first = await gateway.send(ID, MOBILE, TEXT, Terms(sender="3000"))
    asked = [
        await gateway.find(ID, gateway_id=None, age=SOON),
        await gateway.find(ID, gateway_id=first.gateway_id, age=LATE),
    ]

    assert (first, double.senders) == (accepted("8792343"), ["3000"])
    for found in asked:
        assert found is not None
        assert (found.verdict, found.reason, found.passing) == (verdict, reason, passing)


async def test_after_twelve_hours_kavenegar_can_not_say_that_it_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gateway, _ = kavenegar_at(1, monkeypatch)
    twelve = timedelta(hours=12)

    assert await gateway.find(ID, gateway_id=None, age=twelve - timedelta(seconds=1)) is None
    for known in (None, "77"):
        found = await gateway.find(ID, gateway_id=known, age=twelve)
        assert found == Outcome(verdict=Verdict.UNKNOWN)


async def test_kavenegars_unclear_errors_are_no_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway, double = kavenegar_at(1, monkeypatch)
    double.says = "unclear"

    with pytest.raises(NoAnswer):
        await gateway.send(ID, MOBILE, TEXT)


async def test_a_wrong_key_is_refused_for_now_for_another_gateway_may_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("A_KAVENEGAR_KEY", "wrong")
    outcome = await opened(KAVENEGAR, vendor=kavenegar.KavenegarDouble()).send(ID, MOBILE, TEXT)

    assert (outcome.reason, outcome.passing) == ("403", True)


RECEIPTS: list[tuple[dict[str, Any], dict[str, str], str | None]] = [
    (KANNEL, {"type": "1"}, "delivered"),
    (KANNEL, {"type": "2"}, "refused"),
    (KANNEL, {"type": "4"}, "accepted"),
    (KANNEL, {"type": "8"}, "accepted"),
    (KANNEL, {"type": "16"}, "refused"),
    (KAVENEGAR, {"messageid": "8792343", "status": "10"}, "delivered"),
    (KAVENEGAR, {"messageid": "8792343", "status": "11"}, "refused"),
    (BY_DATA, {"messageid": "77", "state": "0"}, "accepted"),
    (BY_DATA, {"messageid": "77", "state": "1"}, "delivered"),
    (KANNEL, {"type": "3"}, None),
    (KANNEL, {"type": "one"}, None),
    (KANNEL, {}, None),
    (KAVENEGAR, {"messageid": "x", "status": "10"}, None),
    (KAVENEGAR, {"messageid": "1", "status": "12345"}, None),
    (BY_DATA, {"messageid": "77", "state": "8"}, None),
    (BY_DATA, {"messageid": "77"}, None),
    (BY_DATA, {"state": "1"}, None),
    ({one: BY_DATA[one] for one in ("type", "send")}, {"messageid": "77", "state": "1"}, None),
]


@pytest.mark.parametrize(("plan", "said", "verdict"), RECEIPTS)
def test_receipts_are_read_as_documented_and_anything_else_is_none(
    monkeypatch: pytest.MonkeyPatch, plan: dict[str, Any], said: dict[str, str], verdict: str | None
) -> None:
    monkeypatch.setenv("A_SECRET", SECRET)
    monkeypatch.setenv("A_KAVENEGAR_KEY", kavenegar.KEY)
    gateway = opened(plan)
    assert isinstance(gateway, Calls)
    if verdict is None:
        with pytest.raises((KeyError, ValueError)):
            gateway.receipt(said)
        return
    receipt = gateway.receipt(said)
    assert receipt is not None
    assert receipt.outcome.verdict == verdict
    assert receipt.gateway_id == said.get("messageid")


def test_what_a_plan_says_of_a_receipt_passes_lasts_or_is_none_of_our_business_yet() -> None:
    gateway = opened(BY_DATA)
    assert isinstance(gateway, Calls)
    told = {state: gateway.receipt({"messageid": "77", "state": state}) for state in "239"}

    assert told == {
        "2": Receipt(outcome=refused("code-2", passing=True)),
        "3": Receipt(outcome=refused("code-3", passing=False)),
        "9": None,
    }


async def test_over_smpp_receipts_are_told_before_they_are_acknowledged_and_long_texts_go_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("A_PASSWORD", PASSWORD)
    async with smpp_line() as (given, centre, told):
        centre.receipts = {MOBILE[1:]: ["ENROUTE", "DELIVRD", "DELIVRD", "UNDELIV"]}
        outcome = await given.gateway.send(ID, MOBILE, TEXT)
        async with asyncio.timeout(10):
            for _ in range(4):
                await centre.acknowledged.acquire()

    assert [part.text for part in centre.parts] == [TEXT]
    assert [one.outcome.verdict for one in told] == ["accepted", "delivered", "delivered", "refused"]
    assert {one.gateway_id for one in told} == {outcome.gateway_id} == {centre.parts[0].id}


TOLD: list[tuple[timedelta | None, str | None, str]] = [
    (None, None, ""),
    (timedelta(hours=2, seconds=30), "120", "000000020030000R"),
    (timedelta(days=3), "4320", "000003000000000R"),
    (timedelta(), "1", "000000000001000R"),
    (-timedelta(seconds=5), "1", "000000000001000R"),
]


@pytest.mark.parametrize(("valid_for", "minutes", "_"), TOLD)
@pytest.mark.parametrize("priority", [0, 3])
async def test_kannel_is_told_how_urgent_it_is_and_for_how_many_minutes(
    monkeypatch: pytest.MonkeyPatch, valid_for: timedelta | None, minutes: str | None, _: str, priority: int
) -> None:
    monkeypatch.setenv("A_SECRET", SECRET)
    double = KannelDouble()
    terms = Terms(sender="3000", valid_for=valid_for, priority=priority)
    await opened(KANNEL, vendor=double).send(ID, MOBILE, TEXT, terms)
    said = fields(double.asked[0])

    assert (said.get("validity"), said["priority"], said["from"]) == (minutes, str(priority), "3000")


async def test_over_smpp_an_operator_is_told_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_PASSWORD", PASSWORD)
    async with smpp_line() as (given, centre, _):
        for valid_for, _, _ in TOLD:
            terms = Terms(sender="3000", valid_for=valid_for, priority=3)
            await given.gateway.send(ID, MOBILE, TEXT, terms)
        await given.gateway.send(ID, MOBILE, TEXT, Terms(sender="3000"))

    *told, plain = [(one.source, one.priority, one.valid_until) for one in centre.parts]
    assert told == [("3000", 3, as_pdu) for _, _, as_pdu in TOLD]
    assert plain == ("3000", 0, "")


async def test_nothing_leaves_over_smpp_without_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_PASSWORD", PASSWORD)
    gateway = opened({"type": "smpp", "host": "nowhere", "system_id": "x", "password": {"env": "A_PASSWORD"}})

    with pytest.raises(NotReached):
        await gateway.send(ID, MOBILE, TEXT)


def said_by_data(what: str = "send", login: list[str] | None = None, **asking: Any) -> str:
    """A file with one service, of which something is asked so."""
    answer = {"code": "http", "accepted": ["200"]}
    of = {"send": {"url": "http://sms.example", "answer": answer}}
    of[what] = {"url": "http://sms.example", "answer": answer, **asking}
    plan = {"type": "http", "secrets": {"key": {"env": "A_SECRET"}}, **of}
    return orjson.dumps({"one": plan | ({"login": login} if login else {})}).decode()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"Kave": {"type": "in-app"}}', "Kave"),
        ('{"one": {"type": "carrier-pigeon"}}', "one"),
        ('{"one": {"type": "kavenegar", "key": "4F6D-secret"}}', "one.kavenegar.key"),
        ('{"one": {"type": "kavenegar", "key": {"env": "NOT_SET", "file": "/x"}}}', "not both"),
        ('{"one": {"type": "in-app", "4F6D-secret": 1}}', "one.in-app"),
        ('{"one": "4F6D-secret', "JSON"),
        (said_by_data(json={"a": ["{4F6D-secret}"]}), "send.json.a.0"),
        (said_by_data(json={"a": "x{uid|number}"}), "send.json.a:"),
        (said_by_data(url="http://sms.example/{4F6D-secret}"), "send.url"),
        (said_by_data(url="{uid|number}"), "send.url"),
        (said_by_data(headers={"x-key": "{ key }"}), "send.headers.x-key"),
        (
            said_by_data(params={"a": "{4F6D-secret}"}, form={"b": "{gateway_id}"}),
            "send.params.a, send.form.b",
        ),
        (said_by_data("find", form={"b": "{to}"}), "find.form.b"),
        (said_by_data(login=["province", "4F6D-secret"]), "login"),
    ],
)
def test_a_wrong_plan_is_told_by_its_place_and_never_by_what_stands_there(text: str, says: str) -> None:
    with pytest.raises(NoGateway) as error:
        read_plans(file=None, text=text)

    assert says in str(error.value)
    assert says == "one.in-app" or "4F6D-secret" not in str(error.value)


def test_a_wrong_name_in_braces_is_told_with_those_that_there_are_in_two_languages() -> None:
    with pytest.raises(NoGateway) as error:
        read_plans(file=None, text=said_by_data(json={"messageText": "{txt}"}))

    said = str(error.value)
    names = "{to} {text} {sender} {receipts} {id} {uid} {key}"
    assert f"send.json.messageText: a name in braces that isn't known here; known are {names}" in said
    assert f"نامی در آکولاد که اینجا شناخته نیست؛ نام‌های شناخته: {names}" in said


def test_braces_that_hold_no_name_are_sent_as_they_stand() -> None:
    text = said_by_data(
        form={"data": '{"to": "{to}", "of": {}} {', "n": "{uid|number}"}, params={"k": "{key}"}
    )

    assert set(read_plans(file=None, text=text)) == {"one"}


@pytest.mark.parametrize("sender", [None, "", "Paygir"])
async def test_what_can_not_be_written_into_a_request_has_not_left_and_is_not_in_doubt(
    monkeypatch: pytest.MonkeyPatch, sender: str | None
) -> None:
    monkeypatch.setenv("A_SECRET", SECRET)
    vendor = SmsirDouble()
    gateway = opened(example("smsir"), vendor=vendor)

    with pytest.raises(NotReached):
        await gateway.send(ID, MOBILE, TEXT, Terms(sender=sender))
    assert vendor.asked == []


@pytest.mark.parametrize("wrong", [{"url": "http://sms.example:line"}, {"headers": {"x-line": "{text}"}}])
async def test_neither_has_what_is_no_address_or_no_header(wrong: dict[str, Any]) -> None:
    vendor = KannelDouble()
    send = {"url": "http://sms.example", "answer": {"code": "http", "accepted": ["202"]}, **wrong}

    with pytest.raises(NotReached):
        await opened({"type": "http", "send": send}, vendor=vendor).send(ID, MOBILE, TEXT, Terms())
    assert vendor.asked == []


@pytest.mark.parametrize("terms", [Terms(sender="3" * 30), Terms(valid_for=timedelta(weeks=64))])
async def test_what_can_not_be_written_over_smpp_has_not_left_either_and_the_next_does(
    monkeypatch: pytest.MonkeyPatch, terms: Terms
) -> None:
    monkeypatch.setenv("A_PASSWORD", PASSWORD)
    async with smpp_line() as (given, centre, _):
        with pytest.raises(NotReached):
            await asyncio.wait_for(given.gateway.send(ID, MOBILE, TEXT, terms), 5)
        assert centre.parts == []
        assert (await given.gateway.send(OTHER, MOBILE, TEXT)).verdict is Verdict.ACCEPTED


def test_a_secret_comes_from_a_file_or_the_environment_and_is_missed_by_name(tmp_path: Path) -> None:
    held = tmp_path / "key"
    held.write_text("from a file\n")
    assert Secret(file=held).read() == "from a file"

    with pytest.raises(NoGateway, match="NOT_SET"):
        opened({"type": "kavenegar", "key": {"env": "NOT_SET"}})


def test_an_agency_sends_from_its_own_line() -> None:
    plan = Plan(line="3000", lines={"water": "3000111"})

    assert (plan.sender("water"), plan.sender("roads"), Plan().sender("water")) == ("3000111", "3000", None)


def test_what_a_citizen_wrote_is_never_read_for_names() -> None:
    assert filled("{text} {key} {other}", {"text": "{key}", "key": "k"}) == "{key} k {other}"
