"""What an agency's own words may be, and how they are published: without a database."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.answers import ASKED, STATES, message_of, words_of
from services.notifications.domain.case import KnownCase
from services.notifications.domain.message import Cause, Message
from services.notifications.domain.occasions import EXAMPLES, OCCASIONS, Bounds, Occasion, Preview
from services.notifications.domain.sms import parts_of
from services.notifications.domain.templates import GIVEN, TEMPLATES
from services.notifications.domain.wordings import Wording, holding
from services.notifications.domain.words import Source, Words, places_of
from shared.calendar.jalali import show_instant
from shared.events.directory import PROVINCE
from shared.rule import Invalid
from tests.notifications.cases import CODE, event
from tests.province import SATURDAY_NINE

FILED = OCCASIONS["complaint-filed"]
NAME = "ادارهٔ آب"
BOUNDS = Bounds(longest_name=NAME, parts_max=6)
GOOD = "شکایت شما نزد {agency} است.\n{code}\nتا {due}"
CAUSE = Cause(event_id="e1", subject="case-1", sequence=1, at=SATURDAY_NINE)
INSTANT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def wording(text: str = GOOD, agency: str = "water") -> Wording:
    return Wording.begin(agency, FILED.name, text)


def published(text: str = GOOD, agency: str = "water", of: Occasion = FILED) -> Wording:
    drafted = Wording.begin(agency, of.name, text)
    return drafted.publish(of, BOUNDS, post_id="water.head", now=SATURDAY_NINE)


def refused(text: str, of: Occasion = FILED) -> str:
    """What is said of it in English, all together; the pointer and the Persian are looked at too."""
    with pytest.raises(Invalid) as told:
        published(text, of=of)
    for pointer, said in told.value.places:
        assert pointer == "/words"
        assert re.search("[\u0600-\u06ff]", said.fa)
    return " ".join(said.en for _, said in told.value.places)


def filed_in(text: str) -> Message:
    template = TEMPLATES["complaint-filed"]
    message = Message(
        id="m1",
        agency_id="water",
        cause=CAUSE,
        template=template.name,
        template_version=template.version,
        variables=template.variables(event(template.event)),  # pyright: ignore[reportArgumentType]
        contact_id="c1",
        queued_at=SATURDAY_NINE,
        status_at=SATURDAY_NINE,
    )
    return message.in_words(Words(text=text, source=Source.AGENCY, version=1))


@pytest.mark.parametrize("name", OCCASIONS)
def test_the_releases_own_words_could_be_published_as_they_are(name: str) -> None:
    occasion = OCCASIONS[name]
    long = Bounds(longest_name="ادارهٔ کل راهداری و حمل‌ونقل جاده‌ای استان", parts_max=6)

    assert occasion.faults(occasion.release.text, long) == []
    assert occasion.title.fa.endswith(".")
    assert occasion.title.en.endswith(".")


def test_every_place_has_an_example_as_long_as_it_can_get() -> None:
    named = {name for given_ in GIVEN.values() for name in given_} | {*ASKED}
    assert named == {*EXAMPLES}

    year = [INSTANT.replace(hour=20) + timedelta(days=day, minutes=day) for day in range(366)]
    assert max(len(show_instant(at).fa) for at in year) == len(EXAMPLES["due"])
    assert len(EXAMPLES["code"]) == 19
    assert len(EXAMPLES["level"]) == 2


@pytest.mark.clause("RIGHTS-P5-6")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "{name}\n{code}\n{due}",
            "Nothing fills {name} in this message; these are filled: {code}، {due}، {agency}.",
        ),
        ("{level}\n{code}\n{due}", "Nothing fills {level}"),
        ("{0}\n{code}\n{due}", "Nothing fills {0}"),
        ("{}\n{code}\n{due}", "Nothing fills {}"),
        ("{code.x}\n{code}\n{due}", "Nothing fills {code.x}"),
        ("{code[0]}\n{code}\n{due}", "Nothing fills {code[0]}"),
        ("{agency.__class__}\n{code}\n{due}", "Nothing fills {agency.__class__}"),
        ("{ code }\n{due}", "Nothing fills { code }"),
        ("{Code}\n{due}", "Nothing fills {Code}"),
        ("{code!r}\n{code}\n{due}", "Braces are for these only"),
        ("{code:>99999999}\n{code}\n{due}", "Braces are for these only"),
        ("{code:{due}}\n{code}\n{due}", "Braces are for these only"),
        ("{code:}\n{code}\n{due}", "Braces are for these only"),
        ("{{code}}\n{code}\n{due}", "Braces are for these only"),
        ("{code\n{due}", "Braces are for these only"),
        ("code}\n{code}\n{due}", "Braces are for these only"),
        ("{{\n{code}\n{due}", "Braces are for these only"),
        ("  \n ", "There are no words."),
        ("{code}\n{due}\x00", "no phone shows"),
        ("{code}\n{due}\ud800", "no phone shows"),
        ("شکایت ثبت شد. {due}", "{code} must stand in it"),
        ("شکایت ثبت شد.\n{code}", "{due} must stand in it"),
        ("کد: {code}\n{due}", "{code} must have a line to itself"),
        ("{code} {code}\n{due}", "{code} must have a line to itself"),
        ("آب" * 200 + "\n{code}\n{due}", "It gets as long as 7 parts; 6 are the most."),
    ],
)
def test_words_with_anything_wrong_in_them_are_refused_when_they_are_published(text: str, said: str) -> None:
    assert said in refused(text)


def test_all_that_is_wrong_is_said_at_once_and_the_draft_stays() -> None:
    said = refused("{name} {who}")
    assert "{name}" in said
    assert "{who}" in said
    said = refused("شکایت ثبت شد.")
    assert "{code} must" in said
    assert "{due} must" in said


@pytest.mark.clause("RIGHTS-P5-6")
@pytest.mark.parametrize("name", TEMPLATES)
def test_the_code_and_the_deadlines_must_stand_in_all_words_about_a_case(name: str) -> None:
    occasion, release = OCCASIONS[name], TEMPLATES[name].text
    deadlines = {one for one in ("due", "reply_by", "rate_by") if f"{{{one}}}" in release}

    assert occasion.needed == {"code", *deadlines}
    assert "{code} must stand in it" in refused("خبر تازه‌ای هست.", of=occasion)


def test_what_tells_no_state_needs_no_code_and_knows_none() -> None:
    for name in ("inbound-help", "inbound-help-province", "inbound-stop", "inbound-filing-refused"):
        occasion = OCCASIONS[name]
        assert published("پیام شما رسید.", of=occasion).in_force == 1
        assert "Nothing fills {code}" in refused("پیام\n{code}", of=occasion)


def test_the_longest_name_and_not_the_agencys_own_decides_how_long_words_get() -> None:
    text = "آ" * 325 + "{agency}\n{code}\n{due}"
    assert FILED.faults(text, BOUNDS) == []

    [said] = FILED.faults(text, replace(BOUNDS, longest_name="آ" * 30))
    assert said.en == "It gets as long as 7 parts; 6 are the most."


@pytest.mark.parametrize(("letters", "parts"), [(70, 1), (71, 2), (134, 2), (135, 3), (402, 6), (403, 7)])
def test_a_preview_counts_seventy_alone_and_sixty_seven_a_part(letters: int, parts: int) -> None:
    stop = OCCASIONS["inbound-stop"]
    seen = Preview.of(stop, "آ" * (letters - len(NAME)) + "{agency}", agency=NAME, bounds=BOUNDS)

    assert seen.shown is not None
    assert (seen.characters, seen.parts) == (letters, parts)
    assert bool(seen.faults) is (parts > 6)


def test_an_emoji_counts_twice_as_on_a_phone() -> None:
    stop = OCCASIONS["inbound-stop"]
    seen = Preview.of(stop, "آ" * 69 + "😀", agency=NAME, bounds=BOUNDS)

    assert (seen.characters, seen.parts) == (71, 2)


def test_a_preview_of_what_can_not_be_sent_says_why_and_shows_nothing() -> None:
    for text in ("{name}", "{code!r}", "{", "\ud800", "\x07"):
        seen = Preview.of(FILED, text, agency=NAME, bounds=BOUNDS)
        assert (seen.shown, seen.characters, seen.parts) == (None, None, None)
        assert seen.faults


def test_a_version_is_published_once_and_numbers_go_on() -> None:
    first = published()
    again = first.publish(FILED, BOUNDS, post_id="water.pr.head", now=SATURDAY_NINE + timedelta(hours=1))
    assert again == first
    assert (first.draft, first.in_force) == (None, 1)

    second = first.redraft("\n".join(["تازه", "{code}", "{due}"]))
    assert second.words is not None
    assert second.words.text == GOOD
    second = second.publish(FILED, BOUNDS, post_id="water.pr.head", now=SATURDAY_NINE)
    assert [(one.number, one.post_id) for one in second.versions] == [(1, "water.head"), (2, "water.pr.head")]
    assert second.words == Words(text="تازه\n{code}\n{due}", source=Source.AGENCY, version=2)

    gone = second.withdraw()
    assert (gone.words, gone.withdraw()) == (None, gone)
    with pytest.raises(Invalid):
        gone.publish(FILED, BOUNDS, post_id="water.head", now=SATURDAY_NINE)
    third = gone.redraft(GOOD).publish(FILED, BOUNDS, post_id="water.head", now=SATURDAY_NINE)
    assert third.in_force == 3


def test_the_newest_twenty_versions_are_kept() -> None:
    one = published()
    for _ in range(25):
        one = one.redraft(GOOD).publish(FILED, BOUNDS, post_id="water.head", now=SATURDAY_NINE)

    assert [version.number for version in one.versions] == [*range(7, 27)]
    assert one.words is not None
    assert one.words.version == 26


def test_the_agencys_words_hold_over_the_provinces_and_those_over_the_releases() -> None:
    own, provinces = published(), published("استان\n{code}\n{due}", PROVINCE)

    for both in ([own, provinces], [provinces, own]):
        found = holding(FILED, both)
        assert found is not None
        assert found.source is Source.AGENCY
    found = holding(FILED, [own.withdraw(), provinces])
    assert found == Words(text="استان\n{code}\n{due}", source=Source.PROVINCE, version=1)
    assert holding(FILED, [own.withdraw(), provinces.withdraw()]) is None
    assert holding(FILED, [wording()]) is None
    assert holding(FILED, []) is None


def test_words_that_a_release_no_longer_fills_are_passed_over() -> None:
    own, provinces = published("{agency}\n{code}\n{due}"), published("استان\n{code}\n{due}", PROVINCE)
    later = replace(FILED, given=("code",))

    assert holding(later, [own, provinces]) is None
    found = holding(replace(FILED, given=("code", "due")), [own, provinces])
    assert found is not None
    assert found.source is Source.AGENCY


PIECES = st.sampled_from(
    [
        "{code}",
        "\n{code}\n",
        "{due}",
        "{agency}",
        "{",
        "}",
        "{{",
        "}}",
        "{level}",
        "!r}",
        ":",
        "[0]",
        ".x",
        "\n",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join)


@given(TEXTS | TEXTS.map(lambda text: f"{text}\n{{code}}\n{{due}}"))
def test_no_words_that_were_published_fail_when_they_are_sent(text: str) -> None:
    """And none is refused that reads as it is written, every place filled."""
    try:
        published(text)
    except Invalid:
        return
    said = words_of(filed_in(text), NAME)

    assert "3TMJ-WP0K-48R6-TF3J" in said.split("\n") or "3TMJ-WP0K-48R6-TF3J" in [
        line.strip() for line in said.split("\n")
    ]
    assert "{" not in said
    assert parts_of(said) <= 6
    shown = Preview.of(FILED, text, agency=NAME, bounds=BOUNDS)
    assert shown.shown is not None


@given(st.text(st.sampled_from("{}!:[].ab \n0"), max_size=12))
def test_braces_are_places_or_refused(text: str) -> None:
    places = places_of(text)
    if places is None:
        return
    rest = text
    for name in places:
        rest = rest.replace(f"{{{name}}}", "", 1)

    assert "{" not in rest
    assert "}" not in rest


@pytest.mark.parametrize("standing", STATES)
def test_an_answers_own_words_are_filled_from_a_case_in_that_state(standing: Any) -> None:
    answer = STATES[standing]
    case = KnownCase(
        id="case-1",
        agency_id="water",
        tracking_code=CODE,
        contact_id="c1",
        standing=standing,
        level=2,
        due_at=INSTANT,
        reply_by_at=INSTANT,
        rate_by_at=INSTANT,
    )
    occasion = OCCASIONS[answer.name]
    text = "\n".join(f"{{{name}}}" for name in occasion.places)
    assert published(text, of=occasion).in_force == 1
    message = message_of(
        answer,
        id_="m",
        agency_id="water",
        cause=CAUSE,
        contact_id="c1",
        variables=answer.variables(case),
        now=SATURDAY_NINE,
        lasts=timedelta(hours=2),
    ).in_words(Words(text=text, source=Source.AGENCY, version=1))

    said = words_of(message, NAME)
    assert [line for line in said.split("\n") if not line] == []
    assert "{" not in said
