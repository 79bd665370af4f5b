"""A case is found by its code, its citizen's number or its words, however they are typed."""

from itertools import islice
from typing import Any

import pytest

from services.complaints.domain.search import By, read
from services.complaints.domain.words import WORDS_MAX, words_of
from services.complaints.storage import complaints as storage
from services.complaints.storage.complaints import Complaints
from services.complaints.usecases import search as usecases
from shared.identity import new_code, show_code
from shared.persian import persian_digits
from shared.rule import Invalid
from tests.complaints.cases import MOBILE, act, file, only_id, verdict
from tests.complaints.many import OFTEN, SELDOM, cases, put
from tests.serving import Serving, bearer

OFFICER = "water.desk.officer"
CODE = "3TMJ-WP0K-48R6-TF3J"
real = pytest.mark.real


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", " "),
        CODE.replace("-", "\u200c"),
        CODE.replace("-", " – "),
        persian_digits(CODE),
        f"  {CODE.replace('0', 'o')}  ",
    ],
)
def test_a_tracking_code_is_one_in_any_digits_and_letters_with_spaces_and_dashes(typed: str) -> None:
    assert read(typed) == read(CODE)
    assert read(typed).by is By.CODE


@pytest.mark.parametrize(
    ("typed", "by", "sought"),
    [
        ("09121234567", By.MOBILE, "+989121234567"),
        ("۰۹۱۲ ۱۲۳ ۴۵۶۷", By.MOBILE, "+989121234567"),
        ("4567", By.MOBILE_ENDING, "4567"),
        (" ۴۵۶۷ ", By.MOBILE_ENDING, "4567"),
        ("٤٥٦٧", By.MOBILE_ENDING, "4567"),
        ("0912***4567", By.MOBILE_ENDING, "4567"),
        ("۴۵۶", By.TEXT, "456"),
        ("پروانه", By.TEXT, "پروانه"),
        ("3TMJ-WP0K-48R6-TF3K", By.TEXT, "3tmj"),
    ],
)
def test_what_is_typed_is_read_as_what_it_looks_like(typed: str, by: By, sought: str) -> None:
    found = read(typed)

    assert (found.by, found.sought[0]) == (by, sought)


@pytest.mark.parametrize("typed", ["", "از", "***", "؟!", "ک"])
def test_where_there_is_no_word_there_is_nothing_to_search_by(typed: str) -> None:
    with pytest.raises(Invalid):
        read(typed)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("كتاب‌هاي اداره", "کتابهای اداره"),
        ("کتاب ها", "کتاب‌ها"),
        ("کتاب", "کتاب‌هایشان"),
        ("نوبت ۱۲۳", "نوبت 123"),
        ("آب", "اب"),
        ("مسئول", "مسیول"),
        ("پروانه‌ی کسب", "پروانهٔ كسب"),
        ("Permit", "PERMIT"),
    ],
)
def test_words_are_the_same_whatever_their_letters_digits_and_half_spaces(written: str, typed: str) -> None:
    assert set(words_of(typed)) == set(words_of(written)) != set()


def test_no_number_of_anybody_is_a_word_and_no_text_has_words_without_end() -> None:
    assert words_of("شماره ۰۹۱۲۱۲۳۴۵۶۷ و 1234567891 پرونده 98001234") == ("شماره", "پرونده", "98001234")
    assert len(words_of(" ".join(f"w{n}" for n in range(4000)))) == WORDS_MAX == 300


async def search(complaints: Serving, wanted: str, as_: str = OFFICER, **more: Any) -> Any:
    answer = await complaints.http.post(
        "/v1/complaints/search", json={"wanted": wanted, **more}, headers=bearer(as_)
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def codes(complaints: Serving, wanted: str, as_: str = OFFICER) -> list[str]:
    """All that is found, through pages of one."""
    found: list[str] = []
    more: dict[str, Any] = {}
    while True:
        page = await search(complaints, wanted, as_, limit=1, **more)
        found += [one["tracking_code"] for one in page["items"]]
        if page["next"] is None:
            return found
        more["after"] = page["next"]


@real
async def test_a_case_is_found_by_code_number_ending_and_words_in_its_own_agency_only(
    complaints: Serving,
) -> None:
    first = (await file(complaints, text="دستگاه نوبت‌دهي خراب بود"))["tracking_code"]
    other = (await file(complaints, text="دستگاه‌ها خراب‌اند", mobile="09354444567"))["tracking_code"]
    await file(complaints, text="برخورد بد", mobile="09121234568")

    for typed, found in {
        first: [first],
        persian_digits(first.lower()): [first],
        MOBILE: [first],
        "۰۹۳۵۴۴۴۴۵۶۷": [other],
        "4567": [other, first],
        "دستگاه": [other, first],
        "نوبت دهی": [],
        "نوبتدهی خراب": [first],
        "دستگاه تازه": [],
        show_code(new_code()): [],
        "09120000000": [],
        "0000": [],
    }.items():
        assert await codes(complaints, typed) == found, typed
        assert await codes(complaints, typed, "roads.desk.officer") == [], typed


@real
async def test_whoever_is_erased_is_found_by_no_number_and_their_words_go_with_the_text(
    complaints: Serving,
) -> None:
    receipt = await file(complaints, text="دستگاه خراب بود")
    code = receipt["tracking_code"]
    await act(complaints, OFFICER, "answer", await only_id(complaints), text="تعمیر شد.")
    await verdict(complaints, receipt, satisfied=True)
    erased = await complaints.http.post("/v1/follow/erasure", json={"code": code, "mobile": MOBILE})
    assert erased.status_code == 200

    for typed, found in {MOBILE: [], "4567": [], code: [code], "خراب": [code]}.items():
        assert await codes(complaints, typed) == found, typed

    complaints.clock.forward(days=5 * 365)
    await complaints.sweep()

    assert await codes(complaints, "خراب") == []
    assert await codes(complaints, code) == [code]
    kept = await complaints.database["complaints"].find_one({})
    assert kept is not None
    assert "words" not in kept["listed"]


@real
async def test_an_ending_of_too_many_numbers_is_refused_and_the_whole_number_still_finds(
    complaints: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usecases, "PERSONS_MAX", 1)
    code = (await file(complaints))["tracking_code"]
    assert await codes(complaints, "4567") == [code]
    await file(complaints, mobile="09354444567")

    answer = await complaints.http.post(
        "/v1/complaints/search", json={"wanted": "4567"}, headers=bearer(OFFICER)
    )

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/wanted")
    assert await codes(complaints, MOBILE) == [code]


@real
async def test_a_search_by_several_words_looks_through_so_many_at_once_and_loses_none(
    complaints: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = complaints.parts.repositories[0]
    assert isinstance(repository, Complaints)
    some = [*islice(cases(1000, open_each=10), 1000)]
    await put(repository, iter(some))
    both = [
        show_code(case.tracking_code)
        for case in reversed(some)
        if case.agency_id == "water" and SELDOM in case.text and "قبض" in case.text
    ]
    assert len(both) > 3

    for step, steps in ((3, 1), (3, 2), (250, 4)):
        monkeypatch.setattr(storage, "STEP", step)
        monkeypatch.setattr(storage, "STEPS_MAX", steps)
        assert await codes(complaints, f"{OFTEN} {SELDOM} قبض") == both
    assert len(await codes(complaints, f"{OFTEN} {SELDOM}")) == 20
