"""Mail is a door like any other: a letter is a case, durably or not at all, and once."""

import asyncio
import smtplib
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pymongo.errors import AutoReconnect

from services.complaints.mail import Whose
from services.complaints.usecases import filing
from shared.mail.ours import id_of_letter
from tests.certificates import self_signed
from tests.complaints.attachments import listed
from tests.complaints.cases import act, event_names
from tests.complaints.letters import (
    ALI,
    DOMAIN,
    OFFICER,
    SUBJECT,
    TEXT,
    WATER,
    ZAHRA,
    cases,
    door,
    letter,
    notes,
)
from tests.serving import Serving, bearer
from tests.shared.files import samples

pytestmark = [pytest.mark.real, pytest.mark.clause("COUNTY-D2")]
DUE = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
"""Saturday noon in Tehran: three working hours after nine."""


def counted(result: str) -> float:
    return REGISTRY.get_sample_value("paygir_letters_total", {"result": result}) or 0.0


async def test_a_letter_becomes_a_case_at_a_desk_that_sorts_it_and_its_clock_runs(
    complaints: Serving,
) -> None:
    async with door(complaints) as post:
        code, _ = await post.send(letter())
    [case] = await cases(complaints)

    assert code == 250
    assert (case["door"], case["ground"], case["service_code"], case["unit_id"]) == (
        "email",
        "none-of-these",
        "unsorted",
        "desk",
    )
    assert case["text"] == f"{SUBJECT}\n\n{TEXT}"
    assert datetime.fromisoformat(case["reply_due_at"]) == DUE
    assert (case["mobile"], case["email"]) == (None, "z***@example.ir")
    assert await event_names(complaints) == ["ComplaintFiled"]
    complaints.clock.set(DUE)
    await complaints.sweep()
    assert (await cases(complaints))[0]["level_post"] == "water.desk.head"
    answered = await act(complaints, "water.desk.head", "answer", case["id"], text="انجام شد.")
    assert answered.json()["status"] == "answered"


async def test_the_address_is_sealed_and_crosses_the_bus_as_one_and_its_name_is_kept_nowhere(
    complaints: Serving,
) -> None:
    async with door(complaints) as post:
        await post.send(letter())
    repositories = complaints.parts.repositories
    told = [one for some in repositories[:2] for one in await complaints.published(some)]
    [contact] = [one for one in told if one["topic"] == "paygir.contacts"]
    kept = str(
        [
            await complaints.database[name].find().to_list()
            for name in await complaints.database.list_collection_names()
        ]
    )

    assert b'"kind":"email"' in contact["value"] or '"kind":"email"' in str(contact["value"])
    for secret in (ZAHRA, "zahra", "محمدی", "zahras.example"):
        assert secret not in kept
        assert secret not in str(told)


@pytest.mark.parametrize("times", [2, 5])
async def test_the_same_letter_again_or_at_once_is_the_same_case_once(
    complaints: Serving, times: int
) -> None:
    message = letter()
    message.add_attachment("متن".encode(), maintype="text", subtype="plain", filename="شرح.txt")
    async with door(complaints) as post:
        answers = [await post.send(message)]
        answers += await asyncio.gather(*[post.send(message) for _ in range(min(times, 4) - 1)])
        complaints.clock.forward(days=2)
        answers.append(await post.send(message))
    [case] = await cases(complaints)

    assert [code for code, _ in answers] == [250] * len(answers)
    assert (await event_names(complaints)).count("ComplaintFiled") == 1
    assert [one["name"] for one in await listed(complaints, case["id"])] == ["شرح.txt"]
    assert await notes(complaints, case["id"]) == []


async def test_another_senders_letter_of_the_same_id_is_another_case(complaints: Serving) -> None:
    async with door(complaints) as post:
        await post.send(letter())
        await post.send(letter(sender=ALI), by=ALI)

    assert {one["email"] for one in await cases(complaints)} == {"z***@example.ir", "a***@example.ir"}


async def test_what_could_not_be_saved_comes_again_and_is_then_the_case(
    complaints: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> None:
        raise AutoReconnect("gone")

    async with door(complaints) as post:
        with monkeypatch.context() as broken:
            broken.setattr(filing, "file", away)
            before = await post.send(letter())
        assert before[0] == 451
        assert await cases(complaints) == []
        assert (await post.send(letter()))[0] == 250
    assert len(await cases(complaints)) == 1


async def test_250_is_said_only_once_the_case_is_there(complaints: Serving) -> None:
    async with door(complaints) as post:
        code, _ = await post.send(letter())
        documents = await complaints.database["complaints"].count_documents({})

    assert (code, documents) == (250, 1)


@pytest.mark.parametrize("to", [f"nobody@{DOMAIN}", "water@elsewhere.example", f"water.x@{DOMAIN}", "water"])
async def test_who_is_no_agency_is_told_so_before_anything_is_read(complaints: Serving, to: str) -> None:
    async with door(complaints) as post:
        code, _ = await post.send(letter(), to=to)

    assert code == 550
    assert await cases(complaints) == []


async def test_a_letter_to_two_agencies_is_a_case_at_each(complaints: Serving) -> None:
    async with door(complaints) as post:
        code, _ = await post.send(letter(), to=[WATER, f"Roads@{DOMAIN.upper()}"])

    assert code == 250
    assert len(await cases(complaints)) == len(await cases(complaints, "roads.desk.officer")) == 1


async def test_an_address_of_the_table_is_its_agencys_and_goes_to_the_unit_that_is_named(
    complaints: Serving,
) -> None:
    table = {
        "Shekayat@Water.example": Whose(agency="water", unit="desk"),
        "x@w.example": Whose(agency="water", unit="it"),
    }
    async with door(complaints, table) as post:
        await post.send(letter(), to="shekayat@water.example")
        await post.send(letter(message_id="<2@x>"), to="x@w.example")

    # In `it` nobody could work on it: then as if no unit were named.
    assert [one["unit_id"] for one in await cases(complaints)] == ["desk", "desk"]


@pytest.mark.parametrize(
    ("headers", "by", "result"),
    [
        ({"auto_submitted": "auto-replied"}, ZAHRA, "automatic"),
        ({"auto_submitted": "auto-generated; x=y"}, ZAHRA, "automatic"),
        ({"precedence": "bulk"}, ZAHRA, "automatic"),
        ({"list_id": "<news.example>"}, ZAHRA, "automatic"),
        (
            {"message_id": f"<{id_of_letter('019aa000-0000-7000-8000-000000000000', 'm1', DOMAIN)}>"},
            ZAHRA,
            "our-own",
        ),
        ({}, "", "bounce"),
    ],
)
async def test_what_nobody_wrote_is_refused_with_a_reason_and_counted(
    complaints: Serving, headers: dict[str, str], by: str, result: str
) -> None:
    before = counted(result)
    async with door(complaints) as post:
        code, said = await post.send(letter(**headers), by=by)

    assert (code, said.split()[0]) == (550, "5.7.1")
    assert counted(result) == before + 1
    assert await cases(complaints) == []


async def test_a_letter_from_an_agencys_own_address_goes_round_no_further(complaints: Serving) -> None:
    async with door(complaints) as post:
        code, _ = await post.send(letter(sender=f"roads@{DOMAIN}"))
        human, _ = await post.send(letter(auto_submitted="no"))

    assert (code, human) == (550, 250)


async def test_a_letter_that_says_it_is_too_large_is_refused_before_it_is_sent(complaints: Serving) -> None:
    most = 64 * 1024
    async with door(complaints, mail_bytes_max=most) as post:
        declared = await post.send(letter(text="x" * 60 + "\n" * most))
        assert declared[0] == 552

        def lie() -> int:
            with post.client() as client:
                client.ehlo()
                client.mail(ZAHRA)
                client.rcpt(WATER)
                return client.data(("x" * 60 + "\r\n") * (most // 60))[0]

        assert await asyncio.to_thread(lie) == 552
        assert (await post.send(letter()))[0] == 250
    assert len(await cases(complaints)) == 1


async def test_who_sends_on_and_on_is_cut_off(complaints: Serving) -> None:
    before = counted("too-large")

    def flood(client: smtplib.SMTP) -> None:
        client.ehlo()
        client.mail(ZAHRA)
        client.rcpt(WATER)
        client.putcmd("data")
        client.getreply()
        for _ in range(10_000):
            client.send(b"x" * 1022 + b"\r\n")

    async with door(complaints, mail_bytes_max=64 * 1024) as post:
        client = await asyncio.to_thread(post.client)
        with pytest.raises((OSError, smtplib.SMTPServerDisconnected)):
            await asyncio.to_thread(flood, client)
        client.close()
    assert counted("too-large") == before + 1


async def test_mail_is_taken_only_from_the_machines_that_were_named(complaints: Serving) -> None:
    async with door(complaints, mail_peers="10.0.0.0/8") as post:
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            await post.send(letter())
    assert refused.value.smtp_code == 554


async def test_with_a_certificate_letters_come_under_tls(complaints: Serving, tmp_path: Path) -> None:
    cert, key = self_signed(tmp_path)

    def send(client: smtplib.SMTP) -> None:
        with client:
            client.starttls(context=ssl.create_default_context(cafile=str(cert)))
            assert client.sock is not None
            client.sendmail(ZAHRA, [WATER], letter().as_bytes())

    async with door(complaints, mail_tls_cert_file=cert, mail_tls_key_file=key) as post:
        client = await asyncio.to_thread(post.client)
        client._host = "localhost"  # pyright: ignore[reportAttributeAccessIssue]
        await asyncio.to_thread(send, client)
    assert len(await cases(complaints)) == 1


async def test_files_go_along_by_the_same_checks_and_a_bad_one_is_named_while_the_case_is_filed(
    complaints: Serving,
) -> None:
    message = letter()
    message.add_attachment(
        bytes(samples.plain_photo()), maintype="application", subtype="octet-stream", filename="در بسته.jpg"
    )
    message.add_attachment(b"MZ\x90\0" * 100, maintype="image", subtype="jpeg", filename="عکس.jpg")
    async with door(complaints) as post:
        answers = [await post.send(message) for _ in range(2)]
    [case] = await cases(complaints)
    [kept] = await listed(complaints, case["id"])
    [note] = await notes(complaints, case["id"])

    assert [code for code, _ in answers] == [250, 250]
    assert (kept["name"], kept["kind"], kept["purpose"]) == ("در بسته.jpg", "jpeg", "case")
    assert note["text"].startswith("این فایل‌ها که همراه آن فرستاده شده بود پذیرفته نشد:\nعکس.jpg: ")
    assert note["post_id"] is None


async def test_of_a_text_longer_than_a_case_all_is_in_a_file(complaints: Serving) -> None:
    async with door(complaints) as post:
        await post.send(letter(text="آب نیست\n" * 2000))
    [case] = await cases(complaints)
    [kept] = await listed(complaints, case["id"])

    assert len(case["text"]) == 4000
    assert case["text"].endswith("… (ادامه در پیوست)")
    assert kept["name"] == "متن کامل نامه.txt"


async def test_a_letter_whose_sender_cannot_be_read_is_a_case_of_nobody_that_can_be_reached(
    complaints: Serving,
) -> None:
    async with door(complaints) as post:
        code, _ = await post.send(letter(sender="(بی نام)"), by="a..b@x")
    [case] = await cases(complaints)

    assert (code, case["email"], case["mobile"]) == (250, None, None)


@pytest.mark.parametrize("by", ["in_reply_to", "references", "code", "ours"])
async def test_a_reply_from_the_same_address_is_added_to_the_case_and_is_no_new_one(
    complaints: Serving, by: str
) -> None:
    async with door(complaints) as post:
        await post.send(letter())
        [case] = await cases(complaints)
        said: dict[str, dict[str, str]] = {
            "in_reply_to": {"in_reply_to": "<1@zahras.example>"},
            "references": {"references": "<0@x> <1@zahras.example> <9@y>"},
            "code": {"subject": f"پاسخ: [{case['tracking_code'].lower()}]"},
            "ours": {"in_reply_to": f"<{id_of_letter(case['id'], 'm1', DOMAIN)}>"},
        }
        again = letter(text="هنوز قطع است.", message_id="<2@x>", sender="Zahra@Example.ir", **said[by])
        for _ in range(2):
            assert (await post.send(again))[0] == 250
        third = letter(text="هنوز قطع است.", message_id="<3@x>", **said[by])
        assert (await post.send(third))[0] == 250

    [case] = await cases(complaints)
    added = await notes(complaints, case["id"])
    assert [(one["post_id"], one["text"]) for one in added] == [(None, "هنوز قطع است.")] * 2


@pytest.mark.parametrize("by", ["in_reply_to", "code", "ours"])
async def test_from_another_address_it_is_a_complaint_of_its_own_and_learns_nothing(
    complaints: Serving, by: str
) -> None:
    async with door(complaints) as post:
        first = await post.send(letter())
        [case] = await cases(complaints)
        said: dict[str, dict[str, str]] = {
            "in_reply_to": {"in_reply_to": "<1@zahras.example>"},
            "code": {"subject": case["tracking_code"]},
            "ours": {"in_reply_to": f"<{id_of_letter(case['id'], 'm1', DOMAIN)}>"},
        }
        other = await post.send(letter(message_id="<2@x>", sender=ALI, **said[by]), by=ALI)

    assert other == first
    assert len(await cases(complaints)) == 2
    assert await notes(complaints, case["id"]) == []


async def test_where_the_case_waits_for_its_citizen_their_letter_is_the_reply_and_the_clock_goes_on(
    complaints: Serving,
) -> None:
    async with door(complaints) as post:
        await post.send(letter())
        [case] = await cases(complaints)
        await act(complaints, OFFICER, "ask", case["id"], text="کدام خیابان؟")
        answer = letter(text="بله", message_id="<2@x>", in_reply_to="<1@zahras.example>")
        for _ in range(2):
            await post.send(answer)
        [heard] = await cases(complaints)
        await act(complaints, OFFICER, "ask", case["id"], text="هنوز هم؟")
        await post.send(answer)  # the old letter once more is no reply to the new question
        [waits] = await cases(complaints)
        await post.send(letter(text="بله", message_id="<3@x>", in_reply_to="<1@zahras.example>"))
    [after] = await cases(complaints)

    assert (heard["status"], waits["status"], after["status"]) == ("taken", "waiting", "taken")
    assert [one["reply"] for one in after["rounds"][0]["questions"]] == ["بله", "بله"]
    assert await notes(complaints, case["id"]) == []
    assert (await event_names(complaints)).count("ComplaintCitizenReplied") == 2


async def test_a_letter_to_a_case_that_has_ended_is_a_new_one(complaints: Serving) -> None:
    async with door(complaints) as post:
        await post.send(letter())
        [case] = await cases(complaints)
        await act(complaints, OFFICER, "answer", case["id"], text="وصل شد.")
        complaints.clock.forward(days=7)
        await complaints.sweep()
        await post.send(letter(message_id="<2@x>", in_reply_to="<1@zahras.example>"))

    assert [one["status"] for one in await cases(complaints)] == ["closed", "filed"]


async def test_a_letter_of_somebody_who_was_erased_meanwhile_is_taken_and_makes_no_double(
    complaints: Serving,
) -> None:
    async with door(complaints) as post:
        await post.send(letter())
        await complaints.database.client[f"{complaints.database.name}_keys"]["keys"].update_many(
            {}, {"$set": {"state.wrapped_key": None, "state.number_hash": None}}
        )
        code, _ = await post.send(letter())

    assert code == 250
    assert await complaints.database["complaints"].count_documents({}) == 1


async def test_a_stranger_asks_for_the_door_by_the_port_alone_and_hears_no_more_than_smtp(
    complaints: Serving,
) -> None:
    def asked(client: smtplib.SMTP) -> list[int]:
        with client:
            return [client.docmd(one)[0] for one in ("VRFY water", "EXPN x", "RCPT TO:<x@y>", "AUTH PLAIN x")]

    async with door(complaints) as post:
        client = await asyncio.to_thread(post.client)
        codes = await asyncio.to_thread(asked, client)

    assert all(code >= 250 for code in codes)
    assert 235 not in codes


async def test_staff_see_the_address_by_a_look_with_a_reason(complaints: Serving) -> None:
    async with door(complaints) as post:
        await post.send(letter())
    [case] = await cases(complaints)
    url = f"/v1/complaints/{case['id']}/mobile/look"
    seen = await complaints.http.post(url, json={"reason": "پاسخ به رایانامهٔ او"}, headers=bearer(OFFICER))

    assert seen.json() == {"mobile": None, "email": ZAHRA}
