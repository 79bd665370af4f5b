import re
from datetime import UTC, datetime

import pytest

from services.notifications.domain.answers import ANSWERS, STATES
from services.notifications.domain.case import KnownCase, Standing
from services.notifications.domain.sms import parts_of
from tests.notifications.cases import CODE, CODE_SHOWN, DUE, RATE_BY

pytestmark = pytest.mark.clause("RIGHTS-P5-6")
LONG_NAME = "ادارهٔ کل راهداری و حمل‌ونقل جاده‌ای استان"
NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def case(standing: Standing) -> KnownCase:
    return KnownCase(
        id="case-1",
        agency_id="water",
        tracking_code=CODE,
        contact_id="c1",
        standing=standing,
        level=2,
        due_at=DUE,
        reply_by_at=RATE_BY,
        rate_by_at=RATE_BY,
    )


def said(name: str) -> str:
    of_state = {answer.name: standing for standing, answer in STATES.items()}
    known = case(of_state.get(name, Standing.TAKEN)) if "{code}" in ANSWERS[name].text else None
    return ANSWERS[name].render(ANSWERS[name].variables(known), agency=LONG_NAME)


def test_every_state_has_its_words() -> None:
    assert set(STATES) == set(Standing)
    assert all("{code}" in answer.text for answer in STATES.values())


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_is_persian_alone_with_its_code_in_a_line_of_its_own(name: str) -> None:
    text = said(name)

    assert text.split("\n").count(CODE_SHOWN) == ("{code}" in ANSWERS[name].text)
    assert re.findall(r"[A-Za-z0-9{}يك٠-٩]", text.replace(CODE_SHOWN, "")) == []


@pytest.mark.parametrize("name", ANSWERS)
def test_no_answer_is_paid_more_than_four_times(name: str) -> None:
    assert parts_of(said(name)) <= 4


def test_what_is_under_way_is_told_with_its_deadline_and_what_is_late_without() -> None:
    assert "مهلت پاسخ: شنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰." in said("asked-taken")
    assert "مهلت" not in said("asked-escalated").replace("مهلت مقرر", "")
    assert case(Standing.TAKEN).answer_due_at == DUE
    assert case(Standing.ESCALATED).answer_due_at is None


def test_a_verdict_is_taken_until_its_last_moment() -> None:
    asked = case(Standing.ANSWERED)

    assert asked.may_be_rated(NOW)
    assert not asked.may_be_rated(RATE_BY)
    assert not case(Standing.CLOSED).may_be_rated(NOW)
