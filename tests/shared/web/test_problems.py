import pytest
from starlette.requests import Request

from shared.web.problems import language_of


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
