"""Who answers in an agency for the citizens' rights programmes, and under which circular its staff stands."""

from collections.abc import Mapping
from typing import Any

from services.directory import rules
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


def _of_role(role: Role, posts: Mapping[str, Post]) -> tuple[str, ...]:
    return tuple(post.id for post in posts.values() if post.role is role)
