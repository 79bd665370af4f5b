"""Catalogue, rules, tests and the list of what is not yet done agree; and each way to disagree is caught."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from deploy.cli import directives as command
from shared.directives.catalogue import CLAUSES
from shared.directives.evidence import gather
from shared.directives.standing import (
    ListWouldGrow,
    faults,
    list_of,
    read_list,
    standings,
    write_list,
)

ROOT = Path(__file__).parents[2]
NOT_YET = Path("tests/architecture/not_yet.txt")


# This repository.


def test_catalogue_rules_tests_and_list_agree() -> None:
    found = faults(gather(ROOT), read_list(ROOT / NOT_YET))

    assert [fault.sentence for fault in found] == []


def test_the_list_of_what_is_not_yet_done_only_shrinks() -> None:
    earlier = list(earlier_lists(ROOT))
    if not earlier:
        pytest.skip("No git history of the list.")

    assert grown(read_list(ROOT / NOT_YET), earlier) == set()


def earlier_lists(root: Path) -> Iterator[str]:
    """The list at each commit that changed it; empty text where a commit took the file away."""

    def git(*words: str) -> subprocess.CompletedProcess[str]:
        # A checkout that another user owns is read all the same.
        line = ["git", "-C", str(root), "-c", "safe.directory=*", *words]
        return subprocess.run(line, capture_output=True, text=True, check=False)

    if not (root / ".git").exists() or git("rev-parse", "--verify", "HEAD").returncode:
        return
    log = git("log", "--full-history", "--format=%H", "--", str(NOT_YET))
    log.check_returncode()
    for commit in log.stdout.split():
        yield git("show", f"{commit}:{NOT_YET}").stdout


def grown(listed: tuple[str, ...], earlier: list[str]) -> set[str]:
    """The listed clauses that some earlier list didn't have."""
    return {clause for text in earlier for clause in set(listed) - set(list_of(text))}


# Planted faults, each in a small tree of its own.

Plant = Callable[[dict[str, str]], Path]
UNKNOWN = f"PORTAL-{99}"
RULES = """
from fractions import Fraction
from shared.rule import Rule
QUORUM = Rule(clause="PORTAL-10-3", says="Two thirds.", preset=Fraction(2, 3))
"""
TEST = """
import pytest
@pytest.mark.clause("PORTAL-10-3")
def test_a_meeting_is_official_with_two_thirds():
    assert True
"""
LISTED = tuple(id_ for id_ in CLAUSES if id_ != "PORTAL-10-3")
RULES_FILE, TEST_FILE = "services/meetings/rules.py", "tests/meetings/test_quorum.py"


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """A tree in order, but for the files given."""

    def planted(changed: dict[str, str]) -> Path:
        for name, text in ({RULES_FILE: RULES, TEST_FILE: TEST} | changed).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return tmp_path

    return planted


def found_in(root: Path, listed: tuple[str, ...] = LISTED) -> list[tuple[str, str]]:
    return [(fault.clause, fault.what) for fault in faults(gather(root), listed)]


def test_a_tree_in_order_has_no_fault(plant: Plant) -> None:
    assert found_in(plant({})) == []


def test_a_clause_carried_out_in_part_is_not_done_and_says_what_it_lacks(plant: Plant) -> None:
    partly = RULES.replace("preset=", 'lacks="No guests yet.", preset=')
    evidence = gather(plant({RULES_FILE: partly}))
    [standing] = [one for one in standings(evidence) if one.clause.id == "PORTAL-10-3"]

    assert (standing.done, standing.missing) == (False, ("No guests yet.",))
    assert found_in(plant({RULES_FILE: partly})) == []


def test_a_rule_of_an_unknown_clause_is_a_fault(plant: Plant) -> None:
    root = plant({"services/content/rules.py": f'X = Rule(clause="{UNKNOWN}", preset=None)'})

    assert found_in(root) == [(UNKNOWN, "a rule of an unknown clause")]


def test_a_clause_neither_carried_out_nor_listed_is_a_fault(plant: Plant) -> None:
    listed = tuple(id_ for id_ in LISTED if id_ != "FOAD-6")

    assert found_in(plant({}), listed) == [("FOAD-6", "neither carried out nor listed as not yet")]


def test_a_clause_done_and_still_listed_is_a_fault(plant: Plant) -> None:
    assert found_in(plant({}), tuple(CLAUSES)) == [("PORTAL-10-3", "done, so strike it off the list")]


@pytest.mark.parametrize(
    "test",
    [
        "",
        TEST.replace("@", "# "),
        TEST.replace("PORTAL-10-3", "PORTAL-10-4"),
        TEST.replace("def test_", "def quorum_"),
        TEST.replace("@", "@pytest.mark.skip\n@"),
        TEST.replace("@", "@pytest.mark.xfail(strict=True)\n@"),
        "import pytest\npytestmark = [pytest.mark.skip(reason='later')]" + TEST,
    ],
    ids=["none", "unmarked", "other clause", "no test", "skipped", "expected to fail", "all skipped"],
)
def test_a_rule_without_a_marked_test_that_can_fail_is_a_fault(plant: Plant, test: str) -> None:
    assert found_in(plant({TEST_FILE: test})) == [("PORTAL-10-3", "no marked test in tests/meetings")]


@pytest.mark.parametrize("folder", ["content", "journeys", "architecture"])
def test_a_rule_proved_only_elsewhere_than_in_its_service_is_a_fault(plant: Plant, folder: str) -> None:
    root = plant({TEST_FILE: "", f"tests/{folder}/test_quorum.py": TEST})

    assert found_in(root) == [("PORTAL-10-3", "no marked test in tests/meetings")]


def test_a_feature_may_be_proved_by_a_journey(plant: Plant) -> None:
    rules = RULES.replace("PORTAL-10-3", "PORTAL-4-1")
    journey = TEST.replace("PORTAL-10-3", "PORTAL-4-1")
    root = plant({RULES_FILE: rules, TEST_FILE: "", "tests/journeys/test_policy.py": journey})

    assert found_in(root, tuple(id_ for id_ in CLAUSES if id_ != "PORTAL-4-1")) == []


def test_a_rule_in_a_service_the_clause_does_not_bind_is_a_fault(plant: Plant) -> None:
    rule = 'X = Rule(clause="FOAD-6", preset=3)'
    test = TEST.replace("PORTAL-10-3", "FOAD-6")
    root = plant({"services/content/rules.py": rule, "tests/content/test_x.py": test})

    assert found_in(root) == [("FOAD-6", "carried out by a service that isn't complaints")]


def test_a_mark_of_an_unknown_clause_is_a_fault(plant: Plant) -> None:
    root = plant({"tests/content/test_x.py": TEST.replace("PORTAL-10-3", UNKNOWN)})

    assert found_in(root) == [(UNKNOWN, "a mark of an unknown clause")]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("services/content/rules.py", "X = tuple(Rule(clause=c, preset=1) for c in IDS)"),
        ("tests/content/test_x.py", TEST.replace('"PORTAL-10-3"', "rules.QUORUM.clause")),
        ("tests/content/test_x.py", TEST.replace('"PORTAL-10-3"', "")),
    ],
)
def test_an_id_that_is_not_written_out_is_a_fault(plant: Plant, file: str, text: str) -> None:
    assert found_in(plant({file: text})) == [("", "the clause's id must be written out")]


@pytest.mark.parametrize("folder", ["services/content", "shared", "deploy/cli", "tests/content"])
def test_an_unknown_clause_in_the_code_is_a_fault(plant: Plant, folder: str) -> None:
    root = plant({f"{folder}/notes.py": f'MESSAGE = f"{{who}}: refused by {UNKNOWN}."'})

    assert found_in(root) == [(UNKNOWN, "an unknown clause in the code")]


@pytest.mark.parametrize("text", ["X-PORTAL-99", "PORTAL-99x", "PORTAL 99", "EXPR-99"])
def test_what_only_looks_like_a_clause_is_left_alone(plant: Plant, text: str) -> None:
    assert found_in(plant({"shared/notes.py": f'MESSAGE = "{text}"'})) == []


def test_an_unknown_clause_on_the_list_is_a_fault(plant: Plant) -> None:
    assert found_in(plant({}), (*LISTED, UNKNOWN)) == [(UNKNOWN, "the list names an unknown clause")]


@pytest.mark.parametrize(
    "rules",
    [
        'A: Rule[int] = Rule[int](clause="PORTAL-10-3", preset=1)',
        'A = B = rule.Rule(preset=1, clause="PORTAL-10-3")',
        'ALL = {"quorum": (Rule(clause="PORTAL-10-3", preset=1),)}',
    ],
)
def test_a_rule_is_found_however_it_is_assigned(plant: Plant, rules: str) -> None:
    assert found_in(plant({RULES_FILE: rules})) == []


def test_rules_may_be_a_folder(plant: Plant) -> None:
    root = plant({RULES_FILE: "", "services/meetings/rules/quorum.py": RULES})

    assert [r.where for r in gather(root).rules] == ["services.meetings.rules.quorum:QUORUM"]


MARK = 'mark.clause("PORTAL-10-3")'
MARKED = {
    "module": (f"pytestmark = pytest.{MARK}\ndef test_it(): ...", "test_it"),
    "among others": (f"pytestmark = [mark.real, {MARK}]\nasync def test_it(): ...", "test_it"),
    "second id": ('@mark.clause("FOAD-6", "PORTAL-10-3")\ndef test_it(): ...', "test_it"),
    "class": (f"@{MARK}\nclass TestQ:\n def test_it(self): ...", "TestQ::test_it"),
    "in a class": (f"class TestQ:\n pytestmark = {MARK}\n def test_it(self): ...", "TestQ::test_it"),
    "method": (f"class TestQ:\n @{MARK}\n def test_it(self): ...", "TestQ::test_it"),
    "parameter": (
        f'@mark.parametrize("n", [1, pytest.param(2, marks={MARK})])\ndef test_it(n): ...',
        "test_it",
    ),
    "parameter elsewhere": (
        f'C = [pytest.param(2, marks=[{MARK}])]\n@mark.parametrize("n", C)\ndef test_it(n): ...',
        "test_it",
    ),
    "by name": (f"quorum = {MARK}\n@quorum\ndef test_it(): ...", "test_it"),
    "by a name's name": (f"a = {MARK}\nb = [a]\npytestmark = b\ndef test_it(): ...", "test_it"),
}


@pytest.mark.parametrize(("test", "name"), MARKED.values(), ids=MARKED)
def test_a_mark_is_found_wherever_pytest_takes_it_from(plant: Plant, test: str, name: str) -> None:
    evidence = gather(plant({TEST_FILE: test}))

    assert [p.where for p in evidence.proofs if p.clause == "PORTAL-10-3"] == [f"{TEST_FILE}::{name}"]


# The list, as it grows shorter.


def test_the_first_list_holds_all_that_is_not_done_and_a_later_one_only_loses(
    plant: Plant, tmp_path: Path
) -> None:
    path = tmp_path / "not_yet.txt"
    write_list(path, gather(plant({RULES_FILE: "", TEST_FILE: ""})))
    assert read_list(path) == tuple(CLAUSES)

    assert write_list(path, gather(plant({TEST_FILE: ""}))) == ()  # carried out, not proved

    assert write_list(path, gather(plant({}))) == ("PORTAL-10-3",)
    assert read_list(path) == LISTED

    assert write_list(path, gather(plant({TEST_FILE: ""}))) == ()  # proved no longer
    assert read_list(path) == LISTED


def test_a_list_that_would_grow_is_refused_and_left_as_it_is(plant: Plant, tmp_path: Path) -> None:
    path = tmp_path / "not_yet.txt"
    path.write_text("PORTAL-1-1\nPORTAL-10-3\n", "utf-8")

    with pytest.raises(ListWouldGrow, match="FOAD-6"):
        write_list(path, gather(plant({})))
    assert read_list(path) == ("PORTAL-1-1", "PORTAL-10-3")


def commit(root: Path, *listed: str) -> None:
    """No clauses take the file away."""
    path = root / NOT_YET
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("# Only shrinks.\n" + "\n".join(listed), "utf-8")
    if not listed:
        path.unlink()
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "x")):
        subprocess.run(["git", "-C", str(root), *words], check=True)


def test_a_list_that_grew_against_any_earlier_commit_is_caught(tmp_path: Path) -> None:
    assert list(earlier_lists(tmp_path)) == []

    commit(tmp_path, "FOAD-6", "FOAD-7")
    assert grown(("FOAD-6", "FOAD-7"), list(earlier_lists(tmp_path))) == set()
    assert grown(("FOAD-6", "FOAD-8"), list(earlier_lists(tmp_path))) == {"FOAD-8"}

    commit(tmp_path, "FOAD-6")
    commit(tmp_path, "FOAD-6", "FOAD-7")
    assert grown(("FOAD-6", "FOAD-7"), list(earlier_lists(tmp_path))) == {"FOAD-7"}


def test_a_list_taken_away_and_written_anew_is_caught(tmp_path: Path) -> None:
    commit(tmp_path, "FOAD-6")
    commit(tmp_path)

    assert grown(("FOAD-6",), list(earlier_lists(tmp_path))) == {"FOAD-6"}


# The command.


@pytest.fixture
def paygir(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    root = plant({})
    monkeypatch.setattr(command, "ROOT", root)
    monkeypatch.setattr(command, "NOT_YET", root / "not_yet.txt")
    app = typer.Typer()
    app.command()(command.directives)

    def run(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, words)
        assert result.exit_code == code, result.output
        return result.output

    return run


def test_the_command_tells_who_carries_a_clause_out_and_what_proves_it(
    paygir: Callable[..., str],
) -> None:
    told = {entry["id"]: entry for entry in json.loads(paygir("--json"))}

    assert len(told) == 182
    assert told["PORTAL-10-3"]["carried_out_by"] == ["services.meetings.rules:QUORUM"]
    assert told["PORTAL-10-3"]["proved_by"] == [f"{TEST_FILE}::test_a_meeting_is_official_with_two_thirds"]
    assert told["PORTAL-10-3"]["missing"] == []
    assert told["FOAD-6"]["missing"] == ["rule in complaints"]


def test_the_command_leaves_out_what_was_not_asked_for(paygir: Callable[..., str]) -> None:
    missing = {entry["id"] for entry in json.loads(paygir("--json", "--missing"))}
    meetings = {entry["id"] for entry in json.loads(paygir("--json", "--missing", "--service", "meetings"))}

    assert missing == set(LISTED)
    assert "PORTAL-10-4" in meetings
    assert "PORTAL-10-3" not in meetings
    assert "FOAD-6" not in meetings
    assert "meetings" in paygir("--service", "metings", code=2)


def test_the_table_fits_a_hundred_columns_in_either_language(paygir: Callable[..., str]) -> None:
    english, persian = paygir(), paygir("--fa")

    assert max(map(len, english.splitlines())) <= 100
    assert "services.meetings.rules:QUORUM" in english
    assert "دو سوم اعضا" in persian
    assert english.splitlines()[-2].split() == ["all", "182", "1", "1", "1", "181"]


def test_the_command_strikes_done_clauses_off_and_refuses_to_add(
    paygir: Callable[..., str], plant: Plant
) -> None:
    assert "nothing" not in paygir("--write-not-yet")

    plant({RULES_FILE: "QUORUM = 1"})
    assert "PORTAL-10-3" in paygir("--write-not-yet", code=1)


def test_the_standing_of_a_clause_of_two_services_asks_a_test_of_each(plant: Plant) -> None:
    rule = 'X = Rule(clause="PR-9", preset=4)'
    test = TEST.replace("PORTAL-10-3", "PR-9")
    files = {"services/content/rules.py": rule, "services/reporting/rules.py": rule}
    root = plant({**files, "tests/content/test_press.py": test})

    [standing] = [s for s in standings(gather(root)) if s.clause.id == "PR-9"]
    assert standing.missing == ("test in tests/reporting",)
