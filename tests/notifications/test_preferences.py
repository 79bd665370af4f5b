"""Who wishes for fewer messages gets fewer: at one agency or at all, until it is taken back."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.notifications.domain.wishes import Preference, WishKind
from services.notifications.usecases import preferences
from services.notifications.usecases.use import Use
from shared.events.complaints import (
    ComplaintAnswered,
    ComplaintDeadlineMoved,
    ComplaintEscalated,
    ComplaintFiled,
    ComplaintTaken,
)
from shared.events.complaints_course import ComplaintCitizenAsked, ComplaintRouted, ComplaintWentOn
from shared.keys.storage import keys_database
from tests.notifications.cases import CODE_SHOWN, MOBILE, MOBILE_E164, Case, phone, send, states, use_of
from tests.notifications.inbound import PROVINCES, STRANGER, known, sms, tells
from tests.notifications.staff import Number
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]
REFUSED = "refused-by-the-person"
NOBODYS = "3TMJ-WP0K-48R6-TFA4"
Json = dict[str, Any]


def use_(running: Serving) -> Use:
    return running.parts.use


async def asked(
    running: Serving, how: str = "POST", *, code: str = CODE_SHOWN, mobile: str = MOBILE, **said: Any
) -> httpx.Response:
    body = {"code": code, "mobile": mobile, **said}
    return await running.http.request(how, "/v1/preferences", json=body)


async def put(running: Serving, *kinds: str, **said: Any) -> Json:
    answer = await asked(running, "PUT", refused=kinds, **said)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused_in(view: Json) -> list[str]:
    return [one["kind"] for one in view["kinds"] if one["refused"]]


async def kept(running: Serving) -> list[Json]:
    found = await keys_database(running.database)["preferences"].find({}, {"state": 1}).to_list()
    return [one["state"] for one in found]


async def test_who_sends_stop_is_told_only_what_must_be_known(running: Serving, case: Case) -> None:
    [said] = await sms(running, "لغو")
    for kind in (ComplaintFiled, ComplaintTaken, ComplaintRouted, ComplaintEscalated, ComplaintDeadlineMoved):
        await tells(running, case, kind)
    for kind in (ComplaintCitizenAsked, ComplaintWentOn, ComplaintAnswered):
        await tells(running, case, kind)

    assert said.startswith("دیگر خبرهای میانی رسیدگی، اطلاعیه و نظرسنجی از دستگاه water")
    assert "پاسخ پیامک‌هایتان همچنان فرستاده می‌شود. برای دریافت دوباره: «شروع»" in said
    told = {
        template: status if status == "delivered" else why for template, status, why in await states(running)
    }
    assert told.pop("inbound-stop") == "delivered"
    assert told == {
        "complaint-filed": "delivered",
        "complaint-taken": REFUSED,
        "complaint-routed": REFUSED,
        "complaint-escalated": REFUSED,
        "complaint-deadline-moved": REFUSED,
        "complaint-citizen-asked": "delivered",
        "complaint-reply-taken": REFUSED,
        "complaint-answered": "delivered",
    }


@pytest.mark.parametrize("word", ["شروع", "شروع 11", "START", "on."])
async def test_who_sends_start_is_told_everything_again(running: Serving, case: Case, word: str) -> None:
    await sms(running, "stop")
    [said] = await sms(running, word, id_="m-2")
    await tells(running, case, ComplaintTaken)

    assert said.startswith("از این پس همهٔ پیامک‌های دستگاه water برای شما فرستاده می‌شود.")
    assert ("complaint-taken", "delivered", None) in await states(running)
    assert [one["refused"] for one in await kept(running)] == [[]]


async def test_a_wish_is_heard_as_often_as_it_is_said_and_answered_three_times_a_day(
    running: Serving,
) -> None:
    said: list[int] = []
    for turn in range(5):
        said.append(len(await sms(running, "لغو", id_=f"stop-{turn}")))
        said.append(len(await sms(running, "شروع", id_=f"start-{turn}")))
    assert said == [1, 1] * 3 + [0, 0] * 2
    await sms(running, "لغو", id_="last")

    [wish] = await kept(running)
    assert wish["refused"] == ["own-case-progress", "notices", "surveys"]


async def test_what_waits_when_stop_comes_is_not_sent_any_more(running: Serving, case: Case) -> None:
    await case.tells(ComplaintTaken)
    await sms(running, "لغو")

    assert ("complaint-taken", "suppressed", REFUSED) in await states(running)


async def test_who_said_it_before_their_number_came_is_heard(running: Serving) -> None:
    await sms(running, "لغو")
    case = Case(running)
    await case.tells(ComplaintTaken)
    running.clock.forward(seconds=5)
    await send(running)
    assert ("complaint-taken", "held", "no-contact-yet") in await states(running)
    await case.contact_comes()
    await send(running)

    assert ("complaint-taken", "suppressed", REFUSED) in await states(running)
    assert len(await phone(running)) == 1


async def test_what_is_refused_takes_nothing_with_it_that_waits(running: Serving, case: Case) -> None:
    await case.tells(ComplaintCitizenAsked)
    await preferences.say(use_(running), "water", MOBILE_E164, [WishKind.PROGRESS])
    await case.tells(ComplaintEscalated)

    assert [(name, status) for name, status, _ in await states(running)] == [
        ("complaint-citizen-asked", "queued"),
        ("complaint-escalated", "suppressed"),
    ]


async def test_said_to_the_provinces_line_it_holds_at_all_agencies(running: Serving, case: Case) -> None:
    [said] = await sms(running, "لغو", to=PROVINCES)

    assert "از هیچ دستگاهی در این سامانه" in said
    assert await refusing(running, "water", case.contact) == {case.contact}
    assert await refusing(running, "roads", case.contact) == {case.contact}


async def refusing(running: Serving, agency_id: str, *contacts: str) -> set[str]:
    return await preferences.refused(use_(running), agency_id, contacts, WishKind.NOTICES)


async def test_what_was_said_last_holds_be_it_to_the_agency_or_to_the_province(
    running: Serving, case: Case
) -> None:
    await sms(running, "لغو", to=PROVINCES)
    await sms(running, "شروع", id_="m-2")
    assert await refusing(running, "water", case.contact) == set()
    assert await refusing(running, "roads", case.contact) == {case.contact}

    await sms(running, "لغو", id_="m-3")
    await sms(running, "شروع", to=PROVINCES, id_="m-4")
    assert await refusing(running, "water", case.contact) == set()
    assert await refusing(running, "roads", case.contact) == set()


async def test_said_to_one_agency_it_holds_there_and_for_that_number_alone(
    running: Serving, case: Case
) -> None:
    other = Case(running, "case-2", mobile="+989350000000")
    await other.contact_comes()
    await sms(running, "لغو")

    assert await refusing(running, "water", case.contact, other.contact, "nobodys") == {case.contact}
    assert await refusing(running, "roads", case.contact) == set()
    for kind in (WishKind.ESSENTIAL, WishKind.ANSWERS):
        assert await preferences.refused(use_(running), "water", [case.contact], kind) == set()


async def test_the_staff_are_told_as_staff(running: Serving) -> None:
    await sms(running, "لغو")
    await Number(person="p-1", contact="staff-1", mobile=MOBILE_E164).comes(running)

    assert await refusing(running, "water", "staff-1") == set()


class Counted:
    """Counts the questions."""

    def __init__(self, of: Any) -> None:
        self._of, self.questions = of, 0

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._of, name)

        async def ask(*given: Any) -> Any:
            self.questions += 1
            return await asked(*given)

        return ask


async def test_a_thousand_are_asked_for_at_once(running: Serving) -> None:
    use = use_(running)
    people = {f"c{number}": f"+98912{number:07}" for number in range(1000)}
    hashes = {id_: preferences.hash_of(use, number) for id_, number in people.items()}
    await use.numbers.keep({id_: ("water", one) for id_, one in hashes.items()})
    wishing = {id_ for id_ in people if int(id_[1:]) % 10 == 0}
    for id_ in wishing:
        await preferences.say(use, "water", people[id_], [WishKind.NOTICES])
    numbers, wishes, contacts = Counted(use.numbers), Counted(use.wishes), Counted(use.contacts)
    counted = replace(use, numbers=numbers, wishes=wishes, contacts=contacts)

    found = await preferences.refused(counted, "water", list(people), WishKind.NOTICES)
    assert found == wishing
    assert numbers.questions + wishes.questions + contacts.questions <= 8


async def test_a_citizen_sees_what_is_sent_and_says_what_is_not_wanted(running: Serving, case: Case) -> None:
    await known(running, case.envelope(ComplaintFiled))
    before = (await asked(running)).json()
    after = await put(running, "surveys", "own-case-progress")

    assert (before["agency_id"], before["said_everywhere"], refused_in(before)) == ("water", False, [])
    assert [(one["kind"], one["refusable"], one["clause"]) for one in before["kinds"]] == [
        ("own-case-essential", False, "RIGHTS-P5-6"),
        ("own-case-progress", True, None),
        ("answers", False, "RIGHTS-P5-6"),
        ("notices", True, None),
        ("surveys", True, None),
    ]
    assert refused_in(after) == ["own-case-progress", "surveys"]
    assert (await asked(running)).json() == after
    assert refused_in(await put(running)) == []


async def test_titles_are_read_in_both_languages(running: Serving, case: Case) -> None:
    await known(running, case.envelope(ComplaintFiled))
    body = {"code": CODE_SHOWN, "mobile": MOBILE}
    english = await running.http.post("/v1/preferences", json=body, headers={"accept-language": "en"})

    assert (await asked(running)).json()["kinds"][4]["title"] == "نظرسنجی‌ها"
    assert english.json()["kinds"][4]["title"] == "Surveys"


async def test_said_for_all_agencies_it_is_seen_at_each(running: Serving, case: Case) -> None:
    await known(running, case.envelope(ComplaintFiled))
    everywhere = await put(running, "notices", everywhere=True)
    there = (await asked(running)).json()
    running.clock.forward(seconds=1)
    here = await put(running, "surveys")

    assert (everywhere["agency_id"], refused_in(everywhere)) == (None, ["notices"])
    assert (there["agency_id"], there["said_everywhere"], refused_in(there)) == ("water", True, ["notices"])
    assert (here["said_everywhere"], refused_in(here)) == (False, ["surveys"])
    assert refused_in((await asked(running, everywhere=True)).json()) == ["notices"]


@pytest.mark.parametrize("kind", ["own-case-essential", "answers"])
async def test_what_must_be_known_can_not_be_refused(running: Serving, case: Case, kind: str) -> None:
    await known(running, case.envelope(ComplaintFiled))
    answer = await asked(running, "PUT", refused=[kind, "surveys"])

    assert (answer.status_code, answer.json()["clause"]) == (409, "RIGHTS-P5-6")
    assert await kept(running) == []


@pytest.mark.parametrize("refused", [["everything"], ["surveys"] * 6, "surveys", None])
async def test_what_is_no_kind_is_not_taken(running: Serving, case: Case, refused: Any) -> None:
    await known(running, case.envelope(ComplaintFiled))

    assert (await asked(running, "PUT", refused=refused)).status_code == 422
    assert await kept(running) == []


@pytest.mark.parametrize("how", ["POST", "PUT"])
@pytest.mark.parametrize("mobile", [STRANGER, "09121111111"])
async def test_a_code_that_nobody_has_does_the_same_work_and_says_the_same_as_somebody_elses(
    running: Serving, case: Case, how: str, mobile: str
) -> None:
    other = Case(running, "case-2", mobile="+989121111111")
    await other.contact_comes()
    await known(running, case.envelope(ComplaintFiled))
    use = use_(running)
    answers: list[Any] = []
    for code in (NOBODYS, CODE_SHOWN):
        numbers, cases, wishes = Counted(use.numbers), Counted(use.cases), Counted(use.wishes)
        running.app.state.use = replace(use, numbers=numbers, cases=cases, wishes=wishes)
        answer = await asked(
            running, how, code=code, mobile=mobile, **({} if how == "POST" else {"refused": []})
        )
        answers.append((answer.status_code, answer.content))
        assert (numbers.questions, cases.questions, wishes.questions) == (1, 1, 0)

    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert await kept(running) == []


async def test_five_wrong_tries_a_minute_are_let_through(running: Serving, case: Case) -> None:
    await known(running, case.envelope(ComplaintFiled))
    tried = [(await asked(running, mobile=STRANGER)).status_code for _ in range(6)]

    assert tried == [404] * 5 + [429]


async def test_fifty_who_say_something_at_once_leave_one_wish(running: Serving) -> None:
    use = use_(running)
    kinds: Sequence[Collection[WishKind]] = ([WishKind.NOTICES], [WishKind.SURVEYS])
    await asyncio.gather(
        *[preferences.say(use, "water", MOBILE_E164, kinds[number % 2]) for number in range(50)]
    )

    [wish] = await kept(running)
    assert wish["refused"] in (["notices"], ["surveys"])


async def test_a_wish_outlives_its_persons_other_data_and_is_kept_for_five_years(
    running: Serving, case: Case
) -> None:
    await sms(running, "لغو")
    await case.contact_comes(offset=1, forgotten=True)
    again = Case(running, "case-2")
    await again.contact_comes()
    assert await refusing(running, "water", again.contact) == {again.contact}

    running.clock.set(said_at(running) + timedelta(days=5 * 365, milliseconds=-1))
    await running.sweep()
    assert await refusing(running, "water", again.contact) == {again.contact}
    running.clock.forward(milliseconds=1)
    await running.sweep()
    await running.sweep()

    assert await refusing(running, "water", again.contact) == set()
    [wish] = await kept(running)
    assert (wish["number_hash"], wish["refused"], wish["has_words"]) == (None, [], False)
    await preferences.say(use_(running), "water", MOBILE_E164, [WishKind.NOTICES])
    assert await refusing(running, "water", again.contact) == {again.contact}


def said_at(running: Serving) -> Any:
    """When it was said: the clock went on by four seconds since."""
    return running.clock.now() - timedelta(seconds=4)


async def test_a_wish_that_is_forgotten_meanwhile_is_not_anybodys(running: Serving) -> None:
    await preferences.say(use_(running), "water", MOBILE_E164, [WishKind.NOTICES])
    [found] = await use_(running).preferences.all_of({})
    gone = found.forget()

    assert isinstance(gone, Preference)
    assert gone.say([WishKind.SURVEYS], running.clock.now()) == gone
    assert gone.forget() == gone


async def test_no_number_is_kept_in_the_clear_with_a_wish(running: Serving, case: Case) -> None:
    await known(running, case.envelope(ComplaintFiled))
    await put(running, "surveys")
    await asked(running, mobile=STRANGER)
    found = str([await keys_database(running.database)["preferences"].find({}).to_list()])

    assert "9121234567" not in found
    assert use_of(running).master_key.keyed_hash("inbound-number", MOBILE_E164) in found
