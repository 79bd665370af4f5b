import pytest
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request

from shared.web.problems import invalid, language_of


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("", "fa"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("fa-IR,fa;q=0.9,en;q=0.8", "fa"),
        ("en;q=0.2, fa;q=0.3", "fa"),
        ("de, en;q=0.5", "en"),
        ("de", "fa"),
        ("en;q=much", "fa"),
        ("," * 10_000, "fa"),
    ],
)
def test_the_answer_is_in_persian_unless_english_is_wished(wish: str, language: str) -> None:
    headers = [(b"accept-language", wish.encode())]

    assert language_of(Request({"type": "http", "headers": headers})) == language


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("extra", "/extra"),
        ("09121234567", "/…"),
        ("mobile ۰۹۱۲ ۱۲۳ ۴۵۶۷", "/…"),
        ("x" * 60 + "09121234567", "/…"),
    ],
)
def test_a_made_up_name_is_told_unless_it_is_somebodys_number(name: str, told: str) -> None:
    problem = invalid(RequestValidationError([{"type": "extra_forbidden", "loc": ("body", name)}]), "en")

    assert [place["pointer"] for place in problem.more["errors"]] == [told]
