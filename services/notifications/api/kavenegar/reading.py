"""What comes with a call, in the address or as a form: as Kavenegar's documents have it, and bounded."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, cast

import orjson
from fastapi import Depends, Request

from services.notifications.api.kavenegar.words import Code, Wrong
from services.notifications.api.parts import UseIt
from services.notifications.domain.asked import Order
from services.notifications.domain.client import Client, Standing
from services.notifications.usecases import clients
from shared.mobile import read_mobile
from shared.persian import latin_digits
from shared.web.problems import NOT_PREPARED

Given = Mapping[str, str]
BODY_BYTES_MAX = 2 * 1024 * 1024
"""Two hundred texts as a form in one call: six bytes for each Persian letter."""
KEY_MAX, FIELDS_MAX, LINE_MAX, LOCALID_MAX = 200, 50, 40, 20
RECEPTORS_MAX, IDS_MAX, TEXT_MAX, DIGITS_MAX = 200, 500, 900, 18
LATE_MAX = timedelta(hours=1)
"""What was to go so long ago goes at once: two machines' clocks differ. Before that it is a mistake."""
LOCALIDS = ("localid", "localmessageid", "localmessageids")
"""How its clients call the caller's own ids."""


async def given(request: Request) -> Given:
    """What stands in the address and in a form, if one came: the form's word holds."""
    said = dict(request.query_params)
    if request.method == "POST":
        async with request.form(max_files=0, max_fields=FIELDS_MAX, max_part_size=BODY_BYTES_MAX) as form:
            said |= {name: one for name, one in form.items() if isinstance(one, str)}
    if any("\x00" in one for one in said.values()):
        raise Wrong(Code.CHARACTERS)
    return said


async def client_of(apikey: str, request: Request, use: UseIt) -> Client:
    """Whose key stands in the address. Even reading waits for the indexes: here a GET sends."""
    if not request.app.state.health.prepared:
        raise NOT_PREPARED
    client = await clients.with_key(use, apikey) if len(apikey) <= KEY_MAX else None
    if client is None:
        raise Wrong(Code.NO_KEY)
    if client.status is Standing.PAUSED:
        raise Wrong(Code.PAUSED)
    return client


Caller = Annotated[Client, Depends(client_of)]
Said = Annotated[Given, Depends(given)]


def orders(said: Given) -> Sequence[Order]:
    """Of `send`: one text to all receptors."""
    text = _text(said.get("message"))
    receptors = _listed(_needed(said, "receptor"))
    _at_most(receptors, RECEPTORS_MAX)
    localids = _localids(said, len(receptors))
    line = said.get("sender", "").strip() or None
    return [_order(one, text, line, own) for one, own in zip(receptors, localids, strict=True)]


def orders_of_arrays(said: Given) -> Sequence[Order]:
    """Of `sendarray`: as many texts and senders as receptors."""
    receptors, senders, texts = (_array(_needed(said, name)) for name in ("receptor", "sender", "message"))
    _at_most(receptors, RECEPTORS_MAX)
    if not len(receptors) == len(senders) == len(texts):
        raise Wrong(Code.UNEQUAL)
    types = _array(said["type"]) if said.get("type") else receptors
    if len(types) != len(receptors):
        raise Wrong(Code.UNEQUAL)
    localids = _localids(said, len(receptors))
    return [
        _order(receptor, _text(text), sender.strip() or None, own)
        for receptor, sender, text, own in zip(receptors, senders, texts, localids, strict=True)
    ]


def wanted_at(said: Given, now: datetime) -> datetime | None:
    """When it is to go; None for at once."""
    if said.get("date", "").strip() in ("", "0"):
        return None
    at = instant(said, "date")
    if at < now - LATE_MAX:
        raise Wrong(Code.DATE)
    return at if at > now else None


def instant(said: Given, name: str) -> datetime:
    """A moment in seconds since 1970."""
    try:
        return datetime.fromtimestamp(_number(_needed(said, name), Code.DATE), UTC)
    except (ValueError, OverflowError, OSError):
        raise Wrong(Code.DATE) from None


def numbers(said: Given) -> Sequence[int]:
    """The ids that Paygir gave, each once."""
    found = _listed(_needed(said, "messageid"))
    _at_most(found, IDS_MAX)
    return list(dict.fromkeys(_number(one, Code.INCOMPLETE) for one in found))


def own_ids(said: Given) -> Sequence[str]:
    """The ids that the system gave, each once."""
    found = _listed(_needed(said, "localid"))
    _at_most(found, IDS_MAX)
    return list(dict.fromkeys(str(_number(one, Code.INCOMPLETE)) for one in found))


def line_of(said: Given) -> str:
    """The line that is asked about."""
    line = _needed(said, "linenumber")
    if len(line) > LINE_MAX:
        raise Wrong(Code.SENDER)
    return line


def is_set(said: Given, name: str) -> bool:
    """A yes or a no, as 1 or 0."""
    value = _needed(said, name)
    if value not in ("0", "1"):
        raise Wrong(Code.INCOMPLETE)
    return value == "1"


def _order(receptor: str, text: str, line: str | None, localid: str | None) -> Order:
    number = read_mobile(receptor)
    if number is None:
        raise Wrong(Code.RECEPTOR)
    if line is not None and len(line) > LINE_MAX:
        raise Wrong(Code.SENDER)
    return Order(number=number, text=text, line=line, localid=localid)


def _localids(said: Given, count: int) -> Sequence[str | None]:
    """One for each receptor, or none at all. A 0 is none: its clients send that for want of an id."""
    text = next((said[name] for name in LOCALIDS if said.get(name, "").strip()), None)
    if text is None:
        return [None] * count
    found = _array(text) if text.strip().startswith("[") else _listed(text)
    if len(found) != count:
        raise Wrong(Code.UNEQUAL)
    read = [_number(one, Code.INCOMPLETE) for one in found]
    return [str(one) if one else None for one in read]


def _needed(said: Given, name: str) -> str:
    """400 where it lacks, 406 where nothing stands in it."""
    value = said.get(name)
    if value is None:
        raise Wrong(Code.INCOMPLETE)
    if not value.strip():
        raise Wrong(Code.EMPTY)
    return value.strip()


def _text(text: str | None) -> str:
    if text is None:
        raise Wrong(Code.INCOMPLETE)
    if not text.strip() or len(text) > TEXT_MAX:
        raise Wrong(Code.MESSAGE)
    return text


def _number(text: str, otherwise: Code) -> int:
    digits = latin_digits(text.strip()) if len(text) <= LINE_MAX else ""
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= DIGITS_MAX):
        raise Wrong(otherwise)
    return int(digits)


def _listed(text: str) -> Sequence[str]:
    return [one.strip() for one in text.split(",")]


def _array(text: str) -> Sequence[str]:
    """A JSON array of texts or numbers."""
    try:
        found: Any = orjson.loads(text)
    except ValueError:
        raise Wrong(Code.CHARACTERS) from None
    if not isinstance(found, list):
        raise Wrong(Code.INCOMPLETE)
    values = cast("list[Any]", found)
    if any(isinstance(one, bool) or not isinstance(one, str | int) for one in values):
        raise Wrong(Code.INCOMPLETE)
    if any("\x00" in str(one) for one in values):
        raise Wrong(Code.CHARACTERS)
    return [str(one) for one in values]


def _at_most(values: Sequence[str], most: int) -> None:
    if not values:
        raise Wrong(Code.EMPTY)
    if len(values) > most:
        raise Wrong(Code.TOO_MANY)
