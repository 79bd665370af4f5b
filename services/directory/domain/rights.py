"""Who answers in an agency for the citizens' rights programmes, and under which circular its staff stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.directory import rules
from services.directory.domain.forms import CommitteeForm, RightsStaffForm
from services.directory.domain.portal import Duty
from shared.events.directory import PROVINCE, Post, Role
from shared.language import Text
from shared.rule import Refused, Rule


def must_answer(agency_id: str, posts: Mapping[str, Post]) -> None:
    """Raises Refused where the agency hasn't the one post that answers for the follow-up (RIGHTS-G1)."""
    rule = rules.SOCIAL_DIRECTOR if agency_id == PROVINCE else rules.RIGHTS_SECRETARY
    found = len(_of_role(rule.preset, posts))
    if found != 1:
        raise Refused(
            rule,
            Text(
                fa=f"باید درست یک پست با نقش «{rule.preset}» باشد و {found} پست هست.",
                en=f"There must be exactly one post of role {rule.preset}; there are {found}.",
            ),
        )


def rights_duties(posts: Mapping[str, Post], governorates: Mapping[str, Post]) -> tuple[Duty, ...]:
    """By whom the programmes are followed up: the agency's own post, then the governorate's."""
    duties: list[tuple[Rule[Any], tuple[str, ...]]] = [
        (rules.RIGHTS_SECRETARY, _of_role(rules.RIGHTS_SECRETARY.preset, posts)),
        (rules.SOCIAL_DIRECTOR, _of_role(rules.SOCIAL_DIRECTOR.preset, governorates)),
    ]
    return tuple(Duty(rule=rule, by=by) for rule, by in duties if by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """An agency's citizens'-rights staff, a committee by id, and what it lacks of what was laid down."""

    id: str | None
    lacks: tuple[Text, ...]


def staff_of(
    laid_down: RightsStaffForm | None, committees: Sequence[CommitteeForm], posts: Mapping[str, Post]
) -> Staff:
    """The agency's one committee of RIGHTS-P6-5; nothing lacks while nobody has said what is laid down."""
    staffs = [one for one in committees if one.clause == rules.STAFF_CIRCULAR.clause]
    staff = staffs[0] if len(staffs) == 1 else None
    if laid_down is None:
        return Staff(id=staff and staff.id, lacks=())
    if staff is None:
        return Staff(id=None, lacks=(_not_one(len(staffs)),))
    return Staff(id=staff.id, lacks=tuple(_lacking(laid_down, staff, posts)))


def _lacking(laid_down: RightsStaffForm, staff: CommitteeForm, posts: Mapping[str, Post]) -> Iterator[Text]:
    chair, secretary = laid_down.chair, laid_down.secretary
    if posts[staff.chair].role is not chair:
        yield Text(fa=f"رئیس ستاد باید نقش «{chair}» داشته باشد.", en=f"Its chair must be a {chair}.")
    if posts[staff.secretary].role is not secretary:
        yield Text(
            fa=f"دبیر ستاد باید نقش «{secretary}» داشته باشد.", en=f"Its secretary must be a {secretary}."
        )
    seated = {posts[seat.post].role for seat in staff.members}
    for role in dict.fromkeys(laid_down.members):
        if role not in seated:
            yield Text(fa=f"ستاد عضوی با نقش «{role}» ندارد.", en=f"It has no member who is a {role}.")


def _not_one(found: int) -> Text:
    clause = rules.STAFF_CIRCULAR.clause
    return Text(
        fa=f"دستگاه باید درست یک ستاد صیانت، کارگروهی با بند {clause}، داشته باشد و {found} تا نام برده است.",
        en=f"The agency must name exactly one staff, a committee of clause {clause}; it names {found}.",
    )


def _of_role(role: Role, posts: Mapping[str, Post]) -> tuple[str, ...]:
    return tuple(post.id for post in posts.values() if post.role is role)
