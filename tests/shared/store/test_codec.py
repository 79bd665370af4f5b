"""A domain's value comes back from MongoDB's bytes as the same value, with the same digest."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum, StrEnum
from fractions import Fraction

import bson
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import whole_ms
from shared.store.codec import BSON_OPTIONS, Codec
from shared.store.history import digest


class Ground(StrEnum):
    LATE = "late"
    RUDE = "rude"


class Level(Enum):
    LOW = 1
    HIGH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    text: str
    at: datetime | None = None
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """A field of each type that a domain may use."""

    id: str
    agency_id: str
    text: str
    count: int
    share: Fraction
    ratio: float
    yes: bool
    on: date
    at: datetime
    took: timedelta
    ground: Ground
    level: Level | None
    part: Part
    pairs: tuple[tuple[str, int], ...]
    by_name: dict[str, Part]
    by_ground: dict[Ground, int]
    grounds: frozenset[Ground]
    codes: frozenset[str]
    sealed: bytes
    newer: tuple[int, ...] = field(default=(7,))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
# MongoDB takes no key with a NUL; a domain's keys are ids and codes.
KEYS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
INTEGERS = st.integers(-(2**63), 2**63 - 1)
TIMES = st.datetimes(datetime(1300, 1, 1), datetime(2400, 1, 1), timezones=st.just(UTC)).map(whole_ms)  # noqa: DTZ001 - the bounds must be naive
PARTS = st.recursive(
    st.builds(Part, text=TEXT, at=st.none() | TIMES, parts=st.just(())),
    lambda inner: st.builds(
        Part, text=TEXT, at=st.none() | TIMES, parts=st.lists(inner, max_size=2).map(tuple)
    ),
    max_leaves=4,
)
VALUES = st.builds(
    Everything,
    id=TEXT,
    agency_id=TEXT,
    text=TEXT,
    count=INTEGERS,
    share=st.fractions(),
    ratio=st.floats(allow_nan=False),
    on=st.dates(),
    at=TIMES,
    took=st.timedeltas(min_value=timedelta(days=-9999), max_value=timedelta(days=9999)),
    level=st.none() | st.sampled_from(Level),
    part=PARTS,
    pairs=st.lists(st.tuples(TEXT, INTEGERS), max_size=3).map(tuple),
    by_name=st.dictionaries(KEYS, PARTS, max_size=3),
    by_ground=st.dictionaries(st.sampled_from(Ground), INTEGERS),
    codes=st.frozensets(TEXT, max_size=3),
    newer=st.lists(INTEGERS, max_size=3).map(tuple),
)


@given(VALUES)
def test_a_value_comes_back_the_same_and_with_the_same_digest(value: Everything) -> None:
    codec = Codec(Everything)
    document = codec.document(value)
    stored = bson.encode(document, codec_options=BSON_OPTIONS)

    read = bson.decode(stored, codec_options=BSON_OPTIONS)  # pyright: ignore[reportUnknownMemberType]

    assert codec.value(read) == value
    assert digest(read) == digest(document)
    assert digest(codec.document(codec.value(read))) == digest(document)


def test_an_older_document_gets_the_defaults_of_newer_fields() -> None:
    assert Codec(Part).value({"text": "x"}) == Part(text="x", at=None, parts=())
