"""Who answers for an agency's portal, as its directive lays it down; an agency that lacks one can't join."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.directory import rules
from services.directory.domain.forms import CommitteeForm
from shared.directory.chart import Chart
from shared.events.directory import PROVINCE, Post, Role, UnitKind
from shared.language import Text
from shared.rule import Refused, Rule

PORTAL_GROUP = "PORTAL-5-1"
"""The clause by which an agency's committee is its portal group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Who (an agency, posts, a committee or a unit, by id) carries out one clause."""

    rule: Rule[Any]
    by: tuple[str, ...]


def portal_duties(chart: Chart, committees: tuple[CommitteeForm, ...]) -> tuple[Duty, ...]:
    """One for each clause; raises Refused, naming the clause, where nobody carries it out.

    The governorate has none: it isn't one of the agencies whose services it watches.
    """
    return () if chart.agency_id == PROVINCE else tuple(_duties(chart, committees))


def _duties(chart: Chart, committees: tuple[CommitteeForm, ...]) -> Iterator[Duty]:
    yield Duty(rule=rules.OWNER, by=(chart.agency_id,))
    director = _only(chart, rules.RESPONSIBLE_DIRECTOR)
    yield Duty(rule=rules.RESPONSIBLE_DIRECTOR, by=(director.id,))
    editor = _only(chart, rules.EDITOR_IN_CHIEF)
    yield Duty(rule=rules.EDITOR_IN_CHIEF, by=(editor.id,))
    yield Duty(rule=rules.POLICY_BODY, by=(_policy_body(committees),))
    yield Duty(rule=rules.DOMAINS, by=tuple(_representatives(chart, editor)))
    yield Duty(rule=rules.SECRETARIAT, by=_secretaries(chart, editor, committees))
    yield Duty(rule=rules.TECHNICAL_SUPPORT, by=(_it_group(chart),))


def _only(chart: Chart, rule: Rule[Role]) -> Post:
    posts = chart.of_role(rule.preset)
    if len(posts) != 1:
        raise Refused(
            rule,
            Text(
                fa=f"دستگاه باید درست یک پست با نقش «{rule.preset}» داشته باشد و {len(posts)} پست دارد.",
                en=f"The agency must have exactly one post of role {rule.preset}; it has {len(posts)}.",
            ),
        )
    return posts[0]


def _policy_body(committees: tuple[CommitteeForm, ...]) -> str:
    named = [one.id for one in committees if one.clause == rules.POLICY_BODY.clause]
    if len(named) != 1:
        raise Refused(
            rules.POLICY_BODY,
            Text(
                fa=f"دستگاه باید درست یک کمیسیون تحول اداری داشته باشد و {len(named)} تا نام برده است.",
                en="The agency must name exactly one administrative transformation commission, a committee "
                f"of clause {rules.POLICY_BODY.clause}; it names {len(named)}.",
            ),
        )
    return named[0]


def _representatives(chart: Chart, editor: Post) -> Iterator[str]:
    domains = [unit for unit in chart.units.values() if unit.kind is UnitKind.DOMAIN]
    if not domains:
        raise Refused(rules.DOMAINS, Text(fa="دستگاه هیچ حوزه‌ای ندارد.", en="The agency has no domain."))
    for domain in domains:
        sent = [post.id for post in chart.of_role(rules.DOMAINS.preset, unit_id=domain.id)]
        if not sent and editor.unit_id and chart.domain_of(editor.unit_id) == domain.id:
            sent = [editor.id]
        if not sent:
            raise Refused(
                rules.DOMAINS,
                Text(
                    fa=f"«{domain.name.fa}» نماینده‌ای در گروه مدیریت سایت ندارد.",
                    en=f"The domain {domain.id} has no representative in the portal group.",
                ),
            )
        yield from sent


def _secretaries(chart: Chart, editor: Post, committees: tuple[CommitteeForm, ...]) -> tuple[str, ...]:
    known = {post.id for post in chart.of_role(rules.SECRETARIAT.preset) if post.unit_id == editor.unit_id}
    named = {one.secretary for one in committees if one.clause == PORTAL_GROUP}
    if not known or editor.unit_id is None or not named <= known:
        raise Refused(
            rules.SECRETARIAT,
            Text(
                fa="دبیر گروه مدیریت سایت باید از روابط عمومی باشد.",
                en="The portal group's secretary must be a secretary in public relations.",
            ),
        )
    return tuple(sorted(named or known))


def _it_group(chart: Chart) -> str:
    unit_id = f"{chart.agency_id}.{rules.TECHNICAL_SUPPORT.preset}"
    if unit_id not in chart.units or all(post.unit_id != unit_id for post in chart.posts.values()):
        raise Refused(
            rules.TECHNICAL_SUPPORT,
            Text(
                fa=f"دستگاه باید گروه فناوری اطلاعات («{unit_id}») با دست‌کم یک پست داشته باشد.",
                en=f"The agency must have an IT group ({unit_id}) with at least one post.",
            ),
        )
    return unit_id
