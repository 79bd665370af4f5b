"""How values become BSON and come back: one place, so that a digest over BSON means the same everywhere."""

from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from typing import Any, Generic, TypeVar

import bson
from bson.codec_options import CodecOptions, TypeRegistry
from bson.raw_bson import RawBSONDocument
from pydantic import TypeAdapter

T = TypeVar("T")
_SPAN: TypeAdapter[timedelta] = TypeAdapter(timedelta)


def _as_bson(value: Any) -> Any:  # noqa: ANN401 - whatever BSON has no type for
    match value:
        case Enum():
            return value.value
        case timedelta():
            return _SPAN.dump_python(value, mode="json")
        case date():
            return value.isoformat()
        case Fraction():
            return str(value)
        case frozenset():
            return sorted(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        case _:
            return value


BSON_OPTIONS: CodecOptions[dict[str, Any]] = CodecOptions(
    tz_aware=True, type_registry=TypeRegistry(fallback_encoder=_as_bson)
)


class Codec(Generic[T]):
    """Turns a frozen dataclass of a domain into a document and back."""

    def __init__(self, kind: type[T]) -> None:
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def document(self, value: T) -> dict[str, Any]:
        """Plain BSON values under the fields' names."""
        return self._adapter.dump_python(value, mode="python")

    def encoded(self, value: T) -> RawBSONDocument:
        """The same, encoded: once for the digest and for the write."""
        return RawBSONDocument(bson.encode(self.document(value), codec_options=BSON_OPTIONS))

    def value(self, document: dict[str, Any]) -> T:
        """The domain's own value; what an older version wrote gets the defaults of newer fields."""
        return self._adapter.validate_python(document)
