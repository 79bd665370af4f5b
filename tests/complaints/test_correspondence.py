"""What comes by a way that has no form is added once; and a desk is found for it wherever there is one."""

from dataclasses import replace

import pytest

from services.complaints.domain import correspondence
from services.complaints.domain.correspondence import Came
from services.complaints.domain.notes import NOTES_MAX
from services.complaints.domain.sorting import sorting_desk
from services.complaints.domain.written import Sealed, Written
from shared.directory.chart import Chart
from shared.events.directory import Name, Role
from shared.rule import Refused
from tests.complaints.test_domain import complaint
from tests.province import SATURDAY_NINE, post

NOW = SATURDAY_NINE


def came(ref: str) -> Came:
    return Came(ref=ref, text="هنوز قطع است.", said=Sealed(words="s", hash="h"))


@pytest.mark.clause("COUNTY-D2")
def test_a_case_takes_so_many_notes_and_then_says_so_and_one_it_has_is_still_known() -> None:
    full = complaint()
    for number in range(NOTES_MAX):
        full, _ = correspondence.note(full, came(str(number)), NOW)

    assert len(full.notes) == 200
    assert correspondence.note(full, came("7"), NOW) == (full, [])
    with pytest.raises(Refused, match="200 notes"):
        correspondence.note(full, came("new"), NOW)


def test_what_a_post_wrote_is_never_taken_for_what_came() -> None:
    one = Written(post_id="water.desk.officer", at=NOW, said=Sealed(words="s", hash="h"))
    with_note = replace(complaint(), notes=(one,))

    added, _ = correspondence.note(with_note, came("1"), NOW)

    assert [written.post_id for written in added.notes] == ["water.desk.officer", None]


def chart(*posts: tuple[Role, str]) -> Chart:
    made = [post("water", f"p{number}", role, unit) for number, (role, unit) in enumerate(posts)]
    return Chart(agency_id="water", name=Name(fa="آب"), posts={one.id: one for one in made})


RELATIONS = (Role.HEAD_OF_PUBLIC_RELATIONS, "pr")


@pytest.mark.clause("COUNTY-D2")
@pytest.mark.parametrize(
    ("posts", "wished", "unit"),
    [
        ([(Role.CASE_OFFICER, "desk"), (Role.UNIT_HEAD, "pr"), RELATIONS], None, "pr"),
        ([(Role.CASE_OFFICER, "desk"), (Role.UNIT_HEAD, "pr"), RELATIONS], "desk", "desk"),
        ([(Role.CASE_OFFICER, "desk"), RELATIONS], None, "desk"),
        ([(Role.CASE_OFFICER, "desk"), RELATIONS], "pr", "desk"),
        ([(Role.CASE_OFFICER, "desk"), RELATIONS], "gone", "desk"),
        ([RELATIONS, (Role.DEPUTY, "works")], None, ""),
        ([], None, ""),
    ],
)
def test_mail_goes_to_a_desk_where_somebody_can_sort_it(
    posts: list[tuple[Role, str]], wished: str | None, unit: str
) -> None:
    assert sorting_desk(chart(*posts), wished) == unit
