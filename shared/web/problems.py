"""Refusals that people and programs understand: RFC 9457, in Persian or English."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException

from shared.access.issuer_keys import IssuerAway
from shared.access.who import Forbidden, Unauthenticated
from shared.directives.catalogue import clause as clause_of
from shared.directory.lookup import NotKnownYet
from shared.files.store import StoreAway
from shared.keys.wrapping import CannotWrap
from shared.language import Text
from shared.observe.logs import log
from shared.personal import names_a_number
from shared.rule import Invalid, Refused
from shared.store.faults import is_passing
from shared.store.repository import BadCursor, NotFound, Stale, TooLarge
from shared.store.store import KeyReused, NotUnique, OutcomeUnknown

_LOG = log(__name__)
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2


class Problem(Exception):
    """An answer that is a refusal. `kind` is its name for programs, the same for ever."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: Text,
        detail: Text | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401 - members that RFC 9457 lets a problem add
    ) -> None:
        super().__init__(kind)
        self.status, self.kind, self.title, self.detail = status, kind, title, detail
        self.headers, self.more = dict(headers or {}), more


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """At these addresses another service's interface is spoken: there every refusal is in its words."""

    addresses: re.Pattern[str]
    refuse: Callable[[Request, Problem], Response]


UNAUTHENTICATED = Problem(
    401,
    "unauthenticated",
    Text(fa="نشانهٔ دسترسی معتبر لازم است.", en="A valid access token is needed."),
    headers={"www-authenticate": "Bearer"},
)
NOT_FOUND = Problem(404, "not-found", Text(fa="چنین چیزی یافت نشد.", en="There is no such thing."))
STALE = Problem(
    412,
    "changed-meanwhile",
    Text(
        fa="پس از آخرین باری که دیدید، دیگری آن را تغییر داده است؛ دوباره بخوانید.",
        en="Somebody changed it since you looked; read it again.",
    ),
)
KEY_REUSED = Problem(
    422,
    "idempotency-key-reused",
    Text(
        fa="این Idempotency-Key پیش‌تر با محتوای دیگری آمده است.",
        en="This Idempotency-Key came before with another body.",
    ),
)
UNKNOWN_OUTCOME = Problem(
    503,
    "try-again",
    Text(
        fa="سامانه اکنون پاسخ نمی‌دهد؛ همین درخواست را دوباره بفرستید، دو بار ثبت نمی‌شود.",
        en="The system can't answer now; send the same request again, it won't be done twice.",
    ),
    headers={"retry-after": str(RETRY_AFTER_S)},
)
NOT_PREPARED = Problem(
    503,
    "not-prepared",
    Text(
        fa="سامانه تازه راه‌اندازی شده است و هنوز چیزی ثبت نمی‌کند؛ اندکی بعد دوباره بفرستید.",
        en="The system has just been started and takes nothing in yet; send it again in a moment.",
    ),
    headers={"retry-after": str(RETRY_AFTER_S)},
)
BAD_CURSOR = Problem(
    400, "bad-cursor", Text(fa="نشانگر صفحه معتبر نیست.", en="The page cursor is not valid.")
)
TOO_LARGE = Problem(
    413, "too-large", Text(fa="حجم درخواست بیش از اندازه است.", en="The request is too large.")
)
NOT_JSON = Problem(
    400, "not-json", Text(fa="متن درخواست JSON درست نیست.", en="The request's body is not JSON.")
)
NO_SUCH_METHOD = Problem(
    405, "no-such-method", Text(fa="این نشانی چنین روشی ندارد.", en="This address has no such method.")
)
INTERNAL = Problem(
    500,
    "internal",
    Text(fa="خطایی در سامانه رخ داد و ثبت شد.", en="Something went wrong here, and was noted."),
)
# Told to people by what pydantic calls the error; everything else says that the value doesn't fit.
VALUE_WORDS = {
    "missing": Text(fa="این مقدار لازم است.", en="This value is required."),
    "extra_forbidden": Text(fa="این مقدار پذیرفته نمی‌شود.", en="This value is not accepted."),
    "string_too_short": Text(fa="متن کوتاه‌تر از اندازه است.", en="The text is too short."),
    "string_too_long": Text(fa="متن بلندتر از اندازه است.", en="The text is too long."),
    "string_type": Text(fa="باید متن باشد.", en="It must be text."),
    "enum": Text(fa="یکی از مقدارهای تعریف‌شده نیست.", en="It is none of the defined values."),
    "literal_error": Text(fa="یکی از مقدارهای تعریف‌شده نیست.", en="It is none of the defined values."),
}
VALUE_WRONG = Text(fa="مقدار درست نیست.", en="The value is not valid.")
ERRORS_MAX, STEP_MAX, NAME_LOOKED_AT_MAX = 50, 100, 400
UNSAID = "…"


def language_of(request: Request) -> str:
    """ "en" where the caller prefers English, else "fa"."""
    wish = request.headers.get("accept-language")
    return "fa" if wish is None else _preferred(wish)


def _preferred(accepted: str) -> str:
    wishes: list[tuple[float, str]] = []
    for part in accepted.split(",")[:10]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            wishes.append((float(quality or 1), tag.strip().lower()[:2]))
        except ValueError:
            continue
    known = [wish for wish in wishes if wish[1] in ("fa", "en")]
    return max(known, key=lambda wish: wish[0])[1] if known else "fa"


def answer(request: Request, problem: Problem) -> Response:
    """The problem as the caller reads it."""
    for one in _dialects(request):
        if one.addresses.fullmatch(request.scope["path"]):
            return one.refuse(request, problem)
    language = language_of(request)
    body: dict[str, Any] = {
        "type": f"urn:paygir:problem:{problem.kind}",
        "title": problem.title.in_(language),
        "status": problem.status,
    }
    if problem.detail is not None:
        body["detail"] = problem.detail.in_(language)
    body |= {
        name: value.in_(language) if isinstance(value, Text) else value
        for name, value in problem.more.items()
    }
    headers = {**problem.headers, "content-language": language, "vary": "accept-language"}
    return Response(orjson.dumps(body), problem.status, headers, MEDIA_TYPE)


def _dialects(request: Request) -> Sequence[Dialect]:
    """Those of the app, if it is one of a service."""
    app = request.scope.get("app")
    return () if app is None else getattr(app.state, "dialects", ())


def refusal(error: Refused) -> Problem:
    """A directive doesn't allow it: names the clause and what it says."""
    clause = clause_of(error.rule.clause)
    return Problem(
        409,
        "refused",
        Text(fa="دستورالعمل اجازه نمی‌دهد.", en="A directive does not allow it."),
        error.detail,
        clause=clause.id,
        clause_says=clause.says,
    )


def invalid(error: RequestValidationError, language: str) -> Problem:
    """What was sent doesn't fit: says where and what, never what was sent."""
    if any(item["type"] == "json_invalid" for item in error.errors()):
        return NOT_JSON
    places = [
        {
            "in": str(item["loc"][0]),
            "pointer": "".join(map(_step, item["loc"][1:])),
            "detail": _said(item).in_(language),
        }
        for item in error.errors()[:ERRORS_MAX]
    ]
    return _invalid(places)


def _step(name: str | int) -> str:
    """One step of a JSON pointer (RFC 6901). A name that the caller made up may be anything, and long.

    One with a number of people in it isn't said: answers are kept by proxies and by clients' own logs.
    """
    if names_a_number(str(name)[:NAME_LOOKED_AT_MAX]):
        return "/" + UNSAID
    return "/" + str(name)[:STEP_MAX].replace("~", "~0").replace("/", "~1")


def _invalid(places: list[dict[str, str]]) -> Problem:
    return Problem(
        422,
        "invalid",
        Text(fa="آنچه فرستاده شد درست نیست.", en="What was sent is not valid."),
        errors=places,
    )


def _said(item: Mapping[str, Any]) -> Text:
    error = item.get("ctx", {}).get("error")  # ours is an exception with a Text; pydantic's own, a str
    if isinstance(error, ValueError) and error.args and isinstance(error.args[0], Text):
        return error.args[0]
    return VALUE_WORDS.get(item["type"], VALUE_WRONG)


def _forbidden(error: Forbidden) -> Problem:
    return Problem(
        403,
        "forbidden",
        Text(fa="سِمت شما اجازهٔ این کار را نمی‌دهد.", en="Your posts do not allow this."),
        error.may.says,
        action=error.may.name,
    )


SAME_FOR_ALL: dict[type[Exception], Problem] = {
    Unauthenticated: UNAUTHENTICATED,
    NotFound: NOT_FOUND,
    Stale: STALE,
    KeyReused: KEY_REUSED,
    OutcomeUnknown: UNKNOWN_OUTCOME,
    TimeoutError: UNKNOWN_OUTCOME,
    NotKnownYet: UNKNOWN_OUTCOME,
    IssuerAway: UNKNOWN_OUTCOME,
    CannotWrap: UNKNOWN_OUTCOME,
    StoreAway: UNKNOWN_OUTCOME,
    BadCursor: BAD_CURSOR,
    TooLarge: TOO_LARGE,
    NotUnique: Problem(409, "taken", Text(fa="این شناسه پیش‌تر گرفته شده است.", en="This is taken already.")),
}


def problem_of(request: Request, error: Exception) -> Problem:
    """The problem that an exception is to the caller."""
    match error:
        case Problem():
            return error
        case Refused():
            return refusal(error)
        case Forbidden():
            return _forbidden(error)
        case Invalid():
            places = [(at, why.in_(language_of(request))) for at, why in error.places[:ERRORS_MAX]]
            return _invalid([{"in": "body", "pointer": at, "detail": said} for at, said in places])
        case RequestValidationError():
            return invalid(error, language_of(request))
        case HTTPException():
            return _plain(error)
        case _:
            return _passing(error) or SAME_FOR_ALL.get(type(error)) or _unhandled(error)


def _passing(error: Exception) -> Problem | None:
    return UNKNOWN_OUTCOME if isinstance(error, PyMongoError) and is_passing(error) else None


def _unhandled(error: Exception) -> Problem:
    _LOG.exception("unhandled", error=type(error).__name__)
    return INTERNAL


def _plain(error: HTTPException) -> Problem:
    """What Starlette and FastAPI refuse by themselves; a 400 of theirs is a body that can't be read."""
    for known in (NOT_FOUND, TOO_LARGE, NOT_JSON, NO_SUCH_METHOD):
        if known.status == error.status_code:
            return Problem(known.status, known.kind, known.title, headers=error.headers)
    title = Text(fa="این درخواست پذیرفته نیست.", en=error.detail)
    return Problem(error.status_code, "http", title, headers=error.headers)


def answer_problems(app: FastAPI) -> None:
    """Make every refusal of this app an RFC 9457 problem."""

    async def handle(request: Request, error: Exception) -> Response:
        return answer(request, problem_of(request, error))

    ours = (Problem, Refused, Invalid, Forbidden, RequestValidationError, HTTPException, PyMongoError)
    for kind in (*ours, *SAME_FOR_ALL):
        app.add_exception_handler(kind, handle)
    app.add_exception_handler(Exception, handle)
