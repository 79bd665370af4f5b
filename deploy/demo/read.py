"""Reading a province's files: everything wrong is told at once, with file, line, field and reason."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from deploy.demo.province import Province
from services.directory.domain.agency import Around
from services.directory.domain.chart_forms import as_post
from services.directory.domain.figures import FigureForm
from services.directory.domain.forms import AgencyForm, ProvinceForm, ServiceForm
from services.directory.domain.lawful import Place, faults
from services.directory.domain.rows import Owners, read_rows
from shared.calendar.calendar_data import CalendarData
from shared.events.directory import Post
from shared.language import Text
from shared.tables import read_csv, reason

HERE = Path(__file__).parent
FIGURES = "figures.yaml"
FILE_BYTES_MAX = 20 * 1024 * 1024

F = TypeVar("F")
A = TypeVar("A", bound=AgencyForm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a file. `line` counts from 1; 0 where it concerns the file as a whole."""

    file: str
    line: int
    field: str
    reason: Text

    def in_(self, language: str) -> str:
        """As one line for people."""
        return f"{self.file}:{self.line}: {self.field}: {self.reason.in_(language)}"


class Unreadable(Exception):
    """A file can't be taken over; nothing of it was."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(problem.in_("en") for problem in problems))
        self.problems = tuple(problems)


class AgencyFile(AgencyForm):
    """An agency's file: what it needs to join, and of one whose hours or figures are its own, those."""

    calendar: CalendarData | None = None
    figures: Annotated[tuple[FigureForm, ...], Field(max_length=50)] = ()

    def form(self) -> dict[str, Any]:
        """What the directory is sent by which it joins."""
        return self.model_dump(mode="json", exclude={"calendar", "figures"}, exclude_unset=True)


def read_agency_file(path: Path, around: Around) -> AgencyFile:
    """An agency that isn't part of a province's own files."""
    return _lawful(path, AgencyFile, beyond=around.posts, counties=around.counties)


def read_agency(path: Path, *, beyond: Mapping[str, Post], counties: frozenset[str]) -> AgencyForm:
    """An agency's file. `beyond` are the posts outside it that its own may report to."""
    return _lawful(path, AgencyForm, beyond=beyond, counties=counties)


def _lawful(path: Path, form: type[A], *, beyond: Mapping[str, Post], counties: frozenset[str]) -> A:
    root, agency = _read_yaml(path, form)
    problems = [
        Problem(file=path.name, line=_line(root, at), field=_dotted(at), reason=why)
        for at, why in faults(agency, beyond, counties)
    ]
    if problems:
        raise Unreadable(problems)
    return agency


def located(path: Path, said: Sequence[tuple[str, str]]) -> list[Problem]:
    """What a service says of places in a file that it was sent, by JSON pointers: with their lines."""
    root: yaml.Node | None = yaml.compose(_text(path), Loader=yaml.SafeLoader)
    places = [
        (tuple(int(step) if step.isdecimal() else step for step in pointer.split("/")[1:]), why)
        for pointer, why in said
    ]
    return [
        Problem(
            file=path.name, line=_line(root, at), field=_dotted(at) or "file", reason=Text(fa=why, en=why)
        )
        for at, why in places
    ]


def read_services(path: Path, owners: Owners) -> tuple[ServiceForm, ...]:
    """The catalogue."""
    rows = read_rows(read_csv(_text(path)), owners)
    problems = [
        Problem(file=path.name, line=one.line, field=one.column, reason=one.reason) for one in rows.problems
    ]
    if problems:
        raise Unreadable(problems)
    return tuple(rows.services.values())


def province_folder() -> Path:
    """Where the files of this deployment's province are: PAYGIR_PROVINCE, else the demo province's."""
    return Path(os.environ.get("PAYGIR_PROVINCE") or HERE)


def read_calendar(folder: Path | None = None) -> CalendarData:
    """The province's working calendar."""
    return read_yaml((folder or province_folder()) / "calendar.json", CalendarData)


def read_province(folder: Path | None = None) -> Province:
    """All files of a province: province.yaml, agencies/, services.csv, and figures.yaml if it has its own."""
    folder = folder or province_folder()
    _, file = _read_yaml(folder / "province.yaml", ProvinceForm)
    counties = frozenset(county.id for county in file.counties)
    governorate = read_agency(folder / "agencies/governorate.yaml", beyond={}, counties=counties)
    beyond = {post.id: as_post(post) for post in governorate.posts}
    agencies = tuple(
        read_agency(path, beyond=beyond, counties=counties)
        for path in sorted((folder / "agencies").glob("*.yaml"))
        if path.name != "governorate.yaml"
    )
    owners = {agency.id: frozenset(unit.id for unit in agency.units) for agency in agencies}
    owners |= {listed.id: frozenset[str]() for listed in file.listed if listed.id not in owners}
    return Province(
        form=file,
        governorate=governorate,
        agencies=agencies,
        services=read_services(folder / "services.csv", owners),
        catalogue=_text(folder / "services.csv"),
        figures=read_yaml(folder / FIGURES, tuple[FigureForm, ...]) if (folder / FIGURES).exists() else (),
    )


def read_yaml(path: Path, form: type[F]) -> F:
    """A YAML file of any form that pydantic can check."""
    return _read_yaml(path, form)[1]


def _read_yaml(path: Path, form: type[F]) -> tuple[yaml.Node | None, F]:
    """The file's nodes, which know their lines, and what it says."""
    text = _text(path)
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
        raw: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Unreadable(
            [_whole(path, "yaml", "فایل YAML درست نیست", "not well-formed YAML", str(error))]
        ) from error
    twice = list(_twice(root, ()))
    if twice:
        why = Text(fa="این فیلد دو بار آمده است.", en="This field is given twice.")
        raise Unreadable(
            [Problem(file=path.name, line=line, field=_dotted(at), reason=why) for line, at in twice]
        )
    try:
        return root, TypeAdapter(form).validate_python(raw)
    except ValidationError as error:
        raise Unreadable(
            [
                Problem(
                    file=path.name,
                    line=_line(root, e["loc"]),
                    field=_dotted(e["loc"]),
                    reason=reason(e),
                )
                for e in error.errors()
            ]
        ) from error


def _text(path: Path) -> str:
    if not path.is_file():
        raise Unreadable([_whole(path, "file", "فایل پیدا نشد", "no such file", str(path))])
    if path.stat().st_size > FILE_BYTES_MAX:
        raise Unreadable([_whole(path, "file", "فایل بزرگ‌تر از اندازه مجاز است", "file too large", "20 MB")])
    try:
        # Spreadsheets put a mark before the first column's name.
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable([_whole(path, "file", "فایل UTF-8 نیست", "not UTF-8", str(error))]) from error
    # JSON is YAML but for the tabs between its words.
    return text.replace("\t", " ") if path.suffix == ".json" else text


def _whole(path: Path, field: str, fa: str, en: str, detail: str) -> Problem:
    return Problem(
        file=path.name, line=0, field=field, reason=Text(fa=f"{fa}: {detail}", en=f"{en}: {detail}")
    )


def _line(node: yaml.Node | None, place: Place) -> int:
    """The line of what a place points to, or of the nearest thing around it."""
    if node is None:
        return 0
    at = node.start_mark.line + 1
    if not place:
        return at
    inner = _inside(node, place[0])
    return _line(inner, place[1:]) if inner else at


def _inside(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def _twice(node: yaml.Node | None, place: Place) -> Iterator[tuple[int, Place]]:
    """Keys given twice, which YAML itself lets pass: the second would silently win."""
    if isinstance(node, yaml.MappingNode):
        names = [key.value for key, _ in node.value]
        for index, (key, value) in enumerate(node.value):
            if key.value in names[:index]:
                yield key.start_mark.line + 1, (*place, key.value)
            yield from _twice(value, (*place, key.value))
    if isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _twice(value, (*place, index))


def _dotted(place: Place) -> str:
    return ".".join(str(step) for step in place)
