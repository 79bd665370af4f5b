"""What goes over the bus is as promised; and each way to break a promise is caught."""

from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from deploy.cli import docs as command
from deploy.contracts.breaking import breaks
from deploy.contracts.schemas import PRIVATE, freeze, frozen, schema_of, schemas
from shared.events.catalogue import public_events
from shared.events.event import Event


def test_no_event_breaks_what_it_promised() -> None:
    assert breaks(frozen(), schemas()) == []


def test_every_event_is_frozen_as_it_is_now() -> None:
    stale = [name for name, schema in schemas().items() if frozen().get(name) != schema]

    assert stale == [], "run `paygir docs`"


def test_every_publishers_events_are_found() -> None:
    assert {kind.publisher for kind in public_events().values()} >= {"complaints", "content", "directory"}
    assert PRIVATE.keys() <= schemas().keys()


def belongs(module: str, publisher: str) -> bool:
    """Its publisher's own file, or one of its themes: `complaints.py`, `complaints_press.py`."""
    return module.removeprefix("shared.events.").split("_")[0] == publisher


def test_an_event_says_what_it_is_in_both_languages_and_belongs_to_its_file() -> None:
    wrong = [
        name
        for name, kind in public_events().items()
        if not (kind.says.fa and kind.says.en) or not belongs(kind.__module__, kind.publisher)
    ]

    assert wrong == []


FREE_TEXT = {"name", "title", "text", "body", "notice", "answer", "mobile", "phone", "national_id"}
# The chart and the catalogue are public by law: names of units, titles of posts and of services.
PUBLIC_BY_LAW = {"AgencyJoined", "ChartChanged", "ServiceListed"}


def test_no_event_has_a_field_for_a_name_a_mobile_or_what_somebody_wrote() -> None:
    carried = {
        name: FREE_TEXT & schema_of(kind)["properties"].keys()
        for name, kind in public_events().items()
        if kind.__name__ not in PUBLIC_BY_LAW
    }

    assert {name: fields for name, fields in carried.items() if fields} == {}


# Planted changes.


class Step(StrEnum):
    ONE = "one"
    TWO = "two"


class WiderStep(StrEnum):
    ONE = "one"
    TWO = "two"
    THREE = "three"


class Part(BaseModel):
    id: str


class PartWithCounty(Part):
    county: str | None = None


class PartWithKind(Part):
    kind: str


class Promised(BaseModel):
    id: str
    level: int
    step: Step = Step.ONE
    post_id: str | None = None
    parts: tuple[Part, ...] = ()


def changed(**fields: Any) -> type[BaseModel]:
    """The promised event with other fields; None takes one away."""
    annotations = {**Promised.__annotations__, **fields}
    kept = {name: kind for name, kind in annotations.items() if kind is not None}
    defaults: dict[str, Any] = {"step": Step.ONE, "post_id": None, "parts": (), "more": None}
    given = {name: defaults[name] for name in kept if name in defaults and fields.get(name) is not str}
    return type("Changed", (BaseModel,), {"__annotations__": kept, "__module__": __name__, **given})


def broken(model: type[BaseModel]) -> list[str]:
    return breaks({"E": schema_of(Promised)}, {"E": schema_of(model)})


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"level": None}, "E: level is gone"),
        ({"level": str}, 'E: level has another type: "integer", now "string"'),
        ({"level": int | None}, "E: level is of another type"),
        ({"post_id": str}, "E: post_id is of another type"),
        ({"added": str}, "E: added is required now, and older records lack it"),
        ({"parts": tuple[PartWithKind, ...]}, "E: parts[].kind is required now, and older records lack it"),
        ({"parts": tuple[str, ...]}, "E: parts[].id is gone"),
    ],
)
def test_a_breaking_change_is_told(fields: dict[str, Any], sentence: str) -> None:
    assert sentence in broken(changed(**fields))


@pytest.mark.parametrize(
    "fields", [{}, {"more": str | None}, {"step": WiderStep}, {"parts": tuple[PartWithCounty, ...]}]
)
def test_what_only_adds_breaks_nothing(fields: dict[str, Any]) -> None:
    assert broken(changed(**fields)) == []


def test_values_may_be_added_but_not_taken_away() -> None:
    class Narrow(BaseModel):
        step: Step

    class Wide(BaseModel):
        step: WiderStep

    class Free(BaseModel):
        step: str

    narrow, wide, free = schema_of(Narrow), schema_of(Wide), schema_of(Free)

    assert breaks({"E": wide}, {"E": narrow}) == ['E: step no longer takes "three"']
    assert breaks({"E": free}, {"E": narrow}) == ["E: step takes only some values now"]
    assert breaks({"E": narrow}, {"E": wide}) == []


def test_an_event_that_is_gone_is_told() -> None:
    assert breaks({"E": schema_of(Promised)}, {}) == ["E: gone, and records of it are kept for good"]


def test_words_for_people_are_no_part_of_the_promise(tmp_path: Path) -> None:
    class Said(Promised):
        """Said otherwise."""

    freeze("ir.paygir.E", schema_of(Promised), tmp_path)

    assert frozen(tmp_path) == {"ir.paygir.E": schema_of(Said)}


def test_the_command_freezes_nothing_while_a_promise_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = next(iter(public_events()))
    promised = schemas()[name]
    longer = {**promised, "properties": {**promised["properties"], "gone": {"type": "string"}}}
    written: list[str] = []
    monkeypatch.setattr(command, "frozen", lambda: {name: longer})

    def note(name: str, schema: object) -> None:
        written.append(name)

    monkeypatch.setattr(command, "freeze", note)
    with pytest.raises(typer.Exit):
        command.docs()

    assert f"{name}: gone is gone" in capsys.readouterr().out
    assert written == []


def test_a_test_that_declares_an_event_of_its_own_changes_no_promise() -> None:
    class Planted(Event):
        publisher = "complaints"
        says = next(iter(public_events().values())).says

    assert Planted.type_name() not in public_events()
