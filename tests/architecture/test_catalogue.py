"""The catalogue of clauses is whole, and says each clause in clean Persian and in English."""

from pathlib import Path

import pytest

from deploy.cli.directives import page
from shared.directives.catalogue import CLAUSES, DIRECTIVES, UnknownClause, clause
from shared.directives.evidence import CLAUSE_ID


def test_the_catalogue_holds_every_clause_of_the_five_directives() -> None:
    assert {d.id: len(d.clauses) for d in DIRECTIVES} == {
        "PORTAL": 53,
        "PR": 14,
        "COUNTY": 36,
        "FOAD": 10,
        "RIGHTS": 69,
    }
    assert len(CLAUSES) == 182


def test_the_portal_directive_has_ten_articles_and_was_approved_on_24_ordibehesht_1397() -> None:
    portal, pr, *_ = DIRECTIVES

    assert (portal.articles, portal.approved_on) == (10, "1397/02/24")
    assert (pr.articles, pr.approved_on) == (14, None)


def test_a_range_of_the_source_has_an_id_for_each_clause() -> None:
    ranged = [f"PORTAL-1-{n}" for n in range(1, 7)] + [f"RIGHTS-P8-{n}" for n in range(1, 8)]

    assert [clause(id_).id for id_ in ranged] == ranged
    assert clause("RIGHTS-P2-8").says.fa == clause("RIGHTS-P2-2").says.fa


def test_a_clause_binds_the_services_it_names_or_all_six() -> None:
    assert clause("FOAD-6").services == ("complaints",)
    assert clause("PR-6").services == ("meetings", "reporting")
    assert len(set(clause("RIGHTS-P5-1").services)) == 6


@pytest.mark.parametrize("id_", CLAUSES)
def test_a_clause_is_said_in_clean_persian_and_in_english(id_: str) -> None:
    says = clause(id_).says
    prefix = next(d.id for d in DIRECTIVES if clause(id_) in d.clauses)

    assert CLAUSE_ID.fullmatch(id_)
    assert id_.startswith(f"{prefix}-")
    assert says.fa.endswith(".")
    assert says.en.endswith(".")
    assert not set(says.fa) & set("يكةى٠١٢٣٤٥٦٧٨٩0123456789,;?")
    assert "  " not in says.fa + says.en
    assert not any(stray in f" {says.fa} " for stray in (" ها ", " های ", " می ", " نمی "))


def test_an_id_of_no_directive_is_unknown() -> None:
    with pytest.raises(UnknownClause):
        clause(f"PORTAL-{99}")


def test_the_page_about_the_directives_is_the_catalogue_as_it_stands() -> None:
    written = Path(__file__).parents[2] / "docs" / "directives.md"

    assert written.read_text("utf-8") == page(), "paygir directives --page > docs/directives.md"
