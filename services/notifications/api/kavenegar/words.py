"""Kavenegar's codes, its numbers for where a message stands, and its envelope, refusals included."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any

import orjson
from fastapi import Request, Response

from services.notifications.domain.message import Message
from services.notifications.domain.status import Reason, Status
from shared.language import Text
from shared.web.problems import Problem, language_of

ADDRESSES = re.compile(r"/v1/[^/]+/(?:sms|verify|call|account|utils)/[^/]+\.(?:json|xml)")
"""Whatever comes to these is refused in its words, even where there is no such method."""
MEDIA_TYPE = "application/json; charset=utf-8"
BLOCKED = "blocked"
"""What gateways call it where the receiver wants none of this sender."""


class Code(IntEnum):
    """What became of a call; the HTTP status is the same number."""

    GOOD = 200
    INCOMPLETE = 400
    PAUSED = 401
    FAILED = 402
    NO_KEY = 403
    NO_METHOD = 404
    WRONG_METHOD = 405
    EMPTY = 406
    BUSY = 409
    RECEPTOR = 411
    SENDER = 412
    MESSAGE = 413
    TOO_MANY = 414
    DATE = 417
    CREDIT = 418
    UNEQUAL = 419
    CHARACTERS = 422


SAYS: Mapping[Code, Text] = {
    Code.GOOD: Text(fa="تایید شد", en="Done"),
    Code.INCOMPLETE: Text(fa="پارامترها کامل یا درست نیستند", en="Parameters are missing or malformed"),
    Code.PAUSED: Text(fa="این سامانه موقتاً غیرفعال شده است", en="This system is paused"),
    Code.FAILED: Text(fa="عملیات ناموفق بود", en="The operation failed"),
    Code.NO_KEY: Text(fa="کلید سامانه (API-Key) معتبر نیست", en="The API key is not valid"),
    Code.NO_METHOD: Text(fa="چنین متدی وجود ندارد", en="There is no such method"),
    Code.WRONG_METHOD: Text(fa="این متد با GET یا POST فراخوانی می‌شود", en="Call it by GET or POST"),
    Code.EMPTY: Text(fa="پارامترهای اجباری خالی است", en="Obligatory parameters are empty"),
    Code.BUSY: Text(
        fa="سامانه اکنون پاسخ نمی‌دهد؛ بعداً تلاش کنید", en="The server can't answer now; try again later"
    ),
    Code.RECEPTOR: Text(fa="گیرنده معتبر نیست", en="A receptor is not valid"),
    Code.SENDER: Text(fa="خط فرستنده معتبر نیست", en="The sender is none of this system's lines"),
    Code.MESSAGE: Text(
        fa="پیام خالی یا بلندتر از اندازهٔ مجاز است", en="The message is empty or longer than allowed"
    ),
    Code.TOO_MANY: Text(fa="حجم درخواست بیشتر از حد مجاز است", en="The request holds more than allowed"),
    Code.DATE: Text(fa="تاریخ ارسال درست نیست", en="The date is not valid"),
    Code.CREDIT: Text(fa="سهمیهٔ امروز این سامانه کافی نیست", en="The system's quota of today is used up"),
    Code.UNEQUAL: Text(
        fa="تعداد متن‌ها، گیرنده‌ها و فرستنده‌ها برابر نیست",
        en="There are not as many messages as receptors and senders",
    ),
    Code.CHARACTERS: Text(fa="داده‌ها به دلیل نویسه‌های نامناسب خوانده نمی‌شود", en="The data can't be read"),
}
OF_PROBLEMS: Mapping[int, Code] = {
    400: Code.INCOMPLETE,
    404: Code.NO_METHOD,
    405: Code.WRONG_METHOD,
    413: Code.TOO_MANY,
    422: Code.INCOMPLETE,
    503: Code.BUSY,
}
"""What our own refusals are to such software; all else has failed."""


class Stands(IntEnum):
    """Where a message stands."""

    QUEUED = 1
    SCHEDULED = 2
    SENT = 4
    WITH_THE_OPERATOR = 5
    FAILED = 6
    DELIVERED = 10
    NOT_DELIVERED = 11
    CANCELLED = 13
    BLOCKED = 14
    NOT_KNOWN = 100


STANDS: Mapping[Stands, str] = {
    Stands.QUEUED: "در صف ارسال",
    Stands.SCHEDULED: "زمان‌بندی‌شده",
    Stands.SENT: "ارسال‌شده به مخابرات",
    Stands.WITH_THE_OPERATOR: "نزد مخابرات",
    Stands.FAILED: "ارسال ناموفق",
    Stands.DELIVERED: "رسیده به گیرنده",
    Stands.NOT_DELIVERED: "نرسیده به گیرنده",
    Stands.CANCELLED: "لغوشده",
    Stands.BLOCKED: "مسدودشده",
    Stands.NOT_KNOWN: "شناسهٔ نامعتبر",
}
_OF_STATUS: Mapping[Status, Stands] = {
    Status.QUEUED: Stands.QUEUED,
    Status.HELD: Stands.QUEUED,
    Status.SENDING: Stands.SENT,
    Status.UNKNOWN: Stands.SENT,
    Status.ACCEPTED: Stands.WITH_THE_OPERATOR,
    Status.DELIVERED: Stands.DELIVERED,
    Status.FAILED: Stands.FAILED,
    Status.EXPIRED: Stands.FAILED,
    Status.SUPPRESSED: Stands.BLOCKED,
}


class Wrong(Problem):
    """A refusal under one of its codes."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.value, "kavenegar", SAYS[code])
        self.code = code


def stands(message: Message, now: datetime) -> Stands:
    """Its number for where a message stands. What is in doubt is sent: nobody sends it again."""
    at = message.asked and message.asked.at
    match message.status, message.reason:
        case Status.QUEUED, _ if at is not None and now < at:
            return Stands.SCHEDULED
        case Status.SUPPRESSED, Reason.CANCELLED:
            return Stands.CANCELLED
        case Status.FAILED, reason if reason == BLOCKED:
            return Stands.BLOCKED
        case Status.FAILED, _ if message.gateway_id is not None:
            return Stands.NOT_DELIVERED
        case _:
            return _OF_STATUS[message.status]


def answer(request: Request, entries: Sequence[Mapping[str, Any]]) -> Response:
    """All is well."""
    return _envelope(Code.GOOD, SAYS[Code.GOOD].in_(language_of(request)), list(entries))


def refusal(request: Request, problem: Problem) -> Response:
    """Every refusal under its addresses, whoever refuses."""
    code = problem.code if isinstance(problem, Wrong) else OF_PROBLEMS.get(problem.status, Code.FAILED)
    response = _envelope(code, SAYS[code].in_(language_of(request)), None)
    response.headers.update(problem.headers)
    return response


def _envelope(code: Code, says: str, entries: Sequence[Mapping[str, Any]] | None) -> Response:
    said = {"return": {"status": code.value, "message": says}, "entries": entries}
    return Response(orjson.dumps(said), code.value, media_type=MEDIA_TYPE)
