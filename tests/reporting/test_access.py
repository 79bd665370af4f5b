from datetime import timedelta

import pytest

from services.reporting.domain.facts import Source
from services.reporting.usecases import compare, show
from shared.access.who import Forbidden, Who
from shared.calendar.jalali import JalaliQuarter
from shared.events.directory import Name, Post, Role
from shared.store.repository import NotFound
from tests.province import SATURDAY_NINE
from tests.reporting.stories import HOUR, Story, ask, card, published, tell, tell_cases, told
from tests.serving import Serving, token

pytestmark = pytest.mark.real


@pytest.mark.parametrize("post", ["head", "deputy", "inspector", "pr.head"])
async def test_those_who_answer_for_an_agency_read_its_own_card_and_no_other(
    reporting: Serving, post: str
) -> None:
    for path in ("/1405-Q3", "/1405-Q3/received"):
        assert (await ask(reporting, f"/water{path}", post=f"water.{post}")).status_code == 200
        assert (await ask(reporting, f"/water{path}", post=f"roads.{post}")).status_code == 404


@pytest.mark.parametrize("post", ["desk.officer", "works.representative", "it.member"])
async def test_others_of_the_agency_do_not_read_it(reporting: Serving, post: str) -> None:
    assert (await ask(reporting, "/water/1405-Q3", post=f"water.{post}")).status_code == 403


@pytest.mark.parametrize("post", ["governorate.head", "governorate.secretariat"])
async def test_the_governorate_and_the_central_secretariat_read_every_card(
    reporting: Serving, post: str
) -> None:
    for path in ("/water/1405-Q3", "/roads/1405-Q3", "/water/1405-Q3/late"):
        assert (await ask(reporting, path, post=post)).status_code == 200
    assert (await ask(reporting, "", post=post, quarter="1405-Q3")).status_code == 200


async def test_only_they_compare_agencies(reporting: Serving) -> None:
    for post in ("water.head", "water.inspector"):
        assert (await ask(reporting, "", post=post, quarter="1405-Q3")).status_code == 403


async def test_a_governorate_post_in_another_agencys_chart_compares_nothing(reporting: Serving) -> None:
    post = Post(id="water.head", title=Name(fa="مدیرعامل"), role=Role.GOVERNORATE)
    who = Who(subject="p-water.head", agency_id="water", posts=(post,))
    with pytest.raises(Forbidden):
        await compare(reporting.parts.use, who, JalaliQuarter(1405, 3))
    with pytest.raises(NotFound):
        await show(reporting.parts.use, who, "roads", JalaliQuarter(1405, 3))


async def test_without_a_token_nothing_is_shown(reporting: Serving) -> None:
    for path in ("?quarter=1405-Q3", "/water/1405-Q3", "/water/1405-Q3/late"):
        assert (await reporting.http.get(f"/v1/report-cards{path}")).status_code == 401


async def test_a_token_of_one_agency_does_not_make_its_holder_the_provinces(reporting: Serving) -> None:
    headers = {"authorization": f"Bearer {token('p-governorate.head', 'water')}"}

    assert (await reporting.http.get("/v1/report-cards/roads/1405-Q3", headers=headers)).status_code == 403


@pytest.mark.parametrize("quarter", ["۱۴۰۵-Q3", "1405-q3", "1405/Q3", "١٤٠٥-Q۳"])
async def test_a_quarter_may_be_typed_in_any_digits(reporting: Serving, quarter: str) -> None:
    seen = await ask(reporting, "", post="governorate.head", quarter=quarter)

    assert [one["card"] for one in seen.json()] == [
        "/v1/report-cards/governorate/1405-Q3",
        "/v1/report-cards/roads/1405-Q3",
        "/v1/report-cards/water/1405-Q3",
    ]
    if "/" not in quarter:
        assert (await ask(reporting, f"/water/{quarter}")).json()["quarter"] == "1405-Q3"


@pytest.mark.parametrize("quarter", ["1405-Q5", "1405", "9999-Q1", "{'$gt':''}"])
async def test_what_is_no_quarter_is_told_where_it_is_wrong(reporting: Serving, quarter: str) -> None:
    answer = await ask(reporting, f"/water/{quarter}")

    assert answer.status_code == 422
    assert [one["detail"] for one in answer.json()["errors"]] == ["Write the quarter like 1405-Q3."]


async def test_a_quarter_that_has_not_begun_and_an_unknown_agency_have_no_card(reporting: Serving) -> None:
    assert (await ask(reporting, "/water/1405-Q4")).status_code == 404
    assert (await ask(reporting, "/nobody/1405-Q3", post="governorate.head")).status_code == 404


async def test_an_issued_card_carries_its_version_and_a_live_one_none(reporting: Serving) -> None:
    assert "etag" not in (await ask(reporting, "/water/1405-Q3")).headers
    reporting.clock.forward(days=60)
    await reporting.sweep()

    assert (await ask(reporting, "/water/1405-Q3")).headers["etag"] == '"1"'


@pytest.mark.clause("FOAD-8")
async def test_all_agencies_are_compared_best_first_equal_scores_share_a_place_and_no_cases_is_last(
    reporting: Serving,
) -> None:
    await tell_cases(
        reporting,
        {
            "r1": Story(agency="roads").answered().closed(satisfied=True),
            "w1": Story().answered(after=3 * HOUR).closed(satisfied=True),
        },
    )
    seen = (await ask(reporting, "", post="governorate.head", quarter="1405-Q3")).json()

    assert [(one["place"], one["agency_id"], one["rank"], one["score_percent"]) for one in seen] == [
        (1, "roads", "excellent", "100.0"),
        (2, "water", "medium", "50.0"),
        (None, "governorate", "no-cases", None),
    ]
    better = {"w2": Story(at=SATURDAY_NINE + HOUR).answered().closed(satisfied=True)}
    await tell_cases(reporting, better)
    worse = {"r2": Story(agency="roads", at=SATURDAY_NINE + timedelta(minutes=1)).answered(after=4 * HOUR)}
    await tell_cases(reporting, {"r2": worse["r2"].closed(satisfied=True)})
    seen = (await ask(reporting, "", post="governorate.head", quarter="1405-Q3")).json()
    assert [(one["place"], one["agency_id"]) for one in seen] == [
        (1, "roads"),
        (1, "water"),
        (None, "governorate"),
    ]


@pytest.mark.clause("FOAD-8")
async def test_the_card_says_in_both_languages_what_follows_its_rank(reporting: Serving) -> None:
    await tell_cases(reporting, {"c": Story().answered(after=3 * HOUR).closed(satisfied=True)})
    english = await card(reporting)
    headers = {**(await ask(reporting, "/water/1405-Q3")).request.headers, "accept-language": "fa"}
    persian = (await reporting.http.get("/v1/report-cards/water/1405-Q3", headers=headers)).json()

    assert (english["rank"], english["follows"]) == ("medium", "training-then-decision")
    assert english["follows_says"] == "The agency gets training; then a decision is taken on it."
    assert (persian["rank_says"], persian["title"]) == ("متوسط", "سه‌ماهه سوم ۱۴۰۵")
    assert persian["follows_says"].startswith("دستگاه آموزش لازم را دریافت می‌کند")


@pytest.mark.clause("FOAD-8")
async def test_an_agency_that_only_published_and_had_no_case_is_not_excellent(reporting: Serving) -> None:
    await tell(reporting, Source.CONTENT, *told("i", [published()]))
    seen = await card(reporting)

    assert (seen["rank"], seen["follows"], seen["score"]) == ("no-cases", "nothing", None)
