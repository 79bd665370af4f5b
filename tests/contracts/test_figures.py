"""The directory knows the figures of all services by a file; it says what their rules say."""

from collections import Counter

from deploy.contracts.figures import adaptable
from shared.directives.catalogue import CLAUSES
from shared.figures import ADAPTABLE


def test_each_figure_read_from_the_file_is_the_rules_own() -> None:
    rules = {one.rule.figure: one for one in adaptable()}

    assert ADAPTABLE.keys() == rules.keys()
    for figure, read in ADAPTABLE.items():
        rule, own = read.rule, rules[figure].rule
        assert (read.service, rule.preset, rule.leeway) == (rules[figure].service, own.preset, own.leeway)


def test_every_preset_lies_in_its_own_leeway_and_names_a_clause_and_no_two_share_a_name() -> None:
    for one in adaptable():
        assert one.rule.read_own(one.rule.write(one.rule.preset)) == one.rule.preset, one.rule.figure
        assert one.rule.clause in CLAUSES
    assert [
        name for name, times in Counter(one.rule.figure for one in adaptable()).items() if times > 1
    ] == []
