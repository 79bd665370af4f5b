"""Reading a province's files: everything wrong is told at once, with file, line, field and reason."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from deploy.demo.lawful import Place, faults
from deploy.demo.province import Agency, Post, Province, ProvinceFile, Service
from shared.language import Text

HERE = Path(__file__).parent
COLUMNS = tuple(Service.model_fields)
FILE_BYTES_MAX = 20 * 1024 * 1024

_REASONS = {
    "missing": Text(fa="این فیلد لازم است.", en="This field is required."),
    "extra_forbidden": Text(fa="چنین فیلدی وجود ندارد.", en="There is no such field."),
    "string_pattern_mismatch": Text(fa="شکل آن درست نیست.", en="It does not have the right form."),
    "string_too_short": Text(fa="نباید خالی باشد.", en="It must not be empty."),
    "literal_error": Text(fa="از مقدارهای مجاز نیست.", en="It is not one of the allowed values."),
    "bool_type": Text(fa="باید yes یا no باشد.", en="It must be yes or no."),
    "int_parsing": Text(fa="باید عدد باشد.", en="It must be a number."),
}

F = TypeVar("F")


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


def read_agency(path: Path, *, beyond: Mapping[str, Post], counties: frozenset[str]) -> Agency:
    """An agency's file. `beyond` are the posts outside it that its own may report to."""
    root, agency = _read_yaml(path, Agency)
    problems = [
        Problem(file=path.name, line=_line(root, at), field=_dotted(at), reason=reason)
        for at, reason in faults(agency, beyond, counties)
    ]
    if problems:
        raise Unreadable(problems)
    return agency


def read_services(path: Path, owners: Mapping[str, frozenset[str]]) -> tuple[Service, ...]:
    """The catalogue. `owners` maps each agency's id to its units; empty where only the agency is known."""
    rows = csv.reader(io.StringIO(_text(path)), strict=True)
    services: list[Service] = []
    problems: list[Problem] = []
    seen = _Seen()
    try:
        header = tuple(next(rows, ()))
        if header != COLUMNS:
            wanted = ", ".join(COLUMNS)
            raise Unreadable([_whole(path, "header", "ستون‌ها باید این باشند", "columns must be", wanted)])
        # A quoted cell may span lines: a row is named by the line on which it begins.
        line = rows.line_num + 1
        for cells in rows:
            found = list(_read_row(cells, owners, seen, services)) if cells else []
            problems += [Problem(file=path.name, line=line, field=f, reason=r) for f, r in found]
            line = rows.line_num + 1
    except csv.Error as error:
        problems.append(_whole(path, "csv", "فایل CSV درست نیست", "not well-formed CSV", str(error)))
    if problems:
        raise Unreadable(problems)
    return tuple(services)


def read_province(folder: Path = HERE) -> Province:
    """All files of a province: province.yaml, agencies/, services.csv."""
    _, file = _read_yaml(folder / "province.yaml", ProvinceFile)
    counties = frozenset(county.id for county in file.counties)
    governorate = read_agency(folder / "agencies/governorate.yaml", beyond={}, counties=counties)
    beyond = {post.id: post for post in governorate.posts}
    agencies = tuple(
        read_agency(path, beyond=beyond, counties=counties)
        for path in sorted((folder / "agencies").glob("*.yaml"))
        if path.name != "governorate.yaml"
    )
    owners = {agency.id: frozenset(unit.id for unit in agency.units) for agency in agencies}
    owners |= {listed.id: frozenset[str]() for listed in file.listed if listed.id not in owners}
    return Province(
        id=file.id,
        name=file.name,
        counties=file.counties,
        governorate=governorate,
        agencies=agencies,
        listed=file.listed,
        services=read_services(folder / "services.csv", owners),
    )


class _Seen:
    """What must be unique in the catalogue, and the row of the catalogue that had it first."""

    def __init__(self) -> None:
        self.codes: set[str] = set()
        self.titles: set[tuple[str, str]] = set()


def _read_row(
    cells: list[str], owners: Mapping[str, frozenset[str]], seen: _Seen, into: list[Service]
) -> Iterator[tuple[str, Text]]:
    """Adds the service, or tells what is wrong with its row by column."""
    if len(cells) != len(COLUMNS):
        yield (
            "row",
            Text(
                fa=f"باید {len(COLUMNS)} ستون باشد و {len(cells)} ستون دارد.",
                en=f"It has {len(cells)} columns instead of {len(COLUMNS)}.",
            ),
        )
        return
    try:
        service = Service.model_validate(dict(zip(COLUMNS, cells, strict=True)))
    except ValidationError as error:
        yield from ((str(e["loc"][0]), _reason(e["type"], e["msg"])) for e in error.errors())
        return
    into.append(service)
    if service.agency_id not in owners:
        yield "agency_id", _not_known(service.agency_id)
    elif (owners[service.agency_id] or service.unit_id) and (
        service.unit_id not in owners[service.agency_id]
    ):
        yield "unit_id", _not_known(service.unit_id or "")
    if service.code in seen.codes:
        yield "code", Text(fa="این کد پیش‌تر آمده است.", en="This code was given before.")
    if (service.agency_id, service.title_fa) in seen.titles:
        yield (
            "title_fa",
            Text(
                fa="این عنوان برای همین دستگاه پیش‌تر آمده است.",
                en="This agency has a service of this title already.",
            ),
        )
    seen.codes.add(service.code)
    seen.titles.add((service.agency_id, service.title_fa))


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
        reason = Text(fa="این فیلد دو بار آمده است.", en="This field is given twice.")
        raise Unreadable(
            [Problem(file=path.name, line=line, field=_dotted(at), reason=reason) for line, at in twice]
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
                    reason=_reason(e["type"], e["msg"]),
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
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable([_whole(path, "file", "فایل UTF-8 نیست", "not UTF-8", str(error))]) from error


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


def _reason(kind: str, message: str) -> Text:
    return _REASONS.get(kind) or Text(fa=f"پذیرفته نیست: {message}", en=message)


def _not_known(id_: str) -> Text:
    return Text(fa=f"«{id_}» شناخته نیست.", en=f"{id_ or 'an empty cell'} is not known.")
