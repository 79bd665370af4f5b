"""A file in a form (multipart/form-data), read as it comes: bounded, once in memory, never on a disk."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from shared.files.kinds import FILE_BYTES_MAX, MEGABYTE, PLACE
from shared.language import Text
from shared.rule import Invalid
from shared.web.bodies import up_to
from shared.web.problems import RETRY_AFTER_S, Problem

FORM = "multipart/form-data"
FILE = "file"
FIELD_BYTES_MAX, PARTS_MAX, AROUND_BYTES_MAX = 4096, 12, 64 * 1024
FORM_BYTES_MAX = FILE_BYTES_MAX + AROUND_BYTES_MAX
"""The whole form: the file, its fields, and what stands between them."""
AT_ONCE_MAX = 16
"""In one process: each holds its file in memory."""
READ_S = 120.0
MANY_FIELD_BYTES_MAX, MANY_PARTS_MAX, MANY_FILES_MAX = 16 * 1024, 100, 10
"""Of a form that another system sends, with names of its own for files."""
NOT_A_FORM = Problem(
    400,
    "not-a-form",
    Text(fa="متن درخواست فرم درستی نیست.", en="The request's body is not a whole multipart form."),
)
FILE_TOO_LARGE = Problem(
    413,
    "file-too-large",
    Text(
        fa=f"فایل بیش از {FILE_BYTES_MAX // MEGABYTE} مگابایت است.",
        en=f"The file has more than {FILE_BYTES_MAX // MEGABYTE} MB.",
    ),
)
BUSY = Problem(
    503,
    "too-many-uploads",
    Text(
        fa="هم‌اکنون فایل‌های زیادی فرستاده می‌شود؛ اندکی بعد دوباره بفرستید.",
        en="Many files are being sent at the moment; send it again in a moment.",
    ),
    headers={"retry-after": str(RETRY_AFTER_S)},
)
FormT = TypeVar("FormT", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it came: what its sender calls it, all of it, and the SHA-256 of it."""

    name: str
    content: bytearray
    sha256: str


class Uploads:
    """Reads forms, only so many at once. What comes beyond that is asked to come again, not left waiting."""

    def __init__(self, *, at_once_max: int = AT_ONCE_MAX) -> None:
        self._at_once_max, self._at_once = at_once_max, 0

    @asynccontextmanager
    async def of(self, request: Request, kind: type[FormT]) -> AsyncGenerator[tuple[FormT, Upload]]:
        """The form's fields and its one file, for as long as the block lasts.

        Raises a Problem, Invalid or RequestValidationError; TimeoutError for who sends too slowly.
        """
        async with self._read(request, _Form()) as form:
            yield form.fields_as(kind), form.upload()

    @asynccontextmanager
    async def many_of(self, request: Request) -> AsyncGenerator[tuple[dict[str, str], list[Upload]]]:
        """All fields, one that comes twice with a line for each, and up to ten files by any name.

        Raises as `of` does.
        """
        async with self._read(request, _Form(lenient=True)) as form:
            yield form.texts(), form.uploads()

    @asynccontextmanager
    async def _read(self, request: Request, form: "_Form") -> "AsyncGenerator[_Form]":
        if self._at_once >= self._at_once_max:
            raise BUSY
        self._at_once += 1
        try:
            async with asyncio.timeout(READ_S):
                await form.read(request)
            yield form
        finally:
            self._at_once -= 1


@dataclass(slots=True)
class _Form:
    """What was read so far. The parser calls the methods that begin with `on`.

    `lenient` takes several files, each by any name, and longer fields, some of them twice.
    """

    lenient: bool = False
    fields: dict[str, bytearray] = field(default_factory=dict[str, bytearray])
    files: list[tuple[str, bytearray, Any]] = field(default_factory=list[tuple[str, bytearray, Any]])
    _headers: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    _name: bytes = b""
    _value: bytes = b""
    _parts: int = 0
    _into: bytearray = field(default_factory=bytearray)
    _most: int = 0
    _ended: bool = False

    async def read(self, request: Request) -> None:
        """All of it, or NOT_A_FORM."""
        kind, options = parse_options_header(request.headers.get("content-type"))
        boundary = options.get(b"boundary", b"")
        if kind != FORM.encode() or not boundary:
            raise Invalid("", Text(fa=f"قالب باید {FORM} باشد.", en=f"It must be sent as {FORM}."))
        try:
            parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._on_part_begin,
                    "on_header_field": self._on_header_field,
                    "on_header_value": self._on_header_value,
                    "on_header_end": self._on_header_end,
                    "on_headers_finished": self._on_headers_finished,
                    "on_part_data": self._on_part_data,
                    "on_end": self._on_end,
                },
            )
            async for some in request.stream():
                parser.write(some)
        except (FormParserError, ClientDisconnect):
            raise NOT_A_FORM from None
        if not self._ended:
            raise NOT_A_FORM

    def fields_as(self, kind: type[FormT]) -> FormT:
        """The fields as the form declares them."""
        try:
            return kind.model_validate({name: value.decode() for name, value in self.fields.items()})
        except UnicodeDecodeError:
            raise NOT_A_FORM from None
        except ValidationError as error:
            wrong = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
            raise RequestValidationError(wrong) from None

    def upload(self) -> Upload:
        """The file; RequestValidationError without one."""
        if not self.files:
            raise RequestValidationError([{"type": "missing", "loc": ("body", FILE)}])
        return self.uploads()[0]

    def uploads(self) -> list[Upload]:
        """All files."""
        return [
            Upload(name=name, content=content, sha256=digest.hexdigest())
            for name, content, digest in self.files
        ]

    def texts(self) -> dict[str, str]:
        """All fields, or NOT_A_FORM."""
        try:
            return {name: value.decode() for name, value in self.fields.items()}
        except UnicodeDecodeError:
            raise NOT_A_FORM from None

    def _on_part_begin(self) -> None:
        self._headers, self._name, self._value = {}, b"", b""
        self._parts += 1
        if self._parts > (MANY_PARTS_MAX if self.lenient else PARTS_MAX):
            raise NOT_A_FORM

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        name = options.get(b"name", b"").decode(errors="replace")
        if b"filename" in options:
            self._begin_file(name, options[b"filename"].decode(errors="replace"))
            return
        if name in self.fields:
            if not self.lenient:
                raise NOT_A_FORM
            self.fields[name] += b"\n"
        self._into = self.fields.setdefault(name, bytearray())
        self._most = MANY_FIELD_BYTES_MAX if self.lenient else FIELD_BYTES_MAX

    def _begin_file(self, field_name: str, name: str) -> None:
        if not self.lenient and (field_name != FILE or self.files):
            raise Invalid(PLACE, Text(fa="فقط یک فایل پذیرفته می‌شود.", en="One file is taken, no more."))
        if len(self.files) >= MANY_FILES_MAX:
            raise Invalid(PLACE, Text(fa="فایل‌ها بیش از اندازه است.", en="There are too many files."))
        self._into, self._most = bytearray(), FILE_BYTES_MAX
        self.files.append((name, self._into, hashlib.sha256()))

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if len(self._into) + end - start > self._most:
            raise FILE_TOO_LARGE if self._is_in_file else NOT_A_FORM
        some = memoryview(data)[start:end]
        self._into += some
        if self._is_in_file:
            self.files[-1][2].update(some)

    @property
    def _is_in_file(self) -> bool:
        return bool(self.files) and self._into is self.files[-1][1]

    def _on_end(self) -> None:
        self._ended = True


def form_of(kind: type[BaseModel]) -> dict[str, Any]:
    """A route's `openapi_extra`: which fields its form has beside the file, and how long it may be."""
    schema = kind.model_json_schema()
    properties: dict[str, Any] = schema["properties"]
    properties[FILE] = {"type": "string", "format": "binary", "maxLength": FILE_BYTES_MAX}
    schema["required"] = [*schema.get("required", []), FILE]
    schema["examples"] = [{**one, FILE: "عکس.jpg"} for one in schema.get("examples", [{}])]
    body = {"required": True, "content": {FORM: {"schema": schema}}}
    return {"requestBody": body, **up_to(FORM_BYTES_MAX)}


async def uploads(request: Request) -> Uploads:
    """The service's reader: `async with reader.of(request, Form) as (said, upload): ...`."""
    return request.app.state.uploads


Reader = Annotated[Uploads, Depends(uploads)]
