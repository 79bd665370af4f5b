"""Forms as they are handed in: a small lawful province, and ways to spoil it."""

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from shared.bus.effects import Projection, Told
from shared.cloudevents import Envelope
from shared.directory.replica import COLLECTION, fold
from tests.serving import Serving, bearer

Form = dict[str, Any]
HEADER = "code,title_fa,agency_id,unit_id,documents,duration,cost_rials,steps,online,url"


def name(text: str) -> dict[str, str]:
    return {"fa": text, "en": text}


def post(id_: str, role: str, unit: str | None, to: str | None, holder: str | None) -> Form:
    return {
        "id": id_,
        "title": name(id_),
        "role": role,
        "unit": unit,
        "reports_to": to,
        "holder": holder,
    }


PROVINCE_FORM: Form = {
    "id": "sample",
    "name": name("استان نمونه"),
    "counties": [{"id": "center", "name": name("مرکز")}],
    "listed": [{"id": "gas", "name": name("شرکت گاز")}],
}
GOVERNORATE: Form = {
    "id": "governorate",
    "name": name("استانداری"),
    "units": [{"id": "governorate.inspection", "kind": "unit", "name": name("بازرسی")}],
    "posts": [
        post(
            "governorate.inspection.head",
            "governorate",
            "governorate.inspection",
            None,
            "p-governorate-001",
        ),
        post(
            "governorate.inspection.social-director",
            "social-director",
            "governorate.inspection",
            "governorate.inspection.head",
            "p-governorate-002",
        ),
    ],
}
_POSTS = [
    ("head", "head", None, "governorate.inspection.head"),
    ("works.deputy", "deputy", "works", "power.head"),
    ("works.representative", "representative", "works", "power.works.deputy"),
    ("pr.head", "head-of-public-relations", "pr", "power.head"),
    ("pr.expert", "secretary", "pr", "power.pr.head"),
    ("it.head", "unit-head", "it", "power.head"),
]
_RIGHTS = post(
    "power.office.rights", "citizens-rights-secretary", "power.office", "power.head", "p-power-020"
)
POWER: Form = {
    "id": "power",
    "name": name("شرکت توزیع برق"),
    "units": [
        {"id": "power.office", "kind": "domain", "name": name("حوزه مدیریت")},
        {"id": "power.works", "kind": "domain", "name": name("حوزه بهره‌برداری")},
        {"id": "power.pr", "kind": "unit", "parent": "power.office", "name": name("روابط عمومی")},
        {"id": "power.it", "kind": "unit", "parent": "power.works", "name": name("فناوری اطلاعات")},
    ],
    "posts": [
        post(f"power.{id_}", role, unit and f"power.{unit}", to, f"p-power-{number:03}")
        for number, (id_, role, unit, to) in enumerate(_POSTS, start=1)
    ]
    + [_RIGHTS],
    "committees": [
        {
            "id": "power.portal-group",
            "clause": "PORTAL-5-1",
            "title": name("گروه مدیریت سایت"),
            "chair": "power.pr.head",
            "secretary": "power.pr.expert",
            "schedule": "PORTAL-10-1",
            "members": [
                {"post": "power.pr.head", "represents": "power.office"},
                {"post": "power.works.representative", "represents": "power.works"},
            ],
        },
        {
            "id": "power.transformation-commission",
            "clause": "PORTAL-2-4",
            "title": name("کمیسیون تحول اداری"),
            "chair": "power.head",
            "secretary": "power.pr.expert",
            "members": [
                {"post": "power.head", "represents": "power.office"},
                {"post": "power.works.deputy", "represents": "power.works"},
            ],
        },
    ],
}


APPOINTMENT: Form = {
    "conditions": [{"condition": "ده سال سابقهٔ روابط عمومی", "evidence": "حکم کارگزینی ۱۲۳۴"}],
    "ministry": {"reference": "51131/79098", "day": "2026-10-05"},
    "governorate": {"reference": "1405/812", "day": "2026-11-21"},
}
next(one for one in POWER["posts"] if one["id"] == "power.pr.head")["appointment"] = APPOINTMENT


def power(*changes: Callable[[Form], object]) -> Form:
    """The agency's form, changed."""
    form = deepcopy(POWER)
    for change in changes:
        change(form)
    return form


def water() -> Form:
    """The same agency under the name of one that the small province has: its posts' holders may ask."""
    return json.loads(json.dumps(power()).replace("power", "water"))


def of_post(id_: str, **fields: Any) -> Callable[[Form], object]:
    """Changes one post."""

    def change(form: Form) -> None:
        next(one for one in form["posts"] if one["id"] == id_).update(fields)

    return change


def without_post(id_: str) -> Callable[[Form], object]:
    """Takes a post away, and its seats."""

    def change(form: Form) -> None:
        form["posts"] = [one for one in form["posts"] if one["id"] != id_]
        for committee in form["committees"]:
            committee["members"] = [one for one in committee["members"] if one["post"] != id_]

    return change


def row(code: int = 10011001100, **cells: str) -> str:
    """A lawful row, with some cells changed."""
    whole = {
        "code": str(code),
        "title_fa": f"صدور انشعاب برق {code}",
        "agency_id": "power",
        "unit_id": "power.works",
        "documents": "کارت ملی;نقشه",
        "duration": "10d",
        "cost_rials": "1500000",
        "steps": "ثبت;صدور",
        "online": "no",
        "url": "",
        **cells,
    }
    return ",".join(whole.values())


def csv_of(*rows: str) -> bytes:
    """A catalogue's file."""
    return "\n".join((HEADER, *rows, "")).encode()


def xlsx_of(*rows: str) -> bytes:
    """The same rows as a workbook, all its cells text."""
    return workbook_of([HEADER.split(","), *[one.split(",") for one in rows]])


def workbook_of(lines: Sequence[Sequence[Any]], *changes: Callable[[Workbook, Worksheet], object]) -> bytes:
    """A workbook of one sheet, saved after these changes."""
    book, file = Workbook(), BytesIO()
    sheet: Any = book.active
    for line, cells in enumerate(lines, start=1):
        for column, value in enumerate(cells, start=1):
            cell = sheet.cell(line, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # whatever it begins with: no formula, no error
    for change in changes:
        change(book, sheet)
    book.save(file)
    return file.getvalue()


def governor() -> dict[str, str]:
    """The header of somebody of the governorate; made anew, for a token doesn't live long."""
    return bearer("governorate.head")


async def tell(directory: Serving, elsewhere: Any) -> None:
    """Bring all that waits for the bus to another service's copy, twice, as the bus may."""
    records = [one for each in directory.parts.repositories for one in await directory.published(each)]
    copy = Projection(elsewhere[COLLECTION], fold)
    for _ in range(2):
        await copy.work([Told(Envelope.read(_headers(one), one["value"]), None) for one in records])


def _headers(record: dict[str, Any]) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in record["headers"].items()]
