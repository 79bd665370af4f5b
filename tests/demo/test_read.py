"""What is wrong in a province's files is told with file, line, field and reason, all at once."""

import csv
import shutil
from pathlib import Path

import pytest

from deploy.demo.read import HERE, Problem, Unreadable, read_province, read_services

HEADER = "code,title_fa,agency_id,unit_id,documents,duration,cost_rials,steps,online,url"
ROW = "10011001100,صدور پروانه,water,water.wells,کارت ملی;نقشه,10d,1500000,ثبت;صدور,yes,https://w.example/1"
OWNERS = {"water": frozenset({"water.wells"}), "gas": frozenset[str]()}


def found(problems: tuple[Problem, ...]) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.field, problem.reason.en) for problem in problems]


def wrong_rows(tmp_path: Path, *rows: str, header: str = HEADER) -> list[tuple[int, str, str]]:
    path = tmp_path / "services.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    with pytest.raises(Unreadable) as refused:
        read_services(path, OWNERS)
    return found(refused.value.problems)


def changed(tmp_path: Path, file: str, old: str, new: str) -> tuple[Problem, ...]:
    """The demo province with one thing changed in one file, and what reading it says."""
    folder = shutil.copytree(HERE, tmp_path / "demo", ignore=shutil.ignore_patterns("__pycache__"))
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Unreadable) as refused:
        read_province(folder)
    return refused.value.problems


def test_a_good_row_becomes_a_service_also_from_a_spreadsheets_file(tmp_path: Path) -> None:
    path = tmp_path / "services.csv"
    path.write_text(f"\ufeff{HEADER}\r\n{ROW}\r\n\r\n", encoding="utf-8", newline="")

    [service] = read_services(path, OWNERS)

    assert service.documents == ("کارت ملی", "نقشه")
    assert (service.duration, service.cost_rials, service.online) == ("10d", 1_500_000, True)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("10011001100", "1001", "code"),
        ("صدور پروانه", " ", "title_fa"),
        ("water,", "Water,", "agency_id"),
        (",water,", ",power,", "agency_id"),
        ("water.wells", "water.other", "unit_id"),
        ("water.wells", "", "unit_id"),
        ("10d", "10", "duration"),
        ("10d", "0d", "duration"),
        ("1500000", "-1", "cost_rials"),
        ("1500000", "رایگان", "cost_rials"),
        ("yes", "بله", "online"),
        ("https://w.example/1", "javascript:alert(1)", "url"),
        ("ثبت;صدور", "ثبت;;صدور", "steps"),
    ],
)
def test_a_bad_cell_is_told_by_line_and_column(tmp_path: Path, old: str, new: str, column: str) -> None:
    good = ROW.replace("10011001100", "10011001101").replace("صدور پروانه", "تمدید پروانه")

    [(line, field, reason)] = wrong_rows(tmp_path, good, ROW.replace(old, new, 1))

    assert (line, field) == (3, column)
    assert reason


def test_every_bad_row_is_told_not_only_the_first(tmp_path: Path) -> None:
    bad = wrong_rows(tmp_path, ROW.replace("10d", "x"), ROW, ROW.replace("yes", "x") + ",more")

    assert [(line, field) for line, field, _ in bad] == [(2, "duration"), (4, "row")]


def test_a_code_or_title_given_before_is_told_at_its_second_row(tmp_path: Path) -> None:
    assert [(line, field) for line, field, _ in wrong_rows(tmp_path, ROW, ROW)] == [
        (3, "code"),
        (3, "title_fa"),
    ]


def test_a_row_is_named_by_the_line_where_it_begins(tmp_path: Path) -> None:
    spanning = ROW.replace("صدور پروانه", '"صدور\nپروانه"')

    bad = wrong_rows(tmp_path, spanning, ROW.replace("10d", "x"))

    assert [(line, field) for line, field, _ in bad] == [(2, "title_fa"), (4, "duration")]


def test_an_agency_known_by_id_only_has_no_units(tmp_path: Path) -> None:
    path = tmp_path / "services.csv"
    gas = ROW.replace("water,water.wells", "gas,")
    path.write_text(f"{HEADER}\n{gas}\n", encoding="utf-8")

    assert read_services(path, OWNERS)[0].unit_id is None
    assert wrong_rows(tmp_path, ROW.replace("water,", "gas,", 1)) == [
        (2, "unit_id", "water.wells is not known.")
    ]


def test_wrong_columns_and_broken_quotes_are_told(tmp_path: Path) -> None:
    [(_, field, _)] = wrong_rows(tmp_path, ROW, header=HEADER.replace("code", "id"))
    assert field == "header"

    [(_, field, reason)] = wrong_rows(tmp_path, ROW.replace("صدور", '"صدور', 1))
    assert (field, "not well-formed CSV" in reason) == ("csv", True)


def test_what_is_not_utf8_or_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "services.csv"
    with pytest.raises(Unreadable, match="no such file"):
        read_services(path, OWNERS)
    path.write_bytes("صدور".encode("cp1256"))
    with pytest.raises(Unreadable, match="not UTF-8"):
        read_services(path, OWNERS)


def test_a_cell_too_large_to_be_one_is_told(tmp_path: Path) -> None:
    [(_, field, _)] = wrong_rows(tmp_path, ROW.replace("صدور", "ص" * csv.field_size_limit(), 1))

    assert field == "csv"


WATER = "agencies/water.yaml"


@pytest.mark.parametrize(
    ("old", "new", "field", "reason"),
    [
        ("id: water\n", "", "id", "required"),
        ("role: head,", "role: boss,", "posts.0.role", "allowed values"),
        ("role: head,", "role: head, salary: 1,", "posts.0.salary", "no such field"),
        ("holder: p-water-001", "holder: علی رضایی", "posts.0.holder", "right form"),
        ("holder: p-water-001", "holder: p-roads-001", "posts.0.holder", "is not of this agency"),
        (
            "reports_to: governorate.inspection.head",
            "reports_to: governorate.nobody",
            "posts.0.reports_to",
            "not known",
        ),
        ("unit: water.protection,", "unit: water.nowhere,", "posts.2.unit", "not known"),
        ("parent: water.head-office", "parent: water.it", "units.6.parent", "not a domain"),
        ("county: kuhpayeh,", "county: tehran,", "units.19.county", "not known"),
        ("county: kuhpayeh, ", "", "units.19.county", "needs its county"),
        (
            "chair: water.public-relations.head",
            "chair: water.head",
            "committees.0.chair",
            "must be a member",
        ),
        (
            "post: water.it.representative",
            "post: water.it.nobody",
            "committees.0.members.6.post",
            "not known",
        ),
        (
            "represents: water.it",
            "represents: roads.it",
            "committees.0.members.6.represents",
            "not known",
        ),
        (
            "stand_in: p-water-0",
            "stand_in: p-water-9",
            "posts.19.absences.0.stand_in",
            "another post",
        ),
        ("last_day: 2027", "last_day: 2025", "posts.19.absences.0", "before first_day"),
    ],
)
def test_a_fault_in_an_agencys_file_is_told_at_its_place(
    tmp_path: Path, old: str, new: str, field: str, reason: str
) -> None:
    [problem] = changed(tmp_path, WATER, old, new)

    assert (problem.file, problem.field) == ("water.yaml", field)
    assert reason in problem.reason.en
    assert problem.reason.fa


def test_the_line_of_a_fault_is_the_line_in_the_file(tmp_path: Path) -> None:
    lines = (HERE / WATER).read_text(encoding="utf-8").splitlines()

    [problem] = changed(tmp_path, WATER, "role: head,", "role: boss,")

    assert "role: head," in lines[problem.line - 1]
    assert problem.in_("en").startswith(f"water.yaml:{problem.line}: posts.0.role: ")


def test_posts_that_report_in_a_circle_are_told(tmp_path: Path) -> None:
    problems = changed(
        tmp_path,
        WATER,
        "unit: water.planning, reports_to: water.head,",
        "unit: water.planning, reports_to: water.statistics.head,",
    )

    assert {"water.planning.deputy", "water.statistics.head", "water.statistics.publisher"} <= {
        problem.reason.en.split()[3] for problem in problems
    }


def test_an_inspection_that_reports_to_its_own_expert_is_no_end(tmp_path: Path) -> None:
    problems = changed(
        tmp_path,
        "agencies/governorate.yaml",
        "unit: governorate.inspection, holder",
        "unit: governorate.inspection, reports_to: governorate.inspection.expert-1, holder",
    )

    assert len(problems) == 5


def test_an_agencys_head_who_reports_to_nobody_is_told_with_all_below(tmp_path: Path) -> None:
    problems = changed(tmp_path, WATER, ", reports_to: governorate.inspection.head", "")

    assert len(problems) == 65


@pytest.mark.parametrize(
    ("old", "new", "fields", "reason"),
    [
        (
            "p-water-002",
            "p-water-001",
            ["posts.0.holder", "posts.1.holder"],
            "holds more than one post",
        ),
        ("id: water.planning,", "id: water.resources,", ["units.3.id", "units.4.id"], "more than"),
    ],
)
def test_what_may_be_given_once_is_told_at_both_places(
    tmp_path: Path, old: str, new: str, fields: list[str], reason: str
) -> None:
    problems = [p for p in changed(tmp_path, WATER, old, new) if reason in p.reason.en]

    assert [problem.field for problem in problems] == fields


def test_a_field_given_twice_is_told_although_yaml_lets_it_pass(tmp_path: Path) -> None:
    [problem] = changed(tmp_path, WATER, "role: head,", "role: deputy, role: head,")

    assert (problem.field, problem.reason.en) == ("posts.0.role", "This field is given twice.")


def test_broken_yaml_is_told(tmp_path: Path) -> None:
    [problem] = changed(tmp_path, WATER, "units:\n", "units: [\n")

    assert "not well-formed YAML" in problem.reason.en
